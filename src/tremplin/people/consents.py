"""For what consent is asked: the one register of it. A stage that asks declares its purpose here, with what taking
it back does, in a module `consents` of its own, found when the site starts.

    register(PUBLIC_PAGE, take_back=_take_back, describe=_describe)

Consent is only asked where a person is free to say no. What a programme must do anyway needs none.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from tremplin.core.errors import Message
from tremplin.people.models import User


@dataclass(frozen=True, slots=True)
class Purpose:
    """`code` is “stage.what”; `text` the very sentence to which a person says yes, in each language of the site.

    Whoever changes what the sentence says counts `version` up: a consent is one to the text of its day.
    """

    code: str
    version: int
    label: Message
    text: Message
    seen_by: Message
    """Who sees what it allows."""
    taking_back: Message
    """What happens when it is taken back, in one sentence."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What one consent is about, as its giver knows it, and where it is asked."""

    title: str
    href: str


TakeBack = Callable[[User, str, datetime], object]
Describe = Callable[[Collection[str]], Mapping[str, Subject]]


@dataclass(frozen=True, slots=True)
class Registered:
    """A purpose, what taking it back does (`user`, `about`, `now`), and what the things are that it is about."""

    purpose: Purpose
    take_back: TakeBack
    describe: Describe


_registered: dict[str, Registered] = {}


def register(purpose: Purpose, *, take_back: TakeBack, describe: Describe) -> Purpose:
    """Declare a purpose; declaring the same again changes nothing. Raises ValueError for another one."""
    kept = _registered.setdefault(purpose.code, Registered(purpose, take_back, describe))
    if kept.purpose != purpose:
        raise ValueError(f"The purpose “{purpose.code}” is declared twice.")
    return purpose


def known() -> dict[str, Registered]:
    """All declared purposes by code."""
    return dict(_registered)
