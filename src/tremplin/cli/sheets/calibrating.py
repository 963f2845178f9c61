"""`tremplin calibrate`: marks read, corrected for severity, told with their doubt, written with intervals."""

import argparse
from collections.abc import Sequence
from typing import Final

from tremplin.cli.progress import Working
from tremplin.cli.sheets import marking, picture
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.job import Job
from tremplin.cli.sheets.words import amount, figure, percent, some
from tremplin.cli.sheets.writing import Outputs, as_csv, as_json
from tremplin.methods.calibration import Calibration, Estimate, Severity, calibrate

_ENDINGS = ("calibrated.csv", "reviewers.csv", "calibrated.json", "calibrated.html")
_MOVED_SHOWN = 3
_FEW_READS = 2
_MOST_EXPLAINED = 2_000
_MODELS: Final[dict[str, str]] = {
    "severity": "severity of each reviewer",
    "habits": "severity, use of the scale and noise of each reviewer",
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
    job.ready()
    marking.require_comparison(reads)
    missing = marking.unmarked(table, reads)
    try:
        with Working(f"Calibrating {amount(len(reads), 'mark')}"):
            made = calibrate(reads, level=args.level / 100, applicants=missing, step=marking.step(reads))
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
    print(f"{people}, {reviewers}, {amount(reads, 'mark')}.")
    print(
        "A reviewer who is harsher than others on the same applicants is taken for harsh; corrections are cautious"
    )
    print("where there is little to go by. Who an applicant is plays no part.")
    print(f"Allowed for: {_MODELS.get(made.model, made.model)}.")
    harsh, kind = min(made.severities, key=_shift), max(made.severities, key=_shift)
    print(
        f"Harshest: {harsh.reviewer} ({harsh.shift:+.2f}); most generous: {kind.reviewer} ({kind.shift:+.2f})."
    )
    moved = sorted(
        (row for row in made.estimates if row.raw is not None),
        key=lambda row: -abs(row.estimate - (row.raw or 0)),
    )
    for row in moved[:_MOVED_SHOWN]:
        print(
            f"  {row.applicant}: mean of marks {figure(row.raw or 0, 2)}, corrected {figure(row.estimate, 2)} "
            f"({figure(row.low, 2)} to {figure(row.high, 2)}), {amount(row.reads, 'mark')}"
        )
    print("What is uncertain:")
    for line in _doubts(made, missing):
        print(f"  - {line}")


def _shift(row: Severity) -> float:
    return row.shift


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
    """Each mark as it was given and as an average reviewer would have given it; nothing where there are very many."""
    if not row.reads or len(made.estimates) > _MOST_EXPLAINED:
        return ""
    reason = made.why(row.applicant)
    return "; ".join(
        f"{read.reviewer} gave {figure(read.score, 2)}, an average reviewer {figure(read.corrected, 2)}"
        for read in reason.readings
    )


def _add_files(outputs: Outputs, made: Calibration) -> None:
    people = ("rank", "code", "score", "low", "high", "marks", "mean of marks", "why")
    rows = [
        (
            number,
            row.applicant,
            round(row.estimate, 4),
            round(row.low, 4),
            round(row.high, 4),
            row.reads,
            row.raw,
            _why(made, row),
        )
        for number, row in enumerate(made.estimates, 1)
    ]
    outputs.add(_ENDINGS[0], "everybody’s corrected score and its interval", as_csv(people, rows))
    readers = ("reviewer", "severity", "deviation", "marks")
    shifts = [
        (row.reviewer, round(row.shift, 4), round(row.deviation, 4), row.reads)
        for row in sorted(made.severities, key=_shift)
    ]
    outputs.add(_ENDINGS[1], "how harsh or generous each reviewer is", as_csv(readers, shifts))
    content = {
        "level": made.level,
        "model": made.model,
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
    return picture.page(
        "Scores, corrected for harsh and generous reviewers",
        f"{amount(len(made.estimates), 'applicant')} and {amount(len(reviewers), 'reviewer')}. A bar holds the "
        f"applicant’s own score {percent(made.level)} of the time; the dot is the best guess.",
        [
            picture.facts(
                [
                    ("What one mark says", percent(made.icc)),
                    ("Mean of all", figure(made.mean, 2)),
                    ("Groups no reviewer joins", len(made.islands) if len(made.islands) > 1 else "none"),
                ]
            ),
            picture.marks(
                "Applicants, best first",
                [_applicant(row) for row in made.estimates],
                heads=("Applicant", "Score (interval)"),
            ),
            picture.marks(
                "Reviewers, harshest first",
                [_reviewer(row) for row in reviewers],
                heads=("Reviewer", "Against the middle"),
                edge=0.0,
                edge_name="the middle",
                desc="Bars are two deviations wide each way.",
            ),
        ],
        "Made with “tremplin calibrate”. Where bars overlap, the marks do not order people.",
    )


def _applicant(row: Estimate) -> picture.Mark:
    said = f"{figure(row.estimate, 2)} ({figure(row.low, 2)} to {figure(row.high, 2)})"
    tag = "" if row.reads >= _FEW_READS else amount(row.reads, "mark")
    return picture.Mark(
        row.applicant, row.low, row.high, said, at=row.estimate, tone="maybe" if tag else "yes", tag=tag
    )


def _reviewer(row: Severity) -> picture.Mark:
    said = f"{row.shift:+.2f}, {amount(row.reads, 'mark')}"
    return picture.Mark(
        row.reviewer,
        row.shift - 2 * row.deviation,
        row.shift + 2 * row.deviation,
        said,
        at=row.shift,
        tone="no",
    )
