"""The checks of this lab: against formulas, against theory on large samples, and against what must be possible."""

import numpy as np

from tremplin.grader.checking import close, expect, fail, number


def pair(value, name):
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        fail(f"{name} should return two numbers.", f"{name} devrait renvoyer deux nombres.", actual=value)
    return number(value[0], f"{name}(...)[0]"), number(value[1], f"{name}(...)[1]")


def wilson_of(hits, n, z=1.96):
    p = hits / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return centre - half, centre + half


def check_wilson(box, rng):
    n = int(rng.integers(40, 90))
    hits = int(n * rng.uniform(0.7, 0.9))
    low, high = pair(box.call("wilson", hits, n), "wilson")
    p = hits / n
    half = 1.96 * np.sqrt(p * (1 - p) / n)
    expect(
        abs(low - (p - half)) > 1e-9 or abs(high - (p + half)) > 1e-9,
        "That is the simple interval p ± z·sqrt(p(1−p)/n). It leaves [0, 1] and vanishes at 0 and 1; Wilson's does neither.",
        "C’est l’intervalle simple p ± z·sqrt(p(1−p)/n). Il sort de [0, 1] et s’annule en 0 et en 1 ; celui de Wilson, non.",
        expected=np.array(wilson_of(hits, n)),
        actual=np.array([low, high]),
    )
    close(np.array([low, high]), np.array(wilson_of(hits, n)), "wilson(hits, n)", rtol=1e-9)
    close(
        np.array(pair(box.call("wilson", n, n, 2.576), "wilson")),
        np.array(wilson_of(n, n, 2.576)),
        "wilson(n, n, z=2.576)",
        rtol=1e-9,
        atol=1e-12,
    )


def check_bootstrap(box, rng):
    values = rng.normal(size=400) * float(rng.uniform(1, 4)) + 10
    low, high = pair(box.call("bootstrap", values, 3000, int(rng.integers(1 << 30))), "bootstrap")
    error = values.std() / np.sqrt(len(values))
    expect(
        high - low > 1e-9,
        "All means are the same: the samples were drawn without replacement, so each is the whole data set. Let a value be drawn several times.",
        "Toutes les moyennes sont égales : les échantillons ont été tirés sans remise, chacun est donc l’ensemble entier. Laissez une valeur être tirée plusieurs fois.",
        actual=high - low,
    )
    expect(
        high - low < 10 * error,
        "The interval holds 95 % of the values, not of their means. Take the mean of each sample first, then the quantiles of these means.",
        "L’intervalle contient 95 % des valeurs, et non de leurs moyennes. Prenez d’abord la moyenne de chaque échantillon, puis les quantiles de ces moyennes.",
        expected=3.92 * error,
        actual=high - low,
    )
    expect(
        abs((high - low) / (3.92 * error) - 1) < 0.1,
        "The interval has the wrong width. The middle 95 % leaves 2.5 % on each side, not 5 %.",
        "L’intervalle n’a pas la bonne largeur. Les 95 % du milieu laissent 2,5 % de chaque côté, pas 5 %.",
        expected=3.92 * error,
        actual=high - low,
    )
    expect(
        abs((low + high) / 2 - values.mean()) < error,
        "The interval is not around the mean of the values.",
        "L’intervalle n’entoure pas la moyenne des valeurs.",
        expected=values.mean(),
        actual=(low + high) / 2,
    )


