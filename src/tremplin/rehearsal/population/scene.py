"""When and about whom something is written, and the facts that its sentences may name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from .draws import below, shuffled
from .grammar.engine import Entry
from .grammar.library import Library, library
from .people import Person, home
from .profiles import mentor_profile
from .stories import Story, catalogue, story_of

_STUDY = 0.62  # the share of a programme that is study; the rest is the project
_PROJECT_WEEKS = ("evaluation", "testing", "efficiency", "inside", "shipping", "writing")
_VERDICTS = (
    "ahead",
    "ahead",
    "ahead",
    "ahead",
    "level",
    "behind",
)  # how a project ends, against its baseline
_SOME_DAY = datetime(2026, 1, 15, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Setting:
    """The occasion of a text. Most answers need none of it.

    `reading`: it is about what `about` wrote. `marks`: what else sentences may ask for, such as `done`.
    """

    label: str = ""
    week: int = 1
    weeks: int = 13
    energy: float = 0.6
    ill: bool = False
    about: Person | None = None
    level: float = 0.5
    mentor_side: bool = False
    reading: bool = False
    marks: frozenset[str] = frozenset()
    months: int = 6
    outcome: str = "same_job"
    took_part: bool = True

    @property
    def late(self) -> bool:
        """Whether the weeks of study are over and the project has begun."""
        return self.week > study_weeks(self.weeks)


def teller(person: Person, setting: Setting) -> Person:
    """Whose life a text draws on: its writer's, or that of the person whom the writer reads or mentors."""
    return setting.about if setting.about and (setting.mentor_side or setting.reading) else person


def study_weeks(weeks: int) -> int:
    return max(1, round(weeks * _STUDY))


