"""The checks of this lab: what attention must do, and what it must not see."""

import numpy as np

from tremplin.grader.checking import array, close, equal, expect, fail, finite


def reference_attention(q, k, v, mask):
    scores = np.einsum("...nd,...md->...nm", q, k) / np.sqrt(q.shape[-1])
    mask = np.broadcast_to(mask, scores.shape)
    highest = np.max(scores, axis=-1, keepdims=True, where=mask, initial=-1e300)
    weights = np.where(mask, np.exp(np.where(mask, scores - highest, 0.0)), 0.0)
    total = weights.sum(-1, keepdims=True)
    weights = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return weights @ v, weights


def reference_layer(x, weights, heads, mask):
    wq, wk, wv, wo = weights
    size = x.shape[1] // heads
    parts = []
    for h in range(heads):
        columns = slice(h * size, (h + 1) * size)
        parts.append(reference_attention(x @ wq[:, columns], x @ wk[:, columns], x @ wv[:, columns], mask)[0])
    return np.concatenate(parts, axis=1) @ wo


def sizes(rng):
    n = int(rng.integers(5, 9))
    return n, n + int(rng.integers(1, 4)), int(rng.integers(3, 7))


def layer(rng):
    n, heads, size = int(rng.integers(6, 10)), int(rng.integers(2, 4)), int(rng.integers(2, 5))
    d = heads * size
    return rng.normal(size=(n, d)), [rng.normal(size=(d, d)) / np.sqrt(d) for _ in range(4)], heads


def attend(box, q, k, v, mask):
    answer = box.call("attention", q, k, v, mask)
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        fail(
            "attention should return (output, weights).",
            "attention devrait renvoyer (output, weights).",
            actual=answer,
        )
    shape = (*q.shape[:-1], k.shape[-2])
    return array(answer[0], "output", shape=(*q.shape[:-1], v.shape[-1])), array(
        answer[1], "weights", shape=shape
    )


def check_mask(box, rng):
    n = int(rng.integers(4, 8))
    mask = array(box.call("causal_mask", n), "causal_mask(n)", shape=(n, n), kind="bool")
    expect(
        mask.diagonal().all(),
        "A position may look at itself: the diagonal is True.",
        "Une position peut se regarder elle-même : la diagonale est à True.",
        actual=mask,
    )
    expect(
        not np.triu(mask, 1).any(),
        "This mask lets a position look at the future: nothing above the diagonal may be True.",
        "Ce masque laisse voir le futur : rien au-dessus de la diagonale ne doit être à True.",
        actual=mask,
    )
    equal(mask, np.tril(np.ones((n, n), bool)), "causal_mask(n)")


def check_scale(box, rng):
    n, m, d = sizes(rng)
    q, k, v = rng.normal(size=(n, d)), rng.normal(size=(m, d)), rng.normal(size=(m, d + 1))
    everywhere = np.ones((n, m), bool)
    output, weights = attend(box, q, k, v, everywhere)
    _, unscaled = reference_attention(q * np.sqrt(d), k, v, everywhere)
    expect(
        np.abs(weights - unscaled).max() > 1e-9,
        f"The scores are not divided by the square root of d. Unscaled scores grow with d (here {d}), and softmax saturates.",
        f"Les scores ne sont pas divisés par la racine carrée de d. Sans cela ils croissent avec d (ici {d}) et softmax sature.",
    )
    _, too_much = reference_attention(q / np.sqrt(d), k, v, everywhere)
    expect(
        np.abs(weights - too_much).max() > 1e-9,
        "The scores are divided by d instead of its square root.",
        "Les scores sont divisés par d au lieu de sa racine carrée.",
    )
    sums = weights.sum(-1)
    expect(
        np.abs(sums - 1).max() < 1e-9,
        "The weights of each query (a row) should add up to 1.",
        "Les poids de chaque requête (une ligne) devraient avoir pour somme 1.",
        expected=1.0,
        actual=sums,
    )
    wanted, wanted_weights = reference_attention(q, k, v, everywhere)
    close(weights, wanted_weights, "weights", rtol=1e-9)
    close(output, wanted, "output", rtol=1e-9)


def check_masked_weights(box, rng):
    n, m, d = sizes(rng)
    q, k, v = rng.normal(size=(n, d)), rng.normal(size=(m, d)), rng.normal(size=(m, 3))
    mask = rng.random((n, m)) < 0.6
    mask[:, 0] = True
    output, weights = attend(box, q, k, v, mask)
    finite(weights, "weights")
    expect(
        not weights[~mask].any(),
        "Some weights are not zero where looking is not allowed.",
        "Des poids ne sont pas nuls là où regarder n’est pas permis.",
        expected=0.0,
        actual=float(np.abs(weights[~mask]).max()),
    )
    sums = weights.sum(-1)
    expect(
        np.abs(sums - 1).max() < 1e-9,
        "After masking, the weights of a row no longer add up to 1. Mask the scores before the softmax, not the weights after it.",
        "Après masquage, les poids d’une ligne n’ont plus pour somme 1. Masquez les scores avant la softmax, pas les poids après.",
        expected=1.0,
        actual=float(sums[np.abs(sums - 1).argmax()]),
    )
    wanted, wanted_weights = reference_attention(q, k, v, mask)
    close(weights, wanted_weights, "weights", rtol=1e-9)
    close(output, wanted, "output", rtol=1e-9)


def check_stable(box, rng):
    n, m, d = sizes(rng)
    q, k, v = rng.normal(size=(n, d)) * 300, rng.normal(size=(m, d)) * 300, rng.normal(size=(m, 3))
    mask = np.ones((n, m), bool)
    output, weights = attend(box, q, k, v, mask)
    expect(
        np.isfinite(weights).all(),
        "With large scores the weights became NaN or infinite. Subtract each row’s maximum before exp.",
        "Avec de grands scores, les poids deviennent NaN ou infinis. Retranchez le maximum de chaque ligne avant exp.",
    )
    close(weights, reference_attention(q, k, v, mask)[1], "weights", rtol=1e-7, atol=1e-9)


