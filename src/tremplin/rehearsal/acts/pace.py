"""How invented people write: in a few sittings, one long answer after the other, some minutes for each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tremplin.programmes.schema import Section
from tremplin.rehearsal.population.arrivals import Journey

MOST_SITTINGS = 3
_SHORT, _LONG = 0.7, 6.5  # minutes for a short answer, and for one in prose, of somebody of middling pace
_LEAST, _MOST = timedelta(seconds=40), timedelta(minutes=9, seconds=50)
_APART = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Step:
    """What is saved at once: at most one answer in prose, with the short ones around it."""

    section: Section
    questions: tuple[str, ...]
    minutes: float


def steps(section: Section) -> list[Step]:
    """The steps in which one section is written."""
    found: list[Step] = []
    codes: list[str] = []
    minutes = 0.0
    for question in section.questions:
        codes.append(question.code)
        minutes += _LONG if question.kind == "long" else _SHORT
        if question.kind == "long":
            found.append(Step(section, tuple(codes), minutes))
            codes, minutes = [], 0.0
    return [*found, Step(section, tuple(codes), minutes)] if codes else found


def sittings(journey: Journey) -> list[datetime]:
    """When each sitting ends: the first visit, one in between, and the last."""
    ends = journey.saves or [journey.submitted_at or journey.opened_at + timedelta(minutes=10)]
    return sorted({ends[0], ends[len(ends) // 2], ends[-1]})[:MOST_SITTINGS]


def moments(
    journey: Journey, written: Sequence[Step], ends: Sequence[datetime]
) -> Iterator[tuple[datetime, Step]]:
    """When each step is saved: the last one of a sitting at its end, the others before it, at the person's pace."""
    rng = journey.person.stream("writing")
    pace = 0.6 + 0.8 * rng.random()
    each = -(-len(written) // len(ends))
    free = journey.opened_at
    for number, end in enumerate(ends):
        part = written[number * each : (number + 1) * each]
        pauses = [
            min(_MOST, max(_LEAST, timedelta(minutes=step.minutes * pace * (0.7 + 0.6 * rng.random()))))
            for step in part
        ]
        room, wanted = end - free - _APART, sum(pauses, timedelta())
        scale = min(1.0, max(0.0, room / wanted)) if wanted else 0.0
        at = end - wanted * scale
        for step, pause in zip(part, pauses, strict=True):
            at += pause * scale
            yield at, step
        free = max(free, end)
