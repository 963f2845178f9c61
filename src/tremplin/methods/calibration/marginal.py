"""Reviewers' habits from all reads, with merit integrated out, and everybody's merit given the habits.

**Likelihood.** Given the habits, applicants are independent, and each has one unknown: merit. It is integrated out
exactly, by the trapezoid rule on a grid. What remains is a smooth function of 3 habits a reviewer and a few common
parameters: 1,507 for 500 reviewers, however many the applicants.

**Estimate.** Newton's method with the observed information (Louis 1982): Fisher information if merit were known,
less the variance of the slopes given the marks. Habits are shrunk to the average reviewer: b, g, z ~ N(0, T^2) with
T^2 from the fixed point of MacKay (1992). The mode of hundreds of habits at once would lie off their mean and make
noise and cut-points too small, so the last step goes to the Gaussian that is nearest in Kullback-Leibler divergence
(Opper and Archambeau 2009): the mean slope over that Gaussian is zero, met with antithetic draws.

**Intervals.** Variance of merit given the habits, plus gain' S gain with S the covariance of the habits: the first-
order term of Kass and Steffey (1989). Without it nine intervals in ten would cover .87.

**Cost.** O(N Q) an evaluation for N reads and Q points, O(m^3) a factorisation, for m reviewers; a handful of each.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tremplin.methods.calibration.families import LOCAL, Family
from tremplin.methods.calibration.matrices import factored, inverted, never_less, solved
from tremplin.methods.calibration.reads import Array, Index, Table

_START = np.array([0.6, 0.15, 0.35]) ** 2  # T^2 of the first steps
_LIKELY, _WORTH = np.array([0.5, 0.12, 0.3]) ** 2, 4.0  # a weak prior on T^2, worth four reviewers
_WIDEST = 4.0  # T^2: a reviewer whose severity is two standard deviations of merit is far out
_ROUNDS = 2
_FRESH = 2  # rounds that work the large matrix out anew, then one in three
_ENOUGH = 0.01  # of the log posterior: what one more step would gain


@dataclass(slots=True)
class Fit:
    """What is known: habits and common parameters, their precision's Cholesky factor and its inverse, and T^2."""

    family: Family
    parameters: Array
    factor: Array
    inverse: Array
    spread: Array
    converged: bool

    @property
    def habits(self) -> Array:
        """(m, 3): generosity, use of the scale, noise."""
        return self.parameters[: LOCAL * self.family.m].reshape(-1, LOCAL)


@dataclass(frozen=True, slots=True)
class Merit:
    """Merit of each applicant given the habits, and how it moves with them.

    `mean`, `variance` (n,); `blocks`: who (g,), columns (g, D) and gains (g, D) of applicants with equally many
    reads; `grid` (n, 2): quantiles at the two ends of the interval, from the grid.
    """

    mean: Array
    variance: Array
    blocks: tuple[tuple[Index, Index, Array], ...]
    ends: Array


def nodes(table: Table, sharp: float) -> Array:
    """The values of merit at which all is evaluated: close enough for the applicant with the most reads.

    `sharp`: the noise of a sharp reader, in standard deviations of merit.
    """
    narrow = 0.85 / np.sqrt(1 + int(table.n_i.max()) / sharp**2)
    return np.linspace(-4.6, 4.6, 2 * int(np.ceil(4.6 / min(0.32, narrow))) + 1)


def _weights(family: Family, rows: Index) -> tuple[Array, Array]:
    """Probability of each x for each applicant (g, Q), and the logarithm of the marginal likelihood (g,)."""
    logs = family.logs(rows) - 0.5 * family.x**2
    top = logs.max(axis=1, keepdims=True)
    found = np.exp(logs - top)
    total = found.sum(axis=1, keepdims=True)
    found /= total
    return found, (np.log(total) + top)[:, 0] - np.log(np.exp(-0.5 * family.x**2).sum())


def _penalty(family: Family, parameters: Array, spread: Array) -> tuple[float, Array, Array]:
    """Minus half the squared distance to the priors, its gradient, and the priors' precisions."""
    split = LOCAL * family.m
    centre = np.concatenate((np.zeros(split), family.common_prior[0]))
    precision = np.concatenate((np.tile(1 / spread, family.m), family.common_prior[1]))
    off = parameters - centre
    return -0.5 * float(precision @ off**2), -precision * off, precision


