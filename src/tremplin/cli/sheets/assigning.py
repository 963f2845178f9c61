"""`tremplin assign`: two tables read, reads handed out with a proof, shortfalls explained."""

import argparse
from collections import Counter
from typing import Final

from tremplin.cli.progress import Working
from tremplin.cli.sheets import chancing, picture, reading_plan
from tremplin.cli.sheets.chancing import Drawn
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.words import amount, figure, some
from tremplin.cli.sheets.writing import Outputs, as_csv, as_json
from tremplin.methods.assignment import Infeasible, Plan, Problem, ProblemFault, Short, assign, fair

_ENDINGS = ("assigned.csv", "assigned.json", "assigned.html")
_CHANCES = "chances.csv"
_SAME = 1e-6
_HEADS = ("application", "reviewer", "score", "given before")
_SHORT: Final[dict[str, str]] = {
    "language": "{0} can read its language",
    "conflicts": "{0} can read its language and has no conflict",
    "capacity": "{0} could, and no room is left",
}


def run(args: argparse.Namespace) -> int:
    tables = {
        "": reading_plan.APPLICATIONS,
        "reviewers": reading_plan.REVIEWERS,
        "conflicts": reading_plan.PAIRS,
        "expertise": reading_plan.EXPERTISE,
        "kept": reading_plan.PAIRS,
    }
    files = {"conflicts": args.conflicts, "expertise": args.expertise, "kept": args.kept}
    by_chance = chancing.asked(args)
    job = Job(args, [args.applications, args.reviewers, *filter(None, files.values())], tables)
    job.outputs.require_free([*_ENDINGS, *([_CHANCES] if by_chance else [])])
    applications, reviewers = job.table(args.applications), job.table(args.reviewers, "reviewers")
    more = {name: job.table(file, name) if file else None for name, file in files.items()}
    job.confirm()
    applications.require_unique("application", "application")
    reviewers.require_unique("reviewer", "reviewer")
    pairs = {name: reading_plan.pairs(table, applications, reviewers) for name, table in more.items()}
    chancing.require_fitting(args, reviewers, more["expertise"])
    job.ready()
    try:
        question = reading_plan.problem(
            args,
            applications,
            reviewers,
            conflicts=pairs["conflicts"],
            kept=pairs["kept"],
            expertise=more["expertise"],
        )
        with Working(f"Assigning {amount(len(question.applications), 'application')}"):
            drawn = chancing.drawn(question, args) if by_chance else None
            plan, lifted = (drawn.plan, "") if drawn else _plan(question, fairly=args.fair)
    except (ProblemFault, Infeasible) as error:
        raise Wrong(f"There is no such assignment: {error}", "Change that, then try again.") from error
    print()
    _tell(plan, lifted, drawn)
    _add_files(job.outputs, plan, drawn)
    status = job.finish()
    print(
        "\nNext: send each reviewer their list. If somebody cannot, leave them out of the reviewers, give what others"
    )
    print("have begun with --kept, and assign again: nothing that is kept moves.")
    return status


def _plan(question: Problem, *, fairly: bool) -> tuple[Plan, str]:
    """The plan, and what lifting the worst-off application has brought and cost, where that was asked."""
    if not fairly:
        return assign(question), ""
    found = fair(question)
    if not found.levels:
        return found.plan, ""
    level = found.levels[0]
    proven = "none can do better, proven" if level.gap <= _SAME else f"none can exceed {figure(level.bound)}"
    return found.plan, (
        f"The worst-off application was lifted from {figure(found.worst_before)} to {figure(level.value)} ({proven}), "
        f"for {figure(found.total_before - found.plan.total)} of the sum."
    )


