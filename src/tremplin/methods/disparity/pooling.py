"""Rates of small groups, drawn towards what all groups show together, as far as the data say that they are alike.

Beta-binomial with both hyperparameters integrated out by quadrature, no sampling: the mean uniform, and the prior
strength κ with density 1 / (1 + κ)², uniform in the shrinkage κ / (1 + κ) of a group of one (Gelman et al., Bayesian
Data Analysis, 3rd ed., 2013, section 5.3, for the model). Groups, or the cohorts of one group.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tremplin.methods.disparity.rates import LEVEL, Estimate, RateError, quantile

_MEANS, _STRENGTHS = 32, 24


@dataclass(frozen=True, slots=True)
class Pooled:
    """`rates`: one for each group, posterior mean between the ends of its interval. `mean`: of all groups.
    `shrunk`: how far each was drawn to it, 0 not at all, 1 wholly (expected prior share of each posterior)."""

    rates: tuple[Estimate, ...]
    mean: Estimate
    shrunk: tuple[float, ...]


def pooled(parts: Sequence[int], wholes: Sequence[int], *, level: float = LEVEL) -> Pooled:
    """Partially pooled rates of groups with `parts` of `wholes`; a group of nobody is what the others say of it.

    Ends to 1e-6. Raises RateError. O(groups × 768 points of quadrature).
    """
    if len(parts) != len(wholes) or any(not 0 <= x <= n for x, n in zip(parts, wholes, strict=False)):
        raise RateError("Each group has a part of its whole: as many parts as wholes, none larger.")
    quantile(level)
    if not parts:
        return Pooled((), Estimate(0.0, 0.5, 1.0), ())
    from scipy.special import betainc, betaln

    means, across = np.polynomial.legendre.leggauss(_MEANS)
    shares, along = np.polynomial.legendre.leggauss(_STRENGTHS)
    mean, shrink = (1 + means) / 2, (1 + shares) / 2
    a = np.outer(mean, shrink / (1 - shrink)).ravel()
    b = np.outer(1 - mean, shrink / (1 - shrink)).ravel()
    x, n = np.array(parts, float), np.array(wholes, float)
    fits = (betaln(a + x[:, None], b + (n - x)[:, None]) - betaln(a, b)).sum(0)
    weight: Any = np.outer(across, along).ravel() * np.exp(fits - fits.max())
    weight /= weight.sum()
    heavy = weight > 1e-9 * weight.max()  # the rest moves no end by 1e-6
    rates = []
    for part, whole in zip(x, n, strict=True):
        up, down = a[heavy] + part, b[heavy] + whole - part
        rates.append(_estimate(weight[heavy] / weight[heavy].sum(), up, down, betainc, level))
    drawn = tuple(float(weight @ ((a + b) / (a + b + whole))) for whole in n)
    by_mean = weight.reshape(_MEANS, _STRENGTHS).sum(1)
    ends = np.interp([(1 - level) / 2, (1 + level) / 2], np.cumsum(by_mean) - by_mean / 2, mean)
    return Pooled(tuple(rates), Estimate(float(ends[0]), float(by_mean @ mean), float(ends[1])), drawn)


def _estimate(weight: Any, up: Any, down: Any, betainc: Any, level: float) -> Estimate:
    """The ends of a mixture of beta distributions, by halving."""
    value = float(weight @ (up / (up + down)))
    ends = []
    for wanted in ((1 - level) / 2, (1 + level) / 2):
        low, high = 0.0, 1.0
        for _halving in range(24):
            middle = (low + high) / 2
            if float(weight @ betainc(up, down, middle)) < wanted:
                low = middle
            else:
                high = middle
        ends.append((low + high) / 2)
    return Estimate(min(ends[0], value), value, max(ends[1], value))
