"""Names and places: what people are called where, from our own lists."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from numpy.random import Generator

from .draws import below, pick, weighted

Voice = Literal["f", "m"]
_FILES = ("names_africa.toml", "names_asia.toml", "names_west.toml")
_INITIALS = "ABCDEGHJKLMNPRSTVW"
# Letters that Unicode does not take apart into a plain letter and an accent.
_PLAIN = str.maketrans(
    {
        "ı": "i",
        "ł": "l",
        "Ł": "L",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "Ð": "D",
        "ð": "d",
        "þ": "th",
        "Þ": "Th",
        "æ": "ae",
    }
)
_FORM = re.compile(r"(?P<pattern>[^*]+)(?:\*(?P<voice>[fm])?(?P<weight>\d+))?$")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to put a full name together, such as ``G F F``."""

    pattern: str
    weight: float
    voice: str


@dataclass(frozen=True, slots=True)
class Culture:
    given: Mapping[str, tuple[str, ...]]
    family: Mapping[str, tuple[str, ...]]
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    within: Mapping[str, str]
    share: Mapping[str, float]
    flags: frozenset[str]
    cultures: tuple[str, ...]
    towns: tuple[Town, ...]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / "data" / name).read_text(encoding="utf-8"))


@cache
def countries() -> Mapping[str, Country]:
    return {code: _country(code, row) for code, row in _read("countries.toml").items()}


def _country(code: str, row: Mapping[str, Any]) -> Country:
    towns = (entry.partition("@") for entry in row["towns"])
    return Country(
        code=code,
        within={"en": row["en"], "fr": row["fr"]},
        share=row["share"],
        flags=frozenset(row["flags"]),
        cultures=tuple(row["names"]),
        towns=tuple(Town(name, zone or row["zone"]) for name, _, zone in towns),
    )


@cache
def cultures() -> Mapping[str, Culture]:
    return {name: _culture(row) for file in _FILES for name, row in _read(file).items()}


def _culture(row: Mapping[str, Any]) -> Culture:
    family = _listed(row["family"])
    return Culture(
        given={"f": _listed(row["f"]), "m": _listed(row["m"])},
        family={"f": _listed(row["family_f"]) if "family_f" in row else family, "m": family},
        forms=tuple(_form(source) for source in row["forms"]),
    )


def _listed(source: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in source.split(","))


def _form(source: str) -> Form:
    found = _FORM.match(source)
    if found is None:
        raise ValueError(f"not a form of name: {source!r}")
    return Form(found["pattern"], float(found["weight"] or 1), found["voice"] or "")


@cache
def _speakers(language: str) -> tuple[tuple[Country, ...], tuple[float, ...]]:
    home = tuple(country for country in countries().values() if country.share.get(language))
    return home, tuple(country.share[language] for country in home)


def draw_country(rng: Generator, language: str) -> Country:
    """Where someone who writes in this language comes from; English is the fallback."""
    home, shares = _speakers(language if language in ("en", "fr") else "en")
    return weighted(rng, home, shares)


def draw_name(rng: Generator, country: Country, voice: Voice) -> str:
    culture = cultures()[pick(rng, country.cultures)]
    forms = [form for form in culture.forms if form.voice in ("", voice)]
    form = weighted(rng, forms, [form.weight for form in forms])
    used: set[str] = set()
    return re.sub(r"\b[GFMX]\b", lambda found: _part(rng, culture, voice, found[0], used), form.pattern)


def _part(rng: Generator, culture: Culture, voice: Voice, letter: str, used: set[str]) -> str:
    if letter == "X":
        return _INITIALS[below(rng, len(_INITIALS))]
    lists = {"G": culture.given[voice], "F": culture.family[voice], "M": culture.given["m"]}
    fresh = [name for name in lists[letter] if name not in used]
    name = pick(rng, fresh or lists[letter])
    used.add(name)
    return name


def plain(text: str) -> str:
    """The text in ASCII letters, as it would stand in an address."""
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(letter for letter in apart if letter.isascii() and (letter.isalnum() or letter in " -"))
