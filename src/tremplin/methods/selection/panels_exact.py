"""Weights of given panels, and prices that these panels pin down, in exact fractions: small dense linear systems over
the whole numbers.

Rows that fix the answer are found modulo a prime, the square system is solved without fractions (Bareiss 1968,
*Sylvester's identity and multistep integer-preserving Gaussian elimination*, Mathematics of Computation 22), and
every row is checked. O(S³) multiplications of long whole numbers for S panels.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.selection.panels_pool import Panel, Whole

_PRIME = 2_147_483_647


def weights_of(panels: Sequence[Panel], target: Sequence[Fraction]) -> tuple[Fraction, ...] | None:
    """Weights that sum to 1 and whose mean panel is `target` exactly, all >= 0; None when these panels, which must
    be independent, have none."""
    scale = lcm(*(value.denominator for value in target))
    matrix: Whole = np.array([*np.array(panels, dtype=np.int64).T, [1] * len(panels)], dtype=np.int64)
    solved = solution_of(matrix, [*(int(value * scale) for value in target), scale])
    return None if solved is None or min(solved) < 0 else tuple(value / scale for value in solved)


def solution_of(matrix: Whole, wanted: Sequence[int]) -> tuple[Fraction, ...] | None:
    """What the columns of `matrix` (R, C) must be taken times to sum to `wanted` (R,); None when nothing does, or
    several things do."""
    rows = _independent(matrix)
    if len(rows) < matrix.shape[1]:
        return None
    solved = _bareiss(matrix[rows].astype(object), np.array([wanted[row] for row in rows], dtype=object))
    common = lcm(*(value.denominator for value in solved))
    whole = np.array([int(value * common) for value in solved], dtype=object)
    sums = matrix.astype(object) @ whole
    if any(int(one) != other * common for one, other in zip(sums, wanted, strict=True)):
        return None
    return tuple(solved)


def _independent(matrix: Whole) -> list[int]:
    """Rows that span the row space, found modulo a prime; at most as many as columns."""
    rest = matrix % _PRIME
    names = list(range(len(rest)))
    found = 0
    for column in range(rest.shape[1]):
        nonzero = np.flatnonzero(rest[found:, column])
        if not len(nonzero):
            break
        row = found + int(nonzero[0])
        rest[[found, row]] = rest[[row, found]]
        names[found], names[row] = names[row], names[found]
        pivot = pow(int(rest[found, column]), -1, _PRIME)
        factors = rest[found + 1 :, column] * pivot % _PRIME
        rest[found + 1 :] = (rest[found + 1 :] - factors[:, None] * rest[found] % _PRIME) % _PRIME
        found += 1
    return names[:found]


def _bareiss(matrix: NDArray[np.object_], wanted: NDArray[np.object_]) -> list[Fraction]:
    """The solution of a regular square system of whole numbers."""
    size = len(matrix)
    table = np.concatenate([matrix, wanted[:, None]], axis=1)
    former = 1
    for step in range(size):
        row = step + next(at for at, value in enumerate(table[step:, step]) if value)
        table[[step, row]] = table[[row, step]]
        pivot = table[step, step]
        below = table[step + 1 :]
        below[:, step:] = (below[:, step:] * pivot - below[:, step][:, None] * table[step, step:]) // former
        former = pivot
    solution: list[Fraction] = [Fraction(0)] * size
    for step in reversed(range(size)):
        rest = Fraction(int(table[step, size]))
        rest -= sum((int(table[step, at]) * solution[at] for at in range(step + 1, size)), Fraction(0))
        solution[step] = rest / int(table[step, step])
    return solution
