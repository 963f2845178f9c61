"""What people type in mentoring."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tremplin.core.text import say
from tremplin.core.ui.forms import Checkboxes, TextArea
from tremplin.mentoring.models import NOTE_LIMIT, WORDS_LIMIT
from tremplin.programmes.schema import MentoringPlan


class OfferForm(forms.Form):
    """What a mentor offers."""

    def __init__(self, plan: MentoringPlan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bounds = _("Choose a number from 0 to %(limit)s.") % {"limit": plan.scholars_a_mentor}
        self.fields["capacity"] = forms.IntegerField(
            label=_("How many scholars can you take?"),
            help_text=_("Nobody new while you write 0. Pairings that you have go on."),
            min_value=0,
            max_value=plan.scholars_a_mentor,
            widget=forms.NumberInput({"size": 4}),
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), bounds),
        )
        _add_choices(self, plan, _("What you can help with"))
        self.fields["about"] = forms.CharField(
            label=_("About you"),
            help_text=_("What a scholar should know of you before the first call."),
            required=False,
            widget=TextArea(rows=5, characters=WORDS_LIMIT),
        )
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=0)


class WishForm(forms.Form):
    """What a scholar wishes of a mentor."""

    def __init__(self, plan: MentoringPlan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _add_choices(self, plan, _("What you want to work on"))
        self.fields["note"] = forms.CharField(
            label=_("Anything else"),
            help_text=_("Organisers alone read it when they pair you."),
            required=False,
            widget=TextArea(rows=4, characters=WORDS_LIMIT),
        )
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=0)


def _add_choices(form: forms.Form, plan: MentoringPlan, topics_label: Any) -> None:
    if plan.topics:
        form.fields["topics"] = forms.MultipleChoiceField(
            label=topics_label,
            choices=[(topic.code, say(topic.label)) for topic in plan.topics],
            required=False,
            widget=Checkboxes(),
        )
    form.fields["languages"] = forms.MultipleChoiceField(
        label=_("Languages you can work in"),
        choices=settings.LANGUAGES,
        required=False,
        widget=Checkboxes(),
    )


class ReasonForm(forms.Form):
    """A sentence that organisers alone read."""

    reason = forms.CharField(
        label=_("Why does it end?"),
        help_text=_("Organisers alone read it. Leave out health and anything that is nobody’s business."),
        max_length=NOTE_LIMIT,
        widget=TextArea(rows=3, characters=NOTE_LIMIT),
        error_messages={"required": _("Say why the pairing ends. Organisers alone read it.")},
    )


class NoteForm(forms.Form):
    """What was done about a raised hand."""

    note = forms.CharField(
        label=_("What was done"),
        max_length=NOTE_LIMIT,
        widget=TextArea(rows=2, characters=NOTE_LIMIT),
        error_messages={"required": _("Say in a sentence what was done.")},
    )
