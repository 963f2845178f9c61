"""Moving an item one place, a question over the edge of its section too."""

from collections.abc import Iterable
from typing import Any, Literal

from django.utils.translation import gettext as _

from tremplin.builder.edits.parts import SECTIONS, WHOLE, Form, Kind, Path, Refused, safely, sound
from tremplin.builder.edits.saving import last_of
from tremplin.builder.text import Document
from tremplin.core.text import say
from tremplin.programmes.schema import Question

Step = Literal[-1, 1]


def move(text: str, kind: Kind, code: str, step: Step) -> str:
    """The item one place up (-1) or down (1). A question at the edge of its section goes over into the next one.

    Raises Refused where there is no further place, and where a question would stand above the one that opens it.
    """
    form = Form(text)
    path = form.path(kind, code)
    if kind in WHOLE:
        raise _at_the_end()
    _check_conditions(_order_after(form, kind, path, step))
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
    if form.siblings(path) == 1:
        raise last_of("question")
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


def _check_conditions(questions: Iterable[Question]) -> None:
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
