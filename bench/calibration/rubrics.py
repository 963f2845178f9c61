"""Invented readings by criterion of which the truth is known, and how often intervals hold it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tremplin.methods.calibration import Criterion, Judgement, RubricCalibration, calibrate_rubric

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """How marks come about, in standard deviations of merit in one criterion.

    `alike`, `halo`: how merits, and what chance puts into one reading, correlate between criteria; `generous` the
    same of severity. `top` marks with a ceiling; none: no steps. `open_`: how often a criterion is left open, at
    random; `hard`: how often the first one besides where the last one's mark is low.
    """

    applicants: int = 150
    reviewers: int = 15
    reads: int = 3
    criteria: int = 4
    severity: float = 0.6
    noise: float = 0.9
    uneven: float = 0.3
    scale: float = 0.1
    alike: float = 0.6
    halo: float = 0.5
    generous: float = 0.6
    middle: float | None = None
    unit: float = 0.9
    top: int | None = 5
    open_: float = 0.0
    hard: float = 0.0
    weights: tuple[float, ...] = ()


@dataclass(frozen=True)
class Told:
    judgements: list[Judgement]
    criteria: list[Criterion]
    merit: Array

    @property
    def names(self) -> list[str]:
        return [f"{at:06}" for at in range(len(self.merit))]


def _correlated(chance: np.random.Generator, share: float, size: int, many: int) -> Array:
    """Normal columns (C, many) whose parts correlate so much."""
    common, own = chance.normal(size=many), chance.normal(size=(size, many))
    return np.asarray(np.sqrt(share) * common + np.sqrt(1 - share) * own)


def made(rule: Rule, seed: int) -> Told:
    """One world."""
    chance, size, many = np.random.default_rng(seed), rule.criteria, rule.applicants
    merit = _correlated(chance, rule.alike, size, many)
    b = rule.severity * _correlated(chance, rule.generous, size, rule.reviewers)
    z, g = chance.normal(0, rule.uneven, rule.reviewers), chance.normal(0, rule.scale, rule.reviewers)
    j = np.concatenate([chance.choice(rule.reviewers, rule.reads, replace=False) for _one in range(many)])
    i = np.repeat(np.arange(many), rule.reads)
    own = rule.noise * np.exp(z[j]) * _correlated(chance, rule.halo, size, len(j))
    middle = np.linspace(2.6, 3.6, size)[:, None] if rule.middle is None else rule.middle
    marks: Array = middle + rule.unit * np.exp(-g[j]) * (merit[:, i] + b[:, j] + own)
    if rule.top:
        marks = np.clip(np.rint(marks), 1, rule.top)
    left = chance.random(marks.shape) < rule.open_
    left[0] |= (marks[-1] < np.median(marks[-1])) & (chance.random(len(j)) < rule.hard)
    weights = np.array(rule.weights or (1.0,) * size)
    whole = weights @ merit
    deviation = np.sqrt(rule.alike * weights.sum() ** 2 + (1 - rule.alike) * (weights**2).sum())
    codes = [f"c{at:02}" for at in range(size)]
    judgements = [
        Judgement(
            f"{who:06}",
            f"{reader:04}",
            {c: None if gone else float(y) for c, gone, y in zip(codes, lost, row, strict=True)},
        )
        for who, reader, lost, row in zip(i, j, left.T, marks.T, strict=True)
    ]
    criteria = [Criterion(code, float(weight)) for code, weight in zip(codes, weights, strict=True)]
    return Told(judgements, criteria, whole / deviation)


RULES: dict[str, Rule] = {
    "criteria with a halo": Rule(),
    "criteria without a halo": Rule(halo=0.0),
    "criteria, hardly alike": Rule(alike=0.2, weights=(3, 1, 1, 1)),
    "criteria, a strong halo, much alike": Rule(halo=0.85, alike=0.85),
    "criteria, a ceiling": Rule(middle=4.3),
    "criteria, three steps": Rule(middle=2.0, top=3),
    "criteria, a fourth left open": Rule(open_=0.25),
    "criteria, half left open, two reads": Rule(open_=0.5, reads=2),
    "criteria, one left open where another is low": Rule(hard=0.8),
    "criteria, noisy: two reads": Rule(noise=1.5, reads=2),
    "criteria, few: 60 applicants, 2 reads": Rule(applicants=60, reviewers=8, reads=2, noise=1.2),
    "criteria without steps": Rule(top=None, open_=0.2),
    "eight criteria": Rule(applicants=80, reviewers=10, criteria=8, open_=0.1),
    "one criterion": Rule(criteria=1, noise=0.7, top=7, middle=4.5),
    "criteria, 550 x 17": Rule(applicants=550, reviewers=17),
}


def truth(found: RubricCalibration) -> tuple[Array, Array]:
    """Merits and their deviations, in the order of codes."""
    rows = sorted(found.estimates, key=lambda row: row.applicant)
    return np.array([row.merit for row in rows]), np.array([row.merit_deviation for row in rows])


def solved(told: Told, kind: Any = "auto") -> RubricCalibration:
    return calibrate_rubric(told.judgements, told.criteria, applicants=told.names, kind=kind)


def rubric_shares(rule: Rule, many: int, first: int) -> Iterator[float]:
    """The share of applicants whose merit lies in the interval of 90 %, world by world."""
    for seed in range(first, first + many):
        told = made(rule, seed)
        merit, deviation = truth(solved(told))
        yield float(np.mean(np.abs(merit - told.merit) < 1.6448536 * deviation))
