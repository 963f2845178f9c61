"""The seasons that are rehearsed, and what the planner says of them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import numpy as np

PEOPLE, READERS, READS, DAYS = 3308, 17, 2, 7
BEGINS = datetime(2027, 3, 1, tzinfo=UTC)
ENDS = BEGINS + timedelta(days=DAYS)
LOOK = timedelta(days=3)
FRENCH = 0.35
LITERAL = 10.4  # mean minutes of a read in rehearsals
FASTEST, SLOWEST = 0.6, 3.2
WAYS = ("as given", "unread first", "unread first, taken over")
MORE = 10
Read = tuple[datetime, int]


@dataclass
class Season:
    """One season: who reads when, and what lies where. People and readers are numbers."""

    seed: int
    languages: list[str]
    readers: list[Any]
    reads: list[Read]
    done: list[set[int]] = field(default_factory=list)
    barred: set[tuple[int, int]] = field(default_factory=set)
    piles: list[list[int]] = field(default_factory=list)

    def able(self, reader: int, person: int) -> bool:
        known = self.languages[person] in self.readers[reader].languages
        return known and (person, reader) not in self.barred and reader not in self.done[person]


def lot(*words: object) -> bytes:
    return sha256("|".join(map(str, words)).encode()).digest()


def invented(seed: int, scale: float) -> Season:
    """Seventeen reviewers of this seed, at `scale` times the usual minutes, and when they would read."""
    from tremplin.rehearsal.population.people import Cast
    from tremplin.rehearsal.population.reviewers import reading_times, reviewer

    cast = Cast(seed, languages=("en", "fr"), french_share=FRENCH)
    found = [reviewer(cast.invent("reviewer", number)) for number in range(READERS)]
    # As rehearsals see to it: each language has readers enough for every read.
    for number in range(READS):
        found[number] = replace(found[number], languages=("en", "fr"))
    found = [replace(one, hours_per_week=2 * one.hours_per_week) for one in found]
    times = [
        (at, number) for number, one in enumerate(found) for at, _minutes in _quick(reading_times, one, scale)
    ]
    rng = np.random.default_rng(seed)
    languages = ["fr" if rng.random() < FRENCH else "en" for _person in range(PEOPLE)]
    return Season(seed, languages, found, sorted(times), [set() for _person in range(PEOPLE)])


def _quick(reading_times: Any, one: Any, scale: float) -> Iterator[tuple[datetime, float]]:
    """The sittings of rehearsals, filled with reads of this season's length: there none takes less than 1.5 minutes."""
    from tremplin.rehearsal.population.draws import lognormal

    rng = one.person.stream("quick")
    clock, needed = 0.0, lognormal(rng, one.minutes * scale, 0.45)
    for at, minutes in reading_times(one, BEGINS, ENDS):
        clock += minutes
        while clock >= needed:
            yield at, minutes
            needed += lognormal(rng, one.minutes * scale, 0.45)


def given(season: Season) -> list[list[int]]:
    """The real assignment of every read, in the order in which each reviewer meets them."""
    from tremplin.methods.assignment import Application, Problem, Reviewer, assign

    plan = assign(
        Problem(
            [Application(f"p{person}", READS, language) for person, language in enumerate(season.languages)],
            [
                Reviewer(f"r{number}", PEOPLE, frozenset(one.languages))
                for number, one in enumerate(season.readers)
            ],
            seed=season.seed,
        )
    )
    piles: list[list[int]] = [[] for _reader in range(READERS)]
    for paper, reader in plan.added:
        piles[int(reader[1:])].append(int(paper[1:]))
    for number, pile in enumerate(piles):
        pile.sort(key=lambda person: lot(season.seed, number, person))
    return piles