def check_empty_rows(box, rng):
    n, m, d = sizes(rng)
    q, k, v = rng.normal(size=(n, d)), rng.normal(size=(m, d)), rng.normal(size=(m, 3))
    mask = rng.random((n, m)) < 0.7
    mask[:, 1] = True
    blind = int(rng.integers(n))
    mask[blind] = False
    output, weights = attend(box, q, k, v, mask)
    expect(
        not np.isnan(weights).any() and not np.isnan(output).any(),
        f"Row {blind} may look nowhere, and became NaN (0/0). It should be 0.",
        f"La ligne {blind} ne peut rien regarder et devient NaN (0/0). Elle devrait valoir 0.",
    )
    expect(
        not weights[blind].any() and not output[blind].any(),
        f"Row {blind} may look nowhere, yet its weights are not zero: a large negative number in place of −∞ makes such a row uniform.",
        f"La ligne {blind} ne peut rien regarder, mais ses poids ne sont pas nuls : un grand nombre négatif à la place de −∞ rend une telle ligne uniforme.",
        expected=np.zeros(3),
        actual=weights[blind],
    )
    wanted, _ = reference_attention(q, k, v, mask)
    close(output, wanted, "output", rtol=1e-9)


def check_batched(box, rng):
    n, m, d = sizes(rng)
    q, k, v = (rng.normal(size=(2, 3, length, d)) for length in (n, m, m))
    mask = rng.random((n, m)) < 0.7
    mask[:, 0] = True
    output, _ = attend(box, q, k, v, mask)
    close(output, reference_attention(q, k, v, mask)[0], "output", rtol=1e-9)


def check_heads(box, rng):
    n, heads, size = int(rng.integers(4, 7)), int(rng.integers(2, 4)), int(rng.integers(2, 5))
    heads += heads == n
    x = rng.normal(size=(n, heads * size))
    parts = array(box.call("split_heads", x, heads), "split_heads(x, heads)", shape=(heads, n, size))
    wanted = np.stack([x[:, h * size : (h + 1) * size] for h in range(heads)])
    close(
        parts,
        wanted,
        "split_heads(x, heads)",
        because=(
            "Head 0 should hold the first features of every token. A reshape alone mixes tokens into heads: cut the feature axis, then move the head axis to the front.",
            "La tête 0 devrait contenir les premières composantes de chaque token. Un reshape seul mélange les tokens entre les têtes : découpez l’axe des composantes, puis amenez l’axe des têtes devant.",
        ),
    )
    close(
        box.call("merge_heads", wanted),
        x,
        "merge_heads(split_heads(x))",
        because=(
            "merge_heads does not undo split_heads. Move the head axis back beside the features before you reshape.",
            "merge_heads n’inverse pas split_heads. Ramenez l’axe des têtes à côté des composantes avant le reshape.",
        ),
    )


def check_layer(box, rng):
    x, weights, heads = layer(rng)
    wanted = reference_layer(x, weights, heads, np.tril(np.ones((len(x), len(x)), bool)))
    close(
        box.call("self_attention", x, *weights, heads), wanted, "self_attention(x, …)", rtol=1e-8, atol=1e-10
    )


def check_causal(box, rng):
    x, weights, heads = layer(rng)
    t = int(rng.integers(1, len(x)))
    before = array(box.call("self_attention", x, *weights, heads), "self_attention(x, …)", shape=x.shape)
    changed = x.copy()
    changed[t] += rng.normal(size=x.shape[1])
    after = array(box.call("self_attention", changed, *weights, heads), "self_attention(x, …)", shape=x.shape)
    moved = np.abs(after - before).max(axis=1) > 1e-9
    expect(
        not moved[:t].any(),
        f"Token {t} was changed, and the output at position {int(moved.argmax())} moved: it looked into the future.",
        f"Le token {t} a changé et la sortie à la position {int(moved.argmax())} a bougé : elle a regardé le futur.",
        expected=f"{t}…{len(x) - 1}",
        actual=np.flatnonzero(moved),
    )
    expect(
        moved[t:].all(),
        f"Token {t} was changed, but some later outputs did not move: they cannot see the past.",
        f"Le token {t} a changé, mais des sorties ultérieures n’ont pas bougé : elles ne voient pas le passé.",
        expected=f"{t}…{len(x) - 1}",
        actual=np.flatnonzero(moved),
    )


def check_padding(box, rng):
    x, weights, heads = layer(rng)
    real = np.ones(len(x), bool)
    real[: int(rng.integers(1, 3))] = False
    real[-1] = False
    mask = np.tril(np.ones((len(x), len(x)), bool)) & real
    got = array(
        box.call("self_attention", x, *weights, heads, real), "self_attention(x, …, real)", shape=x.shape
    )
    changed = x.copy()
    changed[~real] = rng.normal(size=(int((~real).sum()), x.shape[1]))
    other = array(
        box.call("self_attention", changed, *weights, heads, real),
        "self_attention(x, …, real)",
        shape=x.shape,
    )
    expect(
        np.abs(got - other)[real].max() < 1e-9 if np.isfinite(got[real]).all() else False,
        "Outputs of real tokens changed with what was in the padding. Nobody may look at padding: mask its columns.",
        "Les sorties de vrais tokens ont changé avec le contenu du remplissage. Personne ne peut le regarder : masquez ses colonnes.",
    )
    close(got, reference_layer(x, weights, heads, mask), "self_attention(x, …, real)", rtol=1e-8, atol=1e-10)