def slope(family: Family, parameters: Array, spread: Array) -> tuple[float, Array] | None:
    """Log posterior of the habits and its gradient; None where it is minus infinity."""
    if not family.at(parameters):
        return None
    value, gradient, _precision = _penalty(family, parameters, spread)
    weights = np.empty((len(family.table.y), len(family.x)))
    for _who, rows in family.parts:
        found, logs = _weights(family, rows)
        value += float(logs.sum())
        weights[rows] = found[:, None, :]
    return value, gradient + family.gradient(weights)


def _columns(family: Family, rows: Index) -> Index:
    """Where the habits of the readers and the common parameters stand in the vector: (g, 3c + shared)."""
    own = LOCAL * family.table.j[rows][:, :, None] + np.arange(LOCAL)
    common = np.broadcast_to(LOCAL * family.m + np.arange(family.shared), (len(rows), family.shared))
    return np.concatenate((own.reshape(len(rows), -1), common), axis=1)


def _slopes(family: Family) -> Iterator[tuple[Index, Index, Array, Array]]:
    """Applicants some at a time: who, columns (g, D), slopes (g, D, Q), and probabilities of x (g, Q)."""
    for who, rows in family.parts:
        weights, _logs = _weights(family, rows)
        habits, common = family.slopes(rows)
        both = np.concatenate((habits.reshape(len(rows), -1, len(family.x)), common), axis=1)
        yield who, _columns(family, rows), both, weights


def seen(family: Family) -> Array:
    """How much of each merit each reviewer has read: probabilities of x, summed over their reads. (m, Q)."""
    table = family.table
    weights = np.empty((len(table.y), len(family.x)))
    for _who, rows in family.parts:
        weights[rows] = _weights(family, rows)[0][:, None, :]
    order = np.argsort(table.j, kind="stable")
    read = np.flatnonzero(table.n_j)
    found = np.zeros((family.m, len(family.x)))
    found[read] = np.add.reduceat(weights[order], np.searchsorted(table.j[order], read), axis=0)
    return found


def precision(family: Family, spread: Array, parameters: Array) -> Array:
    """Observed information of all parameters where the family stands: (d, d), symmetric."""
    size, split = len(parameters), LOCAL * family.m
    lost = np.zeros(size * size)
    for _who, columns, slopes, weights in _slopes(family):
        slopes -= np.matmul(slopes, weights[:, :, None])
        slopes *= np.sqrt(weights)[:, None, :]
        part = np.matmul(slopes, slopes.transpose(0, 2, 1))
        places = columns[:, :, None] * size + columns[:, None, :]
        lost += np.bincount(places.ravel(), weights=part.ravel(), minlength=size * size)
    found = -lost.reshape(size, size)
    known = family.information(seen(family))
    own = np.arange(split).reshape(-1, LOCAL)
    found[own[:, :, None], own[:, None, :]] += known[:, :LOCAL, :LOCAL]
    between = known[:, :LOCAL, LOCAL:].reshape(split, family.shared)
    found[:split, split:] += between
    found[split:, :split] += between.T
    found[split:, split:] += known[:, LOCAL:, LOCAL:].sum(axis=0)
    found[np.arange(size), np.arange(size)] += _penalty(family, parameters, spread)[2]
    return found


def _spread(habits: Array, variances: Array, spread: Array) -> tuple[Array, Array, Array]:
    """MacKay's fixed point for T^2: squares over the number of reviewers that reads, not the prior, determine.

    As T^2 moves, each variance and each habit moves with it as those of a single normal unknown do, so that one
    inverse of the whole matrix goes a long way. Gives T^2 and the habits and variances that go with it.
    """
    told, centres = 1 / variances - 1 / spread, habits / variances
    for _round in range(200):
        now = 1 / np.maximum(told + 1 / spread, 1e-9)
        here = centres * now
        free = np.maximum(len(habits) - (now / spread).sum(axis=0), 0)
        found = np.minimum(((here**2).sum(axis=0) + _WORTH * _LIKELY) / (free + _WORTH), _WIDEST)
        if np.abs(np.log(found / spread)).max() < 1e-6:
            break
        spread = found
    return spread, here, now


