"""`tremplin calibrate`: marks read, corrected for severity, told with their doubt, written with intervals."""

import argparse
from collections.abc import Sequence
from typing import Final

from tremplin.cli.progress import Working
from tremplin.cli.sheets import criteria, marking, picture
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.words import amount, decimals, figure, fixed, percent, some
from tremplin.cli.sheets.writing import Outputs, as_csv, as_json
from tremplin.methods.calibration import Calibration, Estimate, Severity, calibrate, calibrate_rubric
from tremplin.methods.calibration.calibrating import ENOUGH_READS, READS_EACH

_ENDINGS = ("calibrated.csv", "reviewers.csv", "calibrated.json", "calibrated.html")
_MOVED_SHOWN = 3
_FEW_READS = 2
_MOST_EXPLAINED = 10_000
_HABITS = ("noise against the typical", "use of the scale against the typical")
_NOISY, _QUIET = 1.25, 0.8  # of the typical reader's noise
_MODELS: Final[dict[str, str]] = {
    "severity": "severity of each reviewer",
    "habits": "severity, use of the scale and noise of each reviewer",
    "rubric": "severity of each reviewer in each criterion",
    "marks": "severity, use of the scale and noise of each reviewer, marks being steps with a ceiling",
}


def run(args: argparse.Namespace) -> int:
    if not 0 < args.level < 100:
        raise Wrong(
            f"--level {args.level:g} is no percentage between 0 and 100.", "Write --level 90.", status=2
        )
    job = Job(args, [args.file], {"": marking.COLUMNS})
    job.outputs.require_free(_ENDINGS)
    table = marking.table(job, args.file)
    job.confirm()
    reads = marking.reads(table)
    weights = criteria.weighted(table, args.weights)
    judged = criteria.judgements(table, marking.readings(table)) if weights and not job.faults.found else []
    job.ready()
    marking.require_comparison(reads)
    missing = marking.unmarked(table, reads)
    try:
        with Working(f"Calibrating {amount(len(reads), 'mark')}"):
            level = args.level / 100
            if judged:
                made: Calibration = calibrate_rubric(judged, weights, level=level, applicants=missing)
            else:
                made = calibrate(reads, level=level, applicants=missing, step=marking.step(reads))
    except ValueError as error:
        raise Wrong(f"{table.file}: {error}.", "Correct that, then try again.") from error
    print()
    _tell(made, len(reads), missing)
    _add_files(job.outputs, made)
    status = job.finish()
    print("\nNext: look at the picture, then sort into sure, lottery and not:")
    print(f"  tremplin select {job.outputs.path(_ENDINGS[0]).name} --places N")
    return status


def _tell(made: Calibration, reads: int, missing: Sequence[str]) -> None:
    people, reviewers = amount(len(made.estimates), "applicant"), amount(len(made.severities), "reviewer")
    print(f"{people}, {reviewers}, {amount(reads, 'reading' if made.model == 'rubric' else 'mark')}.")
    print(
        "A reviewer who is harsher than others on the same applicants is taken for harsh; corrections are cautious"
    )
    print("where there is little to go by. Who an applicant is plays no part.")
    print(_model(made, reads))
    for line in criteria.told(made):
        print(line)
    print("\n".join(_reviewers_told(made)))
    print("\n".join(_moved(made)))
    if len(made.estimates) > _MOST_EXPLAINED:
        print(
            f"Why each score is what it is stands in the files of up to {_MOST_EXPLAINED:,} applicants; not here."
        )
    print("What is uncertain:")
    for line in _doubts(made, missing):
        print(f"  - {line}")


def _model(made: Calibration, reads: int) -> str:
    """What was estimated of reviewers, and why not more."""
    more = " and their noise and use of the scale" if made.model == "rubric" and _has_habits(made) else ""
    said = f"Allowed for: {_MODELS.get(made.model, made.model)}{more}."
    needed = max(ENOUGH_READS, READS_EACH * len(made.severities))
    if not _has_habits(made) and reads < needed:
        return f"{said} To tell their noise and use of the scale takes {needed:,} marks; here are {reads:,}."
    return said


def _has_habits(made: Calibration) -> bool:
    """Whether noise and use of the scale were estimated; else they are one for all, and say nothing."""
    return any(row.noise != 1 or row.stretch != 1 for row in made.severities)


