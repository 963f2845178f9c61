"""The checks of this lab. Chance is handed in, so nearly everything can be asked exactly."""

from itertools import product

import numpy as np

from tremplin.grader.checking import array, close, equal, expect, fail, number


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def cut(p, kept):
    result = np.zeros_like(p)
    result[kept] = p[kept]
    return result / result.sum()


def nucleus(p, threshold):
    order, total = np.argsort(-p, kind="stable"), 0.0
    for n, i in enumerate(order, start=1):
        total += p[i]
        if total >= threshold:
            return order[:n]
    return order


def spread(rng, n):
    """Probabilities of quite different sizes, none near a limit of another."""
    return rng.permutation(softmax(np.linspace(0, 3, n) + rng.uniform(-0.1, 0.1, size=n)))


def same(a, b):
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-9, atol=1e-12))


def check_temperature(box, rng):
    z, t = rng.normal(size=int(rng.integers(4, 9))), float(rng.uniform(0.3, 0.8))
    p = array(box.call("with_temperature", z, t), "with_temperature(z, t)", shape=z.shape)
    expect(
        not same(p, softmax(z * t)),
        "The scores are multiplied by t. A low temperature should sharpen: divide.",
        "Les scores sont multipliés par t. Une température basse devrait accentuer : divisez.",
        expected=softmax(z / t),
    )
    expect(
        not same(p, softmax(z) / t),
        "The probabilities are divided by t, not the scores: they no longer add up to 1.",
        "Ce sont les probabilités qui sont divisées par t, et non les scores : leur somme n’est plus 1.",
    )
    close(p, softmax(z / t), "with_temperature(z, t)")


def check_cold(box, rng):
    z = rng.integers(-3, 4, size=7) * 1.0
    z[[2, 5]] = 6.0
    p = array(box.call("with_temperature", z, 0), "with_temperature(z, 0)", shape=z.shape)
    expect(
        not np.isnan(p).any(),
        "With t = 0 there are NaN: a division by zero. The whole probability should go to the largest score.",
        "Avec t = 0, il y a des NaN : une division par zéro. Toute la probabilité devrait aller au plus grand score.",
    )
    close(p, np.eye(7)[2], "with_temperature(z, 0)")
    p = array(box.call("with_temperature", z * 1000, 0.01), "with_temperature(z, 0.01)", shape=z.shape)
    expect(
        np.isfinite(p).all(),
        "Scores of thousands, or a temperature of 0.01, give NaN. Subtract the largest score before exp, as in the softmax lab.",
        "Des scores de plusieurs milliers, ou une température de 0,01, donnent NaN. Retranchez le plus grand score avant exp, comme dans le TP softmax.",
        actual=p,
    )
    close(p, (z == 6) / 2, "with_temperature(z, 0.01)")


def check_top_k(box, rng):
    p, k = spread(rng, 9), int(rng.integers(3, 6))
    got = array(box.call("top_k", p, k), "top_k(p, k)", shape=p.shape)
    kept = np.argsort(-p)[:k]
    expect(
        not same(got, cut(p, kept) * p[kept].sum()),
        f"What is left adds up to {got.sum():.3f}. Divide by its sum: somebody is going to draw from it.",
        f"Ce qui reste a pour somme {got.sum():.3f}. Divisez par cette somme : quelqu’un va y tirer.",
    )
    expect(
        not same(got, cut(p, np.argsort(p)[:k])),
        "The k smallest were kept. np.argsort goes upwards.",
        "Les k plus petites ont été gardées. np.argsort va en montant.",
        expected=cut(p, kept),
        actual=got,
    )
    close(got, cut(p, kept), "top_k(p, k)")
    close(box.call("top_k", p, 20), p, "top_k with k larger than V")


