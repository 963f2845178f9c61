"""The checks of this lab: a rotation keeps lengths, and a score sees nothing but the distance."""

import numpy as np

from tremplin.grader.checking import array, close, expect, fail


def turns(positions, d, base=10000.0):
    return np.outer(positions, base ** (-2.0 * np.arange(d // 2) / d))


def turned(x, positions, base=10000.0):
    """By complex numbers, so that nothing of the usual way is repeated here."""
    pairs = x.reshape(*x.shape[:-1], -1, 2)
    z = (pairs[..., 0] + 1j * pairs[..., 1]) * np.exp(1j * turns(positions, x.shape[-1], base))
    return np.stack([z.real, z.imag], axis=-1).reshape(x.shape)


def in_halves(x, positions, base=10000.0):
    half = x.shape[-1] // 2
    z = (x[..., :half] + 1j * x[..., half:]) * np.exp(1j * turns(positions, x.shape[-1], base))
    return np.concatenate([z.real, z.imag], axis=-1)


def size(rng):
    return 2 * int(rng.integers(3, 7))


def some_positions(rng, n, highest=60):
    return rng.choice(np.arange(1, highest), size=n, replace=False)


def same(a, b):
    return a.shape == b.shape and bool(np.abs(a - b).max() < 1e-9)


def check_frequencies(box, rng):
    for d, base in ((size(rng), 10000.0), (2, 10000.0), (size(rng), float(rng.uniform(50, 5000)))):
        got = array(box.call("frequencies", d, base), "frequencies(d)", shape=(d // 2,))
        j = np.arange(d // 2)
        expect(
            d == 2 or not same(got, base ** (-j / d)),
            "The exponent of pair j is -j/d. It should be -2j/d, so that the slowest pair comes close to 1/base.",
            "L’exposant de la paire j est -j/d. Il devrait valoir -2j/d, pour que la paire la plus lente approche 1/base.",
            expected=base ** (-2 * j / d),
            actual=got,
        )
        expect(
            d == 2 or got[-1] < 1,
            "Later pairs turn faster here. They should turn more slowly: the exponent is negative.",
            "Ici les paires suivantes tournent plus vite. Elles devraient tourner plus lentement : l’exposant est négatif.",
            expected=base ** (-2 * j / d),
            actual=got,
        )
        close(got, base ** (-2 * j / d), "frequencies(d)", rtol=1e-12)


def check_angles(box, rng):
    d, n = size(rng), int(rng.integers(3, 7))
    positions = some_positions(rng, n) + 0.5
    close(box.call("angles", positions, d), turns(positions, d), "angles(positions, d)", rtol=1e-12)


def check_far_away(box, rng):
    d = size(rng)
    positions = (2**24 + 1 + 2 * rng.choice(10_000, size=4, replace=False)).astype(np.int64)
    got = array(box.call("angles", positions, d), "angles(positions, d)", shape=(4, d // 2))
    off = float(np.abs(got - turns(positions, d)).max())
    expect(
        off < 1e-6,
        f"Far along the text the angles are off by {off:.2g} radians: somewhere the positions or the angles pass through single precision, which has 24 bits. Compute them in float64.",
        f"Loin dans le texte, les angles sont faux de {off:.2g} radian : les positions ou les angles passent quelque part par la simple précision, qui a 24 bits. Calculez-les en float64.",
        expected=turns(positions, d)[0],
        actual=got[0],
    )


def check_rotate_by_hand(box, rng):
    """One pair turned by 90 degrees, which everybody can follow."""
    x = np.array([[1.0, 0.0], [0.0, 2.0]])
    got = array(box.call("rotate", x, np.array([np.pi / 2, np.pi / 2])), "rotate(x, positions)", shape=(2, 2))
    expect(
        not same(got, turned(x, np.arange(2))),
        "The rows were turned as if they stood at 0, 1, 2, … They stand where `positions` says.",
        "Les lignes ont été tournées comme si elles étaient en 0, 1, 2, … Elles sont là où le dit `positions`.",
        expected="[[0, 1], [-2, 0]]",
        actual=got,
    )
    expect(
        not same(got, -np.array([[0.0, 1.0], [-2.0, 0.0]])),
        "(1, 0) turned by 90° became (0, -1): this turns clockwise. Two such rotations agree with each other, but not with a model trained the other way.",
        "(1, 0) tourné de 90° est devenu (0, -1) : cela tourne dans le sens des aiguilles d’une montre. Deux telles rotations s’accordent entre elles, mais pas avec un modèle entraîné dans l’autre sens.",
        expected="[0, 1]",
        actual=got[0],
    )
    expect(
        same(got, np.array([[0.0, 1.0], [-2.0, 0.0]])),
        "Turned by 90°, (1, 0) should become (0, 1) and (0, 2) should become (-2, 0): the sine comes once with a minus.",
        "Tournés de 90°, (1, 0) devrait devenir (0, 1) et (0, 2) devrait devenir (-2, 0) : le sinus vient une fois avec un moins.",
        expected="[[0, 1], [-2, 0]]",
        actual=got,
    )


def check_rotate(box, rng):
    d, n = size(rng), int(rng.integers(4, 8))
    x, positions = rng.normal(size=(n, d)), some_positions(rng, n)
    base = float(rng.uniform(100, 2000))
    got = array(box.call("rotate", x, positions, base), "rotate(x, positions)", shape=(n, d))
    expect(
        not same(got, in_halves(x, positions, base)),
        "Feature j is paired with feature j + d/2. In this lab the pairs are neighbours: 0 with 1, 2 with 3.",
        "La composante j est appariée à j + d/2. Dans ce TP, les paires sont voisines : 0 avec 1, 2 avec 3.",
    )
    expect(
        not same(got, turned(x, positions)),
        "The base was not passed on: these are the angles of base 10000.",
        "La base n’a pas été transmise : ce sont les angles de la base 10000.",
    )
    close(got, turned(x, positions, base), "rotate(x, positions, base)", rtol=1e-9, atol=1e-11)


def check_rotate_heads(box, rng):
    heads, n, d = int(rng.integers(2, 4)), int(rng.integers(4, 7)), size(rng)
    x, positions = rng.normal(size=(heads, n, d)), some_positions(rng, n)
    got, arguments = box.call_and_arguments("rotate", x, positions)
    got = array(got, "rotate(x, positions)", shape=x.shape)
    close(got, turned(x, positions), "rotate(x, positions)", rtol=1e-9, atol=1e-11)
    expect(
        same(array(arguments[0], "x after the call"), x),
        "rotate changed x itself. The caller still needs the unturned features; write into a new array.",
        "rotate a modifié x lui-même. L’appelant a encore besoin des composantes d’avant ; écrivez dans un nouveau tableau.",
    )


def check_scores(box, rng):
    d, n, m = size(rng), int(rng.integers(3, 6)), int(rng.integers(6, 9))
    q, k = rng.normal(size=(2, n, d)), rng.normal(size=(2, m, d))
    at, to = some_positions(rng, n), some_positions(rng, m)
    base = float(rng.uniform(100, 2000))
    first = array(box.call("scores", q, k, at, to, base), "scores(...)", shape=(2, n, m))
    shift = int(rng.integers(5, 900))
    moved = array(box.call("scores", q, k, at + shift, to + shift, base), "scores(...)", shape=(2, n, m))
    off = float(np.abs(first - moved).max())
    expect(
        off < 1e-8,
        f"Moved along by {shift} positions together, queries and keys should have the same scores; they differ by {off:.2g}. Turn both, in the same direction, each by its own position.",
        f"Déplacées ensemble de {shift} positions, requêtes et clés devraient garder leurs scores ; ils diffèrent de {off:.2g}. Tournez les deux, dans le même sens, chacune selon sa position.",
    )
    expect(
        not same(first, q @ np.swapaxes(k, -1, -2) / np.sqrt(d)),
        "The scores do not depend on the positions at all.",
        "Les scores ne dépendent pas du tout des positions.",
    )
    wanted = turned(q, at, base) @ np.swapaxes(turned(k, to, base), -1, -2)
    expect(
        not same(first, wanted),
        "The scores are not divided by the square root of d. A rotation keeps lengths, so the scaling stays as necessary as before.",
        "Les scores ne sont pas divisés par la racine carrée de d. Une rotation garde les longueurs : la mise à l’échelle reste aussi nécessaire qu’avant.",
    )
    close(first, wanted / np.sqrt(d), "scores(...)", rtol=1e-9, atol=1e-10)


def whole(q, k, v):
    """Causal attention over a whole sequence: what step by step must give as well."""
    n, d = q.shape
    at = np.arange(n)
    table = turned(q, at) @ turned(k, at).T / np.sqrt(d)
    weights = np.where(np.tri(n, dtype=bool), np.exp(table - table.max(axis=1, keepdims=True)), 0.0)
    return weights / weights.sum(axis=1, keepdims=True) @ v


def step(box, cache, q, k, v):
    answer, arguments = box.call_and_arguments("decode", cache, q, k, v)
    if not isinstance(answer, (tuple, list)) or len(answer) != 2 or not isinstance(answer[1], dict):
        fail(
            "decode should return (output, cache), the cache a dict with the keys k and v.",
            "decode devrait renvoyer (output, cache), le cache étant un dictionnaire de clés k et v.",
            actual=answer,
        )
    t = len(cache["k"])
    found = {
        name: array(answer[1].get(name), f'cache["{name}"]', shape=(t + 1, cache[name].shape[1]))
        for name in ("k", "v")
    }
    return array(answer[0], "output", shape=v.shape), found, arguments[0]


def check_decode(box, rng):
    n, d, e = int(rng.integers(5, 8)), size(rng), int(rng.integers(2, 5))
    q, k, v = rng.normal(size=(n, d)), rng.normal(size=(n, d)), rng.normal(size=(n, e))
    wanted, keys = whole(q, k, v), turned(k, np.arange(n))
    cache = {"k": np.empty((0, d)), "v": np.empty((0, e))}
    for t in range(n):
        output, cache, _ = step(box, cache, q[t], k[t], v[t])
        if t == 1:
            judge_second_key(cache["k"], k, keys)
        close(
            cache["v"], v[: t + 1], 'cache["v"]', rtol=1e-12,
            because=(
                'cache["v"] is not the list of values. Values are never turned: they are what is handed over, not what is compared.',
                'cache["v"] n’est pas la liste des valeurs. Les valeurs ne sont jamais tournées : c’est ce que l’on transmet, non ce que l’on compare.',
            ),
        )  # fmt: skip
        close(
            cache["k"], keys[: t + 1], 'cache["k"]', rtol=1e-9, atol=1e-11,
            because=(
                f"After step {t} the cached keys are not each turned once by its own position. What is in the cache is turned already; turn the new key alone.",
                f"Après l’étape {t}, les clés du cache ne sont pas tournées chacune une fois selon sa position. Ce qui est dans le cache est déjà tourné ; ne tournez que la nouvelle clé.",
            ),
        )  # fmt: skip
        close(
            output, wanted[t], "output", rtol=1e-8, atol=1e-10,
            because=(
                f"At step {t} the output is not that of attention over the whole sequence. The new token stands at position {t}, its query is turned as well, and it looks at itself too.",
                f"À l’étape {t}, la sortie n’est pas celle de l’attention sur la suite entière. Le nouveau token est en position {t}, sa requête est tournée elle aussi, et il se regarde lui-même.",
            ),
        )  # fmt: skip


def judge_second_key(got, k, keys):
    expect(
        not same(got[1], k[1]),
        "The second key is not turned: it was treated as position 0. A single row comes in, but it stands at position t, the length of the cache.",
        "La deuxième clé n’est pas tournée : elle a été prise pour la position 0. Une seule ligne arrive, mais elle est en position t, la longueur du cache.",
        expected=keys[1],
        actual=got[1],
    )


def check_cache_kept(box, rng):
    t, d = int(rng.integers(3, 6)), size(rng)
    before = {"k": rng.normal(size=(t, d)), "v": rng.normal(size=(t, 3))}
    q, k, v = rng.normal(size=d), rng.normal(size=d), rng.normal(size=3)
    _, _, after = step(box, before, q, k, v)
    kept = isinstance(after, dict) and all(
        isinstance(after.get(name), np.ndarray) and same(after[name], before[name]) for name in before
    )
    expect(
        kept,
        "The cache that was handed in has changed. Two continuations of one text share it: build a new one.",
        "Le cache reçu a changé. Deux suites d’un même texte le partagent : construisez-en un nouveau.",
    )


def check_halves(box, rng):
    d = 4 * int(rng.integers(2, 5)) + 2
    order = array(box.call("to_halves", d), "to_halves(d)", shape=(d,), kind="int")
    expect(
        np.array_equal(np.sort(order), np.arange(d)),
        "to_halves(d) should hold each of 0 to d-1 once.",
        "to_halves(d) devrait contenir chaque nombre de 0 à d-1 une fois.",
        actual=order,
    )
    wanted = np.concatenate([np.arange(0, d, 2), np.arange(1, d, 2)])
    expect(
        not np.array_equal(order, np.argsort(wanted)),
        "This is the way back, from halves to neighbours. p[j] says which feature of x comes to place j.",
        "C’est le chemin du retour, des moitiés vers les voisins. p[j] dit quelle composante de x vient à la place j.",
        expected=wanted,
        actual=order,
    )
    x, positions = rng.normal(size=(5, d)), some_positions(rng, 5)
    off = np.abs(in_halves(x[:, order], positions) - turned(x, positions)[:, order]).max()
    expect(
        off < 1e-9,
        "In this order the two layouts do not agree: the first half should hold the first feature of every pair, the second half the second.",
        "Dans cet ordre, les deux dispositions ne s’accordent pas : la première moitié devrait contenir la première composante de chaque paire, la seconde moitié la seconde.",
        expected=wanted,
        actual=order,
    )
