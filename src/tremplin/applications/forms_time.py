"""The form by which one person gets more time."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.applications.models import ExtensionCause
from tremplin.core.ui.forms import DatePicker, Radios, TextArea
from tremplin.programmes.models import Cohort
from tremplin.programmes.rules import ANYWHERE_ON_EARTH
from tremplin.programmes.schema.calendar import LAST_SECOND


def moment_of(cohort: Cohort, day: Any, hour: time | None) -> datetime:
    """A day, and perhaps an hour, as the cohort's own deadline is meant: without an hour the end of the day."""
    zone = ZoneInfo(cohort.plan.cohort.time_zone)
    if hour is None:
        clock = ANYWHERE_ON_EARTH if cohort.plan.cohort.anywhere_on_earth else zone
        return datetime.combine(day, LAST_SECOND, clock).astimezone(UTC)
    return datetime.combine(day, time(hour.hour, hour.minute), zone).astimezone(UTC)


def hour_hint(cohort: Cohort) -> str:
    """What an empty hour means."""
    if cohort.plan.cohort.anywhere_on_earth:
        return _("Leave it empty for the end of the day anywhere on Earth.")
    return _("Leave it empty for the end of the day.")


class MoreTimeForm(forms.Form):
    """Until when, and why: for organisers."""

    day = forms.DateField(
        label=gettext_lazy("They may write until"),
        widget=DatePicker(),
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("Write a day such as 2027-01-31."),
        },
    )
    hour = forms.TimeField(
        label=gettext_lazy("Hour"),
        required=False,
        widget=forms.TimeInput({"type": "time", "size": "8"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Write an hour such as 18:00.")},
    )
    cause = forms.ChoiceField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("This word stands in the log."),
        choices=ExtensionCause.choices,
        widget=Radios(),
        error_messages={"required": gettext_lazy("Say why: others who ask must be treated alike.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("What happened"),
        help_text=gettext_lazy(
            "For organisers alone; it is not in the log. Nothing about health: for that there is the "
            "accommodation officer, whom the person can ask in confidence."
        ),
        max_length=500,
        widget=TextArea(rows=3, characters=500),
        error_messages={"required": gettext_lazy("Write in a sentence what happened.")},
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        self.fields["hour"].help_text = hour_hint(cohort)

    def moment(self) -> datetime:
        """The moment that was asked for, once the form is valid."""
        return moment_of(self.cohort, self.cleaned_data["day"], self.cleaned_data["hour"])
