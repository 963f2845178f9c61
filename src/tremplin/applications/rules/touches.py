"""Which window wrote an answer, and when; and the same of the texts that were set aside for it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

Window = Literal["", "saved", "aside"]


class Touch(NamedTuple):
    """How it is kept, as a list: the version in which the answer last changed, in which window, and the second.

    The others are those of the text that other windows typed meanwhile, as long as it waits for a choice: which
    window wrote in it last, and when, and how many characters each of them wrote, in the order in which they stand.
    """

    version: int = 0
    window: str = ""
    second: int = 0
    aside_window: str = ""
    aside_second: int = 0
    aside_parts: Sequence[tuple[str, int]] = ()

    @property
    def at(self) -> datetime | None:
        return _moment(self.second)

    @property
    def aside_at(self) -> datetime | None:
        return _moment(self.aside_second)

    def written_in(self, window: str) -> Window:
        """Which of the two texts came from `window`, as far as it is known."""
        if not window:
            return ""
        if window == self.window:
            return "saved"
        return "aside" if window == self.aside_window else ""


def touch_of(touched: Mapping[str, Sequence[Any]], question: str) -> Touch:
    """What is known of the answer to `question`."""
    return Touch(*touched.get(question, ()))


def saved_now(version: int, window: str, now: datetime, *, beside: Touch | None = None) -> list[Any]:
    """An answer that is stored now; what waits `beside` it, as far as anything does, stays as it was."""
    return [version, window, _second(now), *(beside[3:] if beside else ())]


def aside_now(touch: Touch, window: str, now: datetime, parts: Sequence[tuple[str, int]] = ()) -> list[Any]:
    """A text that is put beside the answer of `touch`, made of these parts."""
    return list(touch._replace(aside_window=window, aside_second=_second(now), aside_parts=parts))


_BETWEEN = "\n\n"


def set_aside(before: str, touch: Touch, window: str, text: str) -> tuple[str, list[tuple[str, int]]]:
    """What waits once `window` has put its `text` beside what `before` waited; and the parts that it is made of.

    Each window has one part, however often it saves and whichever saves between: its newest text stands in the place
    of its last one. A page that does not say which window it is never takes the place of another text; one that
    waits already, word for word, is not put there again.
    """
    parts: list[tuple[str, str]] = []
    start = 0
    for name, length in touch.aside_parts:
        parts.append((name, before[start : start + length]))
        start += length + len(_BETWEEN)
    place = next((index for index, (name, _text) in enumerate(parts) if window and name == window), None)
    if place is not None:
        parts[place] = (window, text)
    elif text not in (each for _name, each in parts):
        parts.append((window, text))
    return _BETWEEN.join(each for _name, each in parts), [(name, len(each)) for name, each in parts]


def _second(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(second: int) -> datetime | None:
    return datetime.fromtimestamp(second, UTC) if second else None
