"""What belongs into a set, and how the reads of one piece lie beside each other. Without a database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tremplin.programmes.schema import Criterion
from tremplin.review.rules import CANNOT_JUDGE, Score, Scores

FEWEST, MOST = 3, 10


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a criterion: how many chose it, whether this reader did, and whether it was agreed on."""

    score: Score
    many: int
    mine: bool
    agreed: bool


def steps(
    criterion: Criterion, reads: Sequence[Scores], mine: Scores, agreed: Mapping[str, int | None]
) -> list[Step]:
    """How many chose each level, the highest first, “cannot judge” last."""
    counts = Counter(scores.get(criterion.code) for scores in reads)
    levels: list[Score] = [level.score for level in reversed(criterion.levels)]
    return [
        Step(
            score,
            counts[score],
            mine.get(criterion.code) == score,
            agreed.get(criterion.code) is not None and agreed[criterion.code] == score,
        )
        for score in (*levels, CANNOT_JUDGE)
    ]


def apart(criterion: Criterion, reads: Sequence[Scores]) -> int:
    """How many levels lie between the highest and the lowest that were chosen."""
    order = [level.score for level in criterion.levels]
    found = [order.index(score) for one in reads if isinstance(score := one.get(criterion.code), int)]
    return max(found) - min(found) if found else 0
