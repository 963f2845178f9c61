"""What a check holds in its hands: the learner's functions, called across the wall of the box.

Checks never see the learner's objects, only values that crossed as JSON and array bytes, or `Thing`s that
stay inside and are operated on from here. Whatever goes wrong on the other side arrives as a `CallFailed`.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import time
from typing import Any

import numpy as np

from tremplin.grader import protocol
from tremplin.grader.sandbox import Box, BoxDied, BoxSpec, Cause, Sandbox, Usage

MAX_BOXES = 3


class CallFailed(Exception):
    """A call brought no value back."""


class Raised(CallFailed):
    """The learner's code raised an exception."""

    def __init__(self, kind: str, message: str, line: int | None, function: str, syntax: bool) -> None:
        super().__init__(kind)
        self.kind, self.message, self.line, self.function, self.syntax = kind, message, line, function, syntax


class MissingName(CallFailed):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Died(CallFailed):
    """The box ended before the answer came."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause: Cause = cause


class Session:
    """One submission across as many boxes as it breaks: the second check may pass where the first crashed."""

    def __init__(self, sandbox: Sandbox, spec: BoxSpec, source: bytes, *, seed: int = 0) -> None:
        self._sandbox = sandbox
        self._spec = spec
        self._seed = _of_the_box(seed)
        self._source = np.frombuffer(source, dtype=np.uint8)
        self._deadline: float | None = None  # begins when the first box is ready
        self._box: Box | None = None
        self._limit = spec.limits.message_mb << 20
        self.generation = 0
        self.lost = False
        """Somebody else ended a box: what was found since says nothing about the submission."""
        self.layers: tuple[str, ...] = ()
        self.usages: list[Usage] = []

    def start(self) -> Box:
        """Open a box and load the submission. `Unavailable`, or a `CallFailed` about the file itself."""
        self.generation += 1
        box = self._box = self._sandbox.open(self._spec, max(0.1, self._left()))
        if self._deadline is None:
            self._deadline = time.monotonic() + self._spec.limits.wall_s
        self.layers = box.layers
        try:
            self.request("load", source=self._source, seed=self._seed)
        except CallFailed:
            self.stop()
            raise
        return box

    def request(self, verb: str, **fields: Any) -> Any:
        box = self._box or self._restarted()
        number = secrets.randbits(62)
        try:
            frame = protocol.pack({"id": number, "verb": verb, **fields})
            seconds = self._spec.limits.call_s * (2 if verb == "load" else 1)
            reply = protocol.unpack(box.exchange(frame, seconds), self._limit)
        except BoxDied as death:
            self.stop()
            self.lost = self.lost or death.cause == "lost"
            raise Died(death.cause) from None
        except protocol.Malformed:
            reply = {}
        if reply.get("id") != number or ("ok" in reply) == ("error" in reply):
            self.stop()  # it does not keep to the protocol: nothing it says from here on is an answer
            raise Died("broken")
        if "error" in reply:
            raise _failure(reply["error"])
        return reply["ok"]

    def _left(self) -> float:
        """Seconds that the grading may still take."""
        return self._spec.limits.wall_s if self._deadline is None else self._deadline - time.monotonic()

    def _restarted(self) -> Box:
        if self._left() <= 0:
            raise Died("wall")
        if self.generation >= MAX_BOXES:
            raise Died("again")
        return self.start()

    def stop(self) -> None:
        if self._box is not None:
            self.usages.append(self._box.close())
            self._box = None

    def forget(self) -> None:
        """Let the box drop what a check kept there."""
        if self._box is not None:
            with contextlib.suppress(CallFailed):
                self.request("drop")


def _of_the_box(seed: int) -> int:
    """A seed for the submission's own random numbers, from which that of the hidden inputs cannot be told."""
    return int.from_bytes(hashlib.sha256(f"box {seed}".encode()).digest()[:7])


def _failure(error: Any) -> CallFailed:
    """Build our exception from what the box claims about its own; all of it is text to be shown, no more."""
    if not isinstance(error, dict):
        return Died("broken")
    kind, message = _clean(error.get("type"), 60), _clean(error.get("message"), 300)
    if error.get("missing") is True:
        return MissingName(_clean(error.get("message"), 60))
    line = error.get("line")
    valid = isinstance(line, int) and not isinstance(line, bool) and 0 < line < 1_000_000
    return Raised(
        kind, message, line if valid else None, _clean(error.get("function"), 60), error.get("syntax") is True
    )


