"""What a mentor knows, which their own words and the matching must agree on."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from .draws import between, chance, pick, sample
from .people import Person, home
from .stories import catalogue, story_of

# What else is spoken where, beside the language in which a person writes to the programme.
_ALSO_SPOKEN: Mapping[str, str] = {
    "BR": "pt", "PT": "pt", "MX": "es", "CO": "es", "PE": "es", "AR": "es", "CL": "es", "ES": "es", "EG": "ar",
    "MA": "ar", "TN": "ar", "DZ": "ar", "JO": "ar", "IN": "hi", "KE": "sw", "TZ": "sw", "DE": "de", "IT": "it",
    "PK": "ur", "BD": "bn", "ID": "id", "TR": "tr", "UA": "uk", "PL": "pl", "VN": "vi", "CN": "zh", "TW": "zh",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MentorProfile:
    job: str
    topics: tuple[str, ...]
    stack: tuple[str, ...]
    languages: tuple[str, ...]
    years: int


@lru_cache(maxsize=4_000)
def mentor_profile(person: Person) -> MentorProfile:
    """The job, subjects, tools and languages of someone who mentors."""
    rows = catalogue()["mentors"]
    job = pick(person.stream("mentor", "job"), sorted(rows["jobs"]))
    more = person.stream("mentor", "topics")
    others = [topic for topic in rows["topics"] if topic not in rows["jobs"][job]]
    tools = person.stream("mentor", "stack")
    known = rows["stacks_for_tables" if "tabular" in rows["jobs"][job] else "stacks"]
    first = pick(tools, known)
    second = pick(tools, sorted({tool for tool in known if tool != first}))
    return MentorProfile(
        job=job,
        topics=(*rows["jobs"][job], *sample(more, others, between(more, 0, 2))),
        stack=(first, second),
        languages=spoken(person),
        years=between(person.stream("mentor", "years"), 3, 9),
    )


def spoken(person: Person) -> tuple[str, ...]:
    """The languages in which a person can work."""
    rng = person.stream("spoken")
    languages = [person.language]
    other = "en" if person.language == "fr" else "fr"
    # Nearly everyone who writes French here reads English; the reverse is far rarer.
    if chance(rng, 0.75 if other == "en" else 0.12 + 0.5 * (home(person).share.get("fr", 0) > 0)):
        languages.append(other)
    if person.country in _ALSO_SPOKEN:
        languages.append(_ALSO_SPOKEN[person.country])
    return tuple(languages)


def common_language(writer: Person, reader: Person) -> str:
    """The language in which one writes to the other: the reader's where the writer can, else English."""
    return reader.language if reader.language in spoken(writer) else "en"


def subjects(person: Person) -> tuple[str, ...]:
    """The subjects that a person's project touches."""
    return tuple(catalogue()["ideas"][story_of(person).idea]["topics"])


def affinity(profile: MentorProfile, person: Person) -> float:
    """From 0 to 1: how well a mentor's knowledge covers a project and a language."""
    wanted = subjects(person)
    shared = len(set(wanted) & set(profile.topics)) / len(wanted)
    understood = person.language in profile.languages
    return 0.75 * shared + 0.25 * understood