def check_ties(box, rng):
    p = np.array([0.1, 0.2, 0.1, 0.2, 0.2, 0.1, 0.1])
    got = array(box.call("top_k", p, 2), "top_k(p, 2)", shape=p.shape)
    expect(
        (got > 0).sum() == 2,
        f"With equal probabilities {(got > 0).sum()} symbols were kept instead of 2. Comparing with the k-th largest value keeps all that are equal to it; keep by place instead.",
        f"Avec des probabilités égales, {(got > 0).sum()} symboles ont été gardés au lieu de 2. Comparer à la k-ième plus grande valeur garde toutes celles qui lui sont égales ; gardez plutôt par place.",
    )
    close(got, cut(p, [1, 3]), "top_k(p, 2), of equal ones the first")


def check_top_p(box, rng):
    p = spread(rng, 9)
    while p.argmax() == 0:  # else what comes back sorted might be right
        p = spread(rng, 9)
    down = np.cumsum(np.sort(p)[::-1])
    n = int(rng.integers(2, 6))
    threshold = float((down[n - 1] + down[n]) / 2)
    got = array(box.call("top_p", p, threshold), "top_p(p, threshold)", shape=p.shape)
    kept = nucleus(p, threshold)
    expect(
        not same(got, cut(p, kept[:-1])),
        f"The sum stops at {p[kept[:-1]].sum():.3f}, below the threshold of {threshold:.3f}. The symbol with which it is reached belongs to them.",
        f"La somme s’arrête à {p[kept[:-1]].sum():.3f}, sous le seuil de {threshold:.3f}. Le symbole qui fait atteindre le seuil en fait partie.",
    )
    in_order = np.zeros_like(p)
    in_order[: len(kept)] = p[kept] / p[kept].sum()
    expect(
        not same(got, in_order),
        "The probabilities come back sorted. Each should stand at the place of its own symbol.",
        "Les probabilités reviennent triées. Chacune devrait être à la place de son propre symbole.",
        expected=cut(p, kept),
        actual=got,
    )
    close(got, cut(p, kept), "top_p(p, threshold)")


def check_one_is_left(box, rng):
    p = np.array([0.02, 0.9, 0.05, 0.03])[rng.permutation(4)]
    got = array(box.call("top_p", p, 0.5), "top_p(p, 0.5)", shape=p.shape)
    expect(
        np.isfinite(got).all() and got.sum() > 0,
        "A symbol with a probability of 0.9 is beyond a threshold of 0.5 by itself, and nothing was kept. One symbol is always left.",
        "Un symbole de probabilité 0,9 dépasse à lui seul un seuil de 0,5, et rien n’a été gardé. Il reste toujours un symbole.",
    )
    close(got, (p == 0.9) * 1.0, "top_p(p, 0.5)")
    close(box.call("top_p", np.full(10, 0.1), 1.0), np.full(10, 0.1), "top_p(p, 1)")


def picked(p, u):
    return np.minimum(np.searchsorted(np.cumsum(p), u, side="right"), np.flatnonzero(p)[-1])


def check_pick(box, rng):
    p, u = spread(rng, 6), rng.random(400)
    got = array(box.call("pick", p, u), "pick(p, u)", shape=(400,), kind="int")
    equal(got, picked(p, u), "pick(p, u)")


def check_pick_ends(box, rng):
    p = np.array([0.0, *[0.1] * 10, 0.0])
    u = np.array([0.0, 0.5, np.nextafter(1.0, 0.0)])
    got = array(box.call("pick", p, u), "pick(p, u)", shape=(3,), kind="int")
    expect(
        got[0] != 0,
        'With u = 0 the first symbol was picked, whose probability is 0. A symbol has the numbers from its lower end, included, to its upper end, excluded: side="right".',
        'Avec u = 0, c’est le premier symbole qui est tiré, de probabilité 0. Un symbole a les nombres de sa borne inférieure, comprise, à sa borne supérieure, exclue : side="right".',
    )
    expect(
        got[2] == 10,
        "With u just below 1 a symbol was picked that has probability 0, or none at all. Ten times 0.1 adds up to 0.9999999999999999: the last sum may stay below u.",
        "Avec u juste sous 1, on a tiré un symbole de probabilité 0, ou aucun. Dix fois 0,1 font 0,9999999999999999 : la dernière somme peut rester sous u.",
    )


