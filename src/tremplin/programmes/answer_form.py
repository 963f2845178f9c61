"""Short forms of a programme file as Django forms. They never refuse a draft; services say what is missing."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tremplin.core.text import say
from tremplin.core.ui.forms import say_optional
from tremplin.programmes.answers import SCALE
from tremplin.programmes.schema.training import FormQuestion

LONG_LIMIT = 5000


class AnswersForm(forms.Form):
    """One field for each question. Every field accepts nothing, so that whatever was typed can be kept."""

    show_optional = True

    def __init__(
        self, questions: Sequence[FormQuestion], data: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        for question in questions:
            field = _field(question)
            field.required = False
            say_optional(field, not question.required)
            self.fields[question.code] = field

    def answers(self) -> dict[str, str]:
        """What was typed, as it was typed."""
        return {code: str(self.data.get(self.add_prefix(code), "")) for code in self.fields}

    def show_errors(self, errors: Mapping[str, Sequence[str]]) -> None:
        """Put a service's refusal beside the fields it is about."""
        self.full_clean()
        for code, messages in errors.items():
            for message in messages:
                self.add_error(code if code in self.fields else None, message)


def _field(question: FormQuestion) -> forms.Field:
    label, hint = say(question.label), say(question.help) if question.help else ""
    if question.private:
        hint = " ".join([hint, _("Organisers alone read this.")]).strip()
    if question.kind == "long":
        widget = forms.Textarea(attrs={"rows": 5, "data-count": LONG_LIMIT})
        return forms.CharField(label=label, help_text=hint, widget=widget)
    if question.kind == "number":
        return forms.CharField(
            label=label, help_text=hint, widget=forms.TextInput(attrs={"inputmode": "numeric"})
        )
    return forms.ChoiceField(label=label, help_text=hint, choices=choices(question), widget=forms.RadioSelect)


def choices(question: FormQuestion) -> list[tuple[str, str]]:
    """The answers a closed question offers, in the language of the page."""
    if question.kind == "yes_no":
        return [("yes", _("Yes")), ("no", _("No"))]
    if question.kind == "scale":
        ends = {SCALE[0]: _("1 – badly"), SCALE[-1]: _("5 – very well")}
        return [(value, ends.get(value, value)) for value in SCALE]
    return [(option.code, say(option.label)) for option in question.options]


def answer_words(question: FormQuestion, value: str) -> str:
    """An answer as a reader sees it."""
    return dict(choices(question)).get(value, value) if question.kind != "long" else value
