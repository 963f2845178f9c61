"""The rubric's answer as a posterior of one number: the weighted merit, in standard deviations of the applicants."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from tremplin.methods.calibration.posterior import Gains, Posterior
from tremplin.methods.calibration.reads import Array, Index
from tremplin.methods.calibration.rubric.fitting import Found
from tremplin.methods.calibration.rubric.joint import blocks
from tremplin.methods.calibration.rubric.scales import Line, Steps
from tremplin.methods.calibration.rubric.small import inverse, product, summed

_RATIO = 1.2  # spread of the prior of log noise over merit, as in `crossed`


@dataclass(frozen=True, slots=True)
class Graded:
    """One criterion, as all readings together show it.

    `weight`: its share in the whole; `mean` of its marks: a hard criterion has a low one; `judged`: marks given, and
    `left_open` where nothing could be judged. `reliability` of one mark. `alike`: correlation of merit in it with the
    weighted merit. `halo`: correlation of what chance puts into its marks with what chance puts into the other marks
    of the same reading, over the other criteria; 0 for a single criterion.
    """

    code: str
    weight: float
    mean: float
    judged: int
    left_open: int
    reliability: float
    alike: float
    halo: float


@dataclass(frozen=True, slots=True)
class Seen:
    """One applicant in one criterion: the mark an average reviewer would give, and its interval."""

    criterion: str
    estimate: float
    low: float
    high: float
    judged: int


class Weighted(Posterior):
    """Merit is the weighted merit. Shared: severities by reviewer and criterion, and the criteria's middles, last."""

    def __init__(self, found: Found, level: float) -> None:
        state = found.state
        self.found, self.state, self.level = found, state, level
        self.rubric, self.table, self.factor = state.rubric, state.rubric.table, found.known.factor
        laws, points = state.laws, state.rubric.weights * state.scales.units
        self.deviation_of_merit = float(np.sqrt(points @ laws.merit @ points))
        self.along = points / self.deviation_of_merit
        self.mean = self.along @ state.merit
        self.own = np.einsum("c,cdn,d->n", self.along, state.spread, self.along)
        whole, gains = self.own.copy(), []
        for block in blocks(state):
            values = self.along @ block.gains
            inner = found.known.covariance[block.columns[:, :, None], block.columns[:, None, :]]
            whole[block.who] += np.einsum("gi,gij,gj->g", values, inner, values)
            gains.append(Gains(block.who, block.columns, values))
        self.power = float(state.power.mean())
        self.gains, self.deviation = tuple(gains), self._widened(whole)
        self._slope = np.maximum(laws.merit @ self.along, 0)
        apart = np.maximum(np.diag(laws.merit) - self._slope**2, 0)
        self._wide = np.sqrt(apart + np.diag(laws.severity) + self.power * np.diag(laws.own))

    def _widened(self, variance: Array) -> Array:
        """Deviations (n,) with what the variances themselves leave open.

        The ratio of noise to merit comes from two mean squares, of applicants and of what is left, with a weak prior;
        so its logarithm has the variance below (Satterthwaite 1946). Merit moves with it, and a variance that is not
        known has the quantiles of Student's t, to first order. Some per cent for sixty applicants read twice.
        """
        read = self.table.n_i[self.table.n_i > 0]
        severity, noise = self.parts()
        left = max(len(self.table.y) - len(read) - len(self.table.reviewers) + 1, 1)
        apart = 2 * (1 + noise * float((1 / read).mean())) ** 2 * (1 / left + 1 / max(len(read) - 1, 1))
        unsure = 1 / (1 / apart + 1 / _RATIO**2)
        moved = self.mean * (0.5 * (severity + noise) / (1 + severity + noise) - variance)
        wide = NormalDist().inv_cdf(0.5 + self.level / 2)
        tails = 1 + (wide**2 + 1) / 8 * unsure * np.maximum(1 - variance, 0) ** 2
        found: Array = np.sqrt(variance * tails**2 + unsure * moved**2)
        return found

    def on_scale(self, merit: Array) -> Array:
        """The weighted mark an average reviewer would give, expected, to somebody of this weighted merit."""
        middle, total = self.state.middle, np.zeros(np.shape(merit))
        for at, scale in enumerate(self.state.scales.of):
            centre = middle[at] + self._slope[at] * np.asarray(merit)
            total = total + self.rubric.weights[at] * scale.expected(centre, float(self._wide[at]))
        return np.asarray(total)

    def estimates(self) -> Array:
        return self.on_scale(self.mean)

    @property
    def unit(self) -> float:
        """What one standard deviation of merit is on the scale of the scores, around the middle."""
        low, high = self.on_scale(np.array([-0.5, 0.5]))
        return float(high - low)

    def parts(self) -> tuple[float, float]:
        """Variance of severity and of the rest in one whole reading, in units of merit's."""
        laws, along = self.state.laws, self.along
        return float(along @ laws.severity @ along), float(self.power * (along @ laws.own @ along))

    def informed(self) -> Array:
        # A new reader's severity is as unknown as any other's, their noise is that of somebody here, and a mark leaves
        # open what it does on average.
        state, judged = self.state, self.state.scales.judged
        sites = (state.tau * judged).sum(axis=1) / judged.sum(axis=1)
        open_ = np.diag(1 / np.maximum(sites, 1e-6))
        power = state.noise[:, None, None] ** 2
        reading = np.linalg.inv(state.laws.severity + power * state.laws.own + open_).mean(axis=0)
        after = inverse(inverse(state.spread) + reading[:, :, None])
        left = np.einsum("c,cdn,d->n", self.along, after, self.along)
        found: Array = np.maximum(1 / left - 1 / self.own, 0)
        return found

    def _left_out(self, who: Index, rows: Index) -> tuple[Array, Array]:
        """Mean and variance of merit of `who` (r,) without reading `rows` (r,), severities as they are."""
        state = self.state
        spread = inverse(inverse(state.spread[:, :, who]) - state.precise[:, :, rows])
        sums = summed(
            state.told + product(state.precise, state.merit[:, state.i]), self.table.starts, state.n
        )
        left = sums[:, who] - (state.told[:, rows] + product(state.precise[:, :, rows], state.merit[:, who]))
        return self.along @ product(spread, left), np.einsum("c,cdn,d->n", self.along, spread, self.along)

    def reasons(self, rows: slice) -> tuple[Array, Array, Array]:
        state, places = self.state, np.arange(rows.start, rows.stop)
        who = state.i[places]
        mean, variance = self._left_out(who, places)
        told = np.maximum(1 / self.own[who] - 1 / variance, 0)
        # Generosity in the criteria that were judged, on the scale of the scores.
        shares = self.rubric.weights[:, None] * state.scales.judged[:, places]
        shift = state.severity[:, state.j[places]] * state.scales.units[:, None]
        corrected = self.table.y[places] - (shares * shift).sum(axis=0) / shares.sum(axis=0)
        return self._held(corrected), told / (1 + told.sum()), self.on_scale(mean)

    def _held(self, scores: Array) -> Array:
        """Within the scale, where it has ends."""
        if not all(isinstance(scale, Steps) for scale in self.state.scales.of):
            return scores
        steps = [scale for scale in self.state.scales.of if isinstance(scale, Steps)]
        ends = [
            sum(w * s.levels[at] for w, s in zip(self.rubric.weights, steps, strict=True)) for at in (0, -1)
        ]
        return np.asarray(np.clip(scores, *ends))

    def without(self, reviewer: int) -> Array:
        """With the severities of the others as they are: nothing but this reviewer's readings is taken away."""
        rows = np.flatnonzero(self.state.j == reviewer)
        mean = self.mean.copy()
        mean[self.state.i[rows]] = self._left_out(self.state.i[rows], rows)[0]
        return self.on_scale(mean)

    def shifts(self) -> tuple[Array, Array]:
        """Generosity on the scale of the scores, and its deviation: (m,), (m,)."""
        size, many = self.rubric.size, self.state.m
        own = self.found.known.covariance[: many * size, : many * size].reshape(many, size, many, size)
        own = own[np.arange(many), :, np.arange(many)]
        spread = np.einsum("c,mcd,d->m", self.along, own, self.along)
        return self.unit * (self.along @ self.state.severity), self.unit * np.sqrt(spread)

    def criteria(self) -> tuple[Graded, ...]:
        """What each criterion tells, by code."""
        laws, judged = self.state.laws, self.state.scales.judged.sum(axis=1)
        merit, own = np.diag(laws.merit), np.diag(laws.own)
        whole = merit + np.diag(laws.severity) + self.power * own
        near = laws.own / np.sqrt(np.outer(own, own))
        others = max(len(near) - 1, 1)
        return tuple(
            Graded(
                code,
                float(self.rubric.weights[at]),
                float(np.nanmean(self.rubric.marks[at])),
                int(judged[at]),
                int(len(self.table.y) - judged[at]),
                float(merit[at] / whole[at]),
                float((laws.merit[at] @ self.along) / np.sqrt(merit[at])),
                float(near[at].sum() - 1) / others,
            )
            for at, code in enumerate(self.rubric.criteria)
        )

    def profile(self, applicant: str) -> tuple[Seen, ...]:
        """One applicant in each criterion, by code. Raises KeyError for somebody unknown."""
        try:
            who = self.table.applicants.index(applicant)
        except ValueError:
            raise KeyError(applicant) from None
        state, rows = self.state, self.table.rows(who)
        spread = np.diag(state.spread[:, :, who]) + self._shared(who)
        wide = NormalDist().inv_cdf(0.5 + self.level / 2) * np.sqrt(spread)
        laws, found = state.laws, []
        for at, code in enumerate(self.rubric.criteria):
            scale: Steps | Line = state.scales.of[at]
            noise = float(np.sqrt(laws.severity[at, at] + self.power * laws.own[at, at]))
            centre = state.middle[at] + state.merit[at, who] + wide[at] * np.array([0.0, -1.0, 1.0])
            marks = scale.expected(centre, noise)
            judged = int(state.scales.judged[at, rows].sum())
            found.append(Seen(code, float(marks[0]), float(marks[1]), float(marks[2]), judged))
        return tuple(found)

    def _shared(self, who: int) -> Array:
        """What not knowing severities adds to the variance of one applicant's merit in each criterion: (C,)."""
        for block in blocks(self.state):
            if len(at := np.flatnonzero(block.who == who)):
                gain, columns = block.gains[at[0]], block.columns[at[0]]
                inner = self.found.known.covariance[np.ix_(columns, columns)]
                found: Array = ((gain @ inner) * gain).sum(axis=1)
                return found
        return np.zeros(self.rubric.size)
