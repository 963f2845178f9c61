"""Precisions of many unknowns at once: factored, inverted, and kept from saying less than the priors do."""

import numpy as np

from tremplin.methods.calibration.reads import Array


def factored(matrix: Array) -> Array:
    """Cholesky factor, lower; with a ridge where the matrix is not positive yet, far from the best point."""
    from scipy.linalg import lapack

    ridge = 0.0
    while True:
        raised = matrix + ridge * np.diag(np.abs(np.diag(matrix)) + 1) if ridge else matrix
        factor, failed = lapack.dpotrf(raised, lower=1, clean=1)
        if not failed:
            return np.asarray(factor)
        ridge = max(1e-3, 4 * ridge)


def solved(factor: Array, right: Array) -> Array:
    from scipy.linalg import cho_solve

    return np.asarray(cho_solve((factor, True), right))


def inverted(factor: Array) -> Array:
    """The inverse of the matrix whose Cholesky factor this is."""
    from scipy.linalg import lapack

    found, _failed = lapack.dpotri(factor, lower=1)
    own = np.diag(found).copy()
    found = found + found.T  # the upper half of a clean factor is empty
    found[np.diag_indices(len(own))] = own
    return np.asarray(found)


def never_less(matrix: Array, priors: Array) -> Array:
    """The precision `matrix` with what marks say of the habits, beyond the `priors` (d,), never less than nothing.

    Where a reviewer is far from the others the surface may be flat at the centre, or bent the wrong way; taken at its
    word, intervals come out several times too wide. In units of the priors, what is below zero becomes zero.
    """
    certain = priors > 0
    scale = np.where(certain, 1 / np.sqrt(np.where(certain, priors, 1.0)), 1.0)
    values, axes = np.linalg.eigh(matrix * np.outer(scale, scale) - np.diag(certain.astype(float)))
    told = (axes * np.maximum(values, 0.0)) @ axes.T + np.diag(certain.astype(float))
    return np.asarray(told / np.outer(scale, scale))
