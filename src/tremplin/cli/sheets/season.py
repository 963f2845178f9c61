"""A season of reading as tables give it: who reads how fast, what waits, what is still to come."""

import argparse
import re
from collections import Counter
from typing import Any

from tremplin.cli.sheets import cells, languages, marking
from tremplin.cli.sheets.columns import Column
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.tables import Table
from tremplin.cli.sheets.words import quoted
from tremplin.methods.capacity import Coming, Reader, Season

_optional: dict[str, Any] = {"needed": False, "may_be_empty": True}
_LANGUAGES = ("language", "languages", "langue", "langues")
REVIEWERS = (
    Column("reviewer", "code of the reviewer", cells.CODE, (*marking.REVIEWER.names, "code", "id")),
    Column("a_week", "number of reads a week", cells.NUMBER, ("reads a week", "reads per week", "a week", "per week",
           "weekly", "pace", "lectures par semaine", "par semaine", "rythme", "hebdomadaire")),
    Column("languages", "languages", languages.LANGUAGES, _LANGUAGES, **_optional),
    Column("done", "reads done", cells.WHOLE, ("done", "reads done", "read so far", "lectures faites", "fait", "lus"),
           **_optional),
    Column("weeks", "weeks so far", cells.NUMBER, ("weeks", "weeks so far", "semaines"), **_optional),
    Column("most", "most reads in all", cells.WHOLE, ("most", "max", "maximum", "quota", "plafond", "capacité"),
           **_optional),
    Column("starts", "days until the start", cells.NUMBER, ("starts in", "starts", "commence dans"), **_optional),
)  # fmt: skip
APPLICATIONS = (
    Column("application", "code of the application", cells.CODE, marking.APPLICANT.names),
    Column("language", "language", languages.LANGUAGE, _LANGUAGES, **_optional),
    Column(
        "done", "reads in", cells.WHOLE, ("reads", "reads in", "done", "read", "lectures", "lus"), **_optional
    ),
)


def season(args: argparse.Namespace, reviewers: Table, applications: Table | None) -> Season:
    """The season. Raises Wrong for an expectation that cannot be; figures that cannot be are the method’s to refuse."""
    piles, languages = _piles(applications, args.reads) if applications is not None else ({}, Counter[str]())
    arrived = len(applications) if applications is not None else 0
    readers = tuple(
        Reader(
            line["reviewer"],
            line["a_week"],
            frozenset(line["languages"] or ()),
            starts=line["starts"] or 0.0,
            most=line["most"],
            done=line["done"] or 0,
            weeks=line["weeks"] or 0.0,
        )
        for line in reviewers
    )
    return Season(args.reads, float(args.days), piles, readers, _coming(args, arrived, languages))


def _piles(table: Table, reads: int) -> tuple[dict[str, tuple[int, ...]], Counter[str]]:
    """How many applications of each language have how many reads; those with all of them wait for nothing."""
    found: dict[str, list[int]] = {}
    languages: Counter[str] = Counter()
    for line in table:
        language = line["language"] or ""
        pile = found.setdefault(language, [0] * reads)
        languages[language] += 1
        done = line["done"] or 0
        if done < reads:
            pile[done] += 1
    return {language: tuple(pile) for language, pile in found.items()}, languages


def _coming(args: argparse.Namespace, arrived: int, languages: Counter[str]) -> Coming:
    if not args.expected:
        if not arrived:
            raise Wrong(
                "How many applications will there be?",
                "Give a table of those that have come, or say --expected 400-700, or both.",
                status=2,
            )
        return Coming(arrived, by_language=languages)
    match = re.fullmatch(r"\s*(\d{1,7})\s*(?:-|–|to|à)\s*(\d{1,7})\s*", args.expected)
    low, high = (int(match[1]), int(match[2])) if match else (0, 0)
    if not match or not 0 < low <= high or high < arrived:
        raise Wrong(
            f"--expected {quoted(args.expected)} cannot be.",
            f"Write the smaller number first, 400-700: so many in all, of whom {arrived:,} have come.",
            status=2,
        )
    days = float(args.closes_in)
    along = ((0.0, 0.0), (days, 1.0)) if days else ((0.0, 1.0),)
    return Coming(arrived, share=0.5, guess=(max(low, arrived, 1), high), along=along, by_language=languages)
