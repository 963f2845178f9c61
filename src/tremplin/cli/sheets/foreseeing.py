"""`tremplin capacity`: reading simulated to its end, who would be left unread, and the smallest remedy of each kind."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Final

from tremplin.cli.progress import Working
from tremplin.cli.sheets import picture
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.season import APPLICATIONS, REVIEWERS, season
from tremplin.cli.sheets.words import amount, figure, listed, percent
from tremplin.cli.sheets.writing import as_csv, as_json
from tremplin.methods.capacity import (
    Advice,
    BadSeason,
    Chance,
    Day,
    InLanguage,
    Remedy,
    Season,
    Size,
    Spread,
    advise,
)

_ENDINGS = ("capacity.csv", "capacity.json", "capacity.html")
_HEADS = ("day", "somebody unread", "somebody short of reads")
_MOST: Final = 30  # bars of a picture
_CAPPED_AT_EASE: Final = 60  # reviewers with a most of their own
_LEAST_WORLDS: Final = 40


def run(args: argparse.Namespace) -> int:
    if not 0 < args.risk < 100:
        raise Wrong(f"--risk {args.risk:g} is no percentage between 0 and 100.", "Write --risk 5.", status=2)
    job = Job(
        args,
        [one for one in (args.reviewers, args.applications) if one],
        {"": REVIEWERS, "applications": APPLICATIONS},
    )
    job.outputs.require_free(_ENDINGS)
    reviewers = job.table(args.reviewers)
    applications = job.table(args.applications, "applications") if args.applications else None
    job.confirm()
    reviewers.require_unique("reviewer", "reviewer")
    reviewers.require(
        "a_week", lambda pace: pace >= 0, "{} reads a week cannot be.", "Write a number from 0."
    )
    if applications is not None:
        applications.require_unique("application", "application")
    job.ready()
    found = season(args, reviewers, applications)
    try:
        with Working("Simulating the season"):
            size = size_for(found)
            advice = advise(found, risk=args.risk / 100, size=size)
    except BadSeason as error:
        raise Wrong(f"This season cannot be: {error}.", "Change that, then try again.") from error
    print()
    if size != Size():
        print(
            f"With so many reviewers who have a most, {size.runs:,} seasons were simulated, not {Size().runs:,}."
        )
    for line in _told(advice, len(found.readers), args):
        print(line)
    now = advice.now
    rows = [(figure(day.day, 2), round(day.unread.value, 4), round(day.short.value, 4)) for day in now.days]
    job.outputs.add(_ENDINGS[0], "the chances day by day", as_csv(_HEADS, rows))
    content = {
        "somebody unread": now.unread.value,
        "somebody short of reads": now.short.value,
        "reads missing": {"low": now.missing.low, "middle": now.missing.middle, "high": now.missing.high},
        "remedies": [
            {
                "kind": one.kind,
                "what": _remedy(one),
                "enough": one.enough,
                "chance then": one.chance.value,
                "cost": one.cost,
            }
            for one in advice.remedies
        ],
        "days": [dict(zip(_HEADS, row, strict=True)) for row in rows],
    }
    job.outputs.add(_ENDINGS[1], "the same for programs", as_json(content))
    job.outputs.add(_ENDINGS[2], "a picture of it", _picture(advice, args))
    status = job.finish()
    print(
        "\nNext: choose a remedy while there is time, and look again in a week with what has been read by then."
    )
    return status


def size_for(season: Season) -> Size:
    """How many seasons to simulate. Each reviewer with a most of their own is lived through apart, so that hundreds of
    them take a minute and gigabytes; fewer runs then, which still tell a risk of 5 % to about one."""
    usual = Size()
    capped = sum(reader.most is not None for reader in season.readers)
    worlds = max(_LEAST_WORLDS, min(usual.worlds, usual.worlds * _CAPPED_AT_EASE // max(capped, 1)))
    return replace(usual, worlds=worlds)


def _told(advice: Advice, readers: int, args: argparse.Namespace) -> list[str]:
    now = advice.now
    lines = [
        f"{amount(readers, 'reviewer')}, {amount(args.reads, 'read')} an application, {amount(args.days, 'day')} left.",
        f"Somebody is read by nobody: {_chance(now.unread)}.",
        f"Somebody has fewer than {amount(args.reads, 'read')}: {_chance(now.short)}.",
        f"Reads missing on that day: {_spread(now.missing)}.",
    ]
    late = now.late[1]
    if late is None:
        lines.append(f"As likely as not, the last read is not in {figure(now.horizon, 0)} days later either.")
    elif late:
        lines.append(f"As likely as not, the last read comes {figure(late, 0)} days late or later.")
    slow = [one for one in now.languages if one.missing.middle > 0 and one.language]
    if slow:
        lines.append(f"Most in need: {'; '.join(_language(one) for one in slow)}.")
    if not advice.remedies:
        lines.append(f"That is within the risk of {args.risk:g} %: nothing is needed.")
    else:
        lines.append(f"What would bring that below {args.risk:g} %, the cheapest first:")
        for one in advice.remedies:
            enough = "" if one.enough else "not enough by itself, "
            lines.append(f"  - {_remedy(one)}: {enough}leaves a risk of {percent(one.chance.value)}")
    lines.append(
        "What is uncertain: how fast each reviewer will be, who stops, and how many still come. The ranges say so."
    )
    return lines


def _chance(found: Chance) -> str:
    if found.least == found.most:
        return percent(found.value)
    return (
        f"{percent(found.value)}, from {percent(found.least)} to {percent(found.most)} as things may turn out"
    )


def _spread(found: Spread) -> str:
    return f"{found.middle:,.0f} as likely as not, {found.low:,.0f} to {found.high:,.0f} in nine of ten cases"


def _language(one: InLanguage) -> str:
    return f"{one.language}, {amount(one.readers, 'reviewer')}, {one.missing.middle:,.0f} reads missing"


def _remedy(one: Remedy) -> str:
    if one.kind == "reviewers":
        parts = [f"{many} for {language}" for language, many in one.by_language if language]
        return f"{amount(round(one.amount), 'more reviewer')}" + (f" ({listed(parts)})" if parts else "")
    if one.kind == "later":
        return f"{amount(round(one.amount), 'day')} more to read"
    if one.kind == "effort":
        return f"everybody reads {percent(one.amount)} more a week"
    whom = "every application" if one.amount == 1 else f"{percent(one.amount)} of the applications"
    return f"one read less for {whom}"


def _some_days(days: Sequence[Day], end: float) -> list[Day]:
    """Few enough to look at, evenly apart, the day on which reading ends among them."""
    apart = max(1, ceil(days[-1].day / _MOST)) if days else 1
    wanted = {round(end), *range(round(end) % apart, round(days[-1].day) + 1, apart)} if days else set()
    return [min(days, key=lambda day: abs(day.day - want)) for want in sorted(wanted)]


def _picture(advice: Advice, args: argparse.Namespace) -> str:
    now = advice.now
    marks = [
        picture.Mark(
            f"day {figure(day.day, 0)}",
            100 * day.short.least,
            100 * day.short.most,
            percent(day.short.value),
            at=100 * day.short.value,
            tone="maybe" if day.day <= args.days else "no",
        )
        for day in _some_days(now.days, args.days)
    ]
    remedies = [
        [_remedy(one), "yes" if one.enough else "no", percent(one.chance.value)] for one in advice.remedies
    ]
    parts = [
        picture.facts(
            [
                ("Somebody unread", percent(now.unread.value)),
                ("Somebody short of reads", percent(now.short.value)),
                ("Reads missing", f"{now.missing.middle:,.0f}"),
                ("Days left", args.days),
            ]
        ),
        *(
            [
                picture.table(
                    "What would help, the cheapest first", ("Remedy", "Enough", "Chance left"), remedies
                )
            ]
            if remedies
            else []
        ),
        picture.marks(
            "Chance that somebody is short of reads, day by day",
            marks,
            heads=("Day from now", "Chance"),
            span=(0, 100),
            edge=args.risk,
            edge_name="the risk that is accepted, in per cent",
            desc=f"Reading ends on day {args.days}; grey is later.",
        ),
    ]
    return picture.page(
        "Will everybody be read?",
        f"With {amount(args.reads, 'read')} for each application and {amount(args.days, 'day')} left.",
        parts,
        "Made with “tremplin capacity”, by simulation. A bar says how far the chance goes as things may turn out.",
    )
