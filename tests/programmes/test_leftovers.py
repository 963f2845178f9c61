"""A programme that began with a template is told what of it is not its own yet."""

from collections.abc import Mapping

import pytest

from tremplin import programme_templates
from tremplin.programmes import file

TEMPLATE = "openai-scholars-2019"
OURS: Mapping[str, tuple[str, str]] = {
    "programme.code": ('code = "deep-learning-scholars"', 'code = "our-scholars"'),
    "programme.name": (
        'name = { en = "Deep Learning Scholars", fr = "Bourses d’apprentissage profond" }',
        'name = { en = "Our Scholars", fr = "Nos bourses" }',
    ),
    "programme.contact": ("scholars@example.org", "scholars@our-university.fr"),
    "stipend.instalments": ('amount = "1000.00"', 'amount = "900.00"'),
}


def text(*changed: str) -> str:
    """The template with some of what is ours."""
    whole = programme_templates.text(TEMPLATE)
    begin = whole.index("[programme.source]")
    whole = whole[:begin] + whole[whole.index("\n[", begin) + 1 :]
    for key in changed:
        old, new = OURS[key]
        assert whole.count(old) == 1, key
        whole = whole.replace(old, new)
    return whole


def told(whole: str) -> set[str]:
    assert file.read(whole)
    return {hint.key for hint in file.advice(whole)}


@pytest.mark.parametrize("key", OURS)
def test_each_thing_that_was_changed_is_told_no_more(key: str) -> None:
    assert told(text()) == set(OURS)
    assert told(text(key)) == set(OURS) - {key}


def test_a_file_that_is_all_ones_own_is_told_nothing() -> None:
    assert told(text(*OURS)) == set()


def test_a_name_that_was_changed_in_one_language_only_is_still_told() -> None:
    half = text(*OURS).replace('fr = "Nos bourses"', 'fr = "Bourses d’apprentissage profond"')
    assert told(half) == {"programme.name"}


@pytest.mark.parametrize("address", ["us@example.com", "us@post.example.org", "us@EXAMPLE.NET"])
def test_mail_to_an_address_that_is_nobodys_is_told(address: str) -> None:
    assert told(text(*OURS).replace("scholars@our-university.fr", address)) == {"programme.contact"}


def test_the_same_sums_on_other_days_are_ones_own() -> None:
    changed = text(*(key for key in OURS if key != "stipend.instalments"))
    assert told(changed) == {"stipend.instalments"}
    assert told(changed.replace('due = "training_starts+3w"', 'due = "training_starts+4w"')) == set()


def test_an_address_that_only_ends_alike_is_somebodys() -> None:
    assert told(text(*OURS).replace("our-university.fr", "my-example.org")) == set()
