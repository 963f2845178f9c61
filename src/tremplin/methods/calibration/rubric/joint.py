"""What all readings share: severities and middles, and what not knowing them does to everybody."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tremplin.methods.calibration.matrices import inverted, solved
from tremplin.methods.calibration.reads import Array, Index
from tremplin.methods.calibration.rubric.small import product
from tremplin.methods.calibration.rubric.state import State, columns, gathered

_TOGETHER = 3000  # applicants at a time
_FLAT = 1e-4  # precision of the prior of the middles, which have none


@dataclass(frozen=True, slots=True)
class Joint:
    """Precision's Cholesky factor (d, d) of (severities, middles), and its inverse; d = (m + 1) C."""

    factor: Array
    covariance: Array


@dataclass(frozen=True, slots=True)
class Block:
    """Applicants with equally many readings: who (g,), rows (g, c), columns (g, (c + 1) C) of what is shared, and by
    how much merit moves with it, (g, C, (c + 1) C).
    """

    who: Index
    rows: Index
    columns: Index
    gains: Array


def joint(state: State) -> Joint:
    """Factor the matrix that is left when merits are eliminated. O(N n C^2 + (m C)^3)."""
    from scipy.linalg import lapack

    size, many = state.rubric.size, state.m * state.rubric.size
    found = np.zeros(many * many)
    for who, rows in state.rubric.table.groups(_TOGETHER):
        stacked = state.precise[:, :, rows].transpose(2, 3, 0, 1).reshape(len(who), -1, size)
        part = -np.matmul(
            np.matmul(stacked, state.spread[:, :, who].transpose(2, 0, 1)), stacked.transpose(0, 2, 1)
        )
        at = columns(size, state.j[rows])
        places = at[:, :, None] * many + at[:, None, :]
        found += np.bincount(places.ravel(), weights=part.ravel(), minlength=many * many)
    matrix = found.reshape(many, many)
    own = np.arange(many).reshape(-1, size)
    for one in range(size):
        matrix[own[:, one, None], own] += gathered(state, state.precise[one]).T
    whole = np.empty((many + size, many + size))
    whole[:many, :many] = matrix
    # The middles are like one reviewer more, who reads along with everybody.
    whole[:many, many:] = matrix.reshape(many, -1, size).sum(axis=1)
    whole[many:, :many] = whole[:many, many:].T
    whole[many:, many:] = whole[:many, many:].reshape(-1, size, size).sum(axis=0) + _FLAT * np.eye(size)
    inner = np.linalg.inv(state.laws.severity)
    whole[own[:, :, None], own[:, None, :]] += inner
    factor, _failed = lapack.dpotrf(whole, lower=1, clean=1)
    return Joint(np.asarray(factor), inverted(np.asarray(factor)))


def move(state: State, known: Joint) -> float:
    """Severities and middles to where their slope vanishes; exact with a fresh factor. The largest move."""
    size = state.rubric.size
    slope = gathered(state, state.told) - np.linalg.solve(state.laws.severity, state.severity)
    right = np.concatenate((slope.T.ravel(), state.told.sum(axis=1) - _FLAT * state.middle))
    step = solved(known.factor, right)
    state.severity += step[:-size].reshape(-1, size).T
    state.middle += step[-size:]
    state.settle()
    return float(np.abs(step).max())


def blocks(state: State) -> Iterator[Block]:
    """Everybody's merit as it moves with severities and middles."""
    size, shared = state.rubric.size, state.m * state.rubric.size
    for who, rows in state.rubric.table.groups(_TOGETHER):
        count = rows.shape[1]
        flat = state.precise[:, :, rows.ravel()]
        spread = np.repeat(state.spread[:, :, who], count, axis=2)
        each = -product(spread, flat).reshape(size, size, len(who), count).transpose(2, 0, 3, 1)
        gains = np.empty((len(who), size, count + 1, size))
        gains[:, :, :count] = each
        gains[:, :, count] = each.sum(axis=2)
        own = columns(size, state.j[rows])
        last = np.broadcast_to(shared + np.arange(size), (len(who), size))
        yield Block(who, rows, np.concatenate((own, last), axis=1), gains.reshape(len(who), size, -1))


def doubts(state: State, known: Joint) -> tuple[Array, Array]:
    """What not knowing severities and middles adds to covariances: of merit (C, C, n), and (C, C, N) of m + a_i + b_j,
    what a reading's own part is measured from.
    """
    size = state.rubric.size
    merit, fixed = np.zeros(state.spread.shape), np.empty(state.precise.shape)
    eye = np.eye(size)
    for block in blocks(state):
        count, many = block.rows.shape[1], len(block.who)
        inner = known.covariance[block.columns[:, :, None], block.columns[:, None, :]]
        through = np.matmul(block.gains, inner)
        merit[:, :, block.who] = np.matmul(through, block.gains.transpose(0, 2, 1)).transpose(1, 2, 0)
        # What a reading is measured from moves with its own reviewer and the middle besides the merit.
        whole = np.repeat(block.gains[:, None], count, axis=1).reshape(many, count, size, count + 1, size)
        for read in range(count):
            whole[:, read, :, read] += eye
        whole[:, :, :, count] += eye
        flat = whole.reshape(many, count * size, -1)
        spread = np.matmul(flat, inner).reshape(many, count, size, -1)
        part = np.matmul(spread, flat.reshape(many, count, size, -1).transpose(0, 1, 3, 2))
        fixed[:, :, block.rows] = part.transpose(2, 3, 0, 1)
    return merit, fixed