def _reviewers_told(made: Calibration) -> list[str]:
    harsh, kind = min(made.severities, key=_shift), max(made.severities, key=_shift)
    lines = [
        f"Harshest: {harsh.reviewer} ({harsh.shift:+.2f}); most generous: {kind.reviewer} ({kind.shift:+.2f})."
    ]
    if _has_habits(made):
        quiet, noisy = min(made.severities, key=_noise), max(made.severities, key=_noise)
        lines.append(
            f"Steadiest: {quiet.reviewer} ({fixed(quiet.noise)} times the noise of a typical reviewer); noisiest: "
            f"{noisy.reviewer} ({fixed(noisy.noise)} times). Marks of steady reviewers weigh more."
        )
    return lines


def _moved(made: Calibration) -> list[str]:
    """Whom the correction moves furthest: where to look whether it can be right."""
    moved = sorted(
        (row for row in made.estimates if row.raw is not None),
        key=lambda row: (-abs(row.estimate - (row.raw or 0)), row.applicant),
    )[:_MOVED_SHOWN]
    places = _decimals(made)
    lines = [
        "Whom the correction moves furthest (mark → that of an average reviewer, its share of the score):"
    ]
    for row in moved:
        lines.append(
            f"  {row.applicant}: mean of {amount(row.reads, 'mark')} {fixed(row.raw or 0, places)}, corrected "
            f"{_interval(row, places)}"
        )
        lines.append(f"    {_brief(made, row)}")
    return lines


def _brief(made: Calibration, row: Estimate) -> str:
    """What made a score, in signs: each mark, what an average reviewer would have given, its share of the score."""
    reason = made.why(row.applicant)
    marks = [
        f"{read.reviewer} {figure(read.score, 2)} → {fixed(read.corrected)} ({_share(read.weight)})"
        for read in reason.readings
    ]
    return f"{some(marks, 8)}; the mean of all applicants {_share(reason.prior_weight)}"


def _share(weight: float) -> str:
    return percent(round(weight, 2))


def _decimals(made: Calibration) -> int:
    return decimals(end for row in made.estimates for end in (row.low, row.high))


def _interval(row: Estimate, places: int) -> str:
    return f"{fixed(row.estimate, places)} ({fixed(row.low, places)} to {fixed(row.high, places)})"


def _shift(row: Severity) -> float:
    return row.shift


def _noise(row: Severity) -> float:
    return row.noise


def _doubts(made: Calibration, missing: Sequence[str]) -> list[str]:
    """What the figures cannot tell, and what to do about it."""
    usual = round(sum(row.reads for row in made.estimates) / len(made.estimates))
    lines = [
        f"one mark says {percent(made.icc)} about the applicant and the rest about chance and reviewer; the mean of "
        f"{amount(max(usual, 1), 'mark')} says {percent(made.reliability(max(usual, 1)))}",
        f"each interval holds the applicant’s own score {percent(made.level)} of the time; where intervals "
        "overlap, people are not ordered",
    ]
    if len(made.islands) > 1:
        sizes = ", ".join(f"{len(island):,}" for island in made.islands[:8])
        lines.append(
            f"the applicants fall into {len(made.islands):,} groups that no reviewer joins (of {sizes}): between "
            "them nobody can tell a strong group from generous reviewers. Let a reviewer of each read in another"
        )
    if made.bridges:
        lines.append(
            f"{some(list(made.bridges), 5)} alone hold groups of applicants together: one more reviewer across them "
            "would make the comparison firmer"
        )
    few = [row.applicant for row in made.estimates if 0 < row.reads < _FEW_READS]
    if few:
        lines.append(
            f"{amount(len(few), 'applicant')} with a single mark ({some(few, 5)}): have them read again"
        )
    if missing:
        lines.append(
            f"{amount(len(missing), 'applicant')} without a mark ({some(missing, 5)}): nothing is known of them"
        )
    return lines


def _why(made: Calibration, row: Estimate) -> str:
    """Each mark as it was given and as an average reviewer would have given it, and what is known without marks;
    nothing where there are very many."""
    if not row.reads or len(made.estimates) > _MOST_EXPLAINED:
        return ""
    reason = made.why(row.applicant)
    marks = "; ".join(
        f"{read.reviewer} gave {figure(read.score, 2)}, an average reviewer {fixed(read.corrected, 2)} "
        f"({_share(read.weight)} of the score)"
        for read in reason.readings
    )
    return f"{marks}; the mean of all applicants makes {_share(reason.prior_weight)}"


