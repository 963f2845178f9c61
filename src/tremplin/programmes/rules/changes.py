"""What may still change in a cohort once its call is open, and what a new file does to its dates."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, get_args

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel

from tremplin.core.errors import Message
from tremplin.programmes.rules.dates import planned_date, planned_dates, written_date
from tremplin.programmes.schema import DATE_CODES, LANGUAGES, Moment, Plan, Words

_FROZEN_FROM: Mapping[str, tuple[str, ...]] = {
    "call_opens": (
        "stages",
        "cohort.time_zone",
        "jurisdiction.profile",
        "jurisdiction.linked",
        "eligibility",
        "application",
        "review.second_pass",
        "selection",
        "stipend",
    ),
    "call_closes": ("review.criteria",),
    "decisions_out": ("offer",),
}
"""From a date on, these parts keep their structure: people have acted on them. Their texts may be mended."""

PARTS: Mapping[str, Message] = {
    "stages": gettext_lazy("which stages there are"),
    "cohort.time_zone": gettext_lazy("the time zone"),
    "jurisdiction.profile": gettext_lazy("the law that it follows"),
    "jurisdiction.linked": gettext_lazy("which answers of the survey are kept with applications"),
    "eligibility": gettext_lazy("who may apply"),
    "application": gettext_lazy("what is asked"),
    "stipend": gettext_lazy("the stipend"),
    "review.criteria": gettext_lazy("the criteria"),
    "review.second_pass": gettext_lazy("who is read a second time, and what is opened then"),
    "selection": gettext_lazy("how places are given"),
    "offer": gettext_lazy("what an offer says"),
}
"""What an organiser calls them."""

AUDIENCE: Mapping[str, tuple[str, ...]] = {
    "call_opens": (),
    "call_closes": ("applicant", "reviewer"),
    "reading_ends": ("reviewer",),
    "decisions_out": ("applicant", "reviewer"),
    "offers_answered": ("applicant",),
    "training_starts": ("scholar", "mentor", "finance"),
    "midpoint": ("scholar", "mentor"),
    "training_ends": ("scholar", "mentor", "finance"),
    "demo_day": ("scholar", "mentor"),
    "follow_up_ends": ("scholar",),
}
"""Whom a date concerns, by role."""


def frozen(dates: Mapping[str, datetime], now: datetime) -> list[str]:
    """The parts that may no longer change."""
    return [
        part for code, parts in _FROZEN_FROM.items() if code in dates and dates[code] <= now for part in parts
    ]


def frozen_changes(old: Plan, new: Plan, dates: Mapping[str, datetime], now: datetime) -> list[str]:
    """The parts that `new` changes although people rely on them."""
    return [part for part in frozen(dates, now) if structure(_part(old, part)) != structure(_part(new, part))]


def _part(plan: Plan, path: str) -> Any:
    value: Any = plan
    for step in path.split("."):
        value = getattr(value, step, None)
    return value


def structure(value: Any) -> Any:
    """`value` without its texts and reasons: codes, kinds, limits, amounts and order.

    A text that may be left out is a text as well: writing a help that was not there changes words and nothing else.
    """
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {
            name: "text" if _is_text(field.annotation) else structure(getattr(value, name))
            for name, field in fields.items()
            if name != "rationale"
        }
    if isinstance(value, list):
        return [structure(item) for item in value]
    if isinstance(value, dict) and value and all(key in LANGUAGES for key in value):
        return "text"
    return value


def _is_text(annotation: Any) -> bool:
    """Whether a key holds a text in several languages, or may hold one."""
    return Words in {annotation, *get_args(annotation)} or annotation == dict[str, str]


def merged_dates(
    *, old: Plan, new: Plan, first_day: datetime, new_first_day: datetime, stored: Mapping[str, datetime]
) -> dict[str, datetime]:
    """The dates of a cohort that goes from file `old` to file `new`.

    What the new file says otherwise than the old one, it decides; a date that it leaves as it was keeps what
    the organisers have made of it, and moves along with the first day.
    """
    planned = planned_dates(old, first_day)
    merged = planned_dates(new, new_first_day)
    for code in merged.keys() & stored.keys():
        if new.moment(code) == old.moment(code) and stored[code] != planned.get(code):
            moment = Moment.parse(written_date(old, first_day, code, stored[code]))
            merged[code] = planned_date(new, new_first_day, code, moment)
    return {code: merged[code] for code in DATE_CODES if code in merged}


def immovable(code: str, before: datetime, to: datetime, now: datetime) -> Message:
    """Why the date `code` cannot go from `before` to `to`; empty when it can."""
    if code == "call_opens" and before <= now:
        return _("The call has opened, and people have seen it: this date stays.")
    if to <= now:
        return _("A date can only move to a time that is still to come.")
    return ""


def moves_along(plan: Plan, code: str) -> Iterator[tuple[str, str, Moment]]:
    """What counts from the date `code`: the kind of thing, its code in the file, and its moment."""
    groups: tuple[tuple[str, Any], ...] = (
        ("checkin", plan.mentoring.checkins if plan.mentoring and plan.runs("mentoring") else ()),
        ("instalment", plan.stipend.instalments if plan.stipend and plan.runs("stipends") else ()),
        ("milestone", plan.project.milestones if plan.project and plan.runs("projects") else ()),
        ("survey", plan.impact.surveys if plan.impact and plan.runs("impact") else ()),
    )
    for kind, rows in groups:
        for row in rows:
            if row.due.anchor == code:
                yield kind, row.code, row.due


def neighbours(code: str, dates: Mapping[str, datetime]) -> tuple[str, str]:
    """The dates before and after `code` in the journey, empty at its ends."""
    present = [known for known in DATE_CODES if known in dates]
    position = present.index(code)
    before = present[position - 1] if position else ""
    after = present[position + 1] if position + 1 < len(present) else ""
    return before, after
