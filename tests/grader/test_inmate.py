"""The box's side of the conversation, run here without a box: what it answers to each request."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tremplin.grader import protocol
from tremplin.grader.inmate import Channel, Gone, Inmate, Missing, complaint, serve

SOURCE = b"""
class Pair:
    scale = 3
    def __init__(self, a): self.a = a
    def plus(self, b, times=1): return self.a + b * times
    def __add__(self, other): return Pair(self.a + (other.a if isinstance(other, Pair) else other))

def twice(x): return 2 * x
def count(): return iter(range(10**9))
def change(x):
    x += 1
    return x
def deeper(n): return 1 / n
number = 7
"""


@pytest.fixture
def inmate() -> Iterator[Inmate]:
    made = Inmate(protocol)
    made.load(SOURCE)
    yield made
    sys.modules.pop("lab", None)


def request(verb: str, name: str = "", *args: Any, **more: Any) -> dict[str, Any]:
    fields = {"kwargs": {}, "times": 1, "keep": False, "echo": False, "listed": None}
    return {"id": 1, "verb": verb, "name": name, "args": list(args), **fields, **more}


def test_it_calls_functions_and_lists_what_they_yield(inmate: Inmate) -> None:
    assert inmate.answer(request("call", "twice", 4)) == 8
    assert inmate.answer(request("call", "count", listed=3)) == [0, 1, 2]


def test_it_keeps_things_and_works_with_them(inmate: Inmate) -> None:
    pair = inmate.answer(request("call", "Pair", 5, keep=True))
    assert pair == protocol.Ref(1, "Pair")
    assert inmate.answer(request("attribute", "a", pair)) == 5
    assert inmate.answer(request("method", "plus", pair, 2, kwargs={"times": 3})) == 11
    total = inmate.answer(request("operate", "add", pair, pair, keep=True, times=3))
    assert inmate.answer(request("attribute", "a", total)) == 20
    assert inmate.answer(request("call", "twice", [1], kwargs={})) == [1, 1]
    inmate.answer({"verb": "drop"})
    with pytest.raises(KeyError):
        inmate.answer(request("attribute", "a", pair))


def test_references_are_found_inside_what_is_sent(inmate: Inmate) -> None:
    pair = inmate.answer(request("call", "Pair", 5, keep=True))
    inside = inmate.inward({"x": [pair, (pair, 1)]})
    assert inside["x"][0] is inside["x"][1][0]
    assert inside["x"][1][1] == 1


def test_it_shows_arguments_as_they_are_afterwards(inmate: Inmate) -> None:
    result, (after,) = inmate.answer(request("call", "change", np.zeros(2), echo=True))
    assert after.tolist() == result.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("name", "kind"), [("twice", "function"), ("Pair", "class"), ("number", "value"), ("nothing", "missing")]
)
def test_it_says_what_a_name_is(inmate: Inmate, name: str, kind: str) -> None:
    assert inmate.answer({"verb": "describe", "name": name}) == kind


def test_only_listed_operations_are_done(inmate: Inmate) -> None:
    with pytest.raises(Missing):
        inmate.answer(request("operate", "setitem", {}, 1, 2))


def test_a_complaint_names_the_last_line_of_the_learners_file(inmate: Inmate) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        inmate.answer(request("call", "deeper", 0))
    said = complaint(caught.value)
    assert (said["type"], said["line"], said["function"]) == ("ZeroDivisionError", 13, "deeper")
    with pytest.raises(Missing) as missing:
        inmate.answer(request("call", "absent"))
    assert complaint(missing.value)["missing"] is True
    with pytest.raises(SyntaxError) as syntax:
        inmate.load(b"x = (\n")
    assert complaint(syntax.value)["syntax"] is True
    assert complaint(syntax.value)["line"] == 1


def test_an_exception_that_cannot_speak_is_still_told() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise SystemExit

    assert complaint(Mute())["message"] == ""
    assert complaint(Mute())["type"] == "Mute"


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, Channel]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, Channel(theirs.fileno(), 1 << 20, protocol)


def test_it_serves_until_the_line_is_closed(inmate: Inmate, line: tuple[socket.socket, Channel]) -> None:
    ours, channel = line
    for message in (request("call", "twice", 21), request("call", "absent"), request("call", "Pair", 1)):
        ours.sendall(protocol.pack(message))
    ours.shutdown(socket.SHUT_WR)
    with pytest.raises(Gone):
        serve(channel, inmate)
    seen = ours.recv(1 << 16)
    answers = []
    while seen:
        length = protocol.HEADER.size + sum(protocol.header_lengths(seen[: protocol.HEADER.size], 1 << 20))
        answers.append(protocol.unpack(seen[:length], 1 << 20))
        seen = seen[length:]
    assert answers[0]["ok"] == 42
    assert answers[1]["error"]["missing"] is True
    assert answers[2]["ok"] == protocol.Opaque("Pair")


def test_an_answer_too_large_to_send_is_said_to_be(
    inmate: Inmate, line: tuple[socket.socket, Channel]
) -> None:
    ours, channel = line
    channel.limit = 4096
    ours.sendall(protocol.pack(request("call", "twice", np.zeros(300), echo=True)))
    ours.shutdown(socket.SHUT_WR)
    with pytest.raises(Gone):
        serve(channel, inmate)
    said = protocol.unpack(ours.recv(1 << 16), 1 << 20)["error"]
    assert said["type"] == "Unsendable"
    assert "too large" in said["message"]


def test_a_keeper_that_has_gone_ends_the_service(inmate: Inmate) -> None:
    ours, theirs = socket.socketpair()
    ours.sendall(protocol.pack(request("call", "twice", 1)))
    ours.close()
    number = os.dup(theirs.fileno())
    theirs.close()
    try:
        assert serve(Channel(number, 1 << 20, protocol), inmate) is None
    finally:
        os.close(number)
