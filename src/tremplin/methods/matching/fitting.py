"""How well a scholar and a mentor fit: topics, stack, hours on real clocks, languages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from tremplin.methods.matching.hours import Hours, Weeks, common
from tremplin.methods.matching.market import BadMarket, Floats, Ints

Obstacle = Literal["", "conflict", "language", "hours"]
OBSTACLES: tuple[Obstacle, ...] = ("", "conflict", "language", "hours")
Flags = npt.NDArray[np.bool_]
_CLOSE = 9  # decimals: fits that differ by less are a tie


@dataclass(frozen=True, slots=True)
class Profile:
    """What the fit of two people is judged by. Whatever is left empty is unknown, and no obstacle.

    `topics` and `stack` (languages and libraries of code) map a name to interest or strength, 1 to 3. `hours`: when
    this person can meet; several: all of them must be free.
    """

    code: str
    topics: Mapping[str, int] = field(default_factory=dict)
    stack: Mapping[str, int] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    hours: tuple[Hours, ...] = ()


def together(code: str, *mentors: Profile) -> Profile:
    """Mentors who host together, as one: what either knows, the languages all speak, the hours all are free.

    It stands in the lists in place of its members, with limits of its own. A pair of whom each also hosts alone would
    make the matching of couples, for which there may be no stable one (Roth 1984) and no quick way to tell.
    """
    if len(mentors) < 2:
        raise BadMarket(f"{code}: at least two mentors host together")
    languages = [mentor.languages for mentor in mentors if mentor.languages]
    shared = frozenset.intersection(*languages) if languages else frozenset()
    if languages and not shared:
        raise BadMarket(f"{code}: they have no language in common; let each host alone")
    return Profile(
        code,
        _strongest([mentor.topics for mentor in mentors]),
        _strongest([mentor.stack for mentor in mentors]),
        shared,
        tuple(hours for mentor in mentors for hours in mentor.hours),
    )


def _strongest(parts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    names = sorted({name for part in parts for name in part})
    return {name: max(part.get(name, 0) for part in parts) for name in names}


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of the fit counts. Overlap above `enough_hours` a week adds nothing more.

    `least_hours`: with less than this in the middle week a pair cannot meet.
    """

    topics: float = 0.6
    stack: float = 0.2
    hours: float = 0.25
    languages: float = 0.15
    enough_hours: float = 10.0
    least_hours: float = 1.0


@dataclass(frozen=True, slots=True)
class Fit:
    """How well two people fit: `score` from 0 to 1, with all that it was made of; 0 with an `obstacle`.

    `shared_hours` a week on average over the programme, `leanest_hours` in its leanest week; None: not known.
    `obstacle`: "", "conflict", "language" (none in common), "hours" (too few in common).
    """

    score: float
    shared_topics: tuple[str, ...] = ()
    shared_stack: tuple[str, ...] = ()
    shared_hours: float | None = None
    leanest_hours: float | None = None
    shared_languages: tuple[str, ...] = ()
    obstacle: Obstacle = ""


@dataclass(frozen=True, slots=True, eq=False)
class Fits:
    """The fits of all pairs: `score` (n, m) from 0 to 1, `obstacle` (n, m) as a place in OBSTACLES."""

    scholars: tuple[Profile, ...]
    mentors: tuple[Profile, ...]
    score: Floats
    obstacle: Ints
    hours: Floats
    leanest: Floats
    rows: Mapping[str, int]
    columns: Mapping[str, int]

    def of(self, scholar: str, mentor: str) -> Fit:
        """One pair, with its reasons."""
        row, column = self.rows[scholar], self.columns[mentor]
        mine, theirs = self.scholars[row], self.mentors[column]
        hours, leanest = float(self.hours[row, column]), float(self.leanest[row, column])
        known = not np.isnan(hours)
        return Fit(
            score=float(self.score[row, column]),
            shared_topics=_shared(mine.topics, theirs.topics),
            shared_stack=_shared(mine.stack, theirs.stack),
            shared_hours=hours if known else None,
            leanest_hours=leanest if known else None,
            shared_languages=tuple(sorted(mine.languages & theirs.languages)),
            obstacle=OBSTACLES[int(self.obstacle[row, column])],
        )


def _shared(mine: Mapping[str, int], theirs: Mapping[str, int]) -> tuple[str, ...]:
    both = mine.keys() & theirs.keys()
    return tuple(sorted(both, key=lambda name: (-min(mine[name], theirs[name]), name)))


