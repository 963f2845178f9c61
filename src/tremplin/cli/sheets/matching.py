"""`tremplin match`: two tables read, people matched under a rule, each pair with its reasons."""

import argparse
from collections import Counter
from typing import Final

from tremplin.cli.progress import Working
from tremplin.cli.sheets import people, picture
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.words import amount, figure, listed, some
from tremplin.cli.sheets.writing import Outputs, as_csv, as_json
from tremplin.methods.matching import STABLE, Answer, BadMarket, Fits, Infeasible, Passed, match, table

_ENDINGS = ("match.csv", "match.json", "match.html")
_HEADS = ("scholar", "mentor", "scholar's choice", "mentor's choice", "fit", "in common", "why")
RULES: Final[dict[str, str]] = {
    "scholars": "stable, and of all stable matchings the best for every scholar",
    "mentors": "stable, and of all stable matchings the best for every mentor",
    "welfare": "stable, and of all stable matchings the best for both sides together",
    "most": "stable, with as many pairs as a stable matching can have",
    "ranks": "as many first wishes as can be, then as many second ones; not always stable",
    "weight": "the best fits over all; not always stable",
}
_WHY: Final[dict[str, str]] = {
    "full": "full, with people whom {0} prefers",
    "lot": "full, and the lot decided between equals",
    "traded": "would have liked it too; given up for the aim of the rule",
    "closed": "takes nobody",
    "refused": "did not name this scholar, or something stands between them",
}


def run(args: argparse.Namespace) -> int:
    tables = {"": people.SCHOLARS, "mentors": people.MENTORS, "conflicts": people.CONFLICTS}
    job = Job(args, [one for one in (args.scholars, args.mentors, args.conflicts) if one], tables)
    job.outputs.require_free(_ENDINGS)
    scholars, mentors = job.table(args.scholars), job.table(args.mentors, "mentors")
    against = job.table(args.conflicts, "conflicts") if args.conflicts else None
    profiles = people.has_profiles(scholars, mentors)
    if not profiles and not (scholars.has("wishes") or mentors.has("wishes")):
        raise Wrong(
            "There is nothing to match by: neither wishes, nor topics, languages or hours that both tables have.",
            'Name the columns, for example --columns "wishes=Choice 1+Choice 2,mentors.wishes=Scholars".',
        )
    job.confirm()
    for each, thing in ((scholars, "scholar"), (mentors, "mentor")):
        each.require_unique("code", thing)
    codes = [each.column("code") for each in (scholars, mentors)]
    known = [[code for code in side if code] for side in codes]
    mine = people.wishes(scholars, known[1], mentors.file)
    theirs = people.wishes(mentors, known[0], scholars.file)
    conflicts = people.pairs(against, *known) if against else set()
    if not profiles and not args.open_lists:
        for each, named, thing in ((scholars, mine, "scholar"), (mentors, theirs, "mentor")):
            silent = sum(not wishes for wishes in named.values())
            if silent:
                each.notes.append(
                    f"{amount(silent, thing)} without wishes: whoever names them is welcome, as equals"
                )
    job.ready()
    try:
        with Working(f"Matching {amount(len(mine), 'scholar')}"):
            found = (
                people.compared(scholars, mentors, starts=args.starts, weeks=args.weeks, conflicts=conflicts)
                if profiles
                else None
            )
            answer = _match(args, found, mine, theirs, conflicts, people.places(mentors))
    except (Infeasible, BadMarket) as error:
        raise Wrong(f"There is no such matching: {error}.", "Change that, then try again.") from error
    print()
    _tell(answer)
    _add_files(job.outputs, answer, found)
    status = job.finish()
    print("\nNext: look at who is without a mentor and at late choices, and talk before you tell anybody.")
    return status


def _match(
    args: argparse.Namespace,
    found: Fits | None,
    mine: dict[str, list[str]],
    theirs: dict[str, list[str]],
    conflicts: set[tuple[str, str]],
    most: dict[str, int],
) -> Answer:
    if found is None:
        if args.rule == "weight":
            raise Wrong(
                "The rule “weight” needs profiles: topics, languages or hours of both sides.",
                "Choose another.",
            )
        lists = people.lists_by_wish(mine, theirs, conflicts=conflicts, opened=args.open_lists)
    else:
        lists = people.lists_by_fit(found, mine, theirs)
    made = table(*lists, most=most, seed=args.seed)
    if found is None or args.rule != "weight":
        return match(made, args.rule)
    weights = {
        (scholar, mentor): float(found.score[found.rows[scholar], found.columns[mentor]])
        for scholar in found.rows
        for mentor in found.columns
    }
    return match(made, args.rule, weight=weights)