def topic_of(week: int, weeks: int) -> str:
    """The topic of a week: the foundations in their order, then what a project needs."""
    study = study_weeks(weeks)
    if week > study:
        return _PROJECT_WEEKS[min(week - study, len(_PROJECT_WEEKS)) - 1]
    course: Sequence[str] = catalogue()["topics"]["course"][:8]
    return course[(max(week, 1) - 1) * len(course) // study]


def tags(story: Story, setting: Setting) -> frozenset[str]:
    """What sentences may ask for: the person's circumstances and the occasion's."""
    mood = (
        "ill" if setting.ill else "tired" if setting.energy < 0.4 else "good" if setting.energy > 0.68 else ""
    )
    level = "high" if setting.level >= 0.62 else "low" if setting.level <= 0.38 else "mid"
    marks = {mood, level, f"o_{setting.outcome}"}
    marks |= {"late"} if setting.late else set()
    marks |= {"last"} if setting.week >= setting.weeks else set()
    marks |= {"mentor_side"} if setting.mentor_side else set()
    marks |= {"took"} if setting.took_part else set()
    marks |= {_VERDICTS[story.steady("verdict", len(_VERDICTS))]}
    return story.tags | setting.marks | (marks - {""})


# What two answers of one application would both like to tell: each gets its own part, so that a reader of the whole
# never meets a sentence twice.
_PARTS: Mapping[str, Mapping[str, int]] = {
    "background": {"bg.scene": 0, "bg.skill": 0},
    "motivation": {"bg.scene": 1, "bg.skill": 1, "idea.problem": 0},
    "project_idea": {"idea.problem": 1},
    "project_made": {"made.hard": 0},
    "stuck": {"made.hard": 1},
}


def entries_for(kind: str, person: Person, book: Library, setting: Setting) -> Mapping[str, Entry]:
    """The parts of the story that an answer of this kind may tell."""
    told = dict(entries(person, book, setting))
    for name, part in _PARTS.get(kind, {}).items():
        head, _, rest = name.partition(".")
        held = told[head][rest]
        if not isinstance(held, str):
            own = shuffled(person.stream("part", name), held)[part::2]
            told[head] = {**told[head], rest: own}
    return told


def entries(person: Person, book: Library, setting: Setting) -> Mapping[str, Entry]:
    """The parts of the story that a text draws on."""
    story = story_of(teller(person, setting))
    first, second, third = story.gaps
    return {
        "bg": book.backgrounds[story.background],
        "made": book.made[story.made],
        # A project keeps its name, whoever speaks of it in whichever language.
        "idea": {**book.ideas[story.idea], "name_": _names(person, setting, story)},
        "obs": book.obstacles[story.obstacle],
        "obs2": book.obstacles[story.obstacle_too],
        "spark": book.sparks[story.spark],
        "t1": book.topics[first],
        "t2": book.topics[second],
        "t3": book.topics[third],
        "wk": book.topics[topic_of(setting.week, setting.weeks)],
        "nx": book.topics[topic_of(setting.week + 1, setting.weeks)],
        "job": book.mentor_jobs[mentor_profile(person).job],
    }


def _names(person: Person, setting: Setting, story: Story) -> Sequence[str]:
    return library(teller(person, setting).language).ideas[story.idea]["name_"]


def slots(person: Person, book: Library, setting: Setting, *, digits: bool) -> Mapping[str, str]:
    """The plain facts, in words."""
    return {
        **_lasting(person, book.code, digits=digits),
        "label": setting.label,
        "week": str(setting.week),
        "weeks": str(setting.weeks),
        "about_name": setting.about.name if setting.about else person.name,
        "months_in": book.tongue.number(max(2, setting.months // 2), digits=digits),
    }


@lru_cache(maxsize=4_000)
def _lasting(person: Person, language: str, *, digits: bool) -> Mapping[str, str]:
    """The facts that are the same in everything a person writes."""
    story, book = story_of(person), library(language)

    def number(value: int) -> str:
        return book.tongue.number(value, digits=digits)

    return {
        "name": person.name,
        "town": person.town,
        "in_country": home(person).within["fr" if book.code == "fr" else "en"],
        "years": number(story.years),
        "ordinal": book.words["ordinals"][story.years],
        "few_year": _own(person, book, "year_of_study"),
        "few_year_w": _own(person, book, "month"),
        "ordinal_small": _own(person, book, "language"),
        "four_gb": _own(person, book, "memory"),
        "hour_from": _own(person, book, "hours_from"),
        "hour_to": _own(person, book, "hours_to"),
        "lang": story.code,
        "lang2": story.code_too,
        "course": book.courses[story.course],
        "hours": str(story.hours),
        "hours_less": str(story.hours - 5 if story.hours <= 25 else story.hours - 8),
        "zone": offset(person.time_zone),
        "repo": repository(person),
        **_mentor(person, book),
    }


def _mentor(person: Person, book: Library) -> Mapping[str, str]:
    profile = mentor_profile(person)
    spoken = [book.tongues[code] for code in profile.languages]
    joint = f" {book.words['and'][0]} "
    return {
        "topic1": book.subjects[profile.topics[0]],
        "topic2": book.subjects[profile.topics[1]],
        "stack1": profile.stack[0],
        "stack2": profile.stack[1],
        "mentor_languages": joint.join([", ".join(spoken[:-1]), spoken[-1]] if len(spoken) > 1 else spoken),
    }


def _own(person: Person, book: Library, words: str) -> str:
    """One of a few words, always the same one for a person."""
    choices = book.words[words]
    return choices[below(person.stream("words", words), len(choices))]


def offset(zone: str) -> str:
    """A time zone as people write it, such as UTC+5:30."""
    away = _SOME_DAY.astimezone(ZoneInfo(zone)).utcoffset()
    minutes = 0 if away is None else int(away.total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else "−"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def repository(person: Person) -> str:
    """Where a person's code would lie, on a host that can never exist."""
    return f"https://code.example.org/{person.handle}/{story_of(person).made.replace('_', '-')}"
