"""A life in facts: what somebody did, what stood in the way, what they made and what they want to make.

Every answer of one person is grown from the one story, so the answers agree with each other. A story holds
codes and figures only; the words for them are in the grammar of each language.
"""

import hashlib
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from numpy.random import Generator

from .draws import between, pick, sample, weighted
from .people import Person, home

_CODERS = ("Python", "Python", "JavaScript", "PHP", "Java", "Go")
_STATISTICIANS = ("R", "R", "Python")
_OTHERS = ("Python", "Python", "Python", "Python", "JavaScript")
_USES_R = frozenset({"statistician", "phd_bio"})
COURSES = 7


@dataclass(frozen=True, slots=True)
class Story:
    background: str
    obstacle: str
    obstacle_too: str
    spark: str
    made: str
    idea: str
    years: int
    hours: int
    code: str
    code_too: str
    course: int
    gaps: tuple[str, str, str]
    tags: frozenset[str]
    seed: int

    def steady(self, name: str, count: int) -> int:
        """Which of several words or particulars this person's life has, the same in every language."""
        return _within(self.seed, name.rpartition(".")[2] + self.idea, (0, count - 1, 1))

    def figure(self, kind: str, key: str) -> int | None:
        """A number that stays the same wherever this person mentions it; None if there is no such kind."""
        if kind == "few_more":
            return _within(self.seed, key, (3, 9, 1)) + _within(self.seed, f"{key}+", (1, 3, 1))
        span = _FIGURES.get(kind)
        return None if span is None else _within(self.seed, key, span)


# From, to, in steps of.
_FIGURES: Mapping[str, tuple[int, int, int]] = {
    "two": (2, 4, 1),
    "few": (3, 9, 1),
    "dozen": (11, 19, 1),
    "dozens": (22, 89, 1),
    "tens": (20, 50, 10),
    "hundreds": (110, 890, 10),
    "thousands": (1200, 8900, 100),
    "weeks": (3, 11, 1),
    "months": (4, 14, 1),
    "pct": (62, 88, 1),
    "pctlow": (8, 34, 1),
}


def _within(seed: int, key: str, span: tuple[int, int, int]) -> int:
    low, high, step = span
    digest = hashlib.sha256(f"{seed}\x1f{key}".encode()).digest()
    return low + step * (int.from_bytes(digest[:6], "big") % ((high - low) // step + 1))


@cache
def catalogue() -> Mapping[str, Any]:
    return tomllib.loads(
        (resources.files(__package__) / "data" / "catalogue.toml").read_text(encoding="utf-8")
    )


@lru_cache(maxsize=20_000)
def story_of(person: Person) -> Story:
    """The person's story; the same whenever and wherever it is asked for."""
    flags = home(person).flags
    background = _background(person.stream("story", "background"), flags)
    traits = frozenset(catalogue()["backgrounds"][background]["tags"])
    marks = traits | {background}
    obstacle = _obstacle(person.stream("story", "obstacle"), marks, flags)
    numbers = person.stream("story", "numbers")
    code, code_too = _code(person.stream("story", "code"), background, marks)
    return Story(
        background=background,
        obstacle=obstacle,
        obstacle_too=_obstacle(person.stream("story", "second obstacle"), marks, flags, but=obstacle),
        spark=pick(person.stream("story", "spark"), catalogue()["sparks"]["ids"]),
        made=_grown(person.stream("story", "made"), "made", background, flags),
        idea=_grown(person.stream("story", "idea"), "ideas", background, flags),
        years=between(numbers, 3, 19 if obstacle == "age" else 12),
        hours=5 * between(numbers, 4, 8),
        code=code,
        code_too=code_too,
        course=between(person.stream("story", "course"), 0, COURSES - 1),
        gaps=_gaps(person.stream("story", "gaps")),
        tags=marks | _circumstances(obstacle, flags),
        seed=person.seed,
    )


def concreteness(person: Person) -> float:
    """How often this person names a thing instead of praising it.

    Steep in the middle: people are mostly one or the other, and few alternate from sentence to sentence.
    """
    return 1 / (1 + math.exp(-9.5 * (person.quality - 0.46)))


def _background(rng: Generator, flags: frozenset[str]) -> str:
    rows = catalogue()["backgrounds"]
    fitting: list[str] = [name for name, row in rows.items() if row.get("needs", "") in ("", *flags)]
    return weighted(rng, fitting, [float(rows[name]["weight"]) for name in fitting])


def _obstacle(rng: Generator, marks: frozenset[str], flags: frozenset[str], but: str = "") -> str:
    rows = catalogue()["obstacles"]
    fitting: list[str] = [name for name, row in rows.items() if name != but and _stands(row, marks, flags)]
    return weighted(rng, fitting, [float(rows[name]["weight"]) for name in fitting])


def _stands(row: Mapping[str, Any], marks: frozenset[str], flags: frozenset[str]) -> bool:
    """Whether this obstacle can stand in such a life."""
    return (
        row.get("needs", "") in ("", *flags)
        and not marks & set(row.get("without", ()))
        and set(row.get("only", ())) <= marks
    )


def _grown(rng: Generator, table: str, background: str, flags: frozenset[str]) -> str:
    rows = catalogue()[table]
    fitting: list[str] = [
        name for name, row in rows.items() if background in row["of"] and row.get("needs", "") in ("", *flags)
    ]
    return pick(rng, fitting)


def _code(rng: Generator, background: str, marks: frozenset[str]) -> tuple[str, str]:
    known: Sequence[str] = _CODERS if "coder" in marks else _OTHERS
    if background in _USES_R:
        known = _STATISTICIANS
    first = pick(rng, known)
    return first, pick(rng, [name for name in ("Python", "JavaScript", "SQL", "C") if name != first])


def _gaps(rng: Generator) -> tuple[str, str, str]:
    first, second, third = sample(rng, catalogue()["topics"]["learnable"], 3)
    return first, second, third


def _circumstances(obstacle: str, flags: frozenset[str]) -> frozenset[str]:
    tags = {"weak"} if "g" in flags else set()
    if obstacle == "children":
        tags.add("parents")
    return frozenset(tags)
