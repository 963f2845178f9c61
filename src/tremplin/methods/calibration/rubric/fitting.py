"""Everything from the readings: sites, severities, covariances, and each reviewer's noise and use of the scale.

Sites and severities settle in rounds; in between covariances and habits move to where the slope of the likelihood
vanishes, with what is not known of severities taken off as restricted likelihood does. At the fixed point of the
sites the slope of the likelihood is that of the normal observations they stand for (Seeger 2005), so that the same
formulas serve marks with steps and scores without.

**Priors** are weak: a single mark has reliability 0.26 with severity varying half as much as merit (see `crossed`),
criteria correlate, and reviewers differ a little. They are worth a handful of readings.
"""

from dataclasses import dataclass

import numpy as np

from tremplin.methods.calibration.reads import Array
from tremplin.methods.calibration.rubric.differing import Habits, residual
from tremplin.methods.calibration.rubric.joint import Joint, doubts, joint, move
from tremplin.methods.calibration.rubric.scales import Scales
from tremplin.methods.calibration.rubric.small import by_one, stationary
from tremplin.methods.calibration.rubric.state import Laws, State
from tremplin.methods.calibration.rubric.taken import Rubric

_SHARES = np.array([0.26, 0.13, 0.61])  # of merit, severity and the rest in one mark
_ALIKE = np.array([0.6, 0.4, 0.3])  # how they correlate between criteria
_WORTH = np.array([6.0, 4.0, 12.0])  # in applicants, reviewers, readings
_EVEN = np.array([20.0, 8.0, 40.0])  # the same for criteria being much like one another
_ROUNDS, _STILL, _CALM = 60, 4e-3, 0.008
_FRESH, _OFTEN = 2, 8  # rounds that factor anew: the first two, then one in eight


@dataclass(slots=True)
class Found:
    """The state where all is still, what is known of what is shared, and rounds taken."""

    state: State
    known: Joint
    rounds: int


def priors(size: int) -> Laws:
    """The covariances that are expected before anything is read."""
    found = [
        share * (alike * np.ones((size, size)) + (1 - alike) * np.eye(size))
        for share, alike in zip(_SHARES, _ALIKE, strict=True)
    ]
    return Laws(*found)


def fit(rubric: Rubric, scales: Scales, *, habits: bool) -> Found:
    """Find everything. `habits`: whether reviewers may differ in more than severity. Deterministic."""
    state, before = State(rubric, scales, priors(rubric.size)), priors(rubric.size)
    known, differing = None, Habits(state.m)
    merit, fixed = np.empty(0), np.empty(0)
    for turn in range(_ROUNDS):
        for _site in range(2 if turn < 3 else 1):
            state.sharpen(0.9)
        if known is None or turn < _FRESH or turn % _OFTEN == 0:
            known = joint(state)
            merit, fixed = doubts(state, known)
        move(state, known)
        was = state.laws
        _lawful(state, known, merit, fixed, before)
        moved = differing.step(state, fixed) if habits else 0.0
        state.weigh()
        if turn > 4 and _moved(was, state.laws) < _STILL and moved < _CALM:
            break
    state.sharpen(1.0)
    known = joint(state)
    move(state, known)
    return Found(state, known, turn + 1)


def _moved(one: Laws, other: Laws) -> float:
    pairs = ((one.merit, other.merit), (one.severity, other.severity), (one.own, other.own))
    return max(float((np.abs(b - a) / np.sqrt(np.outer(np.diag(b), np.diag(b)))).max()) for a, b in pairs)


def _lawful(state: State, known: Joint, merit: Array, fixed: Array, before: Laws) -> None:
    """One step of the three covariances."""
    laws, size = state.laws, state.rubric.size
    covariance = known.covariance[:-size, :-size].reshape(state.m, size, state.m, size)
    own = covariance[np.arange(state.m), :, np.arange(state.m)].sum(axis=0)
    left, root = residual(state, fixed)
    spread = merit + state.spread
    seen = by_one(laws.own, root)
    # What is left of a reading's own part: E - E R E, in units of the reviewer's noise.
    rest = laws.own * left.shape[2] - laws.own @ left.sum(axis=2) @ laws.own
    state.laws = Laws(
        stationary(
            laws.merit,
            state.merit @ state.merit.T,
            spread.sum(axis=2),
            state.n,
            *_expected(laws.merit, before.merit, 0),
        ),
        stationary(
            laws.severity,
            state.severity @ state.severity.T,
            own,
            state.m,
            *_expected(laws.severity, before.severity, 1),
        ),
        stationary(laws.own, seen @ seen.T, rest, left.shape[2], *_expected(laws.own, before.own, 2)),
    )


def _expected(now: Array, before: Array, which: int) -> tuple[Array, float]:
    """The prior of one covariance, and what it is worth: what was expected, and criteria all alike as they are now.

    The second says nothing of how large the covariance is. Without it ten unknowns for four criteria would be taken
    from a few dozen applicants, and intervals would be too narrow.
    """
    size = len(now)
    level, both = np.diag(now).mean(), float(_WORTH[which] + _EVEN[which])
    root = np.sqrt(np.diag(now))
    near = float((now / np.outer(root, root)).sum() - size) / max(size * (size - 1), 1)
    even = level * (near * np.ones((size, size)) + (1 - near) * np.eye(size))
    if size == 1:
        return before, float(_WORTH[which])
    return (_WORTH[which] * before + _EVEN[which] * even) / both, both
