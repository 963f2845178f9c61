"""The written part of the grammar, read from its files once per language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from . import english, french
from .engine import Entry, Tongue

_TONGUES: Mapping[str, Tongue] = {"en": english, "fr": french}
_ANSWERS = ("application_a", "application_b", "occasions", "training", "after")
_NOT_ANSWERS = frozenset({"mentor_job", "topic"})


@dataclass(frozen=True, slots=True)
class Move:
    """One step of an outline: a rule to grow, or the beginning of a paragraph."""

    name: str
    core: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of question is answered."""

    outlines: tuple[tuple[Move, ...], ...]
    rules: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Library:
    code: str
    tongue: Tongue
    kinds: Mapping[str, Kind]
    shared: Mapping[str, list[str]]
    backgrounds: Mapping[str, Entry]
    made: Mapping[str, Entry]
    ideas: Mapping[str, Entry]
    obstacles: Mapping[str, Entry]
    sparks: Mapping[str, Entry]
    topics: Mapping[str, Entry]
    mentor_jobs: Mapping[str, Entry]
    subjects: Mapping[str, str]
    courses: tuple[str, ...]
    words: Mapping[str, list[str]]
    tongues: Mapping[str, str]


@cache
def library(language: str) -> Library:
    """The grammar of a language; anything but French is answered in English."""
    code = language if language in _TONGUES else "en"
    life = _read(code, "life")
    answers = _joined(code, *_ANSWERS)
    return Library(
        code=code,
        tongue=_TONGUES[code],
        kinds={name: _kind(row) for name, row in answers.items() if name not in _NOT_ANSWERS},
        shared=_read(code, "shared"),
        backgrounds=_joined(code, "backgrounds_a", "backgrounds_b"),
        made=_told_otherwise(_joined(code, "made_a", "made_b"), _read(code, "made_more")),
        ideas=_titled(
            _told_otherwise(_joined(code, "ideas_a", "ideas_b"), _read(code, "ideas_more")),
            _read(code, "titles"),
        ),
        obstacles=life["obstacle"],
        sparks=life["spark"],
        topics=_told_otherwise(_read(code, "topics"), _read(code, "topics_more")),
        mentor_jobs=answers["mentor_job"],
        subjects=answers["topic"],
        courses=tuple(life["course"]["names"]),
        words=life["words"],
        tongues=dict(_pair(source) for source in life["words"]["tongues"]),
    )


@cache
def habits(language: str) -> dict[str, Any]:
    """What one person writes and another does not."""
    return _read(language if language in _TONGUES else "en", "habits")


def _pair(source: str) -> tuple[str, str]:
    code, _, name = source.partition("=")
    return code, name


def _read(language: str, name: str) -> dict[str, Any]:
    file = resources.files(__package__) / language / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _joined(language: str, *names: str) -> dict[str, Any]:
    joined: dict[str, Any] = {}
    for name in names:
        joined |= _read(language, name)
    return joined


def _told_otherwise(entries: dict[str, Any], more: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The entries, with further ways to say some of their parts."""
    for name, parts in more.items():
        for part, text in parts.items():
            held = entries[name][part]
            entries[name][part] = [*_several(held), *_several(text)]
    return entries


def _several(held: str | list[str]) -> list[str]:
    return [held] if isinstance(held, str) else held


def _titled(entries: dict[str, Any], titles: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The ideas, each with what may stand behind its name in a title."""
    return {name: {**entry, **titles[name]} for name, entry in entries.items()}


def _kind(row: Mapping[str, Any]) -> Kind:
    return Kind(outlines=tuple(_outline(source) for source in row["outlines"]), rules=row["rules"])


def _outline(source: str) -> tuple[Move, ...]:
    return tuple(Move(name=word.rstrip("!"), core=word.endswith("!")) for word in source.split())
