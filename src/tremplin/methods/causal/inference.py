"""What could have been by the draw alone: randomisation tests and the sets of effects that they do not reject.

Fisher, The Design of Experiments, 1935; Imbens and Rosenbaum, “Robust, accurate confidence intervals with a weak
instrument”, JRSS A 168, 2005, for the offer as an instrument (the Anderson–Rubin idea without normality). No
distribution of outcomes is assumed: only the draw is random.
"""

from dataclasses import dataclass
from math import inf

import numpy as np

from tremplin.methods.causal.designs import CONTROL, OFFERED, CausalError, Design, Floats

Piece = tuple[float, float]
_NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Kept:
    """The effects that the draw does not reject: one piece or several, or with ends at infinity; none at all says
    that the model itself is rejected. `p`: of no effect."""

    pieces: tuple[Piece, ...]
    p: float

    @property
    def low(self) -> float:
        return self.pieces[0][0] if self.pieces else inf

    @property
    def high(self) -> float:
        return self.pieces[-1][1] if self.pieces else -inf

    @property
    def bounded(self) -> bool:
        return bool(self.pieces) and self.low > -inf and self.high < inf


def contrasts(design: Design, values: Floats, seen: np.ndarray) -> Floats:
    """The weighted mean of the offered less that of the control (Hájek, weights 1 / chance) in every world.

    Only people in `seen` count; nan in worlds where an arm would have nobody.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        found = []
        for arm, chance in ((OFFERED, design.offered), (CONTROL, design.control)):
            weight = np.where(seen & (chance > 0), 1 / chance, 0.0)
            inside = (design.worlds == arm) * weight
            found.append((inside @ np.where(seen, values, 0.0)) / inside.sum(1))
        contrast: Floats = found[0] - found[1]
    return contrast


def contrast(design: Design, arms: np.ndarray, values: Floats, seen: np.ndarray) -> float:
    """The same in the world that came. Raises CausalError where an arm has nobody."""
    one = Design(arms[None, :].astype(np.int8), np.ones(1), True, design.offered, design.control)
    found = float(contrasts(one, values, seen)[0])
    if np.isnan(found):
        raise CausalError(
            "An arm has nobody of whom an outcome is known: no effect can be read from this draw."
        )
    return found


def kept(
    outcome: tuple[Floats, float], dose: tuple[Floats, float], chances: Floats, *, exact: bool, alpha: float
) -> Kept:
    """Each effect e that is not rejected when outcome less e times dose is compared over all worlds.

    `outcome`, `dose`: contrasts in every world and in the one that came. A world speaks as loudly as what came where
    |A - eB| >= |a - eb|, which is a stretch of e, or all but one; so p is a step function, swept once, exactly. Where
    the worlds are a sample the one that came is added to them. O(worlds log worlds).
    """
    (there, here), (dose_there, dose_here) = outcome, dose
    usable = ~np.isnan(there) & ~np.isnan(dose_there)
    there, dose_there, weight = there[usable], dose_there[usable], chances[usable]
    if not exact:
        there, dose_there = np.append(there, here), np.append(dose_there, dose_here)
        weight = np.append(weight, weight.mean() if len(weight) else 1.0)
    weight = weight / weight.sum()
    always, starts, ends, steps = 0.0, [], [], []
    size = max(abs(here), float(np.abs(there).max(initial=0.0)), 1e-300)
    span = max(abs(dose_here), 1e-300)
    for loud, moved, share in zip(there, dose_there, weight, strict=True):
        everywhere, pieces = _loud(loud, moved, here, dose_here, size * _NEAR, span * _NEAR)
        always += share * everywhere
        for low, high in pieces:
            starts.append(low)
            ends.append(high)
            steps.append(share)
    return _swept(always, np.array(starts), np.array(ends), np.array(steps), alpha)


def _loud(
    loud: float, moved: float, here: float, dose: float, near: float, near_dose: float
) -> tuple[bool, list[Piece]]:
    """Where (A - a - e(B - b)) (A + a - e(B + b)) >= 0, as (everywhere, pieces)."""
    roots: list[float | None] = []
    signs = []  # of each factor as e goes to infinity
    for gap, slope in ((loud - here, moved - dose), (loud + here, moved + dose)):
        if abs(slope) <= near_dose:
            if abs(gap) <= near:
                return True, []
            roots.append(None)
            signs.append(1 if gap > 0 else -1)
        else:
            roots.append(gap / slope)
            signs.append(-1 if slope > 0 else 1)
    at_end = signs[0] * signs[1] > 0
    found = sorted(root for root in roots if root is not None)
    if not found:
        return at_end, []
    if len(found) == 1:
        return False, [(found[0], inf)] if at_end else [(-inf, found[0])]
    return False, [(-inf, found[0]), (found[1], inf)] if at_end else [(found[0], found[1])]


def _swept(always: float, starts: Floats, ends: Floats, steps: Floats, alpha: float) -> Kept:
    """The stretches where the weights that cover it come to more than alpha, and p at no effect."""
    closeness = _NEAR * (1 + np.abs(np.where(np.isfinite(starts), starts, 0)))
    p = always + float(steps[(starts <= closeness) & (ends >= -closeness)].sum()) if len(steps) else always
    marks = np.unique(np.concatenate([starts, ends]))
    marks = marks[np.isfinite(marks)]
    if not len(marks):
        covered = always + float(steps.sum())
        return Kept(((-inf, inf),) if covered > alpha + 1e-12 else (), min(1.0, p))
    middles = np.concatenate([[-inf], (marks[:-1] + marks[1:]) / 2, [inf]])
    edges = np.concatenate([[-inf], marks, [inf]])
    order_in, order_out = np.argsort(starts, kind="stable"), np.argsort(ends, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(steps[order_in])])
    after = np.concatenate([[0.0], np.cumsum(steps[order_out])])
    begun = before[np.searchsorted(starts[order_in], middles, side="right")]
    over = after[np.searchsorted(ends[order_out], middles, side="left")]
    inside = always + begun - over > alpha + 1e-12
    pieces: list[Piece] = []
    for place in np.nonzero(inside)[0]:
        low, high = float(edges[place]), float(edges[place + 1])
        if pieces and pieces[-1][1] == low:
            pieces[-1] = (pieces[-1][0], high)
        else:
            pieces.append((low, high))
    return Kept(tuple(pieces), min(1.0, p))
