"""Expected ranks of a funding panel, as the Swiss National Science Foundation computes them.

**Model** (Heyard, Ott, Salanti and Egger 2022, Statistics and Public Policy 9:110-121). A vote is the overall mean plus
merit a ~ N(0, A), plus the section's level p ~ N(0, P), plus the assessor's behaviour on this proposal
~ N(nu, T), nu ~ N(0, 0.5^2), plus noise ~ N(0, E); sqrt of A, P, T and E are uniform on (0, 2). T and E reach the votes
as one sum: its root s has density proportional to s on (0, 2). Ranks are those of a alone.

**Here** all normal unknowns are integrated out exactly, applicants first, then assessors and sections; what is left is
three standard deviations. They are integrated over a product rule of Gauss-Hermite points around the best ones in
(log root A, log s), and a fine rule in root P, which few sections say little about. No chain, no draws for the mean:
JAGS needs hours.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from tremplin.methods.calibration.ranks import Ranked, better, drawn_ranks, ranked
from tremplin.methods.calibration.reads import Array, Read, Table, tabulate

_BOUND = 2.0
_CROSS = 2  # points a side in the two well-known directions
_SECTIONS = 14  # points for the standard deviation of sections


class Panel:
    """The normal unknowns of one panel for given standard deviations."""

    def __init__(self, table: Table, section: Sequence[int], severity: float) -> None:
        self.table, self.severity = table, severity
        people, readers = len(table.applicants), len(table.reviewers)
        # The authors fix the overall mean at the mean of the proposals' means.
        means = np.bincount(table.i, weights=table.y, minlength=people) / table.n_i
        self.y = table.y - means.mean()
        self.many = max(section) + 1
        self.size = readers + (self.many if self.many > 1 else 0)
        # Who voted on each proposal, and its section as often as it has votes: (n, d).
        self.x = np.zeros((people, self.size))
        np.add.at(self.x, (table.i, table.j), 1.0)
        votes = table.n_i.astype(np.float64)
        if self.many > 1:
            self.x[np.arange(people), readers + np.asarray(section)] = votes
        design = np.zeros((len(self.y), self.size))
        design[np.arange(len(self.y)), table.j] = 1
        if self.many > 1:
            design[np.arange(len(self.y)), readers + np.asarray(section)[table.i]] = 1
        self.square, self.right = design.T @ design, design.T @ self.y
        self.votes = votes
        self.totals = np.bincount(table.i, weights=self.y, minlength=people)
        # Proposals matter through their number of votes only: sums over those with equally many.
        self.kinds = [
            (count, int(rows.sum()), self.x[rows].T @ self.x[rows], self.x[rows].T @ self.totals[rows],
             float(self.totals[rows] @ self.totals[rows]))
            for count in np.unique(votes) if (rows := votes == count).any()
        ]  # fmt: skip

    def _solved(self, merit: float, noise: float, section: float) -> tuple[Array, Array, float]:
        """Cholesky factor and solution of what is shared, and the log posterior of the three deviations."""
        e, a = noise**2, merit**2
        matrix, right = self.square / e, self.right / e
        prior = np.full(self.size, self.severity**-2)
        prior[len(self.table.reviewers) :] = section**-2
        value = -len(self.y) * np.log(noise) - 0.5 * float(self.y @ self.y) / e + np.log(noise)
        for count, people, outer, cross, square in self.kinds:
            share = 1 / e**2 / (count / e + 1 / a)
            matrix = matrix - share * outer
            right = right - share * cross
            value += 0.5 * share * square - 0.5 * people * np.log1p(count * a / e)
        matrix[np.diag_indices(self.size)] += prior
        factor = np.linalg.cholesky(matrix)
        half = np.linalg.solve(factor, right)
        value += (
            0.5 * float(half @ half) - float(np.log(np.diag(factor)).sum()) + 0.5 * float(np.log(prior).sum())
        )
        return np.asarray(factor), np.asarray(np.linalg.solve(factor.T, half)), float(value)

    def posterior(self, logs: Array, section: float) -> float:
        """Log posterior of (log merit, log noise, section), with the logarithms' own measure."""
        if np.exp(logs).max() > _BOUND:
            return -np.inf
        merit, noise = np.exp(logs).tolist()
        return self._solved(merit, noise, section)[2] + float(logs.sum())

    def merits(self, merit: float, noise: float, section: float) -> tuple[Array, Array]:
        """Mean (n,) and covariance (n, n) of the proposals' merits."""
        factor, shared, _value = self._solved(merit, noise, section)
        e, a = noise**2, merit**2
        precise: Array = self.votes / e + 1 / a
        gain = -self.x / e / precise[:, None]
        mean: Array = self.totals / e / precise + gain @ shared
        half = np.asarray(np.linalg.solve(factor, gain.T), dtype=np.float64)
        covariance: Array = half.T @ half
        covariance[np.diag_indices(len(mean))] += 1 / precise
        return mean, covariance


