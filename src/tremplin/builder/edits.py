"""What the builder does to the text of a programme file. Pure: each deed takes a text and gives the new one.

A deed either gives a text that reads as a programme file, or it is refused: `Refused` with a sentence, or
`file.BrokenFile` with every fault of what was wanted.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal

from django.utils.translation import gettext as _

from tremplin.builder.rules.codes import fresh_code
from tremplin.builder.text import GONE, CannotEdit, Document, item_text
from tremplin.core.errors import Conflict
from tremplin.core.text import say
from tremplin.programmes import file
from tremplin.programmes.schema import Plan, Question

SECTIONS = ("application", "sections")
DOORS = ("eligibility",)
CRITERIA = ("review", "criteria")
Kind = Literal["section", "question", "door", "criterion"]
Path = tuple[str | int, ...]
ORDER: dict[str, tuple[str, ...]] = {
    "section": ("code", "title", "lead"),
    "question": (
        *("code", "kind", "label", "help", "example", "required", "max_characters", "max_words", "options"),
        *("minimum", "maximum", "files", "show_if", "identifies", "for_reviewers", "autocomplete"),
        *("attribute", "use"),
    ),
    "door": (
        *("code", "kind", "label", "help", "options", "passes", "refuses", "at_least", "weeks", "week_hours"),
        "at_most",
        *("refusal", "elsewhere", "attribute"),
    ),
    "criterion": ("code", "label", "help", "weight", "levels"),
}
DEFAULTS: dict[str, Any] = {"required": True, "identifies": False, "for_reviewers": True}


class Refused(Conflict):
    """The form cannot be changed like this; nothing was."""


@lru_cache(maxsize=16)
def plan_of(text: str) -> Plan:
    """The plan that a working copy says. Raises file.BrokenFile."""
    return file.read(text)


class Form:
    """The text of a file with its form at hand: where each section, question and door stands."""

    def __init__(self, text: str) -> None:
        self.document = Document(text)
        self.plan = plan_of(text)

    def path(self, kind: str, code: str) -> Path:
        """Where the item stands. Raises Refused for one that is not there (any more)."""
        found = self.places(kind).get(code)
        if found is None:
            raise Refused(
                _("This is no longer part of the form."), _("Somebody may have deleted it meanwhile.")
            )
        return found

    def places(self, kind: str) -> dict[str, Path]:
        if kind == "door":
            return {door.code: (*DOORS, index) for index, door in enumerate(self.plan.eligibility)}
        if kind == "criterion":
            criteria = self.plan.review.criteria if self.plan.review else []
            return {criterion.code: (*CRITERIA, index) for index, criterion in enumerate(criteria)}
        sections = list(enumerate(self.plan.application.sections))
        if kind == "section":
            return {section.code: (*SECTIONS, page) for page, section in sections}
        return {
            question.code: (*SECTIONS, page, "questions", index)
            for page, section in sections
            for index, question in enumerate(section.questions)
        }

    def raw(self, kind: str, code: str) -> dict[str, Any]:
        """The item as the file has it."""
        value: dict[str, Any] = self.document.at(self.path(kind, code))
        return value

    def siblings(self, path: Path) -> int:
        items: list[Any] = self.document.at(path[:-1])
        return len(items)

    def codes(self) -> set[str]:
        """Every code that a new question or section must not take again."""
        plan = self.plan
        return {
            *(question.code for question in plan.application.questions()),
            *(section.code for section in plan.application.sections),
            *(door.code for door in plan.eligibility),
        }


def _done(document: Document) -> str:
    plan_of(document.text)
    return document.text


def save(text: str, kind: Kind, code: str, wanted: Mapping[str, Any]) -> str:
    """The item with these values; a value that is nothing, or what is understood anyway, is left out.

    Keys that `wanted` does not name stay as they are.
    """
    form = Form(text)
    path = form.path(kind, code)
    changes = differences(form.document.at(path), wanted)
    if not changes:
        return text
    with _Safely():
        return _done(form.document.changed(path, changes, ORDER[kind]))


def differences(old: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What must be written so that an item that says `old` says `wanted`."""
    found: dict[str, Any] = {}
    for key, value in wanted.items():
        default = DEFAULTS.get(key)
        understood = value is None or value in ("", [], {}) or (default is not None and value == default)
        if understood and key in old and old[key] != value:
            found[key] = GONE
        elif not understood and old.get(key, GONE) != value:
            found[key] = value
    return found


