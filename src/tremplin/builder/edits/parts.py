"""The parts of a file that the builder edits: of what kinds they are, what they hold, where they stand."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel

from tremplin.builder.rules.codes import codes_in
from tremplin.builder.text import CannotEdit, Document
from tremplin.core.errors import Conflict
from tremplin.programmes import file
from tremplin.programmes.schema import (
    ApplicationForm,
    Criterion,
    EligibilityQuestion,
    Plan,
    Question,
    ReviewPlan,
    Section,
)

Kind = Literal["form", "section", "question", "door", "reading", "criterion"]
Path = tuple[str | int, ...]

FORM: Path = ("application",)
SECTIONS: Path = ("application", "sections")
DOORS: Path = ("eligibility",)
READING: Path = ("review",)
CRITERIA: Path = ("review", "criteria")
MODELS: Mapping[Kind, type[BaseModel]] = {
    "form": ApplicationForm,
    "section": Section,
    "question": Question,
    "door": EligibilityQuestion,
    "reading": ReviewPlan,
    "criterion": Criterion,
}
LISTED: frozenset[Kind] = frozenset({"section", "question", "door", "criterion"})
"""What there may be several of: these are added, moved, copied and deleted."""
WHOLE: Mapping[Kind, Path] = {"form": FORM, "reading": READING}
"""What there is one of; its code is its kind."""
_HELD = frozenset({"sections", "questions", "criteria", "second_pass"})
"""Lists of items that are edited one by one, and what the file alone says."""
KEYS: Mapping[Kind, tuple[str, ...]] = {
    kind: tuple(key for key in model.model_fields if key not in _HELD) for kind, model in MODELS.items()
}
"""What each kind says of itself, in the order of a file: the schema's, so that a new key is one of them."""


class Refused(Conflict):
    """The form cannot be changed like this; nothing was."""


def gone() -> Refused:
    return Refused(_("This is no longer part of the form."), _("Somebody may have deleted it meanwhile."))


@lru_cache(maxsize=16)
def plan_of(text: str) -> Plan:
    """The plan that a working copy says. Raises file.BrokenFile."""
    return file.read(text)


class Form:
    """The text of a file with its form at hand: where each of its items stands."""

    def __init__(self, text: str) -> None:
        self.document = Document(text)
        self.plan = plan_of(text)

    def path(self, kind: Kind, code: str) -> Path:
        """Where the item stands. Raises Refused for one that is not there (any more)."""
        found = self.places(kind).get(code)
        if found is None:
            raise gone()
        return found

    def places(self, kind: Kind) -> dict[str, Path]:
        """Each item of a kind with its place, in order."""
        if kind in WHOLE:
            return {kind: WHOLE[kind]} if WHOLE[kind][0] in self.document.data else {}
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

    def raw(self, kind: Kind, code: str) -> dict[str, Any]:
        """What the file says of the item itself, without the items that it holds."""
        value = self.document.at(self.path(kind, code))
        return {key: value[key] for key in KEYS[kind] if key in value}

    def siblings(self, path: Path) -> int:
        items: list[Any] = self.document.at(path[:-1])
        return len(items)

    def codes(self) -> set[str]:
        """Every code that a new item must not take again."""
        return codes_in(self.plan)


def sound(document: Document) -> str:
    """The text of the document, once it reads as a programme file. Raises file.BrokenFile."""
    plan_of(document.text)
    return document.text


@contextmanager
def safely() -> Iterator[None]:
    """Turns what the text cannot take into a sentence."""
    try:
        yield
    except CannotEdit as fault:
        raise Refused(
            _("The file writes this part in a way that the builder cannot change safely."),
            _("Download the file, change it in a text editor, and hand it in."),
        ) from fault
