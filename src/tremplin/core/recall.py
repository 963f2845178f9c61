"""What a page has asked already: while a request only reads, the same question is asked once.

Outside such a request, and in every request that may change something, nothing is remembered.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("known", default=None)


@contextmanager
def reading(*, only: bool = True) -> Iterator[None]:
    """Within this block answers are remembered; with `only=False`, where things may change, they are not."""
    token = _known.set({} if only else None)
    try:
        yield
    finally:
        _known.reset(token)


def recall(key: Hashable, ask: Callable[[], T]) -> T:
    """The answer to `ask`, from memory if this page had it before. `key` names the question in the whole house."""
    known = _known.get()
    if known is None:
        return ask()
    if key not in known:
        known[key] = ask()
    answer: T = known[key]
    return answer


def forget() -> None:
    """Something has changed after all: remember nothing of what was asked before."""
    known = _known.get()
    if known is not None:
        known.clear()
