"""What of a selection may be told to everybody, without a database.

Totals of everybody (who began, sent, was read, took a place) are told as they are: they say nothing of anybody, and
the reads and the draw give them away in any case. Whatever singles some people out (whom a reviewer had to be kept
from, whom one recognised, where plain averages would have given a place to another) is told from `LEAST` on and
rounded to 5, as HESA does; estimates only as means of at least `LEAST` neighbours in rank.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from statistics import fmean
from typing import Any

from django.utils.translation import gettext_lazy as _

from tremplin.core.errors import Message
from tremplin.core.states import State
from tremplin.methods.disclosure import LEAST, rounded

MOST_GROUPS = 60
"""A picture of more bars says no more, and would let single people be told apart in a large field too."""
FORMAT = "tremplin-selection-report/1"


@dataclass(frozen=True, slots=True)
class Section:
    """What organisers add in their own words. `needed`: without it nothing is published."""

    code: str
    label: Message
    hint: Message
    needed: bool = True


SECTIONS: tuple[Section, ...] = (
    Section(
        "preparation",
        _("How the reviewers were prepared"),
        _("Who they were, by what they bring and not by name; what they were shown before they began."),
    ),
    Section(
        "machines",
        _("What machines had a part in"),
        _(
            "Tools beside this software that were used in reading or choosing, and for what. “None” is an answer."
        ),
    ),
    Section(
        "by_hand",
        _("What was decided by hand"),
        _("Each change to what the scores and the draw gave: what, why, in words that name nobody."),
    ),
    Section(
        "wrong",
        _("What went wrong"),
        _(
            "What came late, broke or was unfair, and what was done about it. People trust a report that says so."
        ),
    ),
    Section("next", _("What changes next time"), _("What you have decided to do otherwise."), needed=False),
)

STATES: Mapping[str, State] = {
    "undecided": State(
        "undecided",
        _("Decisions are not final"),
        _("Not published yet"),
        _("You can write your part now. Figures appear when two people have confirmed the decisions."),
        "info",
    ),
    "untold": State(
        "untold",
        _("Not everybody has been told"),
        _("Not published yet"),
        _("The mails of the decisions come first: nobody should learn theirs from a report."),
        "warn",
    ),
    "ready": State(
        "ready",
        _("Can be published"),
        _("Not published yet"),
        _("Read the figures below, write what they do not say, and publish: then everybody can read it."),
        "info",
    ),
    "published": State(
        "published",
        _("Published"),
        _("Published"),
        _("Everybody can read it. What you publish now becomes a new report; the earlier ones stay."),
        "ok",
    ),
}


def sections(*, by_hand: bool) -> tuple[Section, ...]:
    """What is to be written; of decisions by hand only where there are any."""
    return tuple(section for section in SECTIONS if by_hand or section.code != "by_hand")


def missing(
    written: Mapping[str, Mapping[str, str]], languages: Sequence[str], *, by_hand: bool
) -> list[tuple[Section, str]]:
    """What is needed and not written yet, with its language."""
    return [
        (section, language)
        for section in sections(by_hand=by_hand)
        if section.needed
        for language in languages
        if not written.get(section.code, {}).get(language, "").strip()
    ]


def some(count: int) -> int | None:
    """A count of people who are singled out: 0, None where it is too small to be told, else rounded to 5."""
    return None if 0 < count < LEAST else rounded(count)


def part(count: int, of: int) -> dict[str, int | None]:
    """`count` of `of` people: `count` is None where either side of it is too small to be told, else rounded to 5.

    All and none are told as they are.
    """
    left = of - count
    if not count or not left:
        return {"count": count, "of": of}
    return {"count": None if min(count, left) < LEAST else rounded(count), "of": of}


def share(count: int, of: int) -> float | None:
    """A share of reads: None where either side of it is too small to be told, unless there is nothing to tell."""
    if of < 2 * LEAST or 0 < count < LEAST or of - count < LEAST:
        return 0.0 if of >= 2 * LEAST and not count else None
    return round(count / of, 2)


@dataclass(frozen=True, slots=True)
class Scored:
    """One estimate with its interval, and whether it stands above the line, in the draw or below."""

    low: float
    estimate: float
    high: float
    band: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The mean of some neighbours in rank. `band`: that of most of them, the higher one where they are as many."""

    people: int
    low: float
    estimate: float
    high: float
    band: str


_BANDS = ("admit", "lottery", "decline")


def neighbours(scored: Sequence[Scored]) -> list[Neighbours]:
    """The field as means of neighbours: at most `MOST_GROUPS`, each of at least `LEAST` people, nearly as many in each.

    Fewer than two such groups could be told from a list of names, so then there is nothing.
    """
    ranked = sorted(scored, key=lambda row: (-row.estimate, row.low, row.high))
    groups = min(MOST_GROUPS, len(ranked) // LEAST)
    if groups < 2:
        return []
    return [
        _mean(ranked[number * len(ranked) // groups : (number + 1) * len(ranked) // groups])
        for number in range(groups)
    ]


def _mean(part: Sequence[Scored]) -> Neighbours:
    bands = [row.band for row in part]
    return Neighbours(
        people=len(part),
        low=round(fmean(row.low for row in part), 1),
        estimate=round(fmean(row.estimate for row in part), 1),
        high=round(fmean(row.high for row in part), 1),
        band=max(_BANDS, key=bands.count),
    )


def as_rows(found: Sequence[Neighbours]) -> list[dict[str, Any]]:
    return [asdict(row) for row in found]


def days_late(due: datetime, at: datetime) -> int:
    """Whole days after the date; 0 for what came within a day of it."""
    return max(0, (at - due).days)


def elsewhere(chosen: Mapping[str, float], plain: Mapping[str, float], places: int) -> int:
    """How many of the first `places` by `chosen` would not be among them by `plain`. Ties go by code."""

    def first(scores: Mapping[str, float]) -> set[str]:
        return set(sorted(scores, key=lambda code: (-scores[code], code))[:places])

    return len(first(chosen) - first(plain))


def checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content as JSON with sorted keys, no spaces, in UTF-8: what anybody can work out again."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
