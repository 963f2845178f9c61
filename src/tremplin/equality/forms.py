"""The survey as a form: nothing is required, nothing is chosen beforehand."""

from collections.abc import Sequence

from django import forms

from tremplin.core.text import say
from tremplin.core.ui.forms import Checkboxes, Radios
from tremplin.programmes.schema.profile import Attribute


class SurveyForm(forms.Form):
    show_optional = False

    def __init__(self, asked: Sequence[Attribute]) -> None:
        super().__init__()
        for attribute in asked:
            choices = [(option.code, say(option.label)) for option in attribute.options]
            label = say(attribute.question or attribute.label)
            if attribute.multiple:
                field: forms.Field = forms.MultipleChoiceField(
                    label=label, choices=choices, widget=Checkboxes(), required=False
                )
            else:
                field = forms.ChoiceField(label=label, choices=choices, widget=Radios(), required=False)
            self.fields[attribute.code] = field
