"""What it means to move a date: what moves with it, how much time is left before and after, whom it concerns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.programmes import queries
from tremplin.programmes.models import Cohort
from tremplin.programmes.rules import LABELS, moves_along, neighbours
from tremplin.programmes.schema import CheckIn, Milestone, Plan, Survey

_KINDS: dict[str, Message] = {
    "checkin": gettext_lazy("Check-in"),
    "instalment": gettext_lazy("Payment"),
    "milestone": gettext_lazy("Milestone"),
    "survey": gettext_lazy("Survey"),
}


@dataclass(frozen=True, slots=True)
class Along:
    """Something that counts from the date, and so moves with it."""

    kind: Message
    title: str
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """The time between the date and its neighbour, now and then."""

    text: str
    shorter: bool


@dataclass(frozen=True, slots=True)
class Consequences:
    along: list[Along]
    gaps: list[Gap]
    people: int


def of_moving(cohort: Cohort, code: str, to: datetime) -> Consequences:
    """What would follow if the date `code` moved."""
    return Consequences(
        along=[*_along(cohort, code, to)],
        gaps=[*_gaps(cohort, code, to)],
        people=queries.concerned_by(cohort, code).count(),
    )


def _along(cohort: Cohort, code: str, to: datetime) -> list[Along]:
    moved = {**cohort.dates, code: to}
    return [
        Along(_KINDS[kind], _title(cohort.plan, kind, row), moment.after(cohort.dates), moment.after(moved))
        for kind, row, moment in moves_along(cohort.plan, code)
    ]


def counting_from(cohort: Cohort, code: str) -> list[tuple[Message, str, datetime]]:
    """What counts from the date `code`, for the page that shows all dates."""
    return [
        (_KINDS[kind], _title(cohort.plan, kind, row), moment.after(cohort.dates))
        for kind, row, moment in moves_along(cohort.plan, code)
    ]


def _title(plan: Plan, kind: str, code: str) -> str:
    rows: dict[str, Sequence[CheckIn | Milestone | Survey]] = {
        "checkin": plan.mentoring.checkins if plan.mentoring else [],
        "milestone": plan.project.milestones if plan.project else [],
        "survey": plan.impact.surveys if plan.impact else [],
    }
    return next((say(row.title) for row in rows.get(kind, []) if row.code == code), code)


def _gaps(cohort: Cohort, code: str, to: datetime) -> list[Gap]:
    found: list[Gap] = []
    before, after = neighbours(code, cohort.dates)
    for other in (before, after):
        if not other:
            continue
        then, now = (_days(cohort.dates[other], at) for at in (cohort.dates[code], to))
        if now != then:
            text = ngettext(
                "%(count)s day between “%(one)s” and “%(other)s” (now %(then)s).",
                "%(count)s days between “%(one)s” and “%(other)s” (now %(then)s).",
                now,
            )
            first, second = (other, code) if other == before else (code, other)
            values = {
                "count": number(now),
                "then": number(then),
                "one": LABELS[first],
                "other": LABELS[second],
            }
            found.append(Gap(text % values, shorter=now < then))
    return found


def _days(one: datetime, other: datetime) -> int:
    return round(abs(one - other) / timedelta(days=1))


def in_sentence(count: int) -> str:
    """Whom the date concerns, in a sentence."""
    if not count:
        return _("Nobody has a role that this date concerns.")
    text = ngettext("It concerns %(count)s person.", "It concerns %(count)s people.", count)
    return text % {"count": number(count)}
