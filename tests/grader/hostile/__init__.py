"""What hostile submissions try, by theme: name of the attempt → body of its `target(x)`.

None of these bodies ever returns the right answer, so a mark could only be stolen. Every one is given to every
kind of box. The texts beside this file hold one attempt under each line that starts with three equals signs.
"""

from pathlib import Path

from tests.grader.hostile import forgeries

_THEMES = ("ends", "floods", "answers", "tampering", "kernel")


def read(theme: str) -> dict[str, str]:
    """The bodies of one text, by name."""
    _, *entries = (Path(__file__).parent / f"{theme}.txt").read_text("utf-8").split("\n=== ")
    return {name: body for name, _, body in (entry.partition("\n") for entry in entries)}


def _named(theme: str, bodies: dict[str, str], before: str = "") -> dict[str, str]:
    return {f"{theme}: {name}": before + body for name, body in bodies.items()}


# These change the interpreter that their own honest function runs in, and may fail with it.
SPOIL_THEMSELVES = frozenset({"tampering: every module", "tampering: a trace that rewrites what is returned"})

ATTACKS: dict[str, str] = {
    **{name: body for theme in _THEMES for name, body in _named(theme, read(theme)).items()},
    **_named("forged", forgeries.ATTACKS),
    **_named("doubled", read("doubled"), forgeries.KNOWING),
}