def _clean(value: object, length: int) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(c if c.isprintable() else " " for c in text[:length]).strip()


class Thing:
    """An object that stays in the box. Operators on it run there and give another `Thing`."""

    def __init__(self, calls: Calls, ref: protocol.Ref, generation: int) -> None:
        self._calls, self.ref, self.generation = calls, ref, generation

    @property
    def kind(self) -> str:
        return self.ref.kind

    def get(self, name: str) -> Any:
        """The value of an attribute."""
        return self._calls.send("attribute", name, self)

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self._calls.send("method", name, self, *args, kwargs=kwargs)

    def make(self, name: str, *args: Any, **kwargs: Any) -> Thing:
        """Call a method and keep what it returns in the box."""
        return self._calls.keep("method", name, self, *args, kwargs=kwargs)

    def __add__(self, other: Any) -> Thing:
        return self._calls.operate("add", self, other)

    def __radd__(self, other: Any) -> Thing:
        return self._calls.operate("add", other, self)

    def __sub__(self, other: Any) -> Thing:
        return self._calls.operate("sub", self, other)

    def __mul__(self, other: Any) -> Thing:
        return self._calls.operate("mul", self, other)

    def __rmul__(self, other: Any) -> Thing:
        return self._calls.operate("mul", other, self)

    def __truediv__(self, other: Any) -> Thing:
        return self._calls.operate("truediv", self, other)

    def __matmul__(self, other: Any) -> Thing:
        return self._calls.operate("matmul", self, other)

    def __pow__(self, other: Any) -> Thing:
        return self._calls.operate("pow", self, other)

    def __neg__(self) -> Thing:
        return self._calls.operate("neg", self)


class Calls:
    """The `box` that every check is given."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call the learner's function and return what it returned."""
        return self.send("call", name, *args, kwargs=kwargs)

    def call_and_arguments(self, name: str, *args: Any) -> tuple[Any, tuple[Any, ...]]:
        """Call, and also return the arguments as they are afterwards: did the function change its inputs?"""
        answer = self.send("call", name, *args, echo=True)
        if not isinstance(answer, tuple) or len(answer) != 2 or not isinstance(answer[1], tuple):
            raise Died("broken")
        return answer

    def call_list(self, name: str, *args: Any, at_most: int, **kwargs: Any) -> list[Any]:
        """Call a function that returns something to iterate over, and return at most so many of its items."""
        answer = self.send("call", name, *args, kwargs=kwargs, listed=at_most)
        if not isinstance(answer, list) or len(answer) > at_most:
            raise Died("broken")
        return answer

    def make(self, name: str, *args: Any, **kwargs: Any) -> Thing:
        """Call, and keep the result in the box."""
        return self.keep("call", name, *args, kwargs=kwargs)

    def operate(self, name: str, *args: Any, times: int = 1) -> Thing:
        """Apply an operator to things in the box; with `times`, again and again to its own result."""
        return self.keep("operate", name, *args, times=times)

    def describe(self, name: str) -> str:
        """`function`, `class`, `value` or `missing`."""
        answer = self._session.request("describe", name=name)
        return answer if answer in ("function", "class", "value") else "missing"

    def keep(
        self, verb: str, name: str, *args: Any, kwargs: dict[str, Any] | None = None, times: int = 1
    ) -> Thing:
        answer = self.send(verb, name, *args, kwargs=kwargs, times=times, keep=True)
        if not isinstance(answer, protocol.Ref):
            raise Died("broken")
        return Thing(self, answer, self._session.generation)

    def send(
        self,
        verb: str,
        name: str,
        *args: Any,
        kwargs: dict[str, Any] | None = None,
        times: int = 1,
        keep: bool = False,
        echo: bool = False,
        listed: int | None = None,
    ) -> Any:
        return self._session.request(
            verb,
            name=name,
            args=[self._outward(value) for value in args],
            kwargs={key: self._outward(value) for key, value in (kwargs or {}).items()},
            times=times, keep=keep, echo=echo, listed=listed,
        )  # fmt: skip

    def _outward(self, value: Any) -> Any:
        if isinstance(value, Thing):
            if value.generation != self._session.generation:
                raise Died("exit")  # it was in a box that is gone
            return value.ref
        if isinstance(value, list):
            return [self._outward(item) for item in value]
        return value
