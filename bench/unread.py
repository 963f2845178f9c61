"""What the planner says of a season of reading against the season as it is then rehearsed, over many seeds.

Each seed invents seventeen reviewers as rehearsals do (how many hours they pledge and keep, when they sit down, how
fast they read, whether they stop, whom they know) and lets them read 3,308 applications in two languages, two reads
each, in the seven days after the call has closed. Reads are given out by the real assignment, and taken off the pile by
each reviewer in an order of their own, as in the queue. Only the database is left out: with it a season takes half an
hour, and `python -m bench rehearsal` plays whole ones.

The planner is asked twice: when the call has closed and nobody has read, with the hours that were pledged, and after
three days, with what each has read by then. It knows the mean reads an hour from rehearsals of other seeds, as a
programme knows it from its last cohort. How many minutes a read takes is drawn for each seed, from far too many to
plenty of time: at ten minutes 1,100 hours are needed and some 75 are there, which leaves nothing to foretell.

Three ways of reading are rehearsed on the same people and hours: reads stay with whom they were given to; they are
levelled each morning (what nobody has begun goes to whoever has time for it, unread people first); and levelled with
the unread ones on top of each pile.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from statistics import mean
from typing import Any

import numpy as np

HELP = "the planner's chance of anybody unread against 200 rehearsed seasons of 3,308 applications"
SEEDS, QUICK = 200, 16
PEOPLE, READERS, READS, DAYS = 3308, 17, 2, 7
BEGINS = datetime(2027, 3, 1, tzinfo=UTC)
ENDS = BEGINS + timedelta(days=DAYS)
LOOK = timedelta(days=3)
FRENCH = 0.35
LITERAL = 10.4  # mean minutes of a read in rehearsals
FASTEST, SLOWEST = 0.6, 3.2
WAYS = ("fixed", "levelled", "levelled, unread first")
MORE = 10
TAUGHT = 40  # seeds from which the reads in an hour are known
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
        (at, number)
        for number, one in enumerate(found)
        for at, _minutes in _quick(reading_times, one, scale)
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


def given(season: Season, room: Sequence[int], fresh: dict[int, set[int]] | None = None) -> list[list[int]]:
    """The real assignment: what was read stays, everybody gets what they lack as far as there is room.

    `fresh`: what nobody has begun stays with whom it lies where it can.
    """
    from tremplin.methods.assignment import Application, Problem, Reviewer, assign

    kept = {(f"p{person}", f"r{one}") for person, ones in enumerate(season.done) for one in ones}
    scores = None
    if fresh is not None:
        scores = np.zeros((PEOPLE, READERS))
        for one, people in fresh.items():
            scores[list(people), one] = 1.0
    plan = assign(
        Problem(
            [Application(f"p{person}", READS, language) for person, language in enumerate(season.languages)],
            [
                Reviewer(f"r{number}", room[number], frozenset(one.languages))
                for number, one in enumerate(season.readers)
            ],
            scores=scores,
            kept=frozenset(kept),
            conflicts=frozenset((f"p{person}", f"r{one}") for person, one in season.barred),
            seed=season.seed,
        )
    )
    piles: list[list[int]] = [[] for _reader in range(READERS)]
    for paper, reader in plan.added:
        piles[int(reader[1:])].append(int(paper[1:]))
    for number, pile in enumerate(piles):
        pile.sort(key=lambda person: lot(season.seed, number, person), reverse=True)
    return piles


def lived(season: Season, way: str, hourly: float) -> dict[str, Any]:
    """The season, one read after the other; what the planner says at its two moments, and how it ended."""
    season.done = [set() for _person in range(PEOPLE)]
    season.barred = set()
    season.piles = given(season, [PEOPLE] * READERS)
    said = [foretold(season, BEGINS, hourly)] if way == WAYS[-1] else []
    rng = np.random.default_rng(season.seed + 1)
    counts = [0] * READERS
    mornings = [BEGINS + timedelta(days=day, hours=5) for day in range(1, DAYS)]
    looked = way != WAYS[-1]
    for at, reader in season.reads:
        if not looked and at > BEGINS + LOOK:
            looked = True
            said.append(foretold(season, BEGINS + LOOK, hourly, counts))
        while way != WAYS[0] and mornings and at > mornings[0]:
            season.piles = levelled(season, mornings.pop(0), hourly, counts)
        person = following(season, reader, unread_first=way == WAYS[2])
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


def following(season: Season, reader: int, *, unread_first: bool) -> int | None:
    if unread_first and not season.piles[reader]:
        _take_more(season, reader)
    pile = season.piles[reader]
    if not pile:
        return None
    if unread_first:
        for place in range(len(pile) - 1, -1, -1):
            if not season.done[pile[place]]:
                return pile.pop(place)
    return pile.pop()


def _take_more(season: Season, reader: int) -> None:
    """Who has read all that lay with them takes over a few from whoever has most left, unread people first."""
    wanted: list[tuple[bool, int, int, int]] = []
    for one, pile in enumerate(season.piles):
        wanted += [
            (bool(season.done[person]), -len(pile), one, person)
            for person in pile
            if season.able(reader, person)
        ]
    taken: set[int] = set()
    for _read, _size, one, person in sorted(wanted):
        if len(taken) == MORE:
            break
        if person not in taken:
            season.piles[one].remove(person)
            taken.add(person)
    season.piles[reader] = sorted(taken)


def _hand_on(season: Season, reader: int, person: int) -> None:
    season.barred.add((person, reader))
    able = [
        one
        for one in range(READERS)
        if season.able(one, person) and person not in season.piles[one]
    ]
    if able:
        season.piles[min(able, key=lambda one: len(season.piles[one]))].insert(0, person)


def levelled(season: Season, now: datetime, hourly: float, counts: Sequence[int]) -> list[list[int]]:
    """What nobody has begun, given out anew by what each can still read at the pace that the planner sees."""
    left, so_far = (ENDS - now) / timedelta(weeks=1), (now - BEGINS) / timedelta(weeks=1)
    room = []
    for number, one in enumerate(season.readers):
        pledge = round(one.hours_per_week) * hourly
        pace = (4 + counts[number] / _sitting(hourly)) / (4 / pledge + so_far / _sitting(hourly))
        room.append(counts[number] + max(1, round(pace * left)))
    total = sum(room) - sum(counts)
    needed = sum(READS - len(ones) for ones in season.done)
    if total < needed:  # more than each will manage, so that nothing lies with nobody
        room = [
            count + round((most - count) * needed / max(total, 1) * 1.05)
            for most, count in zip(room, counts, strict=True)
        ]
    return given(season, room, {number: set(pile) for number, pile in enumerate(season.piles)})


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
        Habits(sitting=_sitting(hourly)),
    )
    found = outlook(scene, Size(worlds=400, each=5, beyond=1))
    return {
        "unread": asdict(found.unread),
        "short": asdict(found.short),
        "people": asdict(found.people),
        "missing": asdict(found.missing),
    }


def scale_of(seed: int) -> float:
    """How long a read takes in this season, in parts of the usual: even on a scale of ratios."""
    part = int.from_bytes(lot("scale", seed)[:6], "big") / 2**48
    minutes = FASTEST * (SLOWEST / FASTEST) ** part
    return float(minutes / LITERAL)


def taught(seeds: int = TAUGHT) -> float:
    """Reads in an hour that was pledged, times the mean minutes of a read: from rehearsals of other seeds."""
    found = []
    for number in range(seeds):
        scale = scale_of(10_000 + number)
        season = invented(10_000 + number, scale)
        pledged = sum(max(1, round(one.hours_per_week)) for one in season.readers) * DAYS / 7
        found.append(len(season.reads) / pledged * scale * LITERAL)
    return mean(found)


def one(work: tuple[int, float]) -> dict[str, Any]:
    """One seed, in every way."""
    seed, per_minute = work
    scale = scale_of(seed)
    season = invented(seed, scale)
    hourly = per_minute / (scale * LITERAL)
    found = {way: lived(season, way, hourly) for way in WAYS}
    return {
        "seed": seed,
        "minutes": round(scale * LITERAL, 2),
        "could": len(season.reads),
        "suffices": len(season.reads) >= PEOPLE * READS,
        "said": found[WAYS[-1]].pop("said"),
        "ways": {way: {name: row[name] for name in ("unread", "missing")} for way, row in found.items()},
    }
