"""A day, and perhaps an hour, as people type the end of something: one pair of fields, one meaning."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.ui.forms import DatePicker
from tremplin.programmes.models import Cohort
from tremplin.programmes.rules import ANYWHERE_ON_EARTH
from tremplin.programmes.schema.calendar import LAST_SECOND


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    """A day near today."""
    return forms.DateField(
        label=label,
        required=required,
        widget=DatePicker(),
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("Write a day such as 2027-01-31."),
        },
    )


def hour_field(hint: str = "") -> forms.TimeField:
    """An hour that may be left out; `hint` says what that means."""
    return forms.TimeField(
        label=gettext_lazy("Hour"),
        help_text=hint,
        required=False,
        widget=forms.TimeInput({"type": "time", "size": "8"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Write an hour such as 18:00.")},
    )


def hour_hint(cohort: Cohort) -> str:
    """What an empty hour means."""
    if cohort.plan.cohort.anywhere_on_earth:
        return _("Leave it empty for the end of the day anywhere on Earth.")
    return _("Leave it empty for the end of the day.")


def moment_of(cohort: Cohort, day: date, hour: time | None) -> datetime:
    """The moment as the cohort's own deadline is meant: without an hour the end of the day."""
    zone = ZoneInfo(cohort.plan.cohort.time_zone)
    if hour is None:
        clock = ANYWHERE_ON_EARTH if cohort.plan.cohort.anywhere_on_earth else zone
        return datetime.combine(day, LAST_SECOND, clock).astimezone(UTC)
    return datetime.combine(day, time(hour.hour, hour.minute), zone).astimezone(UTC)
