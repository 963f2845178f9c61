"""How many came to the doors, passed, and were turned away by which: sums over the days, and nobody's."""

from dataclasses import dataclass

from django.db.models import Sum

from tremplin.applications.models import DoorCount, DoorOutcome
from tremplin.programmes.models import Cohort

LEAST = 5  # an answer that fewer people gave is not named


@dataclass(frozen=True, slots=True)
class ClosedDoor:
    """One door: how many it turned away, and the answers that at least five gave, the most frequent first."""

    code: str
    many: int
    answers: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Doors:
    """The way to the form. One person whom two doors turned away counts at both."""

    came: int = 0
    passed: int = 0
    closed: tuple[ClosedDoor, ...] = ()


def doors(cohort: Cohort) -> Doors:
    """All numbers of the doors in one query; the door that turned most people away comes first."""
    rows = DoorCount.objects.filter(cohort=cohort).order_by().values_list("outcome", "door", "answer")
    sums: dict[str, int] = {}
    answers: dict[str, dict[str, int]] = {}
    for outcome, door, answer, many in rows.annotate(sum=Sum("many")):
        if outcome == DoorOutcome.CLOSED:
            answers.setdefault(door, {})[answer] = many
        else:
            sums[outcome] = many
    closed = [
        ClosedDoor(
            door,
            sum(found.values()),
            tuple(
                sorted(
                    ((answer, many) for answer, many in found.items() if answer and many >= LEAST),
                    key=lambda pair: (-pair[1], pair[0]),
                )
            ),
        )
        for door, found in answers.items()
    ]
    return Doors(
        sums.get(DoorOutcome.CAME, 0),
        sums.get(DoorOutcome.PASSED, 0),
        tuple(sorted(closed, key=lambda door: (-door.many, door.code))),
    )
