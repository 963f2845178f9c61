"""Two people named the same organisation, each in their own words, or they did not."""

import time

import pytest

from tremplin.blinding.rules.organisations import Organisations, named_in


def same(one: str, other: str) -> bool:
    known: Organisations[int] = Organisations()
    known.add(one, 1)
    return known.like(other) == {1}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Université de Lyon", "universite de lyon"),
        ("Université de Lyon", "Lyon University"),
        ("University of Dakar", "l’Université de Dakar"),
        ("École polytechnique", "ecole Polytechnique"),
        ("MIT", "Massachusetts Institute of Technology"),
        ("Massachusetts Institute of Technology (MIT)", "mit"),
        ("La Sorbonne", "Sorbonne Université"),
        ("Sorbonne Université", "Sorbonne"),
        ("ETH Zürich", "ETH Zurich"),
        ("Institut Pasteur", "The Pasteur Institute"),
    ],
)
def test_the_same_however_it_is_written(one: str, other: str) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Université de Lyon", "École normale supérieure de Lyon"),
        ("ENS Lyon", "ENS Paris"),
        ("Lycée Jean Moulin", "Lycée Victor Hugo"),
        ("École", "École polytechnique"),
        ("University of Dakar", "University of Lagos"),
        ("", "Université de Lyon"),
        ("???", "Université de Lyon"),
    ],
)
def test_others_are_told_apart(one: str, other: str) -> None:
    assert not same(one, other)
    assert not same(other, one)


def test_an_answer_may_name_several() -> None:
    assert list(named_in("Université de Lyon, then Google\nMIT (Boston)")) == [
        "Université de Lyon",
        "Google",
        "MIT (Boston)",
    ]


def test_thousands_of_names_are_compared_in_no_time() -> None:
    known: Organisations[int] = Organisations()
    for number in range(1000):
        known.add(f"Université de Ville{number}", number)
    began = time.perf_counter()
    found = [known.like(f"Ville{number % 2000} University") for number in range(10_000)]
    assert sum(map(bool, found)) == 5_000
    assert time.perf_counter() - began < 5