def fit(family: Family, *, rounds: int = 30) -> Fit:
    """Find habits, common parameters and spreads. Deterministic."""
    spread, split = _START.copy(), LOCAL * family.m
    parameters, done = _approach(family, spread), False
    factor, own = np.empty((0, 0)), np.empty((0, 0))
    for turn in range(rounds):
        fresh = turn < _FRESH or turn % 3 == 0
        if fresh:
            factor = factored(precision(family, spread, parameters))
            own = np.diag(inverted(factor))[:split].reshape(-1, LOCAL)
        parameters, gain = _descend(family, parameters, spread, factor)
        habits = parameters[:split].reshape(-1, LOCAL)
        wider, moved, narrower = _spread(habits, own, spread)
        still = float(np.abs(np.log(wider / spread)).max())
        if gain < _ENOUGH and still < 0.03:
            done = True
            break
        if turn > 1:  # the fixed point overshoots where reviewers are few: half-way from here on
            wider, moved, narrower = np.sqrt(spread * wider), (habits + moved) / 2, (own + narrower) / 2
        spread, own = wider, narrower
        if family.at(after := np.concatenate((moved.ravel(), parameters[split:]))):
            parameters = after
    parameters = _centred(family, parameters, factor, spread)
    matrix = precision(family, spread, parameters)
    factor = factored(matrix)
    inverse = inverted(factor)
    if (np.diag(inverse)[:split].reshape(-1, LOCAL) > spread).any():
        factor = factored(never_less(matrix, _penalty(family, parameters, spread)[2]))
        inverse = inverted(factor)
    return Fit(family, parameters, factor, inverse, spread, done)


def _approach(family: Family, spread: Array) -> Array:
    """A first way towards the mode: steps as if merit were known, which need no large matrix; one and a half of each.

    What merit hides makes such steps too short by a factor between one and three.
    """
    parameters, split = family.start(), LOCAL * family.m
    here = slope(family, parameters, spread)
    if here is None:
        raise ValueError("the first values have no likelihood")
    for _step in range(40):
        known = family.information(seen(family))
        precise = _penalty(family, parameters, spread)[2]
        own = known[:, :LOCAL, :LOCAL] + np.eye(LOCAL) / spread
        between = known[:, :LOCAL, LOCAL:]
        common = known[:, LOCAL:, LOCAL:].sum(axis=0) + np.diag(precise[split:] + 1e-6)
        habits, rest = here[1][:split].reshape(-1, LOCAL, 1), here[1][split:]
        through = np.linalg.solve(own, np.concatenate((between, habits), axis=2))
        common -= (between.transpose(0, 2, 1) @ through[:, :, :-1]).sum(axis=0)
        rest = np.linalg.solve(
            common, rest - (between.transpose(0, 2, 1) @ through[:, :, -1:]).sum(axis=0)[:, 0]
        )
        move = np.concatenate(((through[:, :, -1] - through[:, :, :-1] @ rest).ravel(), rest))
        gain = float(move @ here[1])
        parameters, here = _walk(family, parameters, spread, 1.5 * move, here, gain)
        if gain < 1:
            break
    return parameters


def _descend(family: Family, parameters: Array, spread: Array, factor: Array) -> tuple[Array, float]:
    """Newton's steps with one factor for as long as it makes good progress; what the last would have gained."""
    here, last = slope(family, parameters, spread), np.inf
    if here is None:
        raise ValueError("the habits have no likelihood")
    while True:
        move = solved(factor, here[1])
        gain = float(move @ here[1])
        if gain < _ENOUGH or gain > 0.3 * last:
            return parameters, gain
        parameters, here = _walk(family, parameters, spread, move, here, gain)
        last = gain


def _walk(
    family: Family, parameters: Array, spread: Array, move: Array, here: tuple[float, Array], gain: float
) -> tuple[Array, tuple[float, Array]]:
    """As much of `move` as raises the posterior."""
    share = 1.0
    while share > 1e-6:
        there = slope(family, parameters + share * move, spread)
        if there is not None and there[0] >= here[0] + 1e-4 * share * gain - 1e-7:
            return parameters + share * move, there
        share /= 2
    family.at(parameters)
    return parameters, here