def _add_files(outputs: Outputs, made: Calibration) -> None:
    whys = {row.applicant: _why(made, row) for row in made.estimates}
    people = ("rank", "code", "score", "low", "high", "marks", "mean of marks", "why", *criteria.heads(made))
    rows = [
        (
            number,
            row.applicant,
            round(row.estimate, 4),
            round(row.low, 4),
            round(row.high, 4),
            row.reads,
            row.raw,
            whys[row.applicant],
            *criteria.cells(made, row.applicant),
        )
        for number, row in enumerate(made.estimates, 1)
    ]
    outputs.add(_ENDINGS[0], "everybody’s corrected score and its interval", as_csv(people, rows))
    readers = ("reviewer", "severity", "deviation", "marks", *(_HABITS if _has_habits(made) else ()))
    shifts = [
        (row.reviewer, round(row.shift, 4), round(row.deviation, 4), row.reads)
        + ((round(row.noise, 3), round(row.stretch, 3)) if _has_habits(made) else ())
        for row in sorted(made.severities, key=_shift)
    ]
    steady = ", and how steady" if _has_habits(made) else ""
    outputs.add(_ENDINGS[1], f"how harsh or generous each reviewer is{steady}", as_csv(readers, shifts))
    content = {
        "level": made.level,
        "model": made.model,
        "allowed for": _MODELS.get(made.model, made.model),
        "mean": made.mean,
        "reliability of one mark": made.icc,
        "groups that no reviewer joins": len(made.islands),
        "applicants": [dict(zip(people, row, strict=True)) for row in rows],
        "reviewers": [dict(zip(readers, row, strict=True)) for row in shifts],
    }
    outputs.add(_ENDINGS[2], "the same for programs", as_json(content))
    outputs.add(_ENDINGS[3], "a picture of it; it names reviewers, so keep it to yourself", _picture(made))


def _picture(made: Calibration) -> str:
    reviewers = sorted(made.severities, key=_shift)
    places = _decimals(made)
    reads = sum(row.reads for row in made.severities)
    explained = [row for row in made.estimates if row.reads][: picture.MOST_ROWS]
    reasons = [[row.applicant, fixed(row.estimate, places), _brief(made, row)] for row in explained]
    parts = [
        picture.facts(
            [
                ("What one mark says", percent(made.icc)),
                ("Mean of all", fixed(made.mean, places)),
                ("Groups no reviewer joins", len(made.islands) if len(made.islands) > 1 else "none"),
            ]
        ),
        picture.paragraphs([_model(made, reads)]),
        *_criteria(made),
        picture.marks(
            "Applicants, best first",
            [_applicant(row, places) for row in made.estimates],
            heads=("Applicant", "Score (interval)"),
        ),
        picture.marks(
            "Reviewers, harshest first",
            [_reviewer(row, known=_has_habits(made)) for row in reviewers],
            heads=("Reviewer", "Against the middle"),
            edge=0.0,
            edge_name="the middle",
            desc="Bars are two deviations wide each way.",
        ),
    ]
    if reasons:
        heads = ("Applicant", "Score", "Marks")
        title = "Why: each mark → that of an average reviewer (its share of the score)"
        parts.append(picture.table(title, heads, reasons, numbers=frozenset({1})))
    return picture.page(
        "Scores, corrected for harsh and generous reviewers",
        f"{amount(len(made.estimates), 'applicant')} and {amount(len(reviewers), 'reviewer')}. A bar holds the "
        f"applicant’s own score {percent(made.level)} of the time; the dot is the best guess.",
        parts,
        "Made with “tremplin calibrate”. Where bars overlap, the marks do not order people.",
    )


def _criteria(made: Calibration) -> list[str]:
    rows = criteria.shown(made)
    numbers = frozenset(range(1, len(criteria.SHOWN)))
    return [picture.table("Criteria", criteria.SHOWN, rows, numbers=numbers)] if rows else []


def _applicant(row: Estimate, places: int) -> picture.Mark:
    tag = "" if row.reads >= _FEW_READS else amount(row.reads, "mark")
    return picture.Mark(
        row.applicant,
        row.low,
        row.high,
        _interval(row, places),
        at=row.estimate,
        tone="maybe" if tag else "yes",
        tag=tag,
    )


def _reviewer(row: Severity, *, known: bool) -> picture.Mark:
    """`known`: whether noise was estimated; else it is one for all, and says nothing."""
    noise = f", noise {fixed(row.noise)}" if known else ""
    tag = "noisy" if known and row.noise > _NOISY else "steady" if known and row.noise < _QUIET else ""
    return picture.Mark(
        row.reviewer,
        row.shift - 2 * row.deviation,
        row.shift + 2 * row.deviation,
        f"{row.shift:+.2f}, {amount(row.reads, 'mark')}{noise}",
        at=row.shift,
        tone="no",
        tag=tag,
    )
