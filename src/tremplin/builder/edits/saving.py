"""Writing an item anew, adding one, copying one, taking one out."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel

from tremplin.builder.edits.parts import (
    CRITERIA,
    DOORS,
    KEYS,
    MODELS,
    SECTIONS,
    WHOLE,
    Form,
    Kind,
    Path,
    Refused,
    safely,
    sound,
)
from tremplin.builder.rules.codes import fresh_code
from tremplin.builder.text import GONE, Document, item_text
from tremplin.core.text import say
from tremplin.programmes.schema import Question


def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    return {key: field.default for key, field in model.model_fields.items() if not field.is_required()}


DEFAULTS: Mapping[Kind, Mapping[str, Any]] = {kind: _defaults(model) for kind, model in MODELS.items()}
"""What is understood where a file says nothing."""


def save(text: str, kind: Kind, code: str, wanted: Mapping[str, Any]) -> str:
    """The item with these values; a value that is nothing, or what is understood anyway, is left out.

    Keys that `wanted` does not name stay as they are.
    """
    form = Form(text)
    path = form.path(kind, code)
    changes = differences(kind, form.document.at(path), wanted)
    if not changes:
        return text
    with safely():
        return sound(form.document.changed(path, changes, KEYS[kind]))


def differences(kind: Kind, old: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What must be written so that an item that says `old` says `wanted`."""
    found: dict[str, Any] = {}
    for key, value in wanted.items():
        understood = value in (None, "", [], {}) or value == DEFAULTS[kind].get(key)
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
    with safely():
        if kind == "question":
            path = (*form.path("section", section), "questions")
            document = document.with_item((*path, len(document.at(path))), values)
        elif kind == "section":
            document = _with_section(document, form, values, wanted)
        elif kind == "criterion":
            document = document.with_item((*CRITERIA, len(_criteria(form))), values)
        else:
            document = _with_door(document, values)
        return sound(document), code


def next_code(text: str, kind: Kind, label: str) -> str:
    """The code that `add` would give."""
    return fresh_code(label, Form(text).codes(), fallback=kind)


def _said(kind: Kind, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The values that must be written, in the order of a file."""
    found = differences(kind, {}, wanted)
    return {key: found[key] for key in KEYS[kind] if key in found}


def _criteria(form: Form) -> Collection[str]:
    """Raises Refused where nothing is read: there is no rubric to add to."""
    found = form.places("criterion")
    if not found:
        raise Refused(_("This programme has no reading, so it has no rubric."), "")
    return found


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


def duplicate(text: str, kind: Kind, code: str) -> tuple[str, str]:
    """A copy of the item right after it, with codes of its own; the text and the code of the copy."""
    form = Form(text)
    path = form.path(kind, code)
    document = form.document
    values = document.at(path)
    new = fresh_code(code, form.codes(), fallback=kind)
    with safely():
        start, end = document.span(path)
        body = document.body[start:end]
        body = body if body.endswith("\n") else body + "\n"
        copied = (*path[:-1], int(path[-1]) + 1)
        document = document.with_text(copied, body, values).changed(copied, {"code": new})
        if kind == "section":
            document = _with_fresh_codes(document, copied, form.codes() | {new})
        return sound(document), new


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


def remove(text: str, kind: Kind, code: str) -> str:
    """The form without the item. Raises Refused where another question or a stage needs it."""
    form = Form(text)
    path = form.path(kind, code)
    if kind in WHOLE:
        raise Refused(_("This cannot be deleted: every form has it."), _("Change it instead."))
    _check_needed(form, kind, code)
    document = form.document
    if kind in LAST_OF and form.siblings(path) == 1:
        raise last_of(kind)
    with safely():
        if kind == "door" and form.siblings(path) == 1:
            stages = [stage for stage in document.at(("stages",)) if stage != "eligibility"]
            document = document.changed((), {"stages": stages})
        return sound(document.without(path))


LAST_OF: frozenset[Kind] = frozenset({"section", "question", "criterion"})
"""Kinds of which one must stay."""


def last_of(kind: Kind) -> Refused:
    """Why the last of its kind stays, and what to do instead."""
    if kind == "section":
        return Refused(
            _("This is the only section, and a form needs one."), _("Change it, or add another one first.")
        )
    if kind == "criterion":
        return Refused(
            _("This is the only criterion, and a rubric needs one."),
            _("Change it, or add another one first."),
        )
    return Refused(
        _("This is the only question of its section, and a section needs one."),
        _("Delete the section, or add another question first."),
    )


def _check_needed(form: Form, kind: Kind, code: str) -> None:
    """Raises Refused while a question that stays is asked only after an answer to what goes."""
    gone = _questions_in(form, kind, code)
    for question in form.plan.application.questions():
        if question.code not in gone and question.show_if and question.show_if.question in gone:
            raise _needed(question)


def _questions_in(form: Form, kind: Kind, code: str) -> set[str]:
    if kind == "question":
        return {code}
    sections = form.plan.application.sections if kind == "section" else []
    return {question.code for section in sections if section.code == code for question in section.questions}


def _needed(question: Question) -> Refused:
    return Refused(
        _("“%(label)s” is asked only after an answer to this.") % {"label": say(question.label)},
        _("Take the condition off that question first, or delete that question."),
    )
