"""The form by which one person gets more time."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tremplin.applications.models import ExtensionCause
from tremplin.core.addresses import AddressField
from tremplin.core.ui.forms import Radios, TextArea
from tremplin.programmes.forms_moment import day_field, hour_field, hour_hint, moment_of
from tremplin.programmes.models import Cohort


class MoreTimeForm(forms.Form):
    """Until when, and why: for organisers."""

    day = day_field(gettext_lazy("They may write until"))
    hour = hour_field()
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


class LateStartForm(MoreTimeForm):
    """For whom, until when, and why: for organisers, and without the why for the accommodation officer."""

    address = AddressField(
        label=gettext_lazy("Mail address"),
        help_text=gettext_lazy("They sign in with it, and a mail tells them how to begin and until when."),
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Write their mail address."),
            "invalid": gettext_lazy("Write an address such as name@example.org."),
        },
    )

    def __init__(self, *args: Any, cohort: Cohort, confidential: bool, **kwargs: Any) -> None:
        super().__init__(*args, cohort=cohort, **kwargs)
        self.order_fields(["address", "day", "hour", "cause", "reason"])
        if confidential:
            del self.fields["cause"], self.fields["reason"]
