"""The survey as a form: nothing is required, nothing is chosen beforehand."""

from collections.abc import Mapping, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from tremplin.core.text import say
from tremplin.core.ui.forms import Checkboxes, Radios, TextArea
from tremplin.equality.models import Purpose
from tremplin.equality.rules import NOT_SAID
from tremplin.equality.unsealing import LONGEST
from tremplin.programmes.schema.profile import Attribute

_ALONE = _("Tick all that fit. “I prefer not to say” stands alone: beside it nothing else counts.")


class SurveyForm(forms.Form):
    show_optional = False
    alone = NOT_SAID

    def __init__(self, asked: Sequence[Attribute], kept: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__()
        kept = kept or {}
        for attribute in asked:
            choices = [(option.code, say(option.label)) for option in attribute.options]
            label = say(attribute.question or attribute.label)
            if attribute.multiple:
                field: forms.Field = forms.MultipleChoiceField(
                    label=label, choices=choices, widget=Checkboxes(), required=False, help_text=_ALONE
                )
            else:
                field = forms.ChoiceField(label=label, choices=choices, widget=Radios(), required=False)
            chosen = list(kept.get(attribute.code, ()))
            field.initial = chosen if attribute.multiple else next(iter(chosen), None)
            self.fields[attribute.code] = field


class ProposeForm(forms.Form):
    """What the count is opened for, and why: a second person decides by it."""

    purpose = forms.ChoiceField(
        label=_("What is the count for?"),
        choices=Purpose.choices,
        widget=Radios(),
        error_messages={"required": _("Choose what the count is for.")},
    )
    reason = forms.CharField(
        label=_("Why is it needed, and why now?"),
        help_text=_(
            "The person who confirms reads it, and it stays on this page. Name nobody, and write nothing about "
            "anybody’s answers."
        ),
        widget=TextArea(rows=4, characters=LONGEST),
        error_messages={
            "required": _("Say in a sentence why it is needed: the second person decides by it.")
        },
    )
