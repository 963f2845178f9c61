"""What a check may say about a value, and what it does not let pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tremplin.grader.checking import Failed, array, close, equal, expect, fail, finite, number, show
from tremplin.grader.protocol import Opaque


def complaint(check: Any, *args: Any, **kwargs: Any) -> Failed:
    with pytest.raises(Failed) as caught:
        check(*args, **kwargs)
    assert caught.value.message["en"]
    assert caught.value.message["fr"]
    return caught.value


def test_what_is_right_is_returned() -> None:
    value = np.ones((2, 3))
    assert array(value, "x", shape=(2, 3)) is value
    assert array(np.float64(2), "x", shape=()).shape == ()
    assert number(np.array(2.5), "x") == 2.5
    assert number(3, "x") == 3.0
    finite(value, "x")
    close(value, value + 1e-15, "x")
    close(2, 2.0, "x")
    close(np.array([np.inf, np.nan]), np.array([np.inf, np.nan]), "x")
    equal(np.array([1, 2]), np.array([1, 2]), "x")
    expect(True, "no", "non")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "returned nothing"),
        ([1.0], "of type list"),
        (Opaque("Tensor"), "of type Tensor"),
        (np.zeros(3), "has shape (3,); it should have shape (2,)"),
        (np.zeros(2, dtype=int), "values of type int64; it should hold floating-point numbers"),
        (np.zeros(2, dtype=bool), "values of type bool"),
    ],
)
def test_what_is_no_such_array_is_named(value: Any, words: str) -> None:
    assert words in complaint(array, value, "x", shape=(2,)).message["en"]


@pytest.mark.parametrize("value", [True, np.True_, "3", None, np.zeros(2), Opaque("x"), [1]])
def test_what_is_no_number_is_refused(value: Any) -> None:
    complaint(number, value, "x")


def test_the_first_nan_and_infinity_are_pointed_at() -> None:
    assert "first at index [1, 0]" in complaint(finite, np.array([[1, 2], [np.nan, 1]]), "x").message["en"]
    assert "infinite value, first at index [0]" in complaint(finite, np.array([-np.inf]), "x").message["en"]
    assert "index" not in complaint(finite, np.array(np.nan), "x").message["en"]


def test_the_worst_place_is_shown() -> None:
    error = complaint(close, np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.1, 5.0]), "x")
    assert "most at index [2]" in error.message["en"]
    assert (error.expected, error.actual) == ("5", "3")
    assert "index" not in complaint(close, 1.0, 2.0, "x").message["en"]
    assert "[1]" in complaint(equal, np.array([1, 2]), np.array([1, 3]), "x").message["en"]


def test_a_reason_replaces_the_general_message() -> None:
    assert complaint(close, 1.0, 2.0, "x", because=("why", "pourquoi")).message == {
        "en": "why",
        "fr": "pourquoi",
    }
    assert complaint(equal, np.array([1]), np.array([2]), "x", because=("a", "b")).message["fr"] == "b"


@pytest.mark.parametrize(
    "value", [np.array([np.nan, 1.0]), np.array([np.inf, 1.0]), np.array([1e308, -1e308])]
)
def test_no_odd_number_slips_through_a_comparison(value: Any) -> None:
    complaint(close, value, np.array([0.0, 1.0]), "x")


def test_sentences_carry_what_was_expected_and_got() -> None:
    error = complaint(fail, "no", "non", expected=np.arange(3), actual={"a": Opaque("Tensor")})
    assert error.expected == "[0 1 2]"
    assert "Tensor" in error.actual
    assert complaint(expect, False, "no", "non", actual="text").actual == "text"


def test_what_is_shown_is_short() -> None:
    assert len(show(np.zeros((100, 100)))) <= 400
    assert len(show("x" * 10_000)) <= 400
    assert show(1 / 3) == "0.333333333333"
