"""The little language in which the grammar's sentences are written.

``{name}`` grows another rule or a fact of the story; ``{function:name:a|b}`` does so through a function of
the language, such as an agreement; ``[one|other]`` chooses; ``<né|née>`` follows the writer's own gender. A
sentence may begin with a guard: ``+`` only when the writer is being concrete, ``-`` only when vague,
``?tag,!other:`` only when the story carries the one tag and not the other.
"""

import re
from dataclasses import dataclass
from functools import cache

_GUARD = re.compile(r"(?P<depth>[+-])?\s*(?:\?(?P<tags>[a-z0-9_,!]+):)?\s*")
_SPECIAL = re.compile(r"[\[\]{}<>|]")


@dataclass(frozen=True, slots=True)
class Ref:
    name: str
    function: str = ""
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    masculine: str
    feminine: str


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple["Nodes", ...]


Nodes = tuple["str | Ref | Voice | Choice", ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One alternative of a rule."""

    nodes: Nodes
    depth: str
    wanted: frozenset[str]
    unwanted: frozenset[str]

    def fits(self, tags: frozenset[str]) -> bool:
        return self.wanted <= tags and not (self.unwanted & tags)


_FEATURES = frozenset({"m", "f", "mp", "fp", "s", "p"})


def apart(source: str) -> tuple[str, str]:
    """A noun phrase and, from behind its hash, its gender and number."""
    text, mark, features = source.rpartition("#")
    return (text, features) if mark and features in _FEATURES else (source, "")


class MalformedTemplateError(ValueError):
    """A sentence of the grammar that cannot be read."""


@cache
def sentence(source: str) -> Sentence:
    found = _GUARD.match(source)
    depth, tags, start = "", "", 0
    if found is not None and found.end() > 0:
        depth, tags, start = found["depth"] or "", found["tags"] or "", found.end()
    names = [name for name in tags.split(",") if name]
    return Sentence(
        nodes=parse(source[start:]),
        depth=depth,
        wanted=frozenset(name for name in names if not name.startswith("!")),
        unwanted=frozenset(name[1:] for name in names if name.startswith("!")),
    )


@cache
def parse(source: str) -> Nodes:
    nodes, end, _ = _sequence(source, 0, nested=False)
    if end != len(source):
        raise MalformedTemplateError(f"something is left over at {end}: {source!r}")
    return nodes


def _sequence(source: str, at: int, *, nested: bool) -> tuple[Nodes, int, str]:
    """Read nodes until the end, or until the bar or bracket that ends an option."""
    nodes: list[str | Ref | Voice | Choice] = []
    while at < len(source):
        found = _SPECIAL.search(source, at)
        stop = found.start() if found else len(source)
        if stop > at:
            nodes.append(source[at:stop])
            at = stop
            continue
        mark = source[at]
        if mark == "[":
            choice, at = _choice(source, at + 1)
            nodes.append(choice)
        elif mark == "{":
            end = _closing(source, at, "}")
            nodes.append(_reference(source[at + 1 : end]))
            at = end + 1
        elif mark == "<":
            end = _closing(source, at, ">")
            nodes.append(_voice(source[at + 1 : end], source))
            at = end + 1
        elif nested and mark in "|]":
            return tuple(nodes), at + 1, mark
        else:
            raise MalformedTemplateError(f"a stray {mark!r} at {at}: {source!r}")
    if nested:
        raise MalformedTemplateError(f"a bracket is never closed: {source!r}")
    return tuple(nodes), at, ""


def _choice(source: str, at: int) -> tuple[Choice, int]:
    options: list[Nodes] = []
    while True:
        nodes, at, mark = _sequence(source, at, nested=True)
        options.append(nodes)
        if mark == "]":
            return Choice(tuple(options)), at


def _closing(source: str, at: int, mark: str) -> int:
    end = source.find(mark, at)
    if end < 0:
        raise MalformedTemplateError(f"{source[at]!r} is never closed: {source!r}")
    return end


def _reference(inside: str) -> Ref:
    parts = inside.split(":", 2)
    if len(parts) == 1:
        return Ref(parts[0])
    forms = tuple(parts[2].split("|")) if len(parts) > 2 else ()
    return Ref(parts[1], parts[0], forms)


def _voice(inside: str, source: str) -> Voice:
    masculine, bar, feminine = inside.partition("|")
    if not bar:
        raise MalformedTemplateError(f"<…> needs two forms: {source!r}")
    return Voice(masculine, feminine)
