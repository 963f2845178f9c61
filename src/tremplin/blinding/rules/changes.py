"""What changed between two copies of a text, word by word, for those who look before they say yes."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

_PIECE = re.compile(r"\[[^\[\]\n]*\]|\s+|[^\s\[\]]+|[\[\]]")


class Change(NamedTuple):
    """A run of text: it stays, it goes, or it is new."""

    kind: Literal["same", "out", "in"]
    text: str


def changes(before: str, after: str) -> Iterator[Change]:
    """From `before` to `after`. Markers are taken whole, so that none is shown half."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    for deed, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if deed == "equal":
            yield Change("same", "".join(old[i:j]))
            continue
        if i < j:
            yield Change("out", "".join(old[i:j]))
        if k < m:
            yield Change("in", "".join(new[k:m]))
