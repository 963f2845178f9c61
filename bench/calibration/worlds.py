"""Invented marks and comparisons of which the truth is known, kept as one file each."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Law:
    """How reviewers differ, in standard deviations of merit; `top` marks with a ceiling, none: scores without steps."""

    severity: float = 0.6
    noise: float = 0.7
    uneven: float = 0.4
    scale: float = 0.12
    middle: float = 5.3
    unit: float = 1.2
    top: int | None = 7


def marks(applicants: int, reviewers: int, reads: int, seed: int, law: Law) -> dict[str, Array]:
    """Each applicant read by `reads` reviewers at random: `i`, `j`, `y` (N,), and the true `merit`."""
    chance = np.random.default_rng(seed)
    merit = chance.normal(size=applicants)
    b, z = chance.normal(0, law.severity, reviewers), chance.normal(0, law.uneven, reviewers)
    g = chance.normal(0, law.scale, reviewers)
    j = np.concatenate([chance.choice(reviewers, reads, replace=False) for _one in range(applicants)])
    i = np.repeat(np.arange(applicants), reads)
    impression = merit[i] + b[j] + law.noise * np.exp(z[j]) * chance.normal(size=len(i))
    y = law.middle + law.unit * np.exp(g[j]) * impression
    return {"i": i, "j": j, "y": np.clip(np.rint(y), 1, law.top) if law.top else y, "merit": merit}


def comparisons(
    items: int, count: int, seed: int, *, width: float = 0.0, slope: float = 1.5
) -> dict[str, Array]:
    """Random pairs judged by the law of Bradley and Terry, ties after Rao and Kupper."""
    chance = np.random.default_rng(seed)
    merit = chance.normal(size=items)
    i = chance.integers(0, items, count)
    k = (i + chance.integers(1, items, count)) % items
    margin, said = slope * (merit[i] - merit[k]), chance.random(count)
    better, worse = 1 / (1 + np.exp(width - margin)), 1 / (1 + np.exp(width + margin))
    lost = (better <= said) & (said < better + worse)
    equal = said >= better + worse
    return {"better": np.where(lost, k, i), "worse": np.where(lost, i, k), "equal": equal, "merit": merit}


def keep(path: Path, made: dict[str, Array]) -> Path:
    np.savez(path, **made)
    return path
