"""What a second pass adds to the reading, beside the season that is lived through."""

from dataclasses import dataclass
from math import ceil

from tremplin.programmes.schema import ReviewPlan


@dataclass(frozen=True, slots=True)
class SecondLoad:
    """About so many `people` and `reads`, and the hours they take: all together, and `each` reviewer."""

    people: int
    reads: int
    days: int
    hours: float
    each: float | None


def second_load(
    plan: ReviewPlan, *, places: int, applications: int, readers: int, minutes: float
) -> SecondLoad | None:
    """That, of as many applications; None where the programme file plans no second pass, or nobody applies."""
    second = plan.second_pass
    if second is None or not applications:
        return None
    asked = second.share * applications if second.share is not None else (second.per_place or 0) * places
    people = min(applications, ceil(round(asked, 6)))
    reads = people * second.reads
    hours = reads * minutes / 60
    return SecondLoad(people, reads, second.days, hours, hours / readers if readers else None)
