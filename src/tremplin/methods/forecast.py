"""How many will have applied by the deadline, from how many have so far.

**The curve.** Calls fill late. Of the applications to Outreachy in May 2021, 61 % came in the last week; of those to
a scholarship with 28,400 applicants, 14 % came in the last hour (DreamApply). Between these two points the published
curve runs straight in the logarithm of the hours that are left, which puts 43 % on the last day: as many as the NIH
saw on the due dates of R01 grants, a figure that was not used to draw it. Before the last week it runs straight in
time. Where a programme has run before, its own last curve takes the place of the published one.

**What is not known about it.** Two rounds of one programme, a year apart, had 61 % and 37 % in the last week: the
share that has come by some moment differs from call to call by much more than chance. So the share is not taken as
known but as a Beta variable around the curve, as wide as those two rounds are apart: their mean is 49 % and their
standard deviation 17 points, which is the spread of a Beta with `AGREEMENT` of about 8 pseudo-observations.

**The forecast.** Given the share p, the number still to come after n have is negative binomial: the posterior of an
unknown binomial size under the prior 1/N (Raftery, *Inference for the binomial N parameter*, Biometrika 75, 1988).
Mixing over p gives the predictive distribution; its median and its 5th and 95th percentile are the forecast. It is
wide, because so little is known early: while the upper end is more than `TOO_WIDE` times the lower there is none.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

import numpy as np
import numpy.typing as npt

LAST_WEEK, LAST_HOUR = 0.61, 0.14
AGREEMENT = 8.0
FEWEST, TOO_WIDE = 10, 10.0
DRAWS, SEED = 8_000, 20_190_424
_WEEK = 168.0  # hours
_HOUR = timedelta(hours=1)

Share = Callable[[datetime], float]
"""The share of all applications that has come by a moment."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many there will be: between `low` and `high` in nine of ten calls, `middle` being as likely passed as not."""

    low: int
    middle: int
    high: int


def published(opens: datetime, closes: datetime) -> Share:
    """The curve of published calls, laid over this one."""
    whole = (closes - opens) / _HOUR
    begun = _raw(whole, whole)

    def share(at: datetime) -> float:
        left = min(max((closes - at) / _HOUR, 0.0), whole)
        return (_raw(left, whole) - begun) / (1 - begun)

    return share


def _raw(left: float, whole: float) -> float:
    """The published share with `left` hours to go; a call shorter than a week is the end of a longer one."""
    if left >= _WEEK:
        return (1 - LAST_WEEK) * (whole - left) / (whole - _WEEK) if whole > _WEEK else 1 - LAST_WEEK
    if left >= 1:
        late = LAST_WEEK - LAST_HOUR
        return 1 - LAST_WEEK + late * (math.log(_WEEK) - math.log(left)) / math.log(_WEEK)
    return 1 - LAST_HOUR * left


def repeated(
    before: tuple[datetime, datetime, Sequence[tuple[datetime, int]]], opens: datetime, closes: datetime
) -> Share:
    """The curve of an earlier call (its opening, its close, its arrivals by the hour), laid over this one.

    The last weeks are laid on one another hour by hour, what lies before them stretches. What came in the grace
    after the earlier deadline counts as come by it.
    """
    opened, closed, hours = before
    ends = [(hour + _HOUR, many) for hour, many in hours]
    sums = list(accumulate(many for _hour, many in ends))
    week = min(timedelta(hours=_WEEK), closes - opens, closed - opened)

    def share(at: datetime) -> float:
        if at <= opens:
            return 0.0
        if at >= closes:
            return 1.0
        if closes - at <= week:
            then = closed - (closes - at)
        else:
            then = opened + (at - opens) * ((closed - week - opened) / (closes - week - opens))
        return _come_by(then, ends, sums)

    return share


def _come_by(then: datetime, ends: Sequence[tuple[datetime, int]], sums: Sequence[int]) -> float:
    """The share that had come by `then`; within an hour arrivals are taken as even."""
    come = 0.0
    for (end, many), so_far in zip(ends, sums, strict=True):
        if end <= then:
            come = so_far
        else:
            part = max(0.0, 1 - (end - then) / _HOUR)
            come = so_far - many + part * many
            break
    return come / sums[-1]


def forecast(arrived: int, share: float) -> Forecast | None:
    """How many there will be when `arrived` have come at a moment by which `share` of all usually has.

    None while nothing worth saying is known. The draws are the same each time: one page shows one number.
    """
    if arrived < FEWEST or share <= 0.01:
        return None
    if share >= 0.999:
        return Forecast(arrived, arrived, arrived)
    found = totals(arrived, share, np.random.default_rng(SEED), DRAWS)
    low, middle, high = (int(value) for value in np.quantile(found, (0.05, 0.5, 0.95)))
    return Forecast(low, middle, high) if high <= TOO_WIDE * low else None


def totals(arrived: int, share: float, rng: np.random.Generator, draws: int) -> npt.NDArray[np.int64]:
    """(draws,): how many there may be in the end. `arrived` at least 1, or nothing can be said of a `share` below 1."""
    if share >= 0.999:
        return np.full(draws, arrived)
    shares = np.clip(rng.beta(AGREEMENT * share, AGREEMENT * (1 - share), draws), 1e-4, 1.0)
    return arrived + rng.negative_binomial(arrived, shares)


def path(
    arrived: int, found: Forecast, share: Share, now: datetime, closes: datetime, steps: int = 48
) -> list[tuple[datetime, Forecast]]:
    """How it gets there: what will have come at moments between now and the close, denser towards it."""
    come, left = share(now), closes - now
    moments = [closes - left * (1 - step / steps) ** 2 for step in range(steps + 1)]
    rows = []
    for moment in moments:
        along = min(max((share(moment) - come) / (1 - come), 0.0), 1.0) if come < 1 else 1.0
        ends = (round(arrived + along * (end - arrived)) for end in (found.low, found.middle, found.high))
        rows.append((moment, Forecast(*ends)))
    return rows
