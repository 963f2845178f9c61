"""`tremplin audit`: groups compared at each step, or by the chances they were drawn with; in words, never a badge."""

import argparse
from collections.abc import Sequence
from math import isfinite
from typing import Final

from tremplin.cli.progress import Working
from tremplin.cli.sheets import picture, steps
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.tables import Table
from tremplin.cli.sheets.words import amount, figure, percent, quoted
from tremplin.cli.sheets.writing import as_csv, as_json
from tremplin.methods.disparity import Assigned, Compared, RateError, assigned, audit, together

_ENDINGS = ("audit.csv", "audit.json", "audit.html")
_HEADS = (
    "attribute",
    "group",
    "step",
    "came",
    "of",
    "rate",
    "others' rate",
    "ratio",
    "ratio from",
    "ratio to",
    "p",
    "finding",
)
WORDS: Final[dict[str, str]] = {
    "too-few": "too few people to say anything",
    "cannot-tell": "cannot tell: with so few people only a huge difference would show",
    "no-evidence": "no evidence of a difference",
    "difference-likely": "a difference that chance alone would hardly make; why is not said",
    "hinges-on-silence": "a difference is likely, and those who did not say could undo it",
}
_TONES: Final[dict[str, picture.Tone]] = {
    "difference-likely": "maybe",
    "hinges-on-silence": "maybe",
    "no-evidence": "yes",
}
_PEOPLE = "For a list of people, say which columns to compare: --by HEADING --steps HEADING,HEADING."
CAUTION = (
    "These are figures about groups of people: keep them among those who may see them, and publish none before "
    "“tremplin suppress”. A difference is a reason to look, no proof of a wrong; no difference is no proof of fairness."
)


def run(args: argparse.Namespace) -> int:
    job = Job(args, [args.file], {"": (steps.GROUP, steps.COUNTS)})
    job.outputs.require_free(_ENDINGS)
    named = [step.strip() for step in args.steps.split(",") if step.strip()]
    sheet = job.sheet(args.file)
    table = (
        steps.columns(job, sheet, args.by, named, args.chance)
        if args.by
        else job.of_sheet(sheet, otherwise=_PEOPLE)
    )
    table.with_totals = not args.by
    job.confirm()
    if args.chance:
        return _of_chances(job, table, args)
    walked = (
        [steps.of_people(table, number, by, named) for number, by in enumerate(args.by)]
        if args.by
        else [steps.of_counts(table)]
    )
    job.ready()
    try:
        with Working("Comparing groups"):
            found = together([one for each in walked for one in _compared(each, args)])
    except RateError as error:
        raise Wrong(f"{table.file}: {error}", "Correct that, then try again.") from error
    print()
    _tell(found, walked, args)
    rows = [_row(one) for one in found]
    job.outputs.add(_ENDINGS[0], "every comparison", as_csv(_HEADS, rows))
    content = {
        "least": args.least,
        "caution": CAUTION,
        "comparisons": [dict(zip(_HEADS, row, strict=True)) for row in rows],
    }
    job.outputs.add(_ENDINGS[1], "the same for programs", as_json(content))
    job.outputs.add(_ENDINGS[2], "a picture of it", _picture(found))
    return _finish(job)


def _finish(job: Job) -> int:
    status = job.finish()
    print(f"\n{CAUTION}")
    return status


def _compared(walked: steps.Walked, args: argparse.Namespace) -> Sequence[Compared]:
    return audit(
        walked.attribute,
        walked.steps,
        walked.groups,
        silent=walked.silent if any(walked.silent) else (),
        least=args.least,
        from_first=not args.each_step,
    )


def _tell(found: Sequence[Compared], walked: Sequence[steps.Walked], args: argparse.Namespace) -> None:
    for each in walked:
        people = sum(row[0] for row in each.groups.values())
        quiet = f", {each.silent[0]:,} did not say" if each.silent[0] else ""
        size = f"{amount(people, 'person', 'people')} in {amount(len(each.groups), 'group')}"
        print(f"{quoted(each.attribute)}: {size}{quiet}.")
        small = [group for group, row in each.groups.items() if row[0] < args.least]
        if small:
            print(f"  {amount(len(small), 'group')} with fewer than {args.least} people left out.")
    if not found:
        print("There are not two groups with enough people: nothing can be compared.")
    for one in found:
        print(f"  {one.attribute}, {one.group}, {one.step}: {_said(one)}. {_capital(_found(one))}.")
    if found:
        print("Each group is held against all others; all comparisons together err once in twenty.")


