"""From the database back to a file: the text that was applied, with only those values changed that people moved."""

from datetime import datetime
from zoneinfo import ZoneInfo

from tremplin.programmes.lines import value_spans
from tremplin.programmes.models import Cohort
from tremplin.programmes.rules import planned_dates, written_date


def cohort_text(cohort: Cohort) -> str:
    """The programme file of `cohort` as it stands today.

    Byte for byte the text that was applied while nobody moved a date; else the same text with the moved dates
    in place of the old ones. Applying it again changes nothing.
    """
    text, plan = cohort.version.text, cohort.plan
    values: dict[tuple[str, str], str] = {}
    planned = planned_dates(plan, cohort.first_day)
    for code, at in cohort.dates.items():
        if planned.get(code) != at:
            values["dates", code] = f'"{written_date(plan, cohort.first_day, code, at)}"'
    if plan.cohort.opens is not None:
        local = cohort.first_day.astimezone(ZoneInfo(plan.cohort.time_zone)).replace(tzinfo=None)
        if local != plan.cohort.opens:
            values["cohort", "opens"] = _day_text(local)
    return _with_values(text, values)


def _day_text(local: datetime) -> str:
    return (
        local.date().isoformat()
        if (local.hour, local.minute, local.second) == (9, 0, 0)
        else local.isoformat()
    )


def _with_values(text: str, values: dict[tuple[str, str], str]) -> str:
    """`text` with the values at these keys replaced, and not a character besides."""
    if not values:
        return text
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark)
    spans = value_spans(body)
    for (start, end), written in sorted(
        ((spans[path], written) for path, written in values.items()), reverse=True
    ):
        body = body[:start] + written + body[end:]
    return mark + body