def lived(season: Season, way: str, hourly: float) -> dict[str, Any]:
    """The season, one read after the other; what the planner says at its two moments, and how it ended."""
    season.done = [set() for _person in range(PEOPLE)]
    season.barred = set()
    season.piles = given(season)
    said = [foretold(season, BEGINS, hourly)] if way == WAYS[-1] else []
    rng = np.random.default_rng(season.seed + 1)
    counts = [0] * READERS
    looked = way != WAYS[-1]
    for at, reader in season.reads:
        if not looked and at > BEGINS + LOOK:
            looked = True
            said.append(foretold(season, BEGINS + LOOK, hourly, counts))
        person = following(season, reader, way)
        if person is None:
            continue
        if rng.random() < season.readers[reader].conflict_probability:
            _hand_on(season, reader, person)
        else:
            season.done[person].add(reader)
            counts[reader] += 1
    unread = sum(1 for ones in season.done if not ones)
    missing = sum(READS - len(ones) for ones in season.done)
    return {"unread": unread, "missing": missing, "said": said}


def following(season: Season, reader: int, way: str) -> int | None:
    """What this reviewer reads next, as the queue gives it."""
    if way != WAYS[0]:
        for _try in range(2):
            pile = season.piles[reader]
            for place in range(len(pile) - 1, -1, -1):
                if not season.done[pile[place]]:
                    return pile.pop(place)
            if way != WAYS[2] or not _take_more(season, reader):
                break
    pile = season.piles[reader]
    return pile.pop() if pile else None


def _take_more(season: Season, reader: int) -> bool:
    """Who has read all unread people that lay with them takes over a few that lie with others, from whoever has most
    left; who has nothing at all left, others too. Whether there were any."""
    own = set(season.piles[reader])
    wanted = [
        (bool(season.done[person]), -len(pile), one, person)
        for one, pile in enumerate(season.piles)
        if one != reader
        for person in pile
        if (not own or not season.done[person]) and person not in own and season.able(reader, person)
    ]
    taken: set[int] = set()
    for _read, _size, one, person in sorted(wanted):
        if len(taken) == MORE:
            break
        if person not in taken:
            season.piles[one].remove(person)
            taken.add(person)
    season.piles[reader] += sorted(taken)
    return bool(taken)


def _hand_on(season: Season, reader: int, person: int) -> None:
    season.barred.add((person, reader))
    able = [one for one in range(READERS) if season.able(one, person) and person not in season.piles[one]]
    if able:
        season.piles[min(able, key=lambda one: len(season.piles[one]))].insert(0, person)


def _sitting(hourly: float) -> int:
    return max(1, round(2 * hourly))


def foretold(
    season: Season, now: datetime, hourly: float, counts: Sequence[int] | None = None
) -> dict[str, Any]:
    """What the planner of the pages says, from what organisers know: pledged hours, and the reads so far."""
    from tremplin.methods.capacity import Coming, Habits, Reader, Size, outlook
    from tremplin.methods.capacity import Season as Scene

    weeks = (now - BEGINS) / timedelta(weeks=1)
    piles: dict[str, list[int]] = {"en": [0] * READS, "fr": [0] * READS}
    came = {"en": 0, "fr": 0}
    for language, ones in zip(season.languages, season.done, strict=True):
        came[language] += 1
        if len(ones) < READS:
            piles[language][len(ones)] += 1
    readers = tuple(
        Reader(
            f"r{number}",
            max(1, round(one.hours_per_week)) * hourly,
            frozenset(one.languages),
            done=counts[number] if counts else 0,
            weeks=weeks,
        )
        for number, one in enumerate(season.readers)
    )
    scene = Scene(
        READS,
        (ENDS - now) / timedelta(days=1),
        {language: tuple(pile) for language, pile in piles.items()},
        readers,
        Coming(PEOPLE, by_language=came),
        Habits(sitting=_sitting(hourly), gathers=2.0),
    )
    found = outlook(scene, Size(worlds=400, each=5, beyond=1))
    return {
        "unread": asdict(found.unread),
        "short": asdict(found.short),
        "people": asdict(found.people),
        "missing": asdict(found.missing),
    }


def foretold_as_it_is(seed: int, hourly: float) -> dict[str, Any]:
    """The chance that somebody is unread at the minutes of a read that rehearsals have."""
    said: dict[str, Any] = foretold(invented(seed, 1.0), BEGINS, hourly)["unread"]
    return said


def scale_of(seed: int) -> float:
    """How long a read takes in this season, in parts of the usual: even on a scale of ratios."""
    part = int.from_bytes(lot("scale", seed)[:6], "big") / 2**48
    minutes = FASTEST * (SLOWEST / FASTEST) ** part
    return float(minutes / LITERAL)
