"""What changed from one try at a lab to the next, for the eye: a few lines around each change."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

MOST_LINES = 3000
AROUND = 3


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line: `kind` is same, added, dropped or gap (lines left out between two changes)."""

    kind: str
    text: str


def diff(before: str, after: str) -> list[DiffLine]:
    """The lines that differ with those around them; empty where nothing differs, or where there is too much to
    compare while somebody waits."""
    old, new = before.splitlines(), after.splitlines()
    if old == new or len(old) + len(new) > MOST_LINES:
        return []
    found: list[DiffLine] = []
    for part in difflib.SequenceMatcher(None, old, new).get_grouped_opcodes(AROUND):
        if found or part[0][1]:
            found.append(DiffLine("gap", ""))
        for tag, i1, i2, j1, j2 in part:
            if tag == "equal":
                found += _lines("same", old[i1:i2])
            else:
                found += _lines("dropped", old[i1:i2]) + _lines("added", new[j1:j2])
    return found


def _lines(kind: str, texts: Sequence[str]) -> list[DiffLine]:
    return [DiffLine(kind, text) for text in texts]
