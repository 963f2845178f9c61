"""Invented cohorts in which everybody's reading of everybody is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class Setting:
    """Deviations in units of merit in one criterion; `top` the highest mark, `open_` how often one is left open."""

    applicants: int = 550
    reviewers: int = 17
    places: int = 8
    reads: int = 3
    criteria: int = 4
    severity: float = 0.71
    noise: float = 1.48
    uneven: float = 0.3
    alike: float = 0.6
    halo: float = 0.5
    middle: float = 3.1
    unit: float = 0.55
    top: int = 5
    open_: float = 0.0


SETTINGS = {
    "as usual": Setting(),
    "reviewers alike": Setting(severity=0.2, noise=1.62, uneven=0.05),
    "a ceiling": Setting(middle=4.2),
    "a quarter left open": Setting(open_=0.25),
    "two readings": Setting(reads=2),
}


@dataclass(frozen=True)
class Cohort:
    """`marks` (C, n, m), not a number where left open; `order` (n, m): whom each applicant is given to, in turn."""

    setting: Setting
    merit: Array
    marks: Array
    order: Index
    seed: int

    def first(self, reads: int) -> list[tuple[int, int]]:
        return [(i, int(j)) for i, row in enumerate(self.order[:, :reads]) for j in row]

    def at_random(self, reads: int) -> list[tuple[int, int]]:
        """So many each, and as many again as there are applicants, for whoever the dice fall on."""
        chance, count = np.random.default_rng(self.seed), np.full(len(self.order), reads)
        for who in chance.integers(0, len(self.order), len(self.order)):
            count[who] = min(count[who] + 1, self.order.shape[1])
        return [(i, int(j)) for i, row in enumerate(self.order) for j in row[: count[i]]]


def invent(setting: Setting, seed: int) -> Cohort:
    chance = np.random.default_rng([seed, 26])
    size, n, m = setting.criteria, setting.applicants, setting.reviewers

    def columns(share: float, *many: int) -> Array:
        common, own = chance.normal(size=many), chance.normal(size=(size, *many))
        return np.asarray(np.sqrt(share) * common + np.sqrt(1 - share) * own)

    merit = columns(setting.alike, n)
    severity = setting.severity * columns(0.6, m)
    noise = setting.noise * np.exp(chance.normal(0, setting.uneven, m))
    seen = merit[:, :, None] + severity[:, None, :] + noise * columns(setting.halo, n, m)
    stretch = np.exp(chance.normal(0, setting.uneven / 3, m))
    marks = np.clip(np.rint(setting.middle + setting.unit * stretch * seen), 1, setting.top)
    marks[chance.random(marks.shape) < setting.open_] = np.nan
    order = chance.permuted(np.tile(np.arange(m), (n, 1)), axis=1)
    whole = merit.mean(axis=0) / np.sqrt(setting.alike + (1 - setting.alike) / size)
    return Cohort(setting, whole, marks, order, seed)
