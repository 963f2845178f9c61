"""What a programme file may say of a second pass of reading, and what it hears when it says it wrong."""

import pytest

from tests.programmes.test_fitting_parts import keys, only
from tests.programmes.texts import SMALL, mended
from tests.review.second import second_text
from tremplin.programmes import file
from tremplin.programmes.rules.changes import frozen_changes
from tremplin.programmes.schema import Plan


def plan(text: str) -> Plan:
    return file.read(text)


def test_a_file_may_plan_one_or_none() -> None:
    found = plan(second_text())
    assert found.opened == {"country", "path", "school"}
    assert plan(SMALL).opened == frozenset()
    assert found.model_copy(update={"stages": ["eligibility"]}).opened == frozenset()


@pytest.mark.parametrize(
    ("lines", "key", "said"),
    [
        (("reads = 1",), "per_place", "share = 0.25"),
        (("per_place = 2", "share = 0.5"), "share", "leave one out"),
        (("per_place = 0.5",), "per_place", "at least 1"),
        (("share = 1.5",), "share", "at most 1"),
        (("per_place = 2", "reads = 0"), "reads", "at least 1"),
        (("per_place = 2", 'who = "worst"'), "who", "use one of"),
        (("per_place = 2", "until = 3"), "until", "unknown"),
    ],
)
def test_who_is_read_in_it_is_said_in_one_way(lines: tuple[str, ...], key: str, said: str) -> None:
    found, message = only(second_text(*lines))
    assert found == f"review.second_pass.{key}"
    assert said in message


@pytest.mark.parametrize(
    ("opens", "said"),
    [
        ('["contry"]', "asks no question “contry”"),
        ('["full_name"]', "names or reaches the person"),
        ('["sample"]', "names or reaches the person"),
        ('["motivation"]', "reviewers read “motivation” in the first pass"),
        ('["country", "country"]', "stands here twice"),
        ("[]", "at least 1 needed"),
    ],
)
def test_it_opens_what_was_closed_and_never_what_names_or_reaches_somebody(opens: str, said: str) -> None:
    found = keys(second_text(opens=opens))
    [(key, message)] = found.items()
    assert key.startswith("review.second_pass.opens")
    assert said in message


def test_what_the_law_guards_is_opened_to_nobody() -> None:
    guarded = ('code = "path"\n', 'code = "path"\nattribute = "disability"\nuse = "support"\n')
    found = keys(mended(guarded, text=second_text()))
    assert any("guarded by law" in message for message in found.values())


def test_it_ends_before_decisions_are_out() -> None:
    key, message = only(second_text().replace("days = 5", "days = 7"))
    assert key == "review.second_pass.days"
    assert "7 days after reading_ends" in message


def test_from_the_opening_of_the_call_it_stays_as_it_is_but_for_its_words() -> None:
    old, dates = plan(second_text()), {"call_opens": 1}
    other = plan(second_text("per_place = 3"))
    assert frozen_changes(old, other, dates, 2) == ["review.second_pass"]  # type: ignore[arg-type]
    assert frozen_changes(old, plan(SMALL), dates, 2)[-1:] != []  # type: ignore[arg-type]
    words = plan(second_text("per_place = 2", 'guide = { en = "Slowly.", fr = "Lentement." }'))
    assert frozen_changes(old, words, dates, 2) == []  # type: ignore[arg-type]
