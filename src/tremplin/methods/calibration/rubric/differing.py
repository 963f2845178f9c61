"""How reviewers differ in more than severity: noise and use of the scale, shrunk to what is usual."""

from dataclasses import dataclass

import numpy as np

from tremplin.methods.calibration.reads import Array
from tremplin.methods.calibration.rubric.small import by_one, product
from tremplin.methods.calibration.rubric.state import State, gathered

_WORTH = 4.0  # of the prior of a spread, in reviewers
_GROWN, _LEAST = 1.4, 0.5  # how much a step grows while it leads on, and how short it gets
_FINER = 2.5
_LONGEST = 0.3


@dataclass(slots=True)
class Habit:
    """One habit of each reviewer (m,), their variance `spread`, and what was expected of it.

    Information is only known roughly, and sites follow a step one round late: each reviewer's steps grow while their
    slope keeps its sign, to `most` of Newton's; when it turns, half of the step is the longest from there on.
    """

    values: Array
    spread: float
    expected: float
    most: Array
    pace: Array
    last: Array

    def step(self, state: State, slope: Array, told: Array) -> float:
        """Newton's step from each reading's slope and information (N,), and MacKay's of the spread; how far it was."""
        slopes = gathered(state, slope[None])[0] - self.values / self.spread
        information = gathered(state, told[None])[0] + 1 / self.spread
        turned = slopes * self.last < 0
        self.most = np.where(turned, np.maximum(self.pace / 2, _LEAST), self.most)
        self.pace = np.minimum(self.pace * _GROWN, self.most)
        self.last = slopes
        found = self.values + np.clip(self.pace * slopes / information, -_LONGEST, _LONGEST)
        free = max(len(found) - float((1 / information).sum()) / self.spread, 0.0)
        self.spread = (float(found @ found) + _WORTH * self.expected) / (free + _WORTH)
        before, self.values = self.values, found - found.mean()
        return float(np.sqrt(np.mean((self.values - before) ** 2)))


class Habits:
    """Noise and use of the scale."""

    def __init__(self, many: int) -> None:
        self.noise, self.stretch = (
            Habit(
                np.zeros(many),
                spread**2,
                spread**2,
                np.full(many, most),
                np.full(many, first),
                np.zeros(many),
            )
            for spread, first, most in ((0.3, 1.0, 1.0), (0.12, 0.7, 3.0))
        )

    def step(self, state: State, fixed: Array) -> float:
        """Both, once; the larger of the two moves."""
        left, root = residual(state, fixed)
        own = state.laws.own
        squares = (root * by_one(own, root)).sum(axis=0)
        scaled = by_one(own, left)
        told = 2 * (scaled * scaled.transpose(1, 0, 2)).sum(axis=(0, 1))
        moved = self.noise.step(state, squares - np.trace(scaled), told)
        slope = _pull(state).sum(axis=0)
        # Habits that differ less count as moved by less.
        moved = max(moved, _FINER * self.stretch.step(state, slope, slope**2))
        state.noise, state.stretch = np.exp(self.noise.values), self.stretch.values
        return moved


def residual(state: State, fixed: Array) -> tuple[Array, Array]:
    """Of each reading's own part, in units of its reviewer's noise: information R (C, C, N) and slope (C, N).

    `fixed`: what severities and middles add to the covariance of what the own part is measured from.
    """
    part = product(state.precise, product(fixed + state.spread[:, :, state.i], state.precise))
    return (state.precise - part) * state.power, state.told * np.sqrt(state.power)


def _pull(state: State) -> Array:
    """Slope of each mark's log-probability in the reviewer's use of the scale: (C, N)."""
    found: Array = np.where(state.scales.judged, state.pull, 0.0)
    lines = ~state.scales.stepped
    if lines.any():
        judged, low = state.scales.judged[lines], state.bounds()[0][lines]
        found[lines] = np.where(judged, 1 - state.told[lines] * np.where(judged, low, 0.0), 0.0)
    return found
