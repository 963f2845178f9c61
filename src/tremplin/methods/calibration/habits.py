"""The marginal model's answer as a posterior, for marks and for scores."""

import numpy as np

from tremplin.methods.calibration.families import LOCAL, Family
from tremplin.methods.calibration.marginal import Fit, merits, shared_variance
from tremplin.methods.calibration.posterior import Gains, Posterior
from tremplin.methods.calibration.reads import Array


class Habits(Posterior):
    """Merit in standard deviations of the applicants. Shared: (b, g, z) of each reviewer, and what is common."""

    def __init__(self, found: Fit, level: float) -> None:
        self.fit, self.family, self.level = found, found.family, level
        self.table, self.factor = found.family.table, found.factor
        merit = merits(found, level)
        self.mean, self.own = merit.mean, merit.variance
        self.gains = tuple(Gains(*block) for block in merit.blocks)
        self.inverse = found.inverse
        whole = self.own + shared_variance(merit, self.inverse)
        self.deviation = np.sqrt(whole)
        self.ends = (
            self.mean[:, None] + (merit.ends - self.mean[:, None]) * np.sqrt(whole / self.own)[:, None]
        )

    def on_scale(self, merit: Array) -> Array:
        return self.family.typical(merit, np.sqrt(self.fit.spread))

    def estimates(self) -> Array:
        return self.on_scale(self.mean)

    def informed(self) -> Array:
        # A new reader's generosity is as unknown as any other's.
        found: Array = 1 / (1 / self.family.informed(self.mean) + self.fit.spread[0])
        return found

    @property
    def unit(self) -> float:
        """What one standard deviation of merit is on the scale of the scores, around the middle."""
        low, high = self.on_scale(np.array([-0.5, 0.5]))
        return float(high - low)

    def reasons(self, rows: slice) -> tuple[Array, Array, Array]:
        family, places = self.family, np.arange(rows.start, rows.stop)
        one = family.logs(places[:, None])
        _mean, full = _moments(family, one.sum(axis=0)[None])
        apart, wider = _moments(family, one.sum(axis=0) - one)
        told = np.maximum(1 / full - 1 / wider, 0)
        corrected = family.corrected(places, self.on_scale)
        return corrected, told / (1 + told.sum()), self.on_scale(apart)

    def without(self, reviewer: int) -> Array:
        """With the habits of the others as they are: nothing but this reviewer's reads is taken away."""
        family, table, mean = self.family, self.table, self.mean.copy()
        touched = np.unique(table.i[table.j == reviewer])
        for who in touched:
            rows = np.arange(table.starts[who], table.starts[who + 1])
            kept = rows[table.j[rows] != reviewer]
            logs = family.logs(kept[None]) if len(kept) else np.zeros((1, len(family.x)))
            mean[who] = _moments(family, logs)[0][0]
        return self.on_scale(mean)

    def shifts(self) -> tuple[Array, Array]:
        """Generosity on the scale of the scores, and its deviation: (m,), (m,)."""
        own = np.diag(self.inverse)[: LOCAL * self.family.m : LOCAL]
        return self.unit * self.fit.habits[:, 0], self.unit * np.sqrt(own)


def _moments(family: Family, logs: Array) -> tuple[Array, Array]:
    """Mean and variance of merit for log-likelihoods (g, Q)."""
    logs = logs - 0.5 * family.x**2
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    mean = weights @ family.x
    return mean, weights @ family.x**2 - mean**2