def add(
    text: str, kind: Kind, wanted: Mapping[str, Any], *, section: str = "", label: str = ""
) -> tuple[str, str]:
    """A new item at the end of its list, its code made from `label`; the text and the code.

    A new section brings its first question in `wanted["questions"]`; the first door turns the stage on.
    """
    form = Form(text)
    code = fresh_code(label, form.codes(), fallback=kind)
    values = {"code": code, **_said(kind, wanted)}
    document = form.document
    with _Safely():
        if kind == "question":
            path = (*form.path("section", section), "questions")
            document = document.with_item((*path, len(document.at(path))), values)
        elif kind == "section":
            document = _with_section(document, form, values, wanted)
        else:
            document = _with_door(document, values)
        return _done(document), code


def _said(kind: Kind, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The values that must be written, in the order of a file."""
    found = differences({}, wanted)
    return {key: found[key] for key in ORDER[kind] if key in found}


def _with_section(
    document: Document, form: Form, values: dict[str, Any], wanted: Mapping[str, Any]
) -> Document:
    page = len(form.plan.application.sections)
    first = dict(wanted["questions"][0])
    taken = form.codes() | {values["code"]}
    first = {"code": fresh_code(first.pop("name"), taken, fallback="question"), **_said("question", first)}
    text = _section_text(values, [first])
    return document.with_text((*SECTIONS, page), text, {**values, "questions": [first]})


def _section_text(values: Mapping[str, Any], questions: Iterable[Mapping[str, Any]]) -> str:
    asked = [item_text("application.sections.questions", question) for question in questions]
    return "\n".join([item_text("application.sections", values), *asked])


def _with_door(document: Document, values: dict[str, Any]) -> Document:
    stages = list(document.at(("stages",)))
    if "eligibility" not in stages:
        document = document.changed((), {"stages": ["eligibility", *stages]})
    doors = document.data.get("eligibility", [])
    if doors:
        return document.with_item((*DOORS, len(doors)), values)
    return document.with_first((*DOORS, 0), values, before=("application",))


def remove(text: str, kind: Kind, code: str) -> str:
    """The form without the item. Raises Refused where another question or a stage needs it."""
    form = Form(text)
    path = form.path(kind, code)
    gone = _questions_in(form, kind, code)
    for question in form.plan.application.questions():
        if question.code not in gone and question.show_if and question.show_if.question in gone:
            raise _needed(form, question)
    document = form.document
    if kind in {"section", "question"} and form.siblings(path) == 1:
        raise Refused(*_last_of(kind))
    with _Safely():
        if kind == "door" and form.siblings(path) == 1:
            stages = [stage for stage in document.at(("stages",)) if stage != "eligibility"]
            document = document.changed((), {"stages": stages})
        return _done(document.without(path))


def _last_of(kind: Kind) -> tuple[str, str]:
    if kind == "section":
        return _("This is the only section, and a form needs one."), _("Change it, or add another one first.")
    return (
        _("This is the only question of its section, and a section needs one."),
        _("Delete the section, or add another question first."),
    )


def _questions_in(form: Form, kind: Kind, code: str) -> set[str]:
    if kind == "question":
        return {code}
    if kind == "section":
        found = next(section for section in form.plan.application.sections if section.code == code)
        return {question.code for question in found.questions}
    return set()


def _needed(form: Form, question: Question) -> Refused:
    return Refused(
        _("“%(label)s” is asked only after an answer to this.") % {"label": say(question.label)},
        _("Take the condition off that question first, or delete that question."),
    )


def move(text: str, kind: Kind, code: str, step: Literal[-1, 1]) -> str:
    """The item one place up (-1) or down (1). A question at the edge of its section goes over into the next one.

    Raises Refused where there is no further place, and where a question would stand above the one that opens it.
    """
    form = Form(text)
    path = form.path(kind, code)
    index = int(path[-1])
    _check_conditions(form, kind, path, step)
    with _Safely():
        if 0 <= index + step < form.siblings(path):
            return _done(form.document.swapped(path[:-1], min(index, index + step)))
        if kind != "question":
            raise Refused(_("It stands at the end already."))
        return _done(_to_next_section(form, path, step))


def _to_next_section(form: Form, path: Path, step: int) -> Document:
    page = int(path[2]) + step
    if not 0 <= page < len(form.plan.application.sections):
        raise Refused(_("It stands at the end already."))
    if form.siblings(path) == 1:
        raise Refused(*_last_of("question"))
    document = form.document
    start, end = document.span(path)
    text, values = document.body[start:end], document.at(path)
    text = text if text.endswith("\n") else text + "\n"
    target = (*SECTIONS, page, "questions")
    place = len(document.at(target)) if step < 0 else 0
    # What stands later in the text is changed first, so that the paths before it stay true.
    if step < 0:
        return document.without(path).with_text((*target, place), text, values)
    return document.with_text((*target, place), text, values).without(path)


def _check_conditions(form: Form, kind: Kind, path: Path, step: int) -> None:
    """Raises Refused when a question would come to stand above the one that opens it."""
    if kind not in {"section", "question"}:
        return
    sections = [list(section.questions) for section in form.plan.application.sections]
    page = int(path[2])
    if kind == "section" and 0 <= page + step < len(sections):
        sections[page], sections[page + step] = sections[page + step], sections[page]
    if kind == "question":
        index = int(path[-1])
        flat = [question for section in sections for question in section]
        at = sum(len(section) for section in sections[:page]) + index
        # Over the edge of a section the order of all questions stays as it is.
        if 0 <= index + step < len(sections[page]):
            flat[at], flat[at + step] = flat[at + step], flat[at]
        sections = [flat]
    seen: set[str] = set()
    asked = {question.code: question for question in form.plan.application.questions()}
    for question in (question for section in sections for question in section):
        rule = question.show_if
        if rule and rule.question not in seen:
            raise Refused(
                _("“%(later)s” is asked only after an answer to “%(earlier)s”, so it cannot stand above it.")
                % {"later": say(question.label), "earlier": say(asked[rule.question].label)},
                _("Take the condition off first, or move both."),
            )
        seen.add(question.code)


def duplicate(text: str, kind: Kind, code: str) -> tuple[str, str]:
    """A copy of the item right after it, with codes of its own; the text and the code of the copy."""
    form = Form(text)
    path = form.path(kind, code)
    document = form.document
    values = document.at(path)
    new = fresh_code(code, form.codes(), fallback=kind)
    with _Safely():
        start, end = document.span(path)
        body = document.body[start:end]
        body = body if body.endswith("\n") else body + "\n"
        copied = (*path[:-1], int(path[-1]) + 1)
        document = document.with_text(copied, body, values).changed(copied, {"code": new})
        if kind == "section":
            document = _with_fresh_codes(document, copied, form.codes() | {new})
        return _done(document), new


def _with_fresh_codes(document: Document, section: Path, taken: Collection[str]) -> Document:
    """The questions of a copied section under codes of their own, conditions among them included."""
    known, renamed = set(taken), {}
    for index, question in enumerate(document.at((*section, "questions"))):
        code = fresh_code(question["code"], known, fallback="question")
        renamed[question["code"]] = code
        known.add(code)
        changes: dict[str, Any] = {"code": code}
        rule = question.get("show_if")
        if rule and rule["question"] in renamed:
            changes["show_if"] = {**rule, "question": renamed[rule["question"]]}
        document = document.changed((*section, "questions", index), changes)
    return document


class _Safely:
    """Turns what the text cannot take into a sentence."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, fault: BaseException | None, trace: object) -> None:
        if isinstance(fault, CannotEdit):
            raise Refused(
                _("The file writes this part in a way that the builder cannot change safely."),
                _("Download the file, change it in a text editor, and hand it in."),
            ) from fault


def next_code(text: str, kind: Kind, label: str) -> str:
    """The code that `add` would give."""
    return fresh_code(label, Form(text).codes(), fallback=kind)


def laid_upon(file_text: str, form_text: str) -> str:
    """The file with the doors and the form of another text of the same programme, the rest untouched."""
    into, form = Document(file_text), Document(form_text)
    with _Safely():
        document = into.with_parts(form, (DOORS, ("application",)))
        stages = [stage for stage in document.at(("stages",)) if stage != "eligibility"]
        if "eligibility" in form.at(("stages",)) and "eligibility" in form.data:
            stages = ["eligibility", *stages]
        if set(stages) != set(document.at(("stages",))):
            document = document.changed((), {"stages": stages})
        return _done(_with_rubric(document, form))


def _with_rubric(document: Document, form: Document) -> Document:
    """The texts of the rubric as the other text has them, as far as both have the criterion and its levels."""
    theirs = {item["code"]: item for item in form.data.get("review", {}).get("criteria", [])}
    for index, criterion in enumerate(document.data.get("review", {}).get("criteria", [])):
        other = theirs.get(criterion["code"], criterion)
        changes = differences(criterion, {"label": other["label"], "help": other.get("help")})
        if [level["score"] for level in other["levels"]] == [level["score"] for level in criterion["levels"]]:
            changes |= differences(criterion, {"levels": other["levels"]})
        document = document.changed((*CRITERIA, index), changes, ORDER["criterion"])
    return document