def _said(one: Compared) -> str:
    own = f"{one.part:,} of {one.whole:,} ({percent(one.rate.value)})"
    return f"{own}, others {one.other_part:,} of {one.other_whole:,} ({percent(one.other_part / one.other_whole)})"


def _found(one: Compared) -> str:
    """The finding in words; where nothing was found, what would have been."""
    words = WORDS[one.code]
    if one.could_show is None or one.code in {"difference-likely", "hinges-on-silence"}:
        return words
    less, more = one.could_show.fewer, one.could_show.more
    ends = [f"below {figure(less, 2)}" if less else "", f"above {figure(more, 2)}" if more else ""]
    shown = " or ".join(end for end in ends if end)
    return (
        f"{words}; a ratio {shown} would most likely have shown"
        if shown
        else f"{words}; no ratio could have shown"
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _row(one: Compared) -> tuple[object, ...]:
    other = one.other_part / one.other_whole
    ends = [
        round(end, 4) if isfinite(end) else "" for end in (one.ratio.value, one.ratio.low, one.ratio.high)
    ]
    return (
        one.attribute, one.group, one.step, one.part, one.whole, round(one.rate.value, 4), round(other, 4), *ends,
        round(one.holm, 4), _found(one),
    )  # fmt: skip


def _picture(found: Sequence[Compared]) -> str:
    marks = [
        picture.Mark(
            f"{one.group}, {one.step}",
            100 * one.difference.low,
            100 * one.difference.high,
            f"{100 * one.difference.value:+.1f} points",
            at=100 * one.difference.value,
            tone=_TONES.get(one.code, "no"),
        )
        for one in found
    ]
    words = [[f"{one.group}, {one.step}", _said(one), _found(one)] for one in found]
    return picture.page(
        "How groups fared",
        "Each group against all others. A bar holds the difference of the shares nineteen times of twenty; where it "
        "crosses nought, chance alone can have made it.",
        [
            picture.marks(
                "Difference to all others, in percentage points",
                marks,
                heads=("Group and step", "Difference"),
                edge=0.0,
                edge_name="no difference",
            ),
            picture.table("In words", ("Group and step", "Came", "Finding"), words),
            picture.paragraphs([CAUTION]),
        ],
        "Made with “tremplin audit”.",
    )


def _of_chances(job: Job, table: Table, args: argparse.Namespace) -> int:
    """Groups by the chances that people were drawn with: free of the luck of the draw."""
    odds = [float(line["chance"] or 0) for line in table]
    groups = [steps.values(table, number) for number in range(len(args.by))]
    job.ready()
    found: list[tuple[str, Assigned]] = []
    for by, names in zip(args.by, groups, strict=True):
        found.extend((by, one) for one in assigned(odds, names, silent=[""]) if one.people >= args.least)
    print()
    for by, one in found:
        words = (
            "a difference that luck of who applied hardly makes"
            if one.p * len(found) <= 0.05
            else "no evidence of a difference"
        )
        print(
            f"  {by}, {one.group}: {amount(one.people, 'person', 'people')}, {figure(one.places, 2)} places expected "
            f"({percent(one.rate)} each, {figure(one.ratio, 2)} times the others). {_capital(words)}."
        )
    heads = ("attribute", "group", "people", "places expected", "rate", "ratio to others", "p")
    rows = [
        (
            by,
            one.group,
            one.people,
            round(one.places, 4),
            round(one.rate, 6),
            round(one.ratio, 4) if isfinite(one.ratio) else "",
            round(one.p, 4),
        )
        for by, one in found
    ]
    job.outputs.add(_ENDINGS[0], "every comparison", as_csv(heads, rows))
    content = {"caution": CAUTION, "comparisons": [dict(zip(heads, row, strict=True)) for row in rows]}
    job.outputs.add(_ENDINGS[1], "the same for programs", as_json(content))
    marks = [
        picture.Mark(
            f"{by}: {one.group}",
            0,
            100 * one.rate,
            f"{percent(one.rate)} of {amount(one.people, 'person', 'people')}",
        )
        for by, one in found
    ]
    drawn = picture.marks("Mean chance of a place", marks, heads=("Group", "Chance"), span=(0, 100))
    lead = "The chances that people were drawn with, by group: free of the luck of the draw."
    page = picture.page(
        "Chances by group", lead, [drawn, picture.paragraphs([CAUTION])], "Made with “tremplin audit”."
    )
    job.outputs.add(_ENDINGS[2], "a picture of it", page)
    return _finish(job)
