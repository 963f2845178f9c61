"""What the floors above add here without being known here: help on an applicant's pages, and whether reading began."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists

from tremplin.applications.models import Application
from tremplin.core.errors import Message


@dataclass(frozen=True, slots=True)
class Beside:
    """A line with a link beside one question. `instead`: it stands in the place of the box to write in."""

    line: Message
    label: Message
    href: str
    instead: bool = False


@dataclass(frozen=True, slots=True)
class Help:
    """What stands on the pages of one applicant: a line with a link, and what stands beside questions.

    `before_sending`: what to know before one sends, where something is still awaited.
    """

    line: Message
    label: Message
    href: str
    urgent: bool = False
    questions: Mapping[str, Beside] = field(default_factory=dict)
    before_sending: Message = ""


_helpers: list[Callable[[Application, datetime], Help | None]] = []
_readers: list[Callable[[Application], bool]] = []
_forgetters: list[Callable[[Application], None]] = []
_marks: dict[str, Callable[[], Exists]] = {}


def register_help(helper: Callable[[Application, datetime], Help | None]) -> None:
    """Declare what a floor above shows to the writer of an application, and to nobody else."""
    if helper not in _helpers:
        _helpers.append(helper)


def register_reading(begun: Callable[[Application], bool]) -> None:
    """Declare how one finds out whether somebody has begun to read an application."""
    if begun not in _readers:
        _readers.append(begun)


def register_letting_go(forget: Callable[[Application], None]) -> None:
    """Declare what a floor above deletes when what was written in an application goes."""
    if forget not in _forgetters:
        _forgetters.append(forget)


def register_mark(name: str, asked: Callable[[], Exists]) -> None:
    """Declare what a floor above wants to know of an application that its writer opens, without a query of its own."""
    _marks[name] = asked


def marks() -> dict[str, Exists]:
    """What the application of somebody who opens their own pages is marked with."""
    return {name: asked() for name, asked in _marks.items()}


def let_go(application: Application) -> None:
    """The words of `application` go: what floors above keep beside them goes too."""
    for forget in _forgetters:
        forget(application)


def help_for(application: Application, now: datetime) -> list[Help]:
    """What floors above show to the writer of `application`."""
    return [found for helper in _helpers if (found := helper(application, now))]


def reading_begun(application: Application) -> bool:
    """Whether anybody has begun to read what was sent."""
    return any(begun(application) for begun in _readers)
