"""Forms in confidence."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.accommodations.models import Kind, Part
from tremplin.accommodations.rules import LONGEST, LONGEST_TRANSCRIPT
from tremplin.accommodations.services.answering import Decision
from tremplin.core.errors import Message
from tremplin.core.recordings import ACCEPT
from tremplin.core.ui.forms import Checkboxes, Radios, TextArea
from tremplin.programmes.forms_moment import day_field, hour_field, hour_hint, moment_of
from tremplin.programmes.models import Cohort

_HINTS: dict[str, Message] = {
    Kind.TIME: gettext_lazy("To write when and as fast as you can."),
    Kind.FORMAT: gettext_lazy("Large print, plain text, on paper, or another one that you name below."),
    Kind.RECORDING: gettext_lazy(
        "You speak or sign; the officer writes it down, you correct it, and reviewers read it like any other answer."
    ),
    Kind.OTHER: gettext_lazy("Say below what would help."),
}


class AskForm(forms.Form):
    """What would help."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What would help you?"),
        choices=Kind.choices,
        widget=Checkboxes(hints=_HINTS),
        error_messages={"required": gettext_lazy("Choose at least one thing that would help you.")},
    )
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy(
            "What you need, and how much or how. You need not say why, and nobody asks for a proof."
        ),
        required=False,
        strip=False,
        widget=TextArea(rows=6, characters=LONGEST),
    )


class WordForm(forms.Form):
    """Something to add."""

    words = forms.CharField(
        label=gettext_lazy("What you want to add"),
        strip=False,
        widget=TextArea(rows=4, characters=LONGEST),
        error_messages={"required": gettext_lazy("Write what you want to add.")},
    )


class AnswerForm(forms.Form):
    """What the officer answers: a choice and a reason for each part, until when, and words.

    `words_alone`: the decisions are out, so only words are left to give.
    """

    show_optional = False

    def __init__(
        self, *args: Any, cohort: Cohort, parts: dict[str, Part], words_alone: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        offered = [] if words_alone else list(Kind)
        for kind in offered:
            if kind in parts:
                self._add_part(kind, parts[kind])
        self._asked = frozenset(self.fields)
        for kind in offered:
            if kind not in parts:
                self._add_part(kind, None)
        self.fields["words"] = forms.CharField(
            label=_("Your answer in words"),
            help_text=_(
                "Sealed like what they wrote: only this person and accommodation officers can read it."
            ),
            required=False,
            strip=False,
            widget=TextArea(rows=6, characters=LONGEST),
        )

    def _add_part(self, kind: Kind, part: Part | None) -> None:
        stays = _("Leave it as it is") if part else _("Not asked for: do not offer it")
        self.fields[kind.value] = forms.ChoiceField(
            label=str(kind.label),
            choices=[("", stays), ("yes", _("Yes") if part else _("Offer it")), ("no", _("No"))][
                : 3 if part else 2
            ],
            required=False,
            widget=Radios(),
        )
        if kind == Kind.TIME:
            self.fields["day"] = day_field(_("More time until"), required=False)
            self.fields["hour"] = hour_field(hour_hint(self.cohort))
        self.fields[f"{kind}_reason"] = forms.CharField(
            label=_("Why (%(part)s)") % {"part": str(kind.label).lower()},
            help_text=_("Needed for a no."),
            required=False,
            strip=False,
            widget=TextArea(rows=2, characters=LONGEST),
        )

    @property
    def asked_fields(self) -> list[forms.BoundField]:
        """The fields about what was asked for."""
        return [self[name] for name in self.fields if name in self._asked]

    @property
    def offer_fields(self) -> list[forms.BoundField]:
        """Those about what was not asked for, and may be offered."""
        return [self[name] for name in self.fields if name not in self._asked and name != "words"]

    @property
    def offers(self) -> bool:
        """Whether something is said about what was not asked for."""
        return any(field.value() or field.errors for field in self.offer_fields)

    @property
    def until(self) -> datetime | None:
        """The moment that was chosen, None without a day."""
        day = self.cleaned_data.get("day")
        return moment_of(self.cohort, day, self.cleaned_data.get("hour")) if day else None

    def decisions(self) -> list[Decision]:
        """What was decided, part by part; what stays as it is is left out."""
        return [
            Decision(
                kind,
                granted=self.cleaned_data[kind.value] == "yes",
                reason=self.cleaned_data[f"{kind}_reason"],
                until=self.until if kind == Kind.TIME else None,
            )
            for kind in Kind
            if self.cleaned_data.get(kind.value)
        ]


class RecordingForm(forms.Form):
    """A file from a telephone or a computer."""

    recording = forms.FileField(
        label=gettext_lazy("Your recording"),
        widget=forms.FileInput({"accept": ACCEPT}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty. Choose another file."),
        },
    )


class TranscriptForm(forms.Form):
    """What is said in a recording."""

    text = forms.CharField(
        label=gettext_lazy("What is said"),
        strip=False,
        widget=TextArea(rows=14, characters=LONGEST_TRANSCRIPT),
        error_messages={"required": gettext_lazy("Write what is said in the recording.")},
    )
