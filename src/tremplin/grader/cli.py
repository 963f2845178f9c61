"""`python -m tremplin.grader LAB FILE`: grade a file on your own machine and read the report."""

from __future__ import annotations

import argparse
import secrets
import sys
from pathlib import Path

from tremplin.grader.doctor import doctor
from tremplin.grader.grading import LOADS, grade
from tremplin.grader.lab import Lab
from tremplin.grader.lab_file import read
from tremplin.grader.report import CheckResult, Report
from tremplin.grader.table import ContentError
from tremplin.grader.text import LANGUAGES, Text, both, say

PASSED, FAILED, USAGE = 0, 1, 2
SHIPPED = Path(__file__).parent.parent / "curriculum" / "labs"

_LINES: dict[str, Text] = {
    "expected": both("expected:", "attendu :"),
    "actual": both("got:", "obtenu :"),
    "hint": both("hint:", "indice :"),
    "printed": both("Your code printed:", "Votre code a affiché :"),
    "points": both("{points:g} of {most:g} points · {seconds:.2f} s · seed {seed}",
                   "{points:g} points sur {most:g} · {seconds:.2f} s · graine {seed}"),
    "no-file": both("cannot read {file}: {reason}", "impossible de lire {file} : {reason}"),
    "no-lab": both("there is no lab {lab!r}; there are: {labs}",
                   "il n’y a pas de TP {lab!r} ; il y a : {labs}"),
}  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Return 0 if every check passed, 1 if not, 2 if there was nothing to grade."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.doctor:
        return _doctor(options.lang)
    if options.lab is None or options.file is None:
        parser.print_usage(sys.stderr)
        return USAGE
    try:
        lab = find_lab(options.lab, options.lang)
        submission = Path(options.file).read_bytes()
    except (ContentError, LookupError) as error:
        return _complain(str(error.args[0]) if error.args else "")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _complain(say(_LINES["no-file"], options.lang).format(file=options.file, reason=reason))
    report = grade(lab, submission, seed=options.seed)
    sys.stdout.write((report.to_json() if options.json else readable(report, options.lang)) + "\n")
    if report.detail:
        sys.stderr.write(report.detail + "\n")
    return PASSED if report.passed else FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tremplin.grader", description=__doc__)
    parser.add_argument("lab", nargs="?", help="the code of a lab, or the folder of one")
    parser.add_argument("file", nargs="?", help="the file to grade")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language of the report")
    parser.add_argument("--seed", type=int, default=secrets.randbits(48), help="repeat a grading exactly")
    parser.add_argument("--doctor", action="store_true", help="say which layers of the sandbox hold here")
    return parser


def find_lab(name: str, language: str = "en") -> Lab:
    """Return the lab in a folder of that name, or the shipped lab of that code."""
    if (Path(name) / "lab.toml").is_file():
        return read(Path(name).resolve())
    shipped = sorted(path.parent.name for path in SHIPPED.glob("*/lab.toml"))
    if name not in shipped:
        raise LookupError(say(_LINES["no-lab"], language).format(lab=name, labs=", ".join(shipped)))
    return read(SHIPPED / name)


def readable(report: Report, language: str) -> str:
    """The report as lines of text for a terminal."""
    lines = [f"{report.lab}: {say(report.message, language)}", ""]
    for check in report.checks:
        lines += _check_lines(check, language)
    totals = say(_LINES["points"], language).format(
        points=report.points, most=report.max_points, seconds=report.wall_ms / 1000, seed=report.seed
    )
    lines += ["", totals]
    if report.output.strip():
        lines += ["", say(_LINES["printed"], language), *("  " + line for line in report.output.splitlines())]
    return "\n".join(lines)


def _check_lines(check: CheckResult, language: str) -> list[str]:
    if check.passed:
        return [] if check.id == LOADS else [f"  ✓ {say(check.title, language)}"]
    lines = [f"  {'·' if check.skipped else '✗'} {say(check.title, language)}"]
    lines.append(f"      {say(check.message, language)}")
    if check.expected or check.actual:
        lines += _value(say(_LINES["expected"], language), check.expected)
        lines += _value(say(_LINES["actual"], language), check.actual)
    if check.hint and not check.skipped:
        lines.append(f"      {say(_LINES['hint'], language)} {say(check.hint, language)}")
    return lines


def _value(label: str, text: str) -> list[str]:
    """A value on one line, or as a block where it has several."""
    lines = text.splitlines() or ["–"]
    if len(lines) == 1:
        return [f"      {label} {lines[0]}"]
    return [f"      {label}", *("        " + line for line in lines)]


def _doctor(language: str) -> int:
    findings = doctor()
    for finding in findings:
        sys.stdout.write(f"  {'✓' if finding.ok else '✗'} {finding.layer}: {say(finding.detail, language)}\n")
        if finding.remedy:
            sys.stdout.write(f"      {say(finding.remedy, language)}\n")
    return PASSED if all(finding.ok for finding in findings) else FAILED


def _complain(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return USAGE
