"""Forms that show what is stored and take what comes: the rules say what is wrong, the services keep it anyway."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from tremplin.applications.rules import commitments
from tremplin.applications.rules.answers import Answers, Raw, Value, clean, countries, readable
from tremplin.applications.rules.form import may_be_reviewed
from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.core.ui.forms import Checkboxes, DayMonthYear, LongList, Radios, TextArea
from tremplin.programmes.schema import Choice, EligibilityQuestion, Question

_MOST_RADIOS = 12
_INPUTS: dict[str, tuple[type[forms.Widget], dict[str, str]]] = {
    "short": (forms.TextInput, {}),
    "number": (forms.TextInput, {"inputmode": "numeric", "size": "10", "dir": "ltr"}),
    "email": (forms.EmailInput, {"spellcheck": "false"}),
    "url": (forms.URLInput, {"spellcheck": "false"}),
}


class LooseForm(forms.Form):
    """A form that is shown with stored or typed answers and with problems found elsewhere."""

    use_required_attribute = False

    def __init__(self, data: Mapping[str, Any], problems: Mapping[str, Sequence[str]]) -> None:
        super().__init__(data)
        self.problems = problems

    def full_clean(self) -> None:
        """The rules have looked at the answers already; here their findings are only put beside the fields."""
        self.cleaned_data: dict[str, Any] = {}
        self._errors = forms.utils.ErrorDict(renderer=self.renderer)
        for code, texts in self.problems.items():
            if code in self.fields:
                self._errors[code] = self.error_class(list(texts), renderer=self.renderer)


class SectionForm(LooseForm):
    """The questions of one section."""

    def __init__(
        self,
        questions: Sequence[Question],
        answers: Answers,
        problems: Mapping[str, Sequence[str]],
        *,
        language: str = "",
        unpaid: Sequence[str] = (),
        opened: Collection[str] = (),
    ) -> None:
        super().__init__(_as_data(questions, answers), problems)
        for question in questions:
            self.fields[question.code] = _field(question, language, opened)
            if unpaid and asks_where(question):
                self.fields[question.code].help_text += _unpaid(unpaid)


def asks_where(question: Question) -> bool:
    """Whether the answer is the country somebody lives in; one about origin, which the law guards, is not."""
    return question.kind == "country" and not question.attribute


def _unpaid(unpaid: Sequence[str]) -> str:
    """Where no stipend can go, for all to read before they choose."""
    names = [name for code, name in countries() if code in unpaid]
    return " " + _("The stipend cannot be paid to: %(countries)s.") % {"countries": ", ".join(names)}


def _as_data(questions: Sequence[Question], answers: Answers) -> MultiValueDict[str, str]:
    """Stored answers as a browser would have sent them."""
    data: MultiValueDict[str, str] = MultiValueDict()
    for question in questions:
        value: Value = answers.get(question.code, "")
        if isinstance(value, list):
            data.setlist(question.code, value)
        elif question.kind == "date" and isinstance(value, str):
            year, month, day = (*value.split("-", 2), "", "", "")[:3]
            data[f"{question.code}_day"], data[f"{question.code}_month"] = day, month
            data[f"{question.code}_year"] = year
        elif isinstance(value, str):
            data[question.code] = value
    return data


def values_in(questions: Sequence[Question], post: QueryDict) -> dict[str, Raw]:
    """What a browser sent for `questions`, as typed."""
    values: dict[str, Raw] = {}
    for question in questions:
        if question.kind == "choices":
            values[question.code] = post.getlist(question.code)
        elif question.kind == "date":
            values[question.code] = DayMonthYear().value_from_datadict(post, None, question.code) or ""
        elif question.kind != "file":
            values[question.code] = post.get(question.code, "")
    return values


def read_back(questions: Sequence[Question], post: QueryDict) -> list[tuple[str, list[tuple[str, str]]]]:
    """What came for each field of `questions`, as label and text for a person: choices by their labels."""
    values = values_in(questions, post)
    found = []
    for question in questions:
        text = readable(question, clean(question, values.get(question.code, "")))
        names = [f"{question.code}{part}" for part in ("", "_day", "_month", "_year")]
        found.append((names[0], [(say(question.label), text)]))
        if question.kind == "date":
            found.extend((name, []) for name in names[1:])
    return found


def _field(question: Question, language: str, opened: Collection[str] = ()) -> forms.Field:
    field = _bare_field(question)
    field.label = say(question.label)
    field.help_text = _hint(question, opened)
    field.required = question.required
    if question.autocomplete:
        field.widget.attrs["autocomplete"] = question.autocomplete
    if language and question.kind in {"short", "long"}:
        field.widget.attrs["lang"] = language
    return field


def _hint(question: Question, opened: Collection[str]) -> str:
    """What helps with the answer: the programme's own words, what files may be, and who does not read it."""
    parts = [say(question.help)] if question.help else []
    if question.kind == "file":
        kinds = ", ".join(kind.upper() for kind in question.files)
        megabytes = number(settings.UPLOAD_LIMIT // 1024 // 1024)
        parts.append(_("One file: %(kinds)s, up to %(limit)s MB.") % {"kinds": kinds, "limit": megabytes})
    if question.code in opened:
        parts.append(_("Reviewers see this only if they read your application in a second pass."))
    elif not may_be_reviewed(question):
        parts.append(_("Organisers alone see this; reviewers do not."))
    return " ".join(parts)


def _bare_field(question: Question) -> forms.Field:
    kind = question.kind
    if kind == "long":
        return forms.CharField(widget=_text_area(question))
    if kind == "choices":
        return forms.MultipleChoiceField(choices=_options(question.options), widget=Checkboxes())
    if kind == "date":
        return forms.CharField(widget=DayMonthYear())
    if kind == "file":
        accept = ",".join(f".{name}" for name in question.files)
        return forms.FileField(widget=forms.FileInput({"accept": accept}))
    if kind in {"choice", "yes_no", "country"}:
        return choice_field(kind, question.options)
    widget, attrs = _INPUTS[kind]
    return forms.CharField(widget=widget(attrs))


def choice_field(kind: str, options: Sequence[Choice]) -> forms.ChoiceField:
    """One of several: radios while they fit, else a list."""
    if kind == "yes_no":
        pairs = [("yes", _("Yes")), ("no", _("No"))]
    elif kind == "country":
        pairs = countries()
    else:
        pairs = _options(options)
    if len(pairs) <= _MOST_RADIOS:
        return forms.ChoiceField(choices=pairs, widget=Radios())
    return forms.ChoiceField(choices=[("", _("Choose…")), *pairs], widget=LongList())


def _options(options: Sequence[Choice]) -> list[tuple[str, str]]:
    return [(option.code, say(option.label)) for option in options]


def _text_area(question: Question) -> TextArea:
    characters = question.max_characters or (question.max_words or 200) * 6
    rows = min(14, max(4, characters // 90))
    if question.max_words:
        return TextArea(rows=rows, words=question.max_words)
    return TextArea(rows=rows, characters=question.max_characters)


class CommitmentRows(forms.Widget):
    """A few lines of commitments: what, how many hours a week, from when to when."""

    template_name = "applications/parts/commitments.html"
    use_fieldset = True

    def first_id(self, id_: str) -> str:
        return f"{id_}_1_kind"

    def id_for_label(self, id_: str) -> str:
        return ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any]:
        """What was typed, or the line that is kept, taken apart again."""
        rows = commitments.rows_in(name, data)
        kept = commitments.read(data.get(name, "")) or []
        typed = [
            {part: data.get(f"{name}_{row}_{part}", "") for part in ("kind", "hours", "first", "last")}
            for row in range(1, rows + 1)
        ]
        for row, commitment in zip(typed, kept, strict=False):
            row |= {
                "kind": commitment.kind,
                "hours": str(commitment.hours),
                "first": str(commitment.first or ""),
                "last": str(commitment.last or ""),
            }
        none = data.get(name) == commitments.NONE or f"{name}_none" in data
        return {"rows": typed, "none": none}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        found: dict[str, Any] = (
            value if isinstance(value, dict) else {"rows": [{}] * commitments.ROWS, "none": False}
        )
        context["widget"] |= {
            "rows": [{"number": number, **row} for number, row in enumerate(found["rows"], 1)],
            "none": found["none"],
            "kinds": list(commitments.KINDS.items()),
            "more": len(found["rows"]) < commitments.MOST_ROWS,
            "base": context["widget"]["attrs"].get("id", f"id_{name}"),
        }
        return context


class EligibilityForm(LooseForm):
    """The doors, one after another on one page."""

    show_optional = False

    def __init__(
        self,
        questions: Sequence[EligibilityQuestion],
        given: Mapping[str, str],
        problems: Mapping[str, Sequence[str]],
    ) -> None:
        super().__init__(given, problems)
        for question in questions:
            if question.kind == "number":
                widget, attrs = _INPUTS["number"]
                field: forms.Field = forms.CharField(widget=widget(attrs))
            elif question.kind == "commitments":
                field = forms.CharField(widget=CommitmentRows())
            else:
                field = choice_field(question.kind, question.options)
            field.label = say(question.label)
            field.help_text = say(question.help) if question.help else ""
            self.fields[question.code] = field