def _draws(family: Family) -> int:
    """Pairs of draws: the errors of many reviewers even out, those of few do not."""
    return int(np.clip(360 // family.m, 4, 24))


def _centred(family: Family, parameters: Array, factor: Array, spread: Array) -> Array:
    """From the mode to the centre of the nearest Gaussian: where the mean slope over it vanishes."""
    from scipy.linalg import solve_triangular

    chance = np.random.default_rng(1).standard_normal((len(parameters), _draws(family)))
    for _round in range(_ROUNDS):
        around = solve_triangular(factor, chance, lower=True, trans=1)
        total, used = np.zeros(len(parameters)), 0
        for draw in around.T:
            sides = [slope(family, parameters + side * draw, spread) for side in (1, -1)]
            if sides[0] is not None and sides[1] is not None:
                total, used = total + sides[0][1] + sides[1][1], used + 2
        moved = parameters + (solved(factor, total / used) if used else 0)
        if not family.at(moved):
            break
        parameters = moved
    family.at(parameters)
    return parameters


def merits(found: Fit, level: float) -> Merit:
    """Merit of everybody given the habits, with the gain of each habit on it, and quantiles.

    The variance is averaged over what the habits may be: at their centre alone it is a little too small.
    """
    family = found.family
    family.at(found.parameters)
    many, coarse = len(family.table.applicants), (family.x[1] - family.x[0]) ** 2 / 12
    mean, variance, ends = np.zeros(many), np.ones(many), np.empty((many, 2))
    prior = np.exp(-0.5 * family.x**2)[None] / np.exp(-0.5 * family.x**2).sum()
    ends[:] = _quantiles(family.x, prior, level)
    blocks = []
    for who, columns, slopes, weights in _slopes(family):
        centre = weights @ family.x
        off = family.x - centre[:, None]
        # Never surer than the grid is fine.
        mean[who], variance[who] = centre, np.maximum((weights * off**2).sum(axis=1), coarse)
        ends[who] = _quantiles(family.x, weights, level)
        blocks.append((who, columns, np.matmul(slopes, (weights * off)[:, :, None])[:, :, 0]))
    wider = _averaged(found, variance)
    ends = mean[:, None] + (ends - mean[:, None]) * np.sqrt(wider / variance)[:, None]
    return Merit(mean, wider, tuple(blocks), ends)


def _averaged(found: Fit, variance: Array) -> Array:
    """The variances of merit, averaged over draws of the habits in pairs about their centre."""
    from scipy.linalg import solve_triangular

    family = found.family
    chance = np.random.default_rng(2).standard_normal((len(found.parameters), _draws(family)))
    total, used = np.zeros(len(variance)), 0
    for draw in solve_triangular(found.factor, chance, lower=True, trans=1).T:
        for side in (1, -1):
            if not family.at(found.parameters + side * draw):
                continue
            used += 1
            here = np.ones(len(variance))
            for who, rows in family.parts:
                weights, _logs = _weights(family, rows)
                here[who] = weights @ family.x**2 - (weights @ family.x) ** 2
            total += here
    family.at(found.parameters)
    averaged: Array = np.maximum(total / used, 0.5 * variance) if used else variance
    return averaged


def _quantiles(x: Array, weights: Array, level: float) -> Array:
    """The two ends that leave out (1 - level) / 2 each: (g, 2).

    The trapezoid rule up to each point, with the first Euler-Maclaurin term, made straight by the normal quantile.
    """
    from scipy.special import ndtri

    wide = np.pad(weights, ((0, 0), (1, 1)))
    below = np.cumsum(weights, axis=1) - weights / 2 - (wide[:, 2:] - wide[:, :-2]) / 24
    straight = ndtri(np.clip(below, 1e-12, 1 - 1e-12))
    found, at = np.empty((len(weights), 2)), np.arange(len(weights))
    for column, share in enumerate((0.5 - level / 2, 0.5 + level / 2)):
        wanted = ndtri(share)
        right = np.clip((straight < wanted).sum(axis=1), 1, len(x) - 1)
        low, high = straight[at, right - 1], straight[at, right]
        part = np.clip((wanted - low) / np.maximum(high - low, 1e-9), 0, 1)
        found[:, column] = x[right - 1] + part * (x[right] - x[right - 1])
    return found


def shared_variance(merit: Merit, covariance: Array) -> Array:
    """What not knowing the habits adds to each variance: gain' S gain, (n,)."""
    found = np.zeros(len(merit.mean))
    for who, columns, gains in merit.blocks:
        inner = covariance[columns[:, :, None], columns[:, None, :]]
        found[who] = np.matmul(gains[:, None, :], np.matmul(inner, gains[:, :, None]))[:, 0, 0]
    return found