def _tell(answer: Answer) -> None:
    room = int(answer.table.market.most.sum())
    print(
        f"{amount(len(answer.table.scholars), 'scholar')}, {amount(len(answer.table.mentors), 'mentor')} with "
        f"{amount(room, 'place')}. Rule: {RULES[answer.rule]}."
    )
    print(f"{amount(len(answer.pairs), 'pair')}.", end=" ")
    choices = Counter(
        place for scholar in answer.table.scholars for _who, place, _theirs in answer.why(scholar).has
    )
    print(
        ", ".join(f"{many:,} with their choice {place}" for place, many in sorted(choices.items())[:5]) + "."
    )
    if answer.rule in STABLE:
        print("No scholar and mentor would both rather have each other.")
    elif answer.blocking:
        named = some([f"{pair.scholar} and {pair.mentor}" for pair in answer.blocking], 5)
        print(f"{amount(len(answer.blocking), 'pair')} would both rather have each other: {named}.")
    short = [code for code, _many in answer.unmatched]
    if short:
        print(f"Without a mentor: {some(short, 10)}.")
        print(f"  {_why_not_all(answer, room)}")


def _why_not_all(answer: Answer, room: int) -> str:
    """Why somebody is left over: too few places in all, or a smallest group whose lists hold too few."""
    scholars = len(answer.table.scholars)
    if room < scholars:
        return f"Why: there are {scholars:,} scholars and {amount(room, 'place')}."
    clash = answer.clash()
    if clash:
        return f"Why: {clash.what}. Lengthen a list, or add a place."
    return "All could have one, at the price of stability: try --rule ranks."


def _passed(row: Passed) -> str:
    return f"{row.mentor}: {_WHY[row.why].format(row.mentor)}"


_BETWEEN: Final[dict[str, str]] = {
    "conflict": "must not be",
    "language": "no language in common",
    "hours": "too few hours in common",
}


def _why(answer: Answer, found: Fits | None, scholar: str) -> str:
    reasons = answer.why(scholar)
    if not reasons.has and not reasons.passed:
        return _nobody(answer, found, scholar)
    if not reasons.passed:
        return "the first of those on the list"
    return "; ".join(_passed(row) for row in reasons.passed[:5])


def _nobody(answer: Answer, found: Fits | None, scholar: str) -> str:
    """Why a list is empty: whom what stands between."""
    if found is None:
        return "nobody on the list"
    between = [(mentor, found.of(scholar, mentor).obstacle) for mentor in answer.table.mentors]
    return (
        "; ".join(f"{mentor}: {_BETWEEN[what]}" for mentor, what in between[:5] if what)
        or "nobody on the list"
    )


def _common(found: Fits | None, scholar: str, mentor: str) -> tuple[str, str]:
    """How well a pair fits, and what they share, in words."""
    if found is None:
        return "", ""
    fit = found.of(scholar, mentor)
    parts = [*fit.shared_topics, *fit.shared_stack, *fit.shared_languages]
    if fit.shared_hours is not None:
        parts.append(f"{figure(fit.shared_hours, 1)} hours a week")
    return figure(fit.score, 2), listed(parts)


def _rows(answer: Answer, found: Fits | None) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for scholar in answer.table.scholars:
        held = answer.why(scholar).has
        why = _why(answer, found, scholar)
        rows.extend(
            (scholar, mentor, mine, theirs, *_common(found, scholar, mentor), why)
            for mentor, mine, theirs in held
        )
        if not held:
            rows.append((scholar, "", "", "", "", "", why))
    return rows


def _add_files(outputs: Outputs, answer: Answer, found: Fits | None) -> None:
    rows = _rows(answer, found)
    outputs.add(_ENDINGS[0], "who mentors whom, with reasons", as_csv(_HEADS, rows))
    content = {
        "rule": answer.rule,
        "seed": answer.table.seed,
        "pairs": [dict(zip(_HEADS, row, strict=True)) for row in rows if row[1]],
        "without a mentor": [code for code, _many in answer.unmatched],
        "would rather have each other": [[pair.scholar, pair.mentor] for pair in answer.blocking],
    }
    outputs.add(_ENDINGS[1], "the same for programs", as_json(content))
    outputs.add(_ENDINGS[2], "a picture of it", _picture(answer, rows))


def _picture(answer: Answer, rows: list[tuple[object, ...]]) -> str:
    most, _least, _wants = answer.table.limits()
    first = sum(1 for row in rows if row[2] == 1)
    top = max([*most.values(), 1])
    loads = [
        picture.Mark(
            mentor,
            0,
            len(answer.of_mentor(mentor)),
            f"{len(answer.of_mentor(mentor))} of {most[mentor]}",
            tone="yes" if answer.of_mentor(mentor) else "no",
        )
        for mentor in answer.table.mentors
    ]
    return picture.page(
        "Who mentors whom",
        f"Rule: {RULES[answer.rule]}.",
        [
            picture.facts(
                [
                    ("Pairs", f"{len(answer.pairs):,}"),
                    ("With their first choice", f"{first:,}"),
                    ("Without a mentor", f"{len(answer.unmatched):,}"),
                    ("Would rather have each other", f"{len(answer.blocking):,}"),
                ]
            ),
            picture.table(
                "Pairs",
                (
                    "Scholar",
                    "Mentor",
                    "Scholar’s choice",
                    "Mentor’s choice",
                    "Fit",
                    "In common",
                    "Why",
                ),
                [[str(cell) for cell in row] for row in rows],
                numbers=frozenset({2, 3, 4}),
            ),
            picture.marks("Mentors", loads, heads=("Mentor", "Scholars"), span=(0, top)),
        ],
        "Made with “tremplin match”. Choices count from 1 on each side’s list; equals are told apart by a public lot.",
    )
