"""Which window wrote an answer, and when; and the same of the text that was set aside for it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

Window = Literal["", "saved", "aside"]


class Touch(NamedTuple):
    """How it is kept, as a list: the version in which the answer last changed, in which window, and the second.

    The others are those of the text that another window typed meanwhile, as long as it waits for a choice, and how
    many of its characters came from windows before that one.
    """

    version: int = 0
    window: str = ""
    second: int = 0
    aside_window: str = ""
    aside_second: int = 0
    aside_above: int = 0

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


def aside_now(touch: Touch, window: str, now: datetime, *, above: int = 0) -> list[Any]:
    """A text that is put beside the answer of `touch`."""
    return list(touch._replace(aside_window=window, aside_second=_second(now), aside_above=above))


def _second(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(second: int) -> datetime | None:
    return datetime.fromtimestamp(second, UTC) if second else None
