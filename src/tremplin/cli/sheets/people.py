"""Scholars and mentors as two tables give them: wishes, profiles, places; and the lists that come of it."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from tremplin.cli.sheets import cells, entries, languages, zones
from tremplin.cli.sheets.columns import Column
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.hours import HOURS
from tremplin.cli.sheets.tables import Known, Line, Table
from tremplin.cli.sheets.words import quoted
from tremplin.methods.matching import Fits, Hours, Profile, Weeks, by_fit, fits

Lists = dict[str, list[str | list[str]]]
_THEN = re.compile(r">|→|\s(?:then|puis|et|and)\s", re.IGNORECASE)
_STRENGTH = re.compile(r"(.*?)\s*[:=(]\s*([123])\s*\)?")


def _wishes(cell: str, mark: str = "") -> tuple[str, ...]:
    """Codes, best first: “M1, M2”, “M1 > M2”, « M1 puis M2 »."""
    return cells.words(_THEN.sub(",", cell))


_WISHES = cells.Kind("list of words", _wishes)


def _columns(own: Sequence[str], others: Sequence[str]) -> tuple[Column, ...]:
    optional: dict[str, Any] = {"needed": False, "may_be_empty": True}
    wishes = ("wish", "wishes", "choice", "preference", "rank", "vœu", "choix", "préférence", *others)
    return (
        Column("code", "code", cells.CODE, (*own, *entries.CODE.names)),
        Column("wishes", "wishes, best first", _WISHES, wishes, many=True, **optional),
        Column("topics", "topics", cells.WORDS, ("topic", "topics", "field", "interests", "sujet", "sujets",
               "thème", "thèmes", "thématique", "domaine", "domaines", "intérêts",
               "centres d’intérêt", "mots clés", "keywords"), **optional),
        Column("stack", "languages and libraries of code", cells.WORDS, ("stack", "tools", "libraries", "skills",
               "outils", "bibliothèques", "compétences"), **optional),
        Column("languages", "spoken languages", languages.LANGUAGES, ("language", "languages", "spoken languages",
               "langue", "langues", "langues parlées"), **optional),
        Column("zone", "time zone", zones.ZONE, ("time zone", "timezone", "zone", "fuseau", "fuseau horaire"),
               **optional),
        Column("hours", "days and hours", HOURS, ("hours", "availability", "available", "heures", "horaires",
               "disponibilités", "disponibilité"), **optional),
    )  # fmt: skip


SCHOLARS = _columns(
    ("scholar", "student", "mentee", "boursier", "boursière", "étudiant", "étudiante"), ("mentor",)
)
MENTORS = (
    *_columns(("mentor", "mentore", "host"), ("scholar", "student", "mentee", "boursier", "étudiant")),
    Column(
        "places",
        "number of scholars",
        cells.WHOLE,
        ("places", "capacity", "capacité", "most", "max", "maximum", "number of scholars", "nombre"),
        needed=False,
        may_be_empty=True,
    ),
)
CONFLICTS = (
    Column("scholar", "code of the scholar", cells.CODE, SCHOLARS[0].names),
    Column("mentor", "code of the mentor", cells.CODE, ("mentor", "mentore", "host")),
)
_PROFILE = ("topics", "stack", "languages", "hours")


def has_profiles(*tables: Table) -> bool:
    """Whether both tables say something of people by which they can be compared."""
    return any(all(table.has(key) for table in tables) for key in _PROFILE)


def wishes(table: Table, others: Sequence[str], where: str) -> dict[str, list[str]]:
    """Each person’s wishes, best first, over all columns of wishes. Unknown codes are faults."""
    known = Known(others)
    found: dict[str, list[str]] = {}
    for line in table:
        if line["code"] is None:
            continue
        cells_of = [(part, code) for part, cell in enumerate(line["wishes"] or ()) for code in cell or ()]
        for part, code in cells_of:
            if code not in known:
                table.wrong(
                    line,
                    "wishes",
                    f"{quoted(code)} is not in {where}.",
                    f"{known.instead_of(code)}Correct it, or add it there.",
                    f"unknown {where}",
                    part=part,
                )
        found[line["code"]] = list(dict.fromkeys(code for _part, code in cells_of if code in known))
    return found


def places(table: Table) -> dict[str, int]:
    """How many scholars each mentor takes; one where that is not said."""
    return {
        line["code"]: 1 if line["places"] is None else line["places"]
        for line in table
        if line["code"] is not None
    }


def pairs(table: Table, scholars: Sequence[str], mentors: Sequence[str]) -> set[tuple[str, str]]:
    table.require_known("scholar", scholars, "the scholars")
    table.require_known("mentor", mentors, "the mentors")
    return {(line["scholar"], line["mentor"]) for line in table if line["scholar"] and line["mentor"]}


def compared(
    scholars: Table, mentors: Table, *, starts: str, weeks: int, conflicts: set[tuple[str, str]]
) -> Fits:
    """How everybody fits everybody. Raises Wrong where hours are given and no day from which to compare them."""
    clocks = scholars.has("hours") and mentors.has("hours")
    if clocks and not starts:
        raise Wrong(
            "Hours are given, and clocks change with the season: when does it start?",
            "Add --starts 2027-09-01 (and --weeks 12), or leave the columns of hours out.",
            status=2,
        )
    try:
        first = date.fromisoformat(starts) if starts else date(2027, 1, 4)
    except ValueError:
        raise Wrong(f"--starts {starts} is no day.", "Write it as 2027-09-01.", status=2) from None
    span = Weeks(first, weeks if clocks else 1)
    return fits(
        [_profile(scholars, line, clocks=clocks) for line in scholars],
        [_profile(mentors, line, clocks=clocks) for line in mentors],
        span,
        conflicts=conflicts,
    )


def _profile(table: Table, line: Line, *, clocks: bool) -> Profile:
    when: tuple[Hours, ...] = ()
    if clocks and line["hours"]:
        when = (Hours(line["zone"] or "UTC", line["hours"]),)
    return Profile(
        line["code"],
        _strengths(line["topics"]),
        _strengths(line["stack"]),
        frozenset(line["languages"] or ()),
        when,
    )


def _strengths(named: Sequence[str] | None) -> dict[str, int]:
    """“NLP:3, vision” is much of the one and some of the other."""
    found: dict[str, int] = {}
    for word in named or ():
        match = _STRENGTH.fullmatch(word)
        name, strength = (match[1], int(match[2])) if match else (word, 2)
        found[name.casefold()] = strength
    return found


def lists_by_fit(
    found: Fits, mine: Mapping[str, Sequence[str]], theirs: Mapping[str, Sequence[str]]
) -> tuple[Lists, Lists]:
    return by_fit(found, wishes=mine, ranks=theirs)


def lists_by_wish(
    mine: Mapping[str, Sequence[str]],
    theirs: Mapping[str, Sequence[str]],
    *,
    conflicts: set[tuple[str, str]],
    opened: bool,
) -> tuple[Lists, Lists]:
    """Lists of both sides from what they named. Who names nobody takes all who name them, as equals.

    With `opened` whoever is not on a list comes after those who are, as equals.
    """
    ours = {
        code: _list(code, named, theirs, lambda other, me: (me, other) in conflicts, opened=opened)
        for code, named in mine.items()
    }
    others = {
        code: _list(code, named, mine, lambda other, me: (other, me) in conflicts, opened=opened)
        for code, named in theirs.items()
    }
    return ours, others


def _list(
    code: str,
    named: Sequence[str],
    other_side: Mapping[str, Sequence[str]],
    clash: Callable[[str, str], bool],
    *,
    opened: bool,
) -> list[str | list[str]]:
    found: list[str | list[str]] = [other for other in named if not clash(other, code)]
    rest = [
        other
        for other, wishes in other_side.items()
        if other not in named and (opened or (not named and code in wishes)) and not clash(other, code)
    ]
    return [*found, sorted(rest)] if rest else found