def _peak(panel: Panel, section: float) -> tuple[Array, Array]:
    """The best (log merit, log noise) for one deviation of sections, and their covariance, by Newton's method."""
    here, width = np.log(np.array([0.7, 1.0]) * max(float(panel.y.std()), 1e-3)), 1e-3
    here = np.minimum(here, np.log(0.95 * _BOUND))
    steps = width * np.eye(2)
    curvature = np.eye(2)
    for _round in range(40):
        middle = panel.posterior(here, section)
        sides = np.array(
            [[panel.posterior(here + sign * step, section) for sign in (1, -1)] for step in steps]
        )
        slope = (sides[:, 0] - sides[:, 1]) / (2 * width)
        cross = panel.posterior(here + steps.sum(axis=0), section)
        mixed = (cross - sides[0, 0] - sides[1, 0] + middle) / width**2
        own = (2 * middle - sides.sum(axis=1)) / width**2
        curvature = np.array([[own[0], -mixed], [-mixed, own[1]]])
        if np.linalg.eigvalsh(curvature)[0] <= 0:
            curvature = np.diag(np.maximum(np.abs(own), 1.0))
        move = np.clip(np.linalg.solve(curvature, slope), -0.5, 0.5)
        while panel.posterior(here + move, section) < middle - 1e-9 and np.abs(move).max() > 1e-9:
            move = move / 2
        here = here + move
        if np.abs(move).max() < 1e-6:
            break
    return np.asarray(here), np.asarray(np.linalg.inv(curvature))


def _rule(panel: Panel) -> list[tuple[float, float, float, float]]:
    """Points (merit, noise, section) and their weights, which sum to one."""
    from numpy.polynomial.hermite_e import hermegauss
    from numpy.polynomial.legendre import leggauss

    if panel.many > 1:
        # Few sections say little: anything from none to the bound is possible. Cubes put the points where it is likely.
        x, w = leggauss(_SECTIONS)
        share = (1 + x) / 2
        roots, measure = _BOUND * share**3, w * share**2
    else:
        roots, measure = np.array([1.0]), np.array([1.0])
    points, weights = hermegauss(_CROSS)
    found = []
    here, spread = _peak(panel, float(roots[len(roots) // 2]))
    half = np.linalg.cholesky(spread)
    for root, amount in zip(roots, measure, strict=True):
        for u, wu in zip(points, weights, strict=True):
            for v, wv in zip(points, weights, strict=True):
                logs = here + half @ np.array([u, v])
                value = panel.posterior(logs, float(root)) + 0.5 * (u * u + v * v)
                found.append((*np.exp(logs), float(root), value + np.log(wu * wv * amount)))
    rows = [row for row in found if np.isfinite(row[3])]
    top = max(row[3] for row in rows)
    whole = sum(np.exp(row[3] - top) for row in rows)
    kept = [(a, s, p, float(np.exp(value - top) / whole)) for a, s, p, value in rows]
    return [row for row in kept if row[3] > 1e-7]


def panel_ranks(
    votes: Sequence[Read],
    *,
    sections: Mapping[str, str] | None = None,
    places: int = 0,
    level: float = 0.9,
    severity: float = 0.5,
    draws: int = 2000,
    seed: int = 1,
) -> tuple[Ranked, ...]:
    """Expected ranks of all proposals, best first (ties by code), with intervals and the chance of a place.

    `sections` gives the section of each proposal, whose level is taken out; `severity` the standard deviation of the
    assessors' behaviour, on the scale of the votes (points 1 to 6). Assessors are told apart by their codes: where the
    same label means other people in each section, write the section into the code, or all who share it share a
    behaviour. Deterministic under `seed`. O(n^2) a point of the rule.
    Raises FaultyReads, ValueError for a proposal without a section.
    """
    table = tabulate(votes)
    names = table.applicants
    if sections is not None and (missing := [name for name in names if name not in sections]):
        raise ValueError(f"{missing[0]}: no section is given; name one for each proposal")
    codes = sorted({sections[name] for name in names}) if sections else []
    panel = Panel(table, [codes.index(sections[name]) if sections else 0 for name in names], severity)
    rule = _rule(panel)
    expected, merits = np.zeros(len(names)), []
    chance = np.random.default_rng(seed)
    shares = np.diff(np.round(np.cumsum([0.0, *(row[3] for row in rule)]) * draws).astype(int))
    for (merit, noise, section, weight), many in zip(rule, shares.tolist(), strict=True):
        mean, covariance = panel.merits(merit, noise, section)
        expected += weight * better(mean, covariance)
        if many:
            root = np.linalg.cholesky(covariance)
            merits.append(mean[:, None] + root @ chance.standard_normal((len(names), many)))
    ranks = drawn_ranks(np.concatenate(merits, axis=1))
    return ranked(names, expected, ranks, level, places)
