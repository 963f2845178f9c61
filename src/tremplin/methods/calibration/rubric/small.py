"""Small symmetric matrices by the ten thousand: (C, C, N), the many last, so that each step runs over all of them."""

import numpy as np

from tremplin.methods.calibration.reads import Array, Index


def inverse(matrices: Array) -> Array:
    """Inverses of positive definite matrices (C, C, N), by Gauss and Jordan; they need no pivots. O(C^3 N)."""
    found = matrices.copy()
    for at in range(len(found)):
        pivot = 1 / found[at, at]
        row, column = found[at] * pivot, found[:, at].copy()
        row[at], column[at] = pivot, 0
        found[:, at] = 0
        found -= column[:, None] * row
        found[at] = row
    return found


def product(first: Array, second: Array) -> Array:
    """First times second, (C, D, N) and (D, E, N), or (D, N) for vectors."""
    found = first[:, 0, None] * second[0] if second.ndim == 3 else first[:, 0] * second[0]
    for at in range(1, first.shape[1]):
        found += first[:, at, None] * second[at] if second.ndim == 3 else first[:, at] * second[at]
    return np.asarray(found)


def by_one(matrix: Array, many: Array) -> Array:
    """One matrix (C, D) times many, (D, E, N) or (D, N)."""
    found: Array = (matrix @ many.reshape(len(many), -1)).reshape(len(matrix), *many.shape[1:])
    return found


def summed(values: Array, starts: Index, many: int) -> Array:
    """Sums (..., n) of values (..., N) over the rows of each applicant; nothing where there are no rows."""
    read = np.flatnonzero(np.diff(starts))
    found = np.zeros((*values.shape[:-1], many))
    found[..., read] = np.add.reduceat(values, starts[:-1][read], axis=-1)
    return found


def collected(values: Array, where: Index, many: int) -> Array:
    """Sums (C, m) of values (C, N) over whoever read."""
    return np.stack([np.bincount(where, weights=row, minlength=many) for row in values])


def stationary(now: Array, squares: Array, left: Array, count: float, prior: Array, worth: float) -> Array:
    """A covariance (C, C) one step nearer to where its likelihood is stationary.

    `squares`: sum of outer products of the estimates; `left`: sum of their posterior covariances; `count` of them;
    `prior`, worth so many observations. The slope vanishes where squares = count * now - left. X with
    X R X = squares, R the information, is the geometric step of Zhou, Hu, Zhang and Lange (2019), which never
    overshoots; the step taken is twice as long, X now^-1 X: MacKay's (1992) fixed point in several dimensions.
    """
    inner = np.linalg.inv(now)
    told = (count + worth) * inner - inner @ left @ inner
    wide = squares + worth * prior
    values, axes = np.linalg.eigh((told + told.T) / 2)
    root = axes * np.sqrt(np.maximum(values, 1e-9 * values.max()))
    values, turned = np.linalg.eigh(root.T @ wide @ root)
    half = np.linalg.inv(root.T) @ turned
    step = (half * np.sqrt(np.maximum(values, 0))) @ half.T
    found = step @ inner @ step
    found = (found + found.T) / 2
    return np.asarray(found + 1e-6 * np.diag(np.diag(prior)))
