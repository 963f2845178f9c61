"""Moving an item: one place, a question over the edge of its section too, or to any place at once."""

from collections.abc import Iterable
from typing import Any, Literal

from django.utils.translation import gettext as _

from tremplin.builder.edits.parts import SECTIONS, WHOLE, Form, Kind, Path, Refused, gone, safely, sound
from tremplin.builder.edits.saving import last_of
from tremplin.builder.text import Document
from tremplin.core.text import say
from tremplin.programmes.schema import Plan, Question

Step = Literal[-1, 1]


def move(text: str, kind: Kind, code: str, step: Step) -> str:
    """The item one place up (-1) or down (1). A question at the edge of its section goes over into the next one.

    Raises Refused where there is no further place, and where a question would stand above the one that opens it.
    """
    form = Form(text)
    path = form.path(kind, code)
    if kind in WHOLE:
        raise _at_the_end()
    check_conditions(_order_after(form, kind, path, step))
    index = int(path[-1])
    with safely():
        if 0 <= index + step < form.siblings(path):
            return sound(form.document.swapped(path[:-1], min(index, index + step)))
        if kind != "question":
            raise _at_the_end()
        return sound(_to_next_section(form, path, step))


def _at_the_end() -> Refused:
    return Refused(_("It stands at the end already."))


def _to_next_section(form: Form, path: Path, step: Step) -> Document:
    page = int(path[2]) + step
    if not 0 <= page < len(form.plan.application.sections):
        raise _at_the_end()
    place = len(form.plan.application.sections[page].questions) if step < 0 else 0
    return _to_section(form, path, page, place)


def _to_section(form: Form, path: Path, page: int, place: int) -> Document:
    """The question at `path` as number `place` of another section."""
    if form.siblings(path) == 1:
        raise last_of("question")
    document = form.document
    start, end = document.span(path)
    text, values = document.body[start:end], document.at(path)
    text = text if text.endswith("\n") else text + "\n"
    target = (*SECTIONS, page, "questions", place)
    # What stands later in the text is changed first, so that the paths before it stay true.
    if page < int(path[2]):
        return document.without(path).with_text(target, text, values)
    return document.with_text(target, text, values).without(path)


def put(text: str, kind: Kind, code: str, *, after: str = "", section: str = "") -> str:
    """The item right after its sibling `after`, or first; a question in the section `section`.

    Raises Refused where a question would stand above the one that opens it, and for the last question of a section.
    """
    form = Form(text)
    path = form.path(kind, code)
    if kind in WHOLE:
        raise _at_the_end()
    goal = form.path("section", section) if kind == "question" else path[:-1]
    others = [one for one in _siblings(form, kind, goal) if one != code]
    if after and after not in others:
        raise gone()
    check_conditions(order_with(form.plan, kind, code, after=after, section=section))
    place = others.index(after) + 1 if after else 0
    with safely():
        if kind == "question" and goal[2] != path[2]:
            return sound(_to_section(form, path, int(goal[2]), place))
        document, index = form.document, int(path[-1])
        while index != place:
            document = document.swapped(path[:-1], min(index, index + (1 if place > index else -1)))
            index += 1 if place > index else -1
        return sound(document)


def _siblings(form: Form, kind: Kind, goal: Path) -> list[str]:
    """The codes of the list that the item comes to stand in, in order."""
    if kind != "question":
        return list(form.places(kind))
    return [question.code for question in form.plan.application.sections[int(goal[2])].questions]


def order_with(plan: Plan, kind: Kind, code: str, *, after: str, section: str) -> list[Question]:
    """All questions in the order in which they would be asked with the item in that place."""
    sections = list(plan.application.sections)
    if kind == "section":
        found = next(part for part in sections if part.code == code)
        rest = [part for part in sections if part.code != code]
        at = next((place + 1 for place, part in enumerate(rest) if part.code == after), 0)
        sections = [*rest[:at], found, *rest[at:]]
    if kind != "question":
        return [question for part in sections for question in part.questions]
    moved = next(question for part in sections for question in part.questions if question.code == code)
    order: list[Question] = []
    for part in sections:
        order += [moved] if part.code == section and not after else []
        for question in part.questions:
            order += [question] if question.code != code else []
            order += [moved] if part.code == section and question.code == after else []
    return order


def _order_after(form: Form, kind: Kind, path: Path, step: Step) -> list[Question]:
    """All questions in the order in which they would be asked; of other kinds, and at an edge, as they are."""
    sections = [list(section.questions) for section in form.plan.application.sections]
    if kind == "section":
        _swap(sections, int(path[2]), step)
    elif kind == "question":
        _swap(sections[int(path[2])], int(path[-1]), step)  # over the edge of a section the order stays
    return [question for section in sections for question in section]


def _swap(items: list[Any], at: int, step: Step) -> None:
    if 0 <= at + step < len(items):
        items[at], items[at + step] = items[at + step], items[at]


def check_conditions(questions: Iterable[Question]) -> None:
    """Raises Refused when a question would come to stand above the one that opens it."""
    order = list(questions)
    asked = {question.code: question for question in order}
    seen: set[str] = set()
    for question in order:
        rule = question.show_if
        if rule and rule.question not in seen:
            raise Refused(
                _("“%(later)s” is asked only after an answer to “%(earlier)s”, so it cannot stand above it.")
                % {"later": say(question.label), "earlier": say(asked[rule.question].label)},
                _("Take the condition off first, or move both."),
            )
        seen.add(question.code)
