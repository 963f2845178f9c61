"""How far two reviewers of one text lie from each other, on the scale of the scores."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from statistics import fmean, stdev

from tremplin.methods.calibration.reads import Read


@dataclass(frozen=True, slots=True)
class Distance:
    """The mean distance of two scores of one text, and between which ends it lies; behind it stand `texts`."""

    mean: float
    low: float
    high: float
    texts: int


def distance(reads: Sequence[Read], *, level: float = 0.9) -> Distance | None:
    """The mean absolute difference of two scores of one text, every text as much as another; None below three texts.

    Unlike a correlation it says the same of texts that lie close together and of texts that lie far apart, so that
    few texts which were chosen to differ can be held beside many which were not. The interval is Student's over
    texts, as reads of one text depend on each other. O(pairs of reads).
    """
    scores: dict[str, list[float]] = defaultdict(list)
    for read in reads:
        scores[read.applicant].append(float(read.score))
    each = [
        fmean(abs(one - other) for one, other in combinations(found, 2))
        for found in scores.values()
        if len(found) > 1
    ]
    if len(each) < 3:
        return None
    from scipy.special import stdtrit

    mean = fmean(each)
    off = float(stdtrit(len(each) - 1, 0.5 + level / 2)) * stdev(each) / sqrt(len(each))
    return Distance(mean, max(0.0, mean - off), mean + off, len(each))
