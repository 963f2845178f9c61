"""The problem as arrays of whole numbers: what is exact here is exact on every machine."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.assignment.problem import Problem

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Values = NDArray[np.int32] | NDArray[np.int64]
NEVER = -(2**30)  # the value of a pair that must not be
SPAN = 5 * 10**8  # no two values are further apart
BARRED = -6 * 10**8  # values and differences below this have NEVER in them
_GREATEST = 2.5e8


@dataclass(frozen=True, slots=True)
class Grid:
    """What is left to decide once fixed pairs are counted.

    `value` (n, m) int32 in `unit`s, NEVER where a pair must not be or is fixed; `wanted`, `least` (n,) reads still to
    give; `low`, `high` (m,) reads still to take; `fixed` rows and columns of pairs that stay; `bonus` rows and columns
    of kept pairs whose margin is in `value` already. `unit` is a power of ten: scores are compared to eight digits.
    `span` is the most by which two values can differ (`replan` makes grids with a greater one, of int64).
    """

    problem: Problem
    value: Values
    wanted: Ints
    least: Ints
    low: Ints
    high: Ints
    fixed: tuple[NDArray[np.intp], NDArray[np.intp]]
    bonus: tuple[NDArray[np.intp], NDArray[np.intp]]
    unit: float
    span: int = SPAN


def grid(problem: Problem) -> Grid:
    """Arrays of a problem, in O(n m). Kept pairs stay above limits; mandatory ones count against them."""
    stays = problem.mandatory | (problem.kept if problem.margin is None else frozenset())
    fixed = problem.places(stays)
    value, unit, bonus = _values(problem, allowed(problem))
    value[fixed] = NEVER
    return Grid(problem, value, *limits(problem, fixed), fixed=fixed, bonus=bonus, unit=unit)


def limits(
    problem: Problem, fixed: tuple[NDArray[np.intp], NDArray[np.intp]]
) -> tuple[Ints, Ints, Ints, Ints]:
    """Wanted, least, low and high once these pairs are counted."""
    n, m = problem.shape
    reads = np.array([one.reads for one in problem.applications], dtype=np.int64)
    least = np.array([one.least for one in problem.applications], dtype=np.int64)
    most = np.array([one.most - one.carried for one in problem.reviewers], dtype=np.int64)
    low = np.array([one.least - one.carried for one in problem.reviewers], dtype=np.int64)
    given, taken = np.bincount(fixed[0], minlength=n), np.bincount(fixed[1], minlength=m)
    return (
        np.maximum(reads - given, 0),
        np.maximum(least - given, 0),
        np.maximum(low - taken, 0),
        np.maximum(most - taken, 0),
    )


def speaks(problem: Problem) -> Bools:
    """(n, m): whether the reviewer reads the language of the application."""
    names = sorted({one.language for one in problem.applications})
    code = {name: number for number, name in enumerate(names)}
    able = [
        [not name or not one.languages or name in one.languages for one in problem.reviewers]
        for name in names
    ]
    table = np.array(able, dtype=np.bool_).reshape(len(names), len(problem.reviewers))
    return table[np.array([code[one.language] for one in problem.applications], dtype=np.intp)]


def allowed(problem: Problem) -> Bools:
    """(n, m): whether a pair may be: language, conflicts, forbidden pairs."""
    may = speaks(problem)
    may[problem.places(problem.conflicts | problem.forbidden)] = False
    return may


def _values(
    problem: Problem, may: Bools
) -> tuple[NDArray[np.int32], float, tuple[NDArray[np.intp], NDArray[np.intp]]]:
    margin = problem.margin or 0.0
    nothing = np.zeros(0, dtype=np.intp)
    scores = problem.scores
    if scores is None:
        scores = np.zeros(problem.shape, dtype=np.float64)
    greatest = (float(abs(scores).max()) if scores.size else 0.0) + margin
    # A power of ten, so that scores with few digits stay exact: 1e-8 for scores up to 1.
    power = int(np.floor(np.log10(_GREATEST / (greatest or 1.0))))
    value = np.rint(np.multiply(scores, 10.0**power, dtype=np.float64)).astype(np.int32)
    bonus = (nothing, nothing)
    if problem.margin is not None:
        rows, columns = problem.places(problem.kept - problem.mandatory)
        here = may[rows, columns]
        bonus = (rows[here], columns[here])
        value[bonus] += round(margin * 10.0**power)
    value[~may] = NEVER
    return value, 10.0**-power, bonus


def names(problem: Problem, rows: NDArray[np.intp] | None = None) -> tuple[Ints, Ints]:
    """A whole number for each of these applications (None: all) and each reviewer: of its code, and nothing else."""
    some = range(len(problem.applications)) if rows is None else rows.tolist()
    codes = [problem.applications[row].code for row in some]
    return (
        np.array([name("application", code) for code in codes], dtype=np.int64),
        np.array([name("reviewer", one.code) for one in problem.reviewers], dtype=np.int64),
    )


@lru_cache(maxsize=2**16)
def name(what: str, code: str) -> int:
    """A whole number that depends on nothing but the code."""
    return int.from_bytes(blake2b(f"{what}:{code}".encode(), digest_size=8).digest(), "little", signed=True)


def lots(seed: int, applications: Ints, reviewers: Ints) -> Ints:
    """One lot in [0, 2**31) for each pair of `names`: no order of rows and no machine plays a part."""
    mixed = (applications.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) ^ reviewers.view(np.uint64)
    mixed = (mixed + np.uint64(seed % 2**64)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> np.uint64(32))) >> np.uint64(33)).astype(np.int64)
