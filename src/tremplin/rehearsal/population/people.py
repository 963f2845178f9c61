"""Invented people: a name, a town, a language, and a seed from which the rest of them grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from numpy.random import Generator

from .draws import below, chance, child_seed, clamp, normal, pick, stream, weighted
from .names import Country, Voice, countries, draw_country, draw_name, plain

Role = Literal["applicant", "reviewer", "mentor", "organiser", "finance", "observer", "officer"]

# Addresses that can never belong to anyone (RFC 2606).
_MAIL_HOSTS = (
    "mail.example.org",
    "post.example.org",
    "inbox.example.net",
    "letters.example.org",
    "box.example.net",
)
_MEAN_QUALITY, _SPREAD_OF_QUALITY = 0.5, 0.18


@dataclass(frozen=True, slots=True)
class Person:
    """``voice`` is the grammatical gender in which a person writes of themselves.

    ``quality`` runs from 0 to 1 and is what a perfect reader would see in their application. Nothing else
    about a person depends on it, and it depends on nothing else.
    """

    name: str
    email: str
    language: str
    country: str
    time_zone: str
    town: str
    voice: Voice
    quality: float
    seed: int

    def stream(self, *purpose: str | int) -> Generator:
        """This person's own random numbers for one purpose."""
        return stream(self.seed, *purpose)

    @property
    def handle(self) -> str:
        """What they are called where code is kept."""
        return self.email.partition("@")[0].replace(".", "-")

    @property
    def page(self) -> str:
        return f"https://{self.handle}.example.net"

    def identity_marks(self) -> tuple[str, ...]:
        """What in a text would tell a reader who this is."""
        parts = [part for part in self.name.replace(".", " ").split() if len(part) > 2]
        return (self.name, *parts, self.email, self.handle, self.town)


@lru_cache(maxsize=20_000)
def quality_on(person: Person, criterion: str) -> float:
    """The quality a perfect reader would see under one criterion: near the overall one, never the same."""
    return _quality(normal(person.stream("criterion", criterion), standing(person), 0.45))


def standing(person: Person) -> float:
    """The overall quality in standard deviations from the mean applicant."""
    return (person.quality - _MEAN_QUALITY) / _SPREAD_OF_QUALITY


def _quality(standing: float) -> float:
    return clamp(_MEAN_QUALITY + _SPREAD_OF_QUALITY * standing, 0.02, 0.98)


class Cast:
    """Invents people one by one; no two of them share an address.

    Person number *n* of a role is the same however many there are, save for the number that keeps an
    address unique.
    """

    def __init__(self, seed: int, *, languages: Sequence[str], french_share: float) -> None:
        if not languages:
            raise ValueError("a population needs at least one language")
        self._seed = seed
        self._languages = tuple(languages)
        self._french_share = french_share
        self._addresses: set[str] = set()

    def invent(self, role: Role, number: int) -> Person:
        seed = child_seed(self._seed, role, number)
        language = self._language(stream(seed, "language"))
        country = draw_country(stream(seed, "country"), language)
        town = pick(stream(seed, "town"), country.towns)
        voice: Voice = "f" if chance(stream(seed, "voice"), 0.56) else "m"
        name = draw_name(stream(seed, "name"), country, voice)
        return Person(
            name=name,
            email=self._address(stream(seed, "email"), name),
            language=language,
            country=country.code,
            time_zone=town.zone,
            town=town.name,
            voice=voice,
            quality=_quality(normal(stream(seed, "quality"))),
            seed=seed,
        )

    def _language(self, rng: Generator) -> str:
        if len(self._languages) == 1:
            return self._languages[0]
        others = [language for language in self._languages if language != "fr"]
        share = self._french_share if "fr" in self._languages else 0.0
        rest = (1 - share) / max(1, len(others))
        return weighted(rng, self._languages, [share if code == "fr" else rest for code in self._languages])

    def _address(self, rng: Generator, name: str) -> str:
        words = plain(name).lower().replace("-", " ").split() or ["someone"]
        first, last = words[0], words[-1]
        shapes = (
            f"{first}.{last}",
            f"{first[0]}.{last}",
            f"{last}.{first}",
            f"{first}{last}",
            f"{first}.{last}{below(rng, 90) + 10}",
        )
        local = pick(rng, shapes) if len(words) > 1 else f"{first}{below(rng, 90) + 10}"
        host = pick(rng, _MAIL_HOSTS)
        address, again = f"{local}@{host}", 2
        while address in self._addresses:
            address, again = f"{local}{again}@{host}", again + 1
        self._addresses.add(address)
        return address


def home(person: Person) -> Country:
    return countries()[person.country]
