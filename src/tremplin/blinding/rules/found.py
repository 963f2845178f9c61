"""Words of a text and what was found in it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tremplin.core.text import fold

Kind = Literal["person", "email", "link", "handle", "phone", "street", "school", "employer", "town", "hidden"]
_WORD = re.compile(r"[^\W_]+")
_JOINS = re.compile(r"[\s.'’\-‐‑–_/&]{0,3}")  # what may stand between two words of one name
_ENDS = re.compile(r"[.]\s")


@dataclass(frozen=True, slots=True)
class Found:
    """Something to hide, from `start` to `end`. `key` tells it from others of its kind, and is the same each time."""

    start: int
    end: int
    kind: Kind
    key: str


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters and digits."""

    start: int
    end: int
    text: str
    folded: str

    @property
    def capital(self) -> bool:
        """Written as a name is: with a capital somewhere (iFixit, too), or in a script that has none."""
        return self.text != self.text.lower() or self.text == self.text.upper()


def words_of(text: str) -> list[Word]:
    return [Word(found.start(), found.end(), found[0], fold(found[0])) for found in _WORD.finditer(text)]


def folded_words(text: str) -> tuple[str, ...]:
    return tuple(fold(found[0]) for found in _WORD.finditer(text))


def joined(text: str, first: Word, second: Word) -> bool:
    """Whether two words may be parts of one name."""
    return side_by_side(text, first.end, second.start)


def side_by_side(text: str, end: int, start: int) -> bool:
    """Whether nothing but what joins the parts of a name stands in between: the end of a sentence does not."""
    between = text[end:start]
    return _JOINS.fullmatch(between) is not None and _ENDS.search(between) is None


def places(text: str, words: Sequence[Word], wanted: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where `wanted`, a folded name of one word or more, stands among `words`: first and last position."""
    size = len(wanted)
    for start in range(len(words) - size + 1):
        run = words[start : start + size]
        if run[0].folded != wanted[0] or any(
            word.folded != part for word, part in zip(run, wanted, strict=True)
        ):
            continue
        if all(joined(text, run[at], run[at + 1]) for at in range(size - 1)):
            yield start, start + size - 1
