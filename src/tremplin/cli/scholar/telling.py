"""What a check or a verdict looks like in a terminal, and for programs: the same lines for home and programme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tremplin.cli.scholar.words import Tongue
from tremplin.grader import notebook

LOADS = "loads"
Line = Mapping[str, Any]
"""One check, as `grader.hints.told` and the programme's server give it."""


def told(checks: Sequence[Line], tongue: Tongue, *, code: str = "") -> Iterator[str]:
    """The lines of a terminal. `code` is what was checked: a line of a notebook is told by its cell."""
    for check in checks:
        if check["passed"]:
            if check["id"] != LOADS:
                yield f"  ✓ {tongue.text(check['title'])}"
            continue
        yield f"  {'·' if check['skipped'] else '✗'} {tongue.text(check['title'])}"
        yield from _why(check, tongue, code)


def _why(check: Line, tongue: Tongue, code: str) -> Iterator[str]:
    message = tongue.text(check["message"])
    found = notebook.place(code, check["line"]) if check["line"] and code else None
    if found:
        message = f"{message} {tongue('cell', cell=found[0], line=found[1])}"
    yield f"      {message}"
    if check["expected"] or check["actual"]:
        yield from _value(tongue("expected"), check["expected"])
        yield from _value(tongue("actual"), check["actual"])
    if check["hint"]:
        yield f"      {tongue('hint')} {tongue.text(check['hint'])}"
    elif check["hint_after"]:
        left = check["hint_after"]
        yield f"      {tongue('hint-next') if left == 1 else tongue('hint-later', left=left)}"


def _value(label: str, text: str) -> Iterator[str]:
    lines = text.splitlines() or ["–"]
    if len(lines) == 1:
        yield f"      {label} {lines[0]}"
        return
    yield f"      {label}"
    yield from ("        " + line for line in lines)


def printed(output: str, tongue: Tongue) -> Iterator[str]:
    if output.strip():
        yield ""
        yield tongue("printed")
        yield from ("  " + line for line in output.splitlines())
