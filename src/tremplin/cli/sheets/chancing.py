"""An assignment left to chance: within which cap, drawn with which seed, and the probabilities written out."""

import argparse
import secrets
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.tables import Table
from tremplin.cli.sheets.words import amount, figure, percent, some
from tremplin.methods.assignment import Infeasible, Lottery, Pair, Plan, Problem, capped, perturbed
from tremplin.methods.assignment.grid import allowed

HEADS = ("application", "reviewer", "probability")
_SEEDS = 2**32
_SAME = 1e-6


@dataclass(frozen=True)
class Drawn:
    """A plan that was drawn, the lottery it came from, the seed that gives it again, the share asked for (0: none)."""

    lottery: Lottery
    plan: Plan
    seed: int
    spread: float

    @property
    def probabilities(self) -> dict[Pair, float]:
        """Of each pair that could be drawn, sorted; pairs that were given before are not among them."""
        found = self.lottery
        papers, people = found.problem.applications, found.problem.reviewers
        places = zip(found.rows.tolist(), found.columns.tolist(), found.probability.tolist(), strict=True)
        return dict(sorted(((papers[row].code, people[column].code), share) for row, column, share in places))


def asked(args: argparse.Namespace) -> bool:
    """Whether chance decides. Raises Wrong, as wrong usage, for options that exclude one another."""
    wanted = args.cap is not None or args.spread is not None
    if wanted and args.fair:
        raise Wrong(
            "--fair lifts the worst-off application for sure, and --cap and --spread leave pairs to chance.",
            "Choose one of both.",
            status=2,
        )
    return wanted


def require_fitting(args: argparse.Namespace, reviewers: Table, expertise: Table | None) -> None:
    """What spreading cannot do: least loads and scores below 0. Raises Wrong for the one, notes faults of the other."""
    if args.spread is None:
        return
    if any(line["least"] for line in reviewers):
        raise Wrong(
            f"{reviewers.file}: column {reviewers.label('least')} asks for least loads, which --spread cannot promise.",
            "Leave --spread out (--cap alone keeps least loads), or empty that column.",
        )
    if expertise is not None:
        expertise.require(
            "score",
            lambda score: score >= 0,
            "the score {} is below 0, and --spread needs scores from 0.",
            "Shift all scores so that the least is 0.",
        )


def drawn(problem: Problem, args: argparse.Namespace) -> Drawn:
    """One plan by lot. Raises Wrong where the cap leaves no way, or nothing is known of expertise; ProblemFault."""
    cap = Fraction(1) if args.cap is None else args.cap
    if problem.scores is None:
        raise Wrong(
            "--cap and --spread weigh chances by expertise, and nothing is known of it.",
            "Give --expertise FILE, or a column of topics in both tables.",
            status=2,
        )
    try:
        if args.spread is None:
            lottery = capped(problem, float(cap))
        else:
            lottery = perturbed(problem, float(cap), share=float(args.spread))
    except Infeasible as error:
        if error.clash.kind != "cap":
            raise
        raise _too_tight(problem, float(cap), error) from error
    # Nobody may foresee what is drawn, so the seed is nobody's choice either.
    seed = secrets.randbelow(_SEEDS) if args.seed is None else args.seed
    return Drawn(lottery, lottery.draw(seed), seed, float(args.spread or 0))


def _too_tight(problem: Problem, cap: float, error: Infeasible) -> Wrong:
    """How far the cap must rise at least: an application with as many reviewers as reads needs certainty."""
    clash = error.clash
    able = allowed(problem).sum(axis=1)
    rows = [problem.row[code] for code in clash.applications]
    least = max((problem.applications[row].reads / max(int(able[row]), 1) for row in rows), default=1.0)
    enough = f"--cap {min(1.0, ceil(1000 * least) / 1000):g} or more" if cap < least else "a higher --cap"
    return Wrong(
        f"With no chance above {percent(cap)} {amount(len(clash.applications), 'application')} "
        f"({some(list(clash.applications), 5)}) cannot have all reads: {clash.needed:,} are needed, and under "
        f"that cap their {amount(len(clash.reviewers), 'reviewer')} can give {clash.available:,}.",
        f"Allow {enough}, ask for fewer reads, or add reviewers who may read them.",
    )


def promised(found: Drawn) -> list[str]:
    """What anybody may know: how sure a pair could be, and what that costs."""
    lottery = found.lottery
    cap = f"no pair had a chance above {percent(lottery.cap)}" if lottery.cap < 1 else "no cap on chances"
    return [
        f"Drawn by lot: {cap}; {amount(lottery.support, 'pair')} could have come up.",
        f"Expected sum of the scores: {figure(lottery.quality)}, which is {percent(lottery.share)} of the greatest; "
        f"an application’s likeliest reviewer had a chance of {percent(lottery.average_greatest)} on average.",
    ]


def told(found: Drawn) -> list[str]:
    """The same for the organisers, who can draw again with the seed."""
    again = f"Seed: {found.seed}. With --seed {found.seed} the same comes out again. Show it to no reviewer."
    short = found.lottery.share < found.spread - _SAME
    cap = f"The cap alone leaves less than the {percent(found.spread)} of --spread, so nothing was spread further."
    return [*promised(found), again, *([cap] if short else [])]


def content(found: Drawn) -> dict[str, object]:
    """What the JSON says of the lottery, beside its probabilities."""
    lottery = found.lottery
    return {
        "cap": lottery.cap,
        "expected sum of scores": lottery.quality,
        "greatest sum of scores without chance": lottery.best,
        "seed": found.seed,
    }


def rows(found: Drawn) -> list[tuple[str, str, float]]:
    return [(paper, reader, round(share, 6)) for (paper, reader), share in found.probabilities.items()]
