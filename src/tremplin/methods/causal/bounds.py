"""What those who cannot be found again could change, and what a draw of this size could show at all."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from tremplin.methods.causal.designs import CONTROL, OFFERED, CausalError, Floats
from tremplin.methods.causal.effects import LEVEL, Trial
from tremplin.methods.disparity.power import EXACT, POWER, detectable
from tremplin.methods.disparity.rates import quantile


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that the effect can be. `answered_offered`, `answered_control`: weighted shares of whom
    an outcome is known; `trimmed`: the share of the better-known arm that was set aside (0 for Manski)."""

    low: float
    high: float
    answered_offered: float
    answered_control: float
    trimmed: float


def manski_bounds(trial: Trial, *, least: float, most: float) -> Bounds:
    """Every unknown outcome at its worst and at its best, between `least` and `most`; nothing else is assumed.

    Manski, “Nonparametric bounds on treatment effects”, American Economic Review 80, 1990. Raises CausalError.
    """
    known = trial.outcomes[~np.isnan(trial.outcomes)]
    if not least <= most or (known < least).any() or (known > most).any():
        raise CausalError(
            f"Outcomes lie between {least:g} and {most:g}: one known does not, or the two are turned."
        )
    means = []
    for arm in (OFFERED, CONTROL):
        values, weights = _arm(trial, arm)
        missing = np.isnan(values)
        means.append(
            [float(np.average(np.where(missing, fill, values), weights=weights)) for fill in (least, most)]
        )
    answered = _answered(trial)
    return Bounds(means[0][0] - means[1][1], means[0][1] - means[1][0], *answered, 0.0)


def lee_bounds(trial: Trial) -> Bounds:
    """The effect on those who would answer in either arm, assuming that an offer moves answering one way alone.

    The arm that answers more is trimmed from above and from below to the share of the other (Lee, “Training, wages,
    and sample selection”, Review of Economic Studies 76, 2009), by weights of assigned chance. A person at the edge
    is trimmed in part. Raises CausalError where nobody of an arm answered.
    """
    answered = _answered(trial)
    if not min(answered):
        raise CausalError("Nobody of one arm answered: those who would answer in either are nobody.")
    more, fewer = (OFFERED, CONTROL) if answered[0] >= answered[1] else (CONTROL, OFFERED)
    trimmed = 1 - min(answered) / max(answered)
    values, weights = (part[~np.isnan(_arm(trial, more)[0])] for part in _arm(trial, more))
    low, high = _trimmed(values, weights, trimmed), -_trimmed(-values, weights, trimmed)
    theirs, their_weights = _arm(trial, fewer)
    seen = ~np.isnan(theirs)
    other = float(np.average(theirs[seen], weights=their_weights[seen]))
    ends = (low - other, high - other) if more == OFFERED else (other - high, other - low)
    return Bounds(*ends, *answered, trimmed)


def _arm(trial: Trial, arm: int) -> tuple[Floats, Floats]:
    inside = trial.comparable & (trial.arms == arm)
    if not inside.any():
        raise CausalError("An arm has nobody: no effect can be read from this draw.")
    chance = trial.design.offered if arm == OFFERED else trial.design.control
    return trial.outcomes[inside], 1 / chance[inside]


def _answered(trial: Trial) -> tuple[float, float]:
    shares = []
    for arm in (OFFERED, CONTROL):
        values, weights = _arm(trial, arm)
        shares.append(float(np.average(~np.isnan(values), weights=weights)))
    return shares[0], shares[1]


def _trimmed(values: Floats, weights: Floats, share: float) -> float:
    """The mean without the highest `share` of weight."""
    order = np.argsort(values, kind="stable")
    values, weights = values[order], weights[order]
    room = (1 - share) * weights.sum()
    taken = np.clip(room - np.concatenate([[0.0], np.cumsum(weights)[:-1]]), 0.0, weights)
    return float(values @ taken / taken.sum())


@dataclass(frozen=True, slots=True)
class Smallest:
    """The smallest effects that would be found with `power`; None: not even the largest possible one.

    Of eight places it is huge, and says that one cohort proves nothing.
    """

    up: float | None
    down: float | None
    power: float


def smallest_share(
    offered: int,
    control: int,
    rate: float,
    *,
    level: float = LEVEL,
    power: float = POWER,
    effort: int = EXACT,
) -> Smallest:
    """For an outcome of yes and no, of which `rate` of the control say yes: in points of share, exact up to `effort`
    (four million) outcomes, normal beyond. Raises RateError."""
    found = detectable(offered, control, rate, level=level, power=power, effort=effort)
    return Smallest(
        None if found.more is None else (found.more - 1) * rate,
        None if found.fewer is None else (found.fewer - 1) * rate,
        power,
    )


def smallest_mean(
    offered: int, control: int, spread: float, *, level: float = LEVEL, power: float = POWER
) -> Smallest:
    """For an outcome in numbers with standard deviation `spread`, by Student's t: exact for normal outcomes.

    Raises CausalError.
    """
    if offered < 1 or control < 1 or offered + control < 3 or not spread > 0 or not 0 < power < 1:
        raise CausalError("Two arms with somebody in them, three people at least, and a spread above 0.")
    quantile(level)
    from scipy.stats import nct, t

    freedom, scale = offered + control - 2, spread * sqrt(1 / offered + 1 / control)
    edge = float(t.ppf(0.5 + level / 2, freedom))
    low, high = 0.0, edge + 10
    for _halving in range(60):
        middle = (low + high) / 2
        # The other tail is below what can be told from nothing where SciPy has no number for it.
        found = float(nct.sf(edge, freedom, middle) + np.nan_to_num(nct.cdf(-edge, freedom, middle)))
        low, high = (low, middle) if found >= power else (middle, high)
    return Smallest(high * scale, -high * scale, power)
