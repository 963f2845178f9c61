"""One question of the form."""

from collections.abc import Mapping
from typing import Any, get_args

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.builder.forms.base import number_field
from tremplin.builder.forms.options import OptionsForm, chosen
from tremplin.builder.rules.guarded import permitted_uses
from tremplin.builder.rules.words import KIND_NAMES, answer_labels
from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.core.ui.forms import Checkboxes, Radios, say_optional
from tremplin.programmes.schema.application import FileKind, Question

_TEXT_KINDS = frozenset({"short", "long"})
_READERS = {
    "all": gettext_lazy("Reviewers read it"),
    "organisers": gettext_lazy("Organisers alone read it"),
    "names": gettext_lazy(
        "It says who the person is: organisers alone read it, and its words are hidden elsewhere"
    ),
}
_TOKENS: dict[str, Message] = {
    "": gettext_lazy("Nothing"),
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("Mail address"),
    "tel": gettext_lazy("Telephone"),
    "url": gettext_lazy("Web address"),
    "bday": gettext_lazy("Birthday"),
    "country": gettext_lazy("Country"),
    "organization": gettext_lazy("Employer or school"),
}


class QuestionForm(OptionsForm):
    """Kind, words, limits, answers, condition, readers, law."""

    kind = "question"
    texts = (
        ("label", gettext_lazy("The question"), 2),
        ("help", gettext_lazy("A line under it that helps"), 2),
        ("example", gettext_lazy("A good answer, to learn from"), 4),
    )
    needed = frozenset({"label"})

    def build(self) -> None:
        self.fields["kind"] = forms.ChoiceField(
            label=gettext_lazy("Kind of answer"), choices=list(KIND_NAMES.items()), widget=forms.Select()
        )
        self.fields["required"] = forms.BooleanField(
            label=gettext_lazy("An application cannot be sent without an answer"), required=False
        )
        kind = self.chosen_kind
        if kind in _TEXT_KINDS:
            self._limits()
        if kind == "number":
            self.fields["minimum"] = number_field(gettext_lazy("Least number accepted"))
            self.fields["maximum"] = number_field(gettext_lazy("Greatest number accepted"))
        if kind == "file":
            self.fields["files"] = forms.MultipleChoiceField(
                label=gettext_lazy("Kinds of file"),
                choices=[(name, name.upper()) for name in get_args(FileKind)],
                widget=Checkboxes(),
                required=False,
            )
        self.add_option_fields()
        self._condition()
        self._readers()

    @property
    def chosen_kind(self) -> str:
        kind = str(self.data.get("kind") or "short")
        return kind if kind in KIND_NAMES else "short"

    def has_options(self) -> bool:
        return self.chosen_kind in {"choice", "choices"}

    def _limits(self) -> None:
        self.fields["max_words"] = number_field(
            gettext_lazy("Most words"), gettext_lazy("Empty: no limit in words."), least=1, most=4000
        )
        self.fields["max_characters"] = number_field(
            gettext_lazy("Most characters"),
            gettext_lazy("Where both are given, words count."),
            least=1,
            most=20000,
        )

    def _condition(self) -> None:
        self.openers = openers(self.plan.application.questions(), self.code)
        if self.openers:
            self.fields["show_if"] = forms.MultipleChoiceField(
                label=gettext_lazy("Ask only after"),
                help_text=gettext_lazy("Nothing ticked: always asked. Tick answers of one question only."),
                choices=[
                    (f"{question.code}={answer}", f"“{say(question.label)}”: {words}")
                    for question in self.openers
                    for answer, words in answer_labels(question).items()
                ],
                widget=Checkboxes(),
                required=False,
            )

    def _readers(self) -> None:
        self.fields["readers"] = forms.ChoiceField(
            label=gettext_lazy("Who reads the answer"), choices=list(_READERS.items()), widget=Radios()
        )
        known = dict(_TOKENS)
        token = str(self.raw.get("autocomplete", ""))
        known.setdefault(token, token)
        self.fields["autocomplete"] = forms.ChoiceField(
            label=gettext_lazy("What browsers may fill in by themselves"),
            choices=list(known.items()),
            required=False,
        )
        self.fields["guarded"] = forms.ChoiceField(
            label=gettext_lazy("Does it ask about something that the law guards?"),
            choices=[("", _("No")), *permitted_uses(self.plan)],
            required=False,
        )
        for name in ("autocomplete", "guarded"):
            say_optional(self.fields[name], False)

    def shown(self, raw: Mapping[str, Any]) -> MultiValueDict[str, str]:
        data = super().shown(raw)
        data.update(self.shown_options(raw))
        for name in ("kind", "max_words", "max_characters", "minimum", "maximum", "autocomplete"):
            if raw.get(name) is not None:
                data[name] = str(raw[name])
        data.setdefault("kind", "short")
        if raw.get("required", True):
            data["required"] = "on"
        data.setlist("files", list(raw.get("files", [])))
        if rule := raw.get("show_if"):
            data.setlist("show_if", [f"{rule['question']}={answer}" for answer in rule["answers"]])
        data["readers"] = (
            "names" if raw.get("identifies") else "all" if raw.get("for_reviewers", True) else "organisers"
        )
        if raw.get("attribute"):
            data["guarded"] = f"{raw['attribute']}|{raw.get('use', '')}"
        return data

    def wanted(self) -> dict[str, Any]:
        values = super().wanted()
        kind = self.cleaned_data.get("kind") or self.chosen_kind
        values |= {"kind": kind, "required": bool(self.cleaned_data.get("required"))}
        for name in ("max_words", "max_characters", "minimum", "maximum"):
            values[name] = self.whole(name)
        values["files"] = chosen(self.cleaned_data.get("files") or [], self.raw.get("files", []))
        values["options"] = self.options() if self.has_options() else []
        values["show_if"] = self._rule()
        values |= self._reading()
        values["autocomplete"] = self.cleaned_data.get("autocomplete") or ""
        attribute, _bar, use = str(self.cleaned_data.get("guarded") or "").partition("|")
        return {**values, "attribute": attribute, "use": use}

    def _rule(self) -> dict[str, Any] | None:
        pairs = [str(value).partition("=")[::2] for value in self.cleaned_data.get("show_if") or []]
        questions = list(dict.fromkeys(question for question, _answer in pairs))
        if len(questions) > 1:
            self.add_error("show_if", _("Tick answers of one question only."))
        if not questions:
            return None
        before = (self.raw.get("show_if") or {}).get("answers", [])
        return {"question": questions[0], "answers": chosen([answer for _question, answer in pairs], before)}

    def _reading(self) -> dict[str, bool]:
        readers = self.cleaned_data.get("readers")
        before = "names" if self.raw.get("identifies") else "all"
        if readers == "names" and before == "names":
            return {}  # whether it is for reviewers as well does not matter, and stays as it was written
        return {"identifies": readers == "names", "for_reviewers": readers != "organisers"}

    def field_of(self, rest: str) -> str | None:
        if rest.startswith(("code", "attribute", "use")):
            return "guarded"
        if rest.startswith("show_if"):
            return "show_if" if "show_if" in self.fields else None
        return super().field_of(rest)


def openers(questions: list[Question], code: str) -> list[Question]:
    """The closed questions that are asked before the question `code`; before a new one, all."""
    codes = [question.code for question in questions]
    earlier = questions[: codes.index(code)] if code in codes else questions
    return [question for question in earlier if question.kind in {"yes_no", "choice", "choices"}]
