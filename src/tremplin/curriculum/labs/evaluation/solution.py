import numpy as np


def wilson(hits, n, z=1.96):
    p = hits / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return float(centre - half), float(centre + half)


def bootstrap(values, draws, seed):
    rng = np.random.default_rng(seed)
    means = values[rng.integers(0, len(values), size=(draws, len(values)))].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def paired(a, b):
    differences = a - b
    return float(differences.mean()), float(differences.std(ddof=1) / np.sqrt(len(differences)))


def permutation_test(a, b, draws, seed):
    rng = np.random.default_rng(seed)
    differences = a - b
    signs = rng.choice([-1.0, 1.0], size=(draws, len(differences)))
    by_chance = np.abs((signs * differences).mean(axis=1))
    as_large = (by_chance >= abs(differences.mean()) - 1e-12).sum()
    return float((as_large + 1) / (draws + 1))


def calibration_error(confidence, right, bins):
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    total = 0.0
    for k in range(bins):
        inside = number == k
        if inside.any():
            total += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
    return float(total)


def expected_best(scores, k):
    n = len(scores)
    ranks = np.arange(1, n + 1)
    weights = (ranks / n) ** k - ((ranks - 1) / n) ** k
    return float((np.sort(scores) * weights).sum())
