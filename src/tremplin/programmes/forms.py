"""Forms of organisers: moving a date, inviting somebody, correcting an address."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.text import Text
from tremplin.core.ui.forms import Radios, TextArea
from tremplin.programmes.file import LONGEST
from tremplin.programmes.forms_moment import day_field, hour_field, hour_hint, moment_of
from tremplin.programmes.forms_reason import add_translations, reasons, translations
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import GIVEN_BY_HAND, Role
from tremplin.programmes.rules import DEADLINES, ends_a_day_anywhere
from tremplin.programmes.schema.calendar import LAST_SECOND

_DUTIES = {
    Role.ORGANISER: gettext_lazy(
        "Runs the cohort: sees applications with names, moves dates, releases mails."
    ),
    Role.REVIEWER: gettext_lazy("Reads applications without names."),
    Role.MENTOR: gettext_lazy("Accompanies one or more scholars."),
    Role.FINANCE: gettext_lazy("Prepares and approves payments; sees nothing that people wrote to apply."),
    Role.OBSERVER: gettext_lazy(
        "For auditors: sees who applied and how the programme goes, with names; reads no application, changes nothing."
    ),
    Role.OFFICER: gettext_lazy(
        "Reads and answers what applicants ask in confidence: more time, another format. Reviews nothing."
    ),
}


class DateForm(forms.Form):
    """Where a date should stand, and why. A deadline without an hour lasts until the end of its day."""

    day = day_field(gettext_lazy("Day"))
    hour = hour_field()
    reason = forms.CharField(
        label=gettext_lazy("Why it moves"),
        help_text=gettext_lazy("It stands in the log, and in the mail to those concerned."),
        max_length=500,
        widget=TextArea(rows=3, characters=500),
        error_messages={
            "required": gettext_lazy("Say why the date moves: people who planned on it will ask.")
        },
    )
    tell = forms.BooleanField(
        label=gettext_lazy("Prepare a mail to everyone concerned"),
        help_text=gettext_lazy("It waits among the mails until you have looked at it and sent it."),
        required=False,
    )

    def __init__(self, *args: Any, cohort: Cohort, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort, self.code = cohort, code
        add_translations(self, cohort.plan.programme.languages)
        if code in DEADLINES:
            self.fields["hour"].help_text = hour_hint(cohort)
        else:
            self.fields["hour"].required = True
            self.fields["hour"].error_messages["required"] = _("Write an hour such as 18:00.")

    @classmethod
    def start(cls, cohort: Cohort, code: str) -> dict[str, Any]:
        """What the form shows at first: where the date stands."""
        at, zone = cohort.dates[code], ZoneInfo(cohort.plan.cohort.time_zone)
        anywhere = ends_a_day_anywhere(at) if cohort.plan.cohort.anywhere_on_earth else None
        if code in DEADLINES and anywhere:
            return {"day": anywhere}
        local = at.astimezone(zone)
        if code in DEADLINES and local.time().replace(microsecond=0) == LAST_SECOND:
            return {"day": local.date()}
        return {"day": local.date(), "hour": local.time()}

    def translated(self) -> list[forms.BoundField]:
        """The reason in the other languages of the programme."""
        return translations(self, self.cohort.plan.programme.languages)

    def reasons(self) -> Text:
        """Why it moves, by language, once the form is valid."""
        return reasons(self.cleaned_data, self.cohort.plan.programme.languages)

    def moment(self) -> datetime:
        """The moment that was asked for, once the form is valid."""
        return moment_of(self.cohort, self.cleaned_data["day"], self.cleaned_data["hour"])


class InviteForm(forms.Form):
    """Somebody and the role they get."""

    email = forms.CharField(
        label=gettext_lazy("Mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write their mail address.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Used only if nobody here has this address yet."),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[(role.value, role.label) for role in GIVEN_BY_HAND],
        widget=Radios(hints={role.value: duty for role, duty in _DUTIES.items()}),
        error_messages={"required": gettext_lazy("Choose a role.")},
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = cohort.plan.programme.languages
        names = {"en": _("English"), "fr": _("French")}
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of the mail to them"),
            help_text=_("Used only if nobody here has this address yet."),
            choices=[(code, names[code]) for code in spoken],
            initial=spoken[0],
            widget=Radios(),
        )

    def clean_email(self) -> str:
        """One address; a pasted list is refused with a sentence that says so."""
        typed = str(self.cleaned_data["email"]).strip()
        try:
            validate_email(typed)
        except ValidationError:
            raise ValidationError(_("Write one mail address, such as name@example.org.")) from None
        return typed


class AddressForm(forms.Form):
    """Where a mail that failed should go instead."""

    to = forms.CharField(
        label=gettext_lazy("Mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write a mail address.")},
    )


class FileForm(forms.Form):
    """A programme file from somebody's machine."""

    file = forms.FileField(
        label=gettext_lazy("Programme file"),
        help_text=gettext_lazy("A text in TOML, UTF-8, up to 2 MiB."),
        widget=forms.FileInput({"accept": ".toml"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty."),
        },
    )

    def clean_file(self) -> object:
        """Nothing larger than any programme file could be."""
        upload = self.cleaned_data["file"]
        if upload.size > LONGEST:
            raise ValidationError(_("This file is larger than 2 MiB, which no programme file is."))
        return upload
