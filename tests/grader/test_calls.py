"""The checks' hold on what is in the box: things that stay there, and what happens when the box breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from tests.grader.helpers import QUICK
from tremplin.grader.bwrap import BwrapSandbox
from tremplin.grader.calls import Calls, Died, MissingName, Raised, Session
from tremplin.grader.sandbox import Box, BoxDied, BoxSpec, Usage

SOURCE = b"""
import os
class V:
    def __init__(self, x): self.x = x
    def __add__(self, o): return V(self.x + getattr(o, "x", o))
    __radd__ = __add__
    def __mul__(self, o): return V(self.x * getattr(o, "x", o))
    __rmul__ = __mul__
    def __sub__(self, o): return V(self.x - o.x)
    def __truediv__(self, o): return V(self.x / o.x)
    def __matmul__(self, o): return V(self.x @ o.x)
    def __pow__(self, n): return V(self.x ** n)
    def __neg__(self): return V(-self.x)
    def half(self): return V(self.x / 2)
    def plus(self, n): return self.x + n
def total(things): return sum(t.x for t in things)
def items(n):
    for i in range(n): yield i
def die(): os._exit(4)
"""


@pytest.fixture
def box() -> Iterator[Calls]:
    session = Session(BwrapSandbox(), BoxSpec(QUICK), SOURCE)
    session.start()
    yield Calls(session)
    session.stop()


def test_operators_run_in_the_box(box: Calls) -> None:
    a, b = box.make("V", 6.0), box.make("V", 2.0)
    assert a.kind == "V"
    made = (a + b, 1.0 + a, a - b, a * b, 3.0 * a, a / b, a**2, -a, a.make("half"))
    assert [thing.get("x") for thing in made] == [8, 7, 4, 12, 18, 3, 36, -6, 3]
    assert a.call("plus", 4) == 10
    assert box.call("total", [a, b]) == 8
    assert box.operate("add", a, 1.0, times=100).get("x") == 106
    matrix = box.make("V", np.eye(2) * 3)
    assert (matrix @ matrix).get("x").tolist() == [[9, 0], [0, 9]]


def test_names_and_iterators(box: Calls) -> None:
    assert [box.describe(name) for name in ("V", "total", "os", "nothing")] == [
        "class",
        "function",
        "value",
        "missing",
    ]
    assert box.call_list("items", 3, at_most=10) == [0, 1, 2]
    assert len(box.call_list("items", 10**9, at_most=5)) == 5
    with pytest.raises(MissingName, match="nothing"):
        box.call("nothing")
    with pytest.raises(Raised) as caught:
        box.call("total", 3)
    assert (caught.value.kind, caught.value.function) == ("TypeError", "total")


def test_a_thing_of_a_box_that_is_gone_cannot_be_used(box: Calls) -> None:
    thing = box.make("V", 1.0)
    with pytest.raises(Died):
        box.call("die")
    assert box.call("total", []) == 0
    with pytest.raises(Died):
        thing.get("x")


class Puppet:
    """A box that answers whatever the test wants, whatever it is asked."""

    layers = ("none",)

    def __init__(self, answer: Mapping[str, object] | BoxDied) -> None:
        self.answer = answer

    def open(self, spec: BoxSpec, seconds: float) -> Box:
        return self

    def exchange(self, frame: bytes, seconds: float) -> bytes:
        from tremplin.grader import protocol

        request = protocol.unpack(frame, 1 << 20)
        if request["verb"] == "load":
            return protocol.pack({"id": request["id"], "ok": None})
        if isinstance(self.answer, BoxDied):
            raise self.answer
        return protocol.pack({"id": request["id"], **self.answer})

    def close(self) -> Usage:
        return Usage()


@pytest.mark.parametrize(
    "answer",
    [
        {"ok": 1, "error": {}}, {}, {"error": 7}, {"error": [1]}, {"id": 5, "ok": 1}, {"passed": True},
        {"id": None, "ok": 1},
    ],
)  # fmt: skip
def test_an_answer_out_of_form_is_no_answer(answer: dict[str, object]) -> None:
    session = Session(Puppet(answer), BoxSpec(QUICK), b"")
    session.start()
    with pytest.raises(Died):
        Calls(session).call("f")


def test_what_a_box_claims_of_an_error_is_cut_and_cleaned() -> None:
    error = {
        "type": "E" * 999,
        "message": "\x1b[2Jx" * 999,
        "line": True,
        "function": 3,
        "syntax": 1,
        "missing": 1,
    }
    session = Session(Puppet({"error": error}), BoxSpec(QUICK), b"")
    session.start()
    with pytest.raises(Raised) as caught:
        Calls(session).call("f")
    assert len(caught.value.kind) == 60
    assert "\x1b" not in caught.value.message
    assert (caught.value.line, caught.value.function, caught.value.syntax) == (None, "", False)


@pytest.mark.parametrize("ask", ["keep", "list", "echo"])
def test_an_answer_of_another_kind_is_no_answer(ask: str) -> None:
    session = Session(Puppet({"ok": "text"}), BoxSpec(QUICK), b"")
    session.start()
    calls = Calls(session)
    with pytest.raises(Died):
        if ask == "keep":
            calls.make("f")
        elif ask == "list":
            calls.call_list("f", at_most=3)
        else:
            calls.call_and_arguments("f")


def test_no_box_is_opened_after_the_time_is_up() -> None:
    session = Session(Puppet(BoxDied("crash")), BoxSpec(QUICK.with_values({"wall_s": 1})), b"")
    session.start()
    session._deadline = 0
    with pytest.raises(Died, match="crash"):
        session.request("x")
    with pytest.raises(Died, match="wall"):
        session.request("x")