def check_together(box, rng):
    """Temperature before the nucleus: the other order keeps other symbols."""
    z, u = np.log(spread(rng, 8)), rng.random(300)
    for t, k, threshold in ((0.5, None, 0.8), (1.8, 5, 0.7), (1.0, 2, None), (0, None, None)):
        p = np.eye(8)[z.argmax()] if t == 0 else softmax(z / t)
        p = p if k is None else cut(p, np.argsort(-p)[:k])
        wanted = picked(p if threshold is None else cut(p, nucleus(p, threshold)), u)
        got = array(
            box.call("next_symbols", z, u, t, k, threshold), "next_symbols(...)", shape=u.shape, kind="int"
        )
        if t and threshold:
            plain = softmax(z)
            plain = plain if k is None else cut(plain, np.argsort(-plain)[:k])
            late = softmax(np.where(cut(plain, nucleus(plain, threshold)) > 0, z, -np.inf) / t)
            expect(
                np.array_equal(wanted, picked(late, u)) or not np.array_equal(got, picked(late, u)),
                f"With t = {t} and a threshold of {threshold} the symbols were cut off before the temperature was applied. It changes how many are needed to reach the threshold: temperature comes first.",
                f"Avec t = {t} et un seuil de {threshold}, les symboles ont été écartés avant d’appliquer la température. Elle change le nombre qu’il en faut pour atteindre le seuil : la température vient d’abord.",
            )
        equal(got, wanted, f"next_symbols(logits, u, t={t}, k={k}, threshold={threshold})")


def check_speculate(box, rng):
    n, p, q = 20_000, spread(rng, 6), spread(rng, 6)
    draft, u, v = picked(q, rng.random(n)), rng.random(n), rng.random(n)
    got = array(box.call("speculate", p, q, draft, u, v), "speculate(...)", shape=(n,), kind="int")
    expect(
        got.min() >= 0 and got.max() < 6,
        "Some results are not symbols.",
        "Certains résultats ne sont pas des symboles.",
    )
    stays = u < p[draft] / q[draft]
    expect(
        np.array_equal(got[stays], draft[stays]),
        "Some drafts were thrown away that should have stayed: keep draft[i] if u[i] < p / q, with the large model's p on top.",
        "Des propositions ont été rejetées qui auraient dû rester : gardez draft[i] si u[i] < p / q, avec le p du grand modèle au numérateur.",
    )
    share = np.bincount(got, minlength=6) / n
    off = np.abs(share - p) / np.sqrt(p * (1 - p) / n)
    worst = int(off.argmax())
    expect(
        off.max() < 5,
        f"Symbol {worst} came in {share[worst]:.1%} of {n} draws, and the large model wants {p[worst]:.1%}: {off[worst]:.0f} standard errors away. A rejected draft is replaced from max(p - q, 0), scaled; what p and q share has been given out already.",
        f"Le symbole {worst} est venu dans {100 * share[worst]:.1f} % de {n} tirages, et le grand modèle en veut {100 * p[worst]:.1f} % : {off[worst]:.0f} erreurs types d’écart. Une proposition rejetée se remplace d’après max(p - q, 0), mis à l’échelle ; ce que p et q ont en commun est déjà distribué.",
        expected=p,
        actual=share,
    )
    rest = np.maximum(p - q, 0)
    equal(got, np.where(stays, draft, picked(rest / rest.sum(), v)), "speculate(...)")


def check_drafts_kept(box, rng):
    p = spread(rng, 5)
    draft = picked(p, rng.random(50))
    got, arguments = box.call_and_arguments("speculate", p, p, draft, rng.random(50), rng.random(50))
    equal(
        got, draft, "speculate(p, p, …)",
        because=(
            "Where both models agree, every draft should stay.",
            "Là où les deux modèles sont d’accord, chaque proposition devrait rester.",
        ),
    )  # fmt: skip
    q = spread(rng, 5)
    draft = picked(q, rng.random(200))
    _, arguments = box.call_and_arguments("speculate", p, q, draft, rng.random(200), rng.random(200))
    expect(
        np.array_equal(arguments[2], draft),
        "speculate changed the drafts that it was given. Work on a copy.",
        "speculate a modifié les propositions reçues. Travaillez sur une copie.",
    )


