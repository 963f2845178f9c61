"""Forms of the decision room and of places."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tremplin.core.ui.forms import DatePicker, DateTimePicker, Radios, TextArea
from tremplin.programmes.jurisdiction import Profile
from tremplin.programmes.models import Cohort
from tremplin.selection import rationales

_OUTCOMES = ("rule", "offer", "waitlist", "decline")


class PlacesForm(forms.Form):
    """How many places are given."""

    places = forms.IntegerField(label=_("Places to give"))

    def __init__(self, cohort: Cohort, data: Any = None, *, places: int | None = None) -> None:
        least, most = cohort.plan.cohort.places_min, cohort.plan.cohort.places_max
        super().__init__(data, initial={"places": places or most})
        self.fields["places"] = forms.IntegerField(
            label=_("Places to give"),
            help_text=_("The programme has %(least)s to %(most)s.") % {"least": least, "most": most},
            min_value=least,
            max_value=most,
            error_messages=dict.fromkeys(
                ("min_value", "max_value"),
                _("Places to give: %(least)s to %(most)s.") % {"least": least, "most": most},
            ),
        )


class OverrideForm(forms.Form):
    """One decision by hand, as one organiser proposes it. `overridden`: it stands by hand already."""

    wanted = forms.ChoiceField(
        label=_("What should be decided?"),
        widget=Radios(),
        error_messages={"required": _("Choose one of the outcomes.")},
    )
    code = forms.ChoiceField(
        label=_("What kind of reason is it?"),
        help_text=_("The report tells how many changes there were of each kind, where they are enough."),
        widget=Radios(),
        error_messages={"required": _("Choose a reason that goes with this outcome.")},
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_(
            "The second person reads it, and the applicant may ask for it. "
            "Write nothing about health, origin or belief."
        ),
        max_length=2000,
        error_messages={"required": _("Say why: the second person will ask, and so may the applicant.")},
        widget=TextArea(rows=3, characters=2000),
    )

    def __init__(self, profile: Profile, data: Any = None, *, overridden: str = "") -> None:
        super().__init__(data)
        wanted = [code for code in _OUTCOMES if code != overridden]
        if not overridden:
            wanted.remove("rule")
        self.fields["wanted"].choices = [(code, rationales.WANTED[code]) for code in wanted]  # type: ignore[attr-defined]
        self.fields["code"].choices = rationales.choices(profile, wanted)  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """What the second person says to a change by hand."""

    agree = forms.ChoiceField(
        label=_("Do you stand by it?"),
        choices=[("yes", _("Yes, I agree")), ("no", _("No, I refuse"))],
        widget=Radios(),
        error_messages={"required": _("Agree or refuse.")},
    )
    answer = forms.CharField(
        label=_("Why not, if you refuse"),
        help_text=_("It is kept with the change. Write nothing about health, origin or belief."),
        required=False,
        max_length=2000,
        widget=TextArea(rows=3, characters=2000),
    )
    show_optional = False


class SignForm(forms.Form):
    read = forms.BooleanField(
        label=_("I have read the list and stand by it"),
        error_messages={"required": _("Read the list, then tick this.")},
    )
    share_comments = forms.BooleanField(
        label=_("Applicants may read what readers wrote for them"),
        help_text=_("Without names. Look through the comments first."),
        required=False,
    )
    show_optional = False


class ConfirmForm(forms.Form):
    read = forms.BooleanField(
        label=_("I have read the list and what follows from it"),
        error_messages={"required": _("Read the list, then tick this.")},
    )


class RoundForm(forms.Form):
    """What the announced round of drand shows."""

    shown = forms.CharField(
        label=_("What the page of the round shows"),
        help_text=_("All of it: the number of the round, its randomness, its signature."),
        max_length=2000,
        widget=TextArea(rows=5),
        error_messages={"required": _("Copy what the page of the round shows.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["shown"].widget.attrs |= {"dir": "ltr", "spellcheck": "false", "autocomplete": "off"}


class AcceptForm(forms.Form):
    agreed = forms.BooleanField(
        label=_("I agree to this"), error_messages={"required": _("Tick this if you agree, then accept.")}
    )


class ExtendForm(forms.Form):
    until = forms.DateTimeField(
        label=_("New end of the offer"),
        widget=DateTimePicker(),
        help_text=_("In the time zone of the cohort."),
    )


class DeclinedForm(forms.Form):
    """That somebody declined without their own page."""

    heard = forms.ChoiceField(
        label=_("How did they tell you?"),
        choices=[
            ("telephone", _("By telephone")),
            ("mail", _("In writing: by mail or letter")),
            ("in-person", _("In person")),
        ],
        widget=Radios(),
        error_messages={"required": _("Choose how you learned it.")},
    )
    words = forms.CharField(
        label=_("A word to them"),
        help_text=_("It goes into the mail that confirms it, and is kept nowhere else. Leave out health."),
        required=False,
        max_length=500,
        widget=TextArea(rows=2, characters=500),
    )


class ReopenForm(forms.Form):
    """A declined offer opened again. `one_more`: all places are given, so one has to be added."""

    why = forms.ChoiceField(
        label=_("Why?"),
        choices=[
            ("not-said", _("They had not declined: it was noted by mistake")),
            ("slip", _("They declined by mistake")),
            ("news", _("Something has changed since, and they ask for the place")),
        ],
        widget=Radios(),
        error_messages={"required": _("Choose why.")},
    )
    until = forms.DateTimeField(
        label=_("Answer by"),
        widget=DateTimePicker(),
        help_text=_("In the time zone of the cohort, before training starts."),
    )
    reason = forms.CharField(
        label=_("Why should a place be added?"),
        help_text=_("Another organiser reads it, and agrees or refuses. Write nothing about health."),
        max_length=2000,
        widget=TextArea(rows=3, characters=2000),
        error_messages={"required": _("All places are given. Say why one is added, or leave it declined.")},
    )
    words = forms.CharField(
        label=_("A word to them"),
        help_text=_("It goes into the mail that tells them, and is kept nowhere else. Leave out health."),
        required=False,
        max_length=500,
        widget=TextArea(rows=2, characters=500),
    )

    def __init__(self, data: Any = None, *, until: datetime, one_more: bool) -> None:
        super().__init__(data, initial={"until": until})
        if not one_more:
            del self.fields["reason"]


class LeaveForm(forms.Form):
    """Giving a place back; only organisers must say why."""

    reason = forms.CharField(label=_("Why?"), required=False, widget=TextArea(rows=3, characters=2000))
    show_optional = False

    def __init__(self, data: Any = None, *, own: bool) -> None:
        super().__init__(data)
        self.fields["reason"].required = not own
        if own:
            self.fields["reason"].label = _("Why, if you want to say")


class PauseForm(forms.Form):
    """From which day everything waits."""

    since = forms.DateField(
        label=_("First day of the pause"),
        widget=DatePicker(),
        error_messages={"required": _("Choose a day."), "invalid": _("Choose a day.")},
    )