def fits(
    scholars: Sequence[Profile],
    mentors: Sequence[Profile],
    weeks: Weeks,
    *,
    weights: Weights = Weights(),
    conflicts: Collection[tuple[str, str]] = frozenset(),
) -> Fits:
    """All fits of a programme of these `weeks`. `conflicts`: (scholar, mentor) pairs that must not be.

    Topics and stack: the share of the scholar's interest that the mentor covers, up to the mentor's strength. A part
    of which nobody at all says anything counts for nobody; otherwise whoever says nothing gains nothing by it.
    O(n m (parts + weeks that differ)). Raises BadMarket for a code that stands twice, an unknown zone, or a conflict
    of somebody unknown.
    """
    rows, columns = _numbered("scholar", scholars), _numbered("mentor", mentors)
    shape = (len(scholars), len(mentors))
    mean, middle, leanest = common([one.hours for one in scholars], [one.hours for one in mentors], weeks)
    spoken, language = _languages(scholars, mentors)
    parts = (
        (weights.topics, *_cover([one.topics for one in scholars], [one.topics for one in mentors])),
        (weights.stack, *_cover([one.stack for one in scholars], [one.stack for one in mentors])),
        (weights.hours, ~np.isnan(mean), np.minimum(1.0, np.nan_to_num(mean) / weights.enough_hours)),
        (weights.languages, spoken, language.astype(np.float64)),
    )
    score, whole = np.zeros(shape), 0.0
    for weight, known, value in parts:
        if known.any():
            score += weight * np.where(known, value, 0.0)
            whole += weight
    if whole:
        score /= whole
    obstacle = np.zeros(shape, dtype=np.int64)
    obstacle[~np.isnan(mean) & (middle < weights.least_hours)] = OBSTACLES.index("hours")
    obstacle[spoken & ~language] = OBSTACLES.index("language")
    for scholar, mentor in conflicts:
        if scholar not in rows or mentor not in columns:
            raise BadMarket(f"a conflict names {scholar!r} and {mentor!r}, who are not both here")
        obstacle[rows[scholar], columns[mentor]] = OBSTACLES.index("conflict")
    score[obstacle != 0] = 0.0
    return Fits(
        tuple(scholars), tuple(mentors), np.round(score, _CLOSE), obstacle, mean, leanest, rows, columns
    )


def _numbered(what: str, people: Sequence[Profile]) -> dict[str, int]:
    numbers = {person.code: number for number, person in enumerate(people)}
    if len(numbers) != len(people):
        codes = [person.code for person in people]
        raise BadMarket(f"the {what} {next(one for one in codes if codes.count(one) > 1)!r} stands twice")
    return numbers


def _cover(mine: Sequence[Mapping[str, int]], theirs: Sequence[Mapping[str, int]]) -> tuple[Flags, Floats]:
    """(n, 1): who asks for anything; (n, m): the share of it that is covered."""
    names = sorted({name for one in mine for name in one})
    asked = np.array([[one.get(name, 0) for name in names] for one in mine], dtype=np.float64)
    offered = np.array([[one.get(name, 0) for name in names] for one in theirs], dtype=np.float64)
    asked, offered = asked.reshape(len(mine), len(names)), offered.reshape(len(theirs), len(names))
    covered = np.zeros((len(mine), len(theirs)))
    for number in range(len(names)):
        covered += np.minimum.outer(asked[:, number], offered[:, number])
    wanted = asked.sum(axis=1, keepdims=True)
    return wanted > 0, covered / np.maximum(wanted, 1e-12)


def _languages(scholars: Sequence[Profile], mentors: Sequence[Profile]) -> tuple[Flags, Flags]:
    """(n, m) each: whether both said what they speak; whether they have a language in common."""
    names = sorted({name for one in (*scholars, *mentors) for name in one.languages})
    mine, theirs = _speaks(scholars, names), _speaks(mentors, names)
    said = np.logical_and.outer(mine.sum(axis=1) > 0, theirs.sum(axis=1) > 0)
    return said, (mine @ theirs.T) > 0


def _speaks(people: Sequence[Profile], names: Sequence[str]) -> Ints:
    rows = [[name in one.languages for name in names] for one in people]
    return np.array(rows, dtype=np.int64).reshape(len(people), len(names))


def by_fit(
    found: Fits,
    *,
    wishes: Mapping[str, Sequence[str]] | None = None,
    ranks: Mapping[str, Sequence[str]] | None = None,
) -> tuple[dict[str, list[str | list[str]]], dict[str, list[str | list[str]]]]:
    """Lists for `table`: first whom people named, in their order, then the others by fit, equal fits being ties.

    A pair with an obstacle stands in no list. Raises BadMarket for a name that nobody has.
    """
    scholars, mentors = list(found.rows), list(found.columns)
    mine = {
        code: _by_score(code, found.score[row], found.obstacle[row], mentors, (wishes or {}).get(code, ()))
        for code, row in found.rows.items()
    }
    theirs = {
        code: _by_score(
            code, found.score[:, column], found.obstacle[:, column], scholars, (ranks or {}).get(code, ())
        )
        for code, column in found.columns.items()
    }
    return mine, theirs


def _by_score(
    owner: str, score: Floats, obstacle: Ints, codes: Sequence[str], named: Sequence[str]
) -> list[str | list[str]]:
    unknown = set(named).difference(codes)
    if unknown:
        raise BadMarket(
            f"the list of {owner} names {min(unknown)!r}, whom nobody knows; mend or leave it out"
        )
    scores = score.tolist()
    possible = {code: scores[number] for number, code in enumerate(codes) if not obstacle[number]}
    first: list[str | list[str]] = [code for code in dict.fromkeys(named) if code in possible]
    groups: dict[float, list[str]] = {}
    for code in sorted(possible.keys() - set(named)):
        groups.setdefault(possible[code], []).append(code)
    rest = [groups[value] for value in sorted(groups, reverse=True)]
    return [*first, *(group[0] if len(group) == 1 else group for group in rest)]