def chain(rng, size):
    return np.log([softmax(row) for row in rng.normal(size=(size, size)) * 1.5])


def searched(logp, start, end, width, steps, alpha=0.0, *, mistake="", coin=float):
    """The reference, and three ways to get it wrong. `coin` decides ties."""
    running, finished = [((), 0.0)], []
    for _ in range(steps):
        longer = []
        for s, score in running:
            follow = [((*s, b), score + logp[s[-1] if s else start, b]) for b in range(len(logp))]
            share = max(1, width // len(running)) if mistake == "one each" else len(logp)
            longer += sorted(follow, key=lambda item: -item[1])[:share]
        running = sorted(longer, key=lambda item: (-round(item[1], 9), coin()))[:width]
        if mistake == "goes on":
            continue
        finished += [item for item in running if item[0][-1] == end]
        running = [item for item in running if item[0][-1] != end]
        if mistake == "first finished" and finished:
            return finished[0]
    return max(finished + running, key=lambda item: item[1] / len(item[0]) ** alpha)


def found(box, *arguments):
    answer = box.call("beam", *arguments)
    if (
        not isinstance(answer, (tuple, list))
        or len(answer) != 2
        or not isinstance(answer[0], (tuple, list, np.ndarray))
    ):
        fail("beam should return (symbols, score).", "beam devrait renvoyer (symbols, score).", actual=answer)
    symbols = tuple(int(number(s, "a symbol")) for s in answer[0])
    expect(
        all(0 <= s < len(arguments[0]) for s in symbols),
        "Some of the symbols are none of the alphabet.",
        "Certains des symboles ne sont pas de l’alphabet.",
    )
    return symbols, number(answer[1], "score")


def where(rng, test, width, steps, alpha=0.0):
    """A chain on which the mistake shows, and on which the search ends equally well whoever decides ties.

    (Ties are not rare: two sequences that pass the same steps in another order have the same sum.)
    """
    while True:
        logp = chain(rng, 5)
        best = searched(logp, 0, 3, width, steps, alpha)
        others = (
            searched(logp, 0, 3, width, steps, alpha, coin=rng.random) for _ in range(5 if width < 999 else 0)
        )
        if test(logp) and all(len(o[0]) == len(best[0]) and abs(o[1] - best[1]) < 1e-9 for o in others):
            return logp


def as_good(logp, symbols, wanted, steps):
    """Whether it is a whole sequence with the sum and the length of the wanted one, or that one itself."""
    whole = bool(symbols) and 3 not in symbols[:-1] and (symbols[-1] == 3 or len(symbols) == steps)
    return whole and len(symbols) == len(wanted) and abs(total(logp, symbols) - total(logp, wanted)) < 1e-9


def total(logp, symbols):
    return sum(logp[a, b] for a, b in zip((0, *symbols), symbols, strict=False))


def shows(mistake, width=999, steps=4):
    def test(logp):
        return searched(logp, 0, 3, width, steps)[0] != searched(logp, 0, 3, width, steps, mistake=mistake)[0]

    return test


def check_beam_finds(box, rng):
    """With a beam as wide as everything, nothing can be missed."""
    greedy = where(rng, lambda m: searched(m, 0, 3, 1, 4)[0] != searched(m, 0, 3, 999, 4)[0], 999, 4)
    symbols, score = found(box, greedy, 0, 3, 999, 4)
    best, sums = likeliest(greedy)
    expect(
        symbols != searched(greedy, 0, 3, 1, 4)[0],
        "This is the greedy choice: the best symbol at every step. A beam keeps several sequences, since a good start may lead nowhere.",
        "C’est le choix glouton : le meilleur symbole à chaque étape. Un faisceau garde plusieurs suites, car un bon début peut ne mener nulle part.",
        expected=list(best),
        actual=list(symbols),
    )
    logp = where(rng, shows("first finished"), 999, 4)
    early, _ = found(box, logp, 0, 3, 999, 4)
    expect(
        early != searched(logp, 0, 3, 999, 4, mistake="first finished")[0],
        "The search stopped when the first sequence ended, and a later one was likelier. Go on until nothing is running, or the rounds are over.",
        "La recherche s’est arrêtée à la première suite terminée, et une autre, plus tardive, était plus probable. Continuez jusqu’à ce que plus rien ne soit en cours, ou que les tours soient finis.",
    )
    for answer, table in ((symbols, greedy), (early, logp)):
        expect(
            as_good(table, answer, likeliest(table)[0], 4),
            "With a beam wide enough for every sequence, the likeliest was not found.",
            "Avec un faisceau assez large pour toutes les suites, la plus probable n’a pas été trouvée.",
            expected=list(likeliest(table)[0]),
            actual=list(answer),
        )
    close(score, sums[best], "score of beam", rtol=1e-9)


def likeliest(logp):
    """By trying all sequences of four."""
    every = [s[: s.index(3) + 1] if 3 in s else s for s in product(range(5), repeat=4)]
    sums = {s: total(logp, s) for s in every}
    return max(sums, key=sums.get), sums


def check_finished(box, rng):
    """After the end something else is nearly certain, so that going on costs next to nothing."""
    logits = rng.normal(size=(5, 5)) * 0.5
    logits[:, 3] -= 4.0
    logits[3] = [9.0, 0.0, 0.0, 0.0, 0.0]
    logits[0] = [-4.0, 1.0, 0.5, 3.0, -4.0]
    logp = np.log([softmax(row) for row in logits])
    symbols, _ = found(box, logp, 0, 3, 4, 4)
    expect(
        3 not in symbols[:-1],
        "The sequence goes on after its end. What is finished is set aside and not extended.",
        "La suite continue après sa fin. Ce qui est terminé est mis de côté et n’est plus prolongé.",
    )
    expect(
        symbols == (3,),
        "A finished sequence was lost. It stays a candidate until the end, beside those that are still running.",
        "Une suite terminée a été perdue. Elle reste candidate jusqu’à la fin, à côté de celles qui sont encore en cours.",
    )


def check_beam_width(box, rng):
    narrow = shows("one each", width=2, steps=6)
    logp = where(rng, lambda m: narrow(m) and searched(m, 0, 3, 2, 6)[0] != searched(m, 0, 3, 1, 6)[0], 2, 6)
    symbols, score = found(box, logp, 0, 3, 2, 6)
    wanted, wanted_score = searched(logp, 0, 3, 2, 6)
    expect(
        as_good(logp, symbols, wanted, 6),
        "A beam of 2 gave another sequence than the two best of all extensions lead to. Put the extensions of all sequences together before you keep the best: two of them may come from the same.",
        "Un faisceau de 2 a donné une autre suite que celle où mènent les deux meilleurs de tous les prolongements. Mettez ensemble les prolongements de toutes les suites avant de garder les meilleurs : deux peuvent venir de la même.",
        expected=list(wanted),
        actual=list(symbols),
    )
    close(score, wanted_score, "score of beam", rtol=1e-9)


def check_length(box, rng):
    logp = where(rng, lambda m: searched(m, 0, 3, 4, 6)[0] != searched(m, 0, 3, 4, 6, 1.0)[0], 4, 6, 1.0)
    symbols, score = found(box, logp, 0, 3, 4, 6, 1.0)
    wanted, wanted_score = searched(logp, 0, 3, 4, 6, 1.0)
    expect(
        as_good(logp, symbols, wanted, 6),
        "With alpha = 1 the choice should go by the score per symbol. Every further symbol makes a sum of logarithms smaller, so plain sums favour short sequences.",
        "Avec alpha = 1, le choix devrait se faire d’après le score par symbole. Chaque symbole de plus diminue une somme de logarithmes, les sommes brutes favorisent donc les suites courtes.",
        expected=list(wanted),
        actual=list(symbols),
    )
    close(score, wanted_score, "score of beam, the plain sum", rtol=1e-9)
