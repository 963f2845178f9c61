"""How well two pools of applicants can be compared, and whom one more read would help most."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from tremplin.methods.calibration.reads import Array
from tremplin.methods.calibration.result import Calibration


@dataclass(frozen=True, slots=True)
class Tie:
    """What ties two pools.

    `joint`: reviewers who read in both. `deviation`: standard deviation of the difference of the pools' mean merits,
    in standard deviations of merit; `severity` the part of it that comes from not knowing the reviewers, which more
    reads of the same pools do not remove and reviewers in both do. `comparable`: one less the severity's share in what
    is not known, from 0 (only reviewers part them) to 1.
    """

    joint: tuple[str, ...]
    deviation: float
    severity: float
    comparable: float


def tie(found: Calibration, first: Collection[str], second: Collection[str]) -> Tie:
    """How strongly two pools of applicants are tied. Raises ValueError for an empty pool or one applicant in both."""
    table, posterior = found.table, found.posterior
    places = {name: at for at, name in enumerate(table.applicants)}
    if not first or not second or set(first) & set(second):
        raise ValueError("pools: give two groups of applicants, with nobody in both")
    sides = [np.array([places[name] for name in sorted(pool)], dtype=np.intp) for pool in (first, second)]
    weights = np.zeros(len(table.applicants))
    weights[sides[0]], weights[sides[1]] = 1 / len(sides[0]), -1 / len(sides[1])
    shared, own = posterior.contrast(weights)
    readers = [set(table.j[np.isin(table.i, side)].tolist()) for side in sides]
    joint = sorted(table.reviewers[at] for at in readers[0] & readers[1])
    unit = _unit(found)
    whole = shared + own
    return Tie(
        tuple(joint),
        float(np.sqrt(whole)) / unit,
        float(np.sqrt(shared)) / unit,
        own / whole if whole > 0 else 1.0,
    )


def _unit(found: Calibration) -> float:
    """One standard deviation of merit, in the unit of the posterior."""
    return float(np.sqrt(found.merit_variance)) if found.model == "severity" else 1.0


@dataclass(frozen=True, slots=True)
class NextRead:
    """What one more read of an applicant is worth.

    `value`: by how much it is expected to raise the merit of those who get the places, in standard deviations of
    merit. `chance`: of being above the line today. `deviation` of merit today, and `after` such a read.
    """

    applicant: str
    value: float
    chance: float
    deviation: float
    after: float


def value_of_reading(found: Calibration, *, places: int) -> tuple[NextRead, ...]:
    """Whom to have read once more by an average reviewer: most valuable first, ties by code. O(n log n).

    The line runs half-way between the estimates of the last place and of the next applicant. After the read the
    estimate will have moved by N(0, D^2), D^2 what the read takes off the variance; the place goes to whoever is
    above the line then. The expected gain, D phi(u) - d Phi(-u) with d the distance to the line and u = d / D, is the
    knowledge gradient (Gupta and Miescke 1996). It is largest for those who stand at the line and of whom little is
    known. Raises ValueError where `places` leaves nobody out or nobody in.
    """
    from scipy.special import ndtr

    if not 0 < places < len(found.estimates):
        raise ValueError(f"places: {places}; give a number between 1 and {len(found.estimates) - 1}")
    unit, names = _unit(found), found.table.applicants
    rows = found.by_code
    merit = np.array([rows[name].merit for name in names])
    deviation = np.array([rows[name].merit_deviation for name in names])
    order = np.sort(merit)[::-1]
    line = (order[places - 1] + order[places]) / 2
    after = 1 / np.sqrt(deviation**-2 + found.posterior.informed() * unit**2)
    gained = _gain(np.abs(merit - line), np.sqrt(np.maximum(deviation**2 - after**2, 0)))
    chance = ndtr((merit - line) / deviation)
    found_rows = [
        NextRead(name, float(gained[at]), float(chance[at]), float(deviation[at]), float(after[at]))
        for at, name in enumerate(names)
    ]
    return tuple(sorted(found_rows, key=lambda row: (-round(row.value, 12), row.applicant)))


def _gain(distance: Array, move: Array) -> Array:
    """E max(N(-distance, move^2), 0)."""
    from scipy.special import ndtr

    u = distance / np.maximum(move, 1e-12)
    found: Array = move * np.exp(-0.5 * u * u) / np.sqrt(2 * np.pi) - distance * ndtr(-u)
    return np.maximum(found, 0)
