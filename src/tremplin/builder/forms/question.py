"""One question of the form."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.builder.forms.base import number_field
from tremplin.builder.forms.options import OptionsForm, chosen
from tremplin.builder.rules.guarded import USES, permitted_uses
from tremplin.builder.rules.words import KIND_NAMES, answer_labels
from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.core.ui.forms import Checkboxes, Radios, say_optional
from tremplin.programmes.schema.application import FileKind, Question, Section

_TEXTS = frozenset({"short", "long"})
_CHOICES = frozenset({"choice", "choices"})
_OPENERS = frozenset({"yes_no", *_CHOICES})
_READERS = {
    "all": gettext_lazy("Reviewers read it"),
    "organisers": gettext_lazy("Organisers alone read it"),
    "names": gettext_lazy(
        "It says who the person is: organisers alone read it, and its words are hidden elsewhere"
    ),
    "school": gettext_lazy(
        "It names a school: organisers alone read it, and that school is hidden elsewhere"
    ),
    "employer": gettext_lazy(
        "It names an employer: organisers alone read it, and that employer is hidden elsewhere"
    ),
    "town": gettext_lazy("It names a town: organisers alone read it, and that town is hidden elsewhere"),
}
_DECLARED = frozenset({"school", "employer", "town"})
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
    only_for: Mapping[str, frozenset[str]] = {
        "max_words": _TEXTS,
        "max_characters": _TEXTS,
        "minimum": frozenset({"number"}),
        "maximum": frozenset({"number"}),
        "files": frozenset({"file"}),
        "options": _CHOICES,
    }

    def build(self) -> None:
        self.fields["kind"] = forms.ChoiceField(
            label=gettext_lazy("Kind of answer"), choices=list(KIND_NAMES.items()), widget=forms.Select()
        )
        self.fields["required"] = forms.BooleanField(
            label=gettext_lazy("An application cannot be sent without an answer"), required=False
        )
        self._limits()
        self.fields["minimum"] = number_field(gettext_lazy("Least number accepted"))
        self.fields["maximum"] = number_field(gettext_lazy("Greatest number accepted"))
        self.fields["files"] = forms.MultipleChoiceField(
            label=gettext_lazy("Kinds of file"),
            choices=[(name, name.upper()) for name in get_args(FileKind)],
            widget=Checkboxes(),
            required=False,
        )
        say_optional(self.fields["files"], False)
        self.add_option_fields()
        self._condition()
        self._readers()

    @property
    def chosen_kind(self) -> str:
        kind = str((self.raw if self.locked else self.data).get("kind") or "short")
        return kind if kind in KIND_NAMES else "short"

    @property
    def opens_others(self) -> bool:
        """Whether other questions can be asked only after an answer to this one."""
        return self.chosen_kind in _OPENERS

    def has_options(self) -> bool:
        return self.chosen_kind in _CHOICES

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
        self.openers = openers(self.plan.application.sections, self.code, self.section)
        if self.openers:
            self.fields["show_if"] = forms.MultipleChoiceField(
                label=gettext_lazy("Ask only after"),
                help_text=gettext_lazy("Nothing ticked: always asked. Tick answers of one question only."),
                choices=[
                    (
                        f"{question.code}={answer}",
                        _("“%(question)s”: %(answer)s") % {"question": say(question.label), "answer": words},
                    )
                    for question in self.openers
                    for answer, words in answer_labels(question).items()
                ],
                widget=Checkboxes(),
                required=False,
                error_messages={
                    "invalid_choice": gettext_lazy(
                        "An answer that was ticked here can no longer open this question. Look again, then save."
                    )
                },
            )
            say_optional(self.fields["show_if"], False)

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
        data["readers"] = _readers_of(raw)
        if raw.get("attribute"):
            data["guarded"] = f"{raw['attribute']}|{raw.get('use', '')}"
        return data

    def wanted(self) -> dict[str, Any]:
        values = super().wanted()
        kind = self.chosen_kind
        values |= {"kind": kind, "required": bool(self.cleaned_data.get("required"))}
        for name in ("max_words", "max_characters", "minimum", "maximum"):
            values[name] = self.whole(name)
        files = self.cleaned_data.get("files") or [] if kind == "file" else []
        values["files"] = chosen(files, self.raw.get("files", []))
        values["options"] = self.options() if self.has_options() else []
        self._check_kind(kind, values)
        self._check_those_that_hang_on_it(kind, values["options"])
        values["show_if"] = self._rule()
        values |= self._reading()
        values["autocomplete"] = self.cleaned_data.get("autocomplete") or ""
        attribute, _bar, use = str(self.cleaned_data.get("guarded") or "").partition("|")
        values |= {"attribute": attribute, "use": use}
        if not attribute:
            self.check_law(values["label"], "guarded", USES)
        return values

    def _check_kind(self, kind: str, values: Mapping[str, Any]) -> None:
        """What this kind of answer cannot be without, in the words of the page."""
        if kind in _CHOICES:
            self.check_many(values["options"])
        if kind == "file" and not values["files"]:
            self.add_error("files", _("Tick at least one kind of file."))
        least, most = values["minimum"], values["maximum"]
        if least is not None and most is not None and least > most:
            self.add_error("maximum", _("The greatest number is below the least, so no answer would fit."))

    def _check_those_that_hang_on_it(self, kind: str, options: Sequence[Mapping[str, Any]]) -> None:
        """Questions that are asked only after an answer to this one still need that answer."""
        known = {"yes", "no"} if kind == "yes_no" else {option["code"] for option in options}
        for question in self.plan.application.questions():
            rule = question.show_if
            if rule is None or not self.code or rule.question != self.code:
                continue
            lost = [code for code in rule.answers if code not in known]
            label = {"label": say(question.label)}
            if lost and (kind not in _CHOICES or self.raw.get("kind") not in _CHOICES):
                text = _(
                    "“%(label)s” is asked only after an answer to this, so it needs the answers that it has."
                )
                self.add_error("kind", text % label)
                continue
            for code in lost:
                text = _("“%(label)s” is asked only after this answer. Take that condition off first.")
                self.add_error(f"{self.row_of(code)}_remove", text % label)

    def _rule(self) -> dict[str, Any] | None:
        pairs = [str(value).partition("=")[::2] for value in self.cleaned_data.get("show_if") or []]
        questions = list(dict.fromkeys(question for question, _answer in pairs))
        if len(questions) > 1:
            self.add_error("show_if", _("Tick answers of one question only."))
        if not questions:
            return None
        before = (self.raw.get("show_if") or {}).get("answers", [])
        return {"question": questions[0], "answers": chosen([answer for _question, answer in pairs], before)}

    def _reading(self) -> dict[str, Any]:
        readers = self.cleaned_data.get("readers")
        if readers == _readers_of(self.raw) and readers not in {"all", "organisers"}:
            return {}  # whether it is for reviewers as well does not matter, and stays as it was written
        return {
            "identifies": readers == "names",
            "for_reviewers": readers != "organisers",
            "names": readers if readers in _DECLARED else None,
        }

    def field_of(self, rest: str) -> str | None:
        if rest.startswith(("code", "attribute", "use")):
            return "guarded"
        if rest.startswith("names"):
            return "readers"
        if rest.startswith("show_if"):
            return "show_if" if "show_if" in self.fields else None
        return super().field_of(rest)


def _readers_of(raw: Mapping[str, Any]) -> str:
    """Who reads the answer, as the page asks it: what it declares says so before all else."""
    if raw.get("names") in _DECLARED:
        return str(raw["names"])
    if raw.get("identifies") or raw.get("names"):
        return "names"
    return "all" if raw.get("for_reviewers", True) else "organisers"


def openers(sections: Sequence[Section], code: str, section: str) -> list[Question]:
    """The closed questions that are asked before the question `code`, or before a new one at the end of `section`."""
    earlier: list[Question] = []
    for part in sections:
        for question in part.questions:
            if question.code == code:
                return earlier
            if question.kind in _OPENERS:
                earlier.append(question)
        if not code and part.code == section:
            break
    return earlier