def check_coverage(box, rng):
    rounds, held = 250, 0
    seeds = rng.permutation(1 << 20)[:rounds]
    first = None
    for seed in seeds:
        values = rng.exponential(size=60)
        low, high = pair(box.call("bootstrap", values, 300, int(seed)), "bootstrap")
        held += low <= 1.0 <= high
        if first is None:
            first = values, int(seed), (low, high)
    again = pair(box.call("bootstrap", first[0], 300, first[1]), "bootstrap")
    other = pair(box.call("bootstrap", first[0], 300, first[1] + 1), "bootstrap")
    expect(
        again == first[2] and other != again,
        "The same seed should give the same interval, and another seed another. Draw everything from np.random.default_rng(seed).",
        "Une même graine devrait donner le même intervalle, et une autre graine un autre. Tirez tout de np.random.default_rng(seed).",
        expected=np.array(first[2]),
        actual=np.array(again),
    )
    expect(
        0.85 <= held / rounds <= 0.985,
        f"Of {rounds} intervals from new data, the truth was in {held}. More than nine in ten should hold it.",
        f"Sur {rounds} intervalles de données nouvelles, la vérité était dans {held}. Plus de neuf sur dix devraient la contenir.",
        expected="≈ 0.93",
        actual=held / rounds,
    )


def two_models(rng, n=200):
    difficulty = rng.normal(size=n) * 3
    return difficulty + rng.normal(size=n) * 0.5 + 0.1, difficulty + rng.normal(size=n) * 0.5


def check_paired(box, rng):
    a, b = two_models(rng)
    difference, error = pair(box.call("paired", a, b), "paired")
    close(difference, (a - b).mean(), "paired(a, b)[0]", rtol=1e-9)
    n = len(a)
    unpaired = np.sqrt(a.var(ddof=1) / n + b.var(ddof=1) / n)
    expect(
        abs(error - unpaired) > 1e-9,
        f"The error is that of two separate test sets, {unpaired / ((a - b).std(ddof=1) / np.sqrt(n)):.0f} times too large here. Both models met the same examples: take the differences first, and their spread.",
        f"L’erreur est celle de deux jeux de test séparés, ici {unpaired / ((a - b).std(ddof=1) / np.sqrt(n)):.0f} fois trop grande. Les deux modèles ont vu les mêmes exemples : prenez d’abord les différences, puis leur dispersion.",
        expected=(a - b).std(ddof=1) / np.sqrt(n),
        actual=error,
    )
    expect(
        abs(error - (a - b).std(ddof=1)) > 1e-9,
        "That is the spread of single differences. The error of their mean is smaller by the root of n.",
        "C’est la dispersion des différences une à une. L’erreur de leur moyenne est plus petite, de racine de n.",
        expected=(a - b).std(ddof=1) / np.sqrt(n),
        actual=error,
    )
    close(error, (a - b).std(ddof=1) / np.sqrt(n), "paired(a, b)[1]", rtol=1e-9)


def exact_p(differences):
    n = len(differences)
    signs = 1 - 2 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)
    means = np.abs((signs * differences).mean(axis=1))
    return float((means >= abs(differences.mean()) - 1e-12).mean())


def check_permutation(box, rng):
    a = rng.normal(size=11)
    b = a - rng.normal(size=11) - 0.5
    wanted = exact_p(a - b)
    slack = 5 * np.sqrt(wanted * (1 - wanted) / 8000) + 2e-3
    first, second = (
        number(
            box.call("permutation_test", *models, 8000, int(rng.integers(1 << 30))), "permutation_test(...)"
        )
        for models in ((a, b), (b, a))
    )
    one_way = abs(first + second - 1) < 3 * slack and min(first, second) < wanted / 2 + slack
    expect(
        not one_way or wanted > 0.9,
        "Only one direction was counted. Beforehand either model might have won: compare distances from zero, with abs.",
        "Un seul sens a été compté. Avant l’essai, l’un ou l’autre modèle pouvait gagner : comparez les distances à zéro, avec abs.",
        expected=wanted,
        actual=np.array([first, second]),
    )
    for p in (first, second):
        expect(
            abs(p - wanted) < slack,
            "The p-value is off. Keep the examples together: flip the sign of each difference on its own, and take the mean again.",
            "La valeur p est inexacte. Gardez les exemples appariés : retournez le signe de chaque différence pour elle-même, et reprenez la moyenne.",
            expected=wanted,
            actual=p,
        )


