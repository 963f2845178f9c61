"""How far two reads of one text lie apart."""

import random

import pytest

from tremplin.methods.calibration import Read, distance


def reads(rows: dict[str, list[float]]) -> list[Read]:
    return [
        Read(text, f"r{number}", score)
        for text, scores in rows.items()
        for number, score in enumerate(scores)
    ]


def test_every_text_counts_as_much_as_another_and_those_read_once_do_not() -> None:
    found = distance(reads({"a": [0, 10], "b": [0, 20, 20, 20], "c": [5, 5], "d": [99]}))
    assert found is not None
    assert found.mean == pytest.approx((10 + 10 + 0) / 3)
    assert (found.texts, found.low) == (3, 0.0)


def test_two_texts_say_nothing() -> None:
    assert distance(reads({"a": [0, 10], "b": [0, 20]})) is None


def test_far_texts_and_near_texts_give_the_same_where_reviewers_are_alike() -> None:
    near = {name: [50.0 + off, 54.0 + off] for off, name in enumerate("abcd")}
    far = {name: [25.0 * off, 25.0 * off + 4] for off, name in enumerate("abcd")}
    assert distance(reads(near)) == distance(reads(far))


def test_the_interval_holds_the_true_distance_as_often_as_it_says() -> None:
    """Two reviewers whose noise has deviation 10 lie 2 · 10 / √π apart in the mean: 11.28."""
    chance, held = random.Random(7), 0
    for _season in range(600):
        rows = {str(text): [chance.gauss(60, 10), chance.gauss(60, 10)] for text in range(12)}
        found = distance(reads(rows))
        assert found is not None
        held += found.low <= 11.2838 <= found.high
    assert 0.86 <= held / 600 <= 0.93