def _tell(plan: Plan, lifted: str, drawn: Drawn | None) -> None:
    problem = plan.problem
    wanted = sum(one.reads for one in problem.applications)
    room = sum(one.most for one in problem.reviewers)
    print(
        f"{amount(len(problem.applications), 'application')}, {amount(len(problem.reviewers), 'reviewer')}, "
        f"{amount(wanted, 'read')} to give, room for {room:,}."
    )
    loads = list(plan.loads.values())
    print(
        f"Given: {len(plan.pairs):,}. Reviewers carry from {min(loads, default=0):,} to {max(loads, default=0):,}."
    )
    if problem.scores is None:
        print(
            "Nothing is known of expertise, so loads are as even as they can be, and pairs of reviewers mixed."
        )
    else:
        print(
            f"Sum of the scores: {figure(plan.total)}; least of an application: {figure(float(plan.totals.min()))}."
        )
        if drawn:
            print("\n".join(chancing.told(drawn)))
        elif lifted:
            print(lifted)
        elif plan.proof is not None:
            print("No assignment with as many reads has a greater sum: that is proven.")
    if plan.short:
        print(f"{amount(len(plan.short), 'application')} without all reads:")
        for text, many in Counter(_why(one) for one in plan.short).most_common(8):
            codes = [one.application for one in plan.short if _why(one) == text]
            print(f"  {many:>5,}  {text} ({some(codes, 5)})")


def _why(short: Short) -> str:
    able = f"only {amount(short.eligible, 'reviewer')}" if short.eligible else "nobody"
    words = _SHORT[short.reason].format(able)
    return f"{amount(short.missing, 'read')} missing: {words}" + (
        f" ({short.language})" if short.language else ""
    )


def _add_files(outputs: Outputs, plan: Plan, drawn: Drawn | None) -> None:
    problem = plan.problem
    chances = drawn.probabilities if drawn else {}
    heads = (*_HEADS, "probability") if drawn else _HEADS
    rows: list[tuple[object, ...]] = []
    for paper, reader in plan.pairs:
        score = (
            ""
            if problem.scores is None
            else round(float(problem.scores[problem.row[paper], problem.column[reader]]), 6)
        )
        row = (paper, reader, score, (paper, reader) in problem.kept)
        rows.append((*row, round(chances.get((paper, reader), 1.0), 6)) if drawn else row)
    outputs.add(_ENDINGS[0], "who reads what, a row for each read", as_csv(heads, rows))
    content: dict[str, object] = {
        "reads": [dict(zip(heads, row, strict=True)) for row in rows],
        "loads": dict(plan.loads),
        "missing": {one.application: one.missing for one in plan.short},
        "sum of scores": plan.total,
        "greatest possible sum, proven": plan.proof is not None and plan.proof.gap <= _SAME,
        "seed": problem.seed,
        **(chancing.content(drawn) if drawn else {}),
    }
    if drawn:
        table = as_csv(chancing.HEADS, chancing.rows(drawn))
        outputs.add(_CHANCES, "every pair that could have been drawn, with its probability", table)
    outputs.add(_ENDINGS[1], "the same for programs", as_json(content))
    outputs.add(_ENDINGS[2], "a picture of it", _picture(plan, drawn))


def _picture(plan: Plan, drawn: Drawn | None) -> str:
    most = {one.code: one.most for one in plan.problem.reviewers}
    loads = [
        picture.Mark(code, 0, load, f"{load} of {most[code]}", tone="yes" if load < most[code] else "maybe")
        for code, load in sorted(plan.loads.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    missing = [[one.application, str(one.missing), _why(one)] for one in plan.short]
    parts = [
        picture.facts(
            [
                ("Applications", f"{len(plan.problem.applications):,}"),
                ("Reads given", f"{len(plan.pairs):,}"),
                ("Reads missing", f"{sum(one.missing for one in plan.short):,}"),
                ("Reviewers", f"{len(loads):,}"),
            ]
        ),
        *([picture.paragraphs(chancing.promised(drawn))] if drawn else []),
        picture.marks(
            "What each reviewer reads", loads, heads=("Reviewer", "Reads"), span=(0, max([*most.values(), 1]))
        ),
    ]
    if missing:
        parts.append(
            picture.table("Applications without all reads", ("Application", "Missing", "Why"), missing)
        )
    return picture.page(
        "Who reads how much",
        f"{amount(len(plan.pairs), 'read')} of {amount(len(plan.problem.applications), 'application')}. Amber is full.",
        parts,
        "Made with “tremplin assign”.",
    )