def check_never_zero(box, rng):
    a = rng.normal(size=40)
    p = number(
        box.call("permutation_test", a + 5, a, 199, int(rng.integers(1 << 30))), "permutation_test(...)"
    )
    expect(
        p > 0,
        "The p-value is 0, after 199 draws. So few draws cannot show more than 1 in 200: count the observed difference among them.",
        "La valeur p est 0, après 199 tirages. Si peu de tirages ne peuvent montrer plus que 1 sur 200 : comptez-y la différence observée.",
        expected=1 / 200,
        actual=p,
    )
    close(p, 1 / 200, "permutation_test(...)", rtol=1e-9)


def error_of(confidence, right, bins):
    number_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        (number_of == k).sum() * abs(confidence[number_of == k].mean() - right[number_of == k].mean())
        for k in set(number_of)
    ]
    return sum(gaps) / len(confidence), [
        gap / max(1, (number_of == k).sum()) for gap, k in zip(gaps, set(number_of))
    ]


def check_calibration(box, rng):
    bins = int(rng.integers(5, 12))
    confidence = rng.beta(4, 1.5, size=300)
    right = (rng.random(300) < confidence**2).astype(float)
    wanted, gaps = error_of(confidence, right, bins)
    got = number(box.call("calibration_error", confidence, right, bins), "calibration_error(...)")
    expect(
        abs(got - np.mean(gaps)) > 1e-9 and abs(got - np.sum(gaps) / bins) > 1e-9,
        "Every bin was given the same weight. A bin with 3 examples should not count as much as one with 100.",
        "Chaque classe a reçu le même poids. Une classe de 3 exemples ne devrait pas compter autant qu’une de 100.",
        expected=wanted,
        actual=got,
    )
    expect(
        abs(got - abs(confidence.mean() - right.mean())) > 1e-9 or abs(got - wanted) < 1e-9,
        "Gaps of both signs cancelled out. Take the distance in each bin, before you add up.",
        "Des écarts des deux signes se sont compensés. Prenez la distance dans chaque classe, avant d’additionner.",
        expected=wanted,
        actual=got,
    )
    close(got, wanted, "calibration_error(...)", rtol=1e-9)


def check_sure(box, rng):
    confidence = np.concatenate([np.ones(30), rng.uniform(0.5, 0.6, size=10)])
    right = (rng.random(40) < 0.6).astype(float)
    wanted, _ = error_of(confidence, right, 10)
    got = number(box.call("calibration_error", confidence, right, 10), "calibration_error(...)")
    close(
        got,
        wanted,
        "calibration_error(...)",
        rtol=1e-9,
        because=(
            "Examples with a confidence of exactly 1 were left out, and empty bins must not matter. The last bin includes its upper end.",
            "Les exemples de confiance exactement égale à 1 ont été laissés de côté, et les classes vides ne doivent pas compter. La dernière classe comprend sa borne supérieure.",
        ),
    )


def check_best(box, rng):
    scores = rng.normal(size=int(rng.integers(8, 15))) * 0.02 + 0.8
    n, ordered = len(scores), np.sort(scores)
    ranks = np.arange(1, n + 1)
    for k in (1, 2, 5, 40):
        wanted = float((ordered * ((ranks / n) ** k - ((ranks - 1) / n) ** k)).sum())
        got = number(box.call("expected_best", scores, k), "expected_best(scores, k)")
        expect(
            abs(got - ordered[-1]) > 1e-9 or abs(wanted - ordered[-1]) < 1e-9,
            f"That is the best of all {n} runs. With {k} tries one does not find it each time: what is the chance that the best of {k} is the one of rank i?",
            f"C’est le meilleur des {n} essais. Avec {k} tentatives, on ne le trouve pas à chaque fois : quelle est la chance que le meilleur de {k} soit celui de rang i ?",
            expected=wanted,
            actual=got,
        )
        close(got, wanted, f"expected_best(scores, {k})", rtol=1e-9)
