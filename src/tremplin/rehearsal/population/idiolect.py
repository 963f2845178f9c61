"""The way one person writes: small habits that run through all of their texts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from .draws import chance, pick
from .grammar.library import habits
from .people import Person, home

# Where people mostly learn to spell as in the United States.
_AMERICAN = frozenset(
    ["US", "PH", "MX", "GT", "DO", "CO", "PE", "BO", "EC", "CL", "AR", "BR", "KR", "JP", "TW", "LR", "CU"]
)


@dataclass(frozen=True, slots=True)
class Idiolect:
    """Patterns to replace, whether semicolons are used, and what kind of apostrophe the keyboard makes."""

    swaps: tuple[tuple[re.Pattern[str], str], ...]
    semicolons: bool
    digits: bool
    careful: bool

    def apply(self, text: str) -> str:
        for pattern, replacement in self.swaps:
            text = pattern.sub(replacement, text)
        if not self.semicolons:
            text = _SEMICOLON.sub(lambda found: f". {found[1].upper()}", text)
        return _START.sub(lambda found: found[1] + found[2].upper(), text)


_SEMICOLON = re.compile(r" ?; (\w)")
_START = re.compile(r"(^|[.!?…]\s+)(?!https?:)([a-zà-ÿœ])")


@lru_cache(maxsize=8_000)
def idiolect(person: Person, language: str) -> Idiolect:
    return Idiolect(
        swaps=tuple(_swaps(person, language)),
        semicolons=chance(person.stream("semicolons"), 0.45),
        digits=chance(person.stream("digits"), 0.35),
        careful=chance(person.stream("typing"), 0.4),
    )


def _swaps(person: Person, language: str) -> list[tuple[re.Pattern[str], str]]:
    written = habits(language)
    rng = person.stream("habits")
    chosen = []
    for pattern, *others in written["swaps"]:
        taken, other = chance(rng, written["swapped"]), pick(rng, others)
        if taken:
            chosen.append((_bounded(pattern), other))
    chosen += [(_bounded(pattern), other) for pattern, other in _spelling(person, written)]
    return chosen


def _spelling(person: Person, written: Mapping[str, list[list[str]]]) -> list[list[str]]:
    contractions = pick(person.stream("contractions"), ("full", "short", "mixed"))
    american = written.get("american", []) if home(person).code in _AMERICAN else []
    return american + written.get(contractions, [])


@cache
def _bounded(pattern: str) -> re.Pattern[str]:
    end = "" if pattern.endswith((" ", ")")) else r"\b"
    return re.compile(rf"\b{pattern}{end}")
