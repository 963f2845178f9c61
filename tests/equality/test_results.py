"""What organisers may see: rounded totals of large enough groups, once, when it is over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.visiting import Clock, page, signed_in
from tremplin.core.errors import NotAllowed
from tremplin.equality import queries
from tremplin.equality.models import Tally
from tremplin.equality.rules import cells, rounded


def tally(cast: Cast, people: int, **questions: dict[str, int]) -> None:
    rows = [
        ("", "", people),
        *((q, answer, n) for q, answers in questions.items() for answer, n in answers.items()),
    ]
    Tally.objects.bulk_create(
        Tally(cohort_ref=cast.cohort.ref, question=q, answer=answer, count=n) for q, answer, n in rows
    )


def shown(counts: dict[str, int], *, multiple: bool = False) -> dict[str, int | None]:
    found = cells(list(counts.items()), least=5, base=5, multiple=multiple)
    return {cell.answer: cell.count for cell in found}


def test_counts_are_rounded_to_the_nearest_five() -> None:
    assert [rounded(n, 5) for n in (0, 2, 3, 7, 8, 12, 13)] == [0, 0, 5, 5, 10, 10, 15]
    assert rounded(25, 10) == 30


def test_small_counts_and_zeros_are_hidden_alike() -> None:
    assert shown({"a": 40, "b": 30, "c": 4, "d": 0}) == {"a": 40, "b": 30, "c": None, "d": None}


def test_a_single_hidden_count_cannot_be_worked_out_from_the_rest() -> None:
    assert shown({"a": 40, "b": 30, "c": 4}) == {"a": 40, "b": None, "c": None}


def test_an_answer_that_nearly_everybody_gave_is_hidden_for_it_tells_about_each() -> None:
    assert shown({"a": 48, "b": 1, "c": 1})["a"] is None


def test_below_twice_the_smallest_cell_nothing_is_shown() -> None:
    assert set(shown({"a": 5, "b": 4}).values()) == {None}


def test_where_several_answers_may_be_given_the_others_give_nothing_away() -> None:
    assert shown({"a": 40, "b": 30, "c": 4}, multiple=True) == {"a": 40, "b": 30, "c": None}


@given(st.lists(st.integers(0, 60), min_size=2, max_size=7), st.booleans())
def test_no_shown_count_is_ever_small_or_exact(counts: list[int], multiple: bool) -> None:
    found = cells([(str(n), count) for n, count in enumerate(counts)], least=5, base=5, multiple=multiple)
    for cell, true in zip(found, counts, strict=True):
        if cell.count is not None:
            assert true >= 5
            assert cell.count % 5 == 0
            assert cell.count >= 5
            assert abs(cell.count - true) <= 2
    hidden = [true for cell, true in zip(found, counts, strict=True) if cell.count is None]
    if not multiple:
        assert len(hidden) != 1


def test_results_are_sealed_until_the_survey_has_ended(cast: Cast, clock: Clock) -> None:
    tally(cast, 60, gender={"woman": 30, "man": 30})
    client = signed_in(cast.organiser)
    clock.at = cast.at("call_closes", days=7)
    text = client.get(page(cast, "equality:results")).content.decode()
    assert "Sealed until the survey has ended" in text
    assert "30" not in text.split("<main", 1)[1].split("</main>")[0].replace("2027", "").replace("12:59", "")
    clock.at = cast.at("call_closes", days=7, seconds=1)
    assert "about 60" in client.get(page(cast, "equality:results")).content.decode()


def test_the_page_shows_nothing_of_a_group_below_the_smallest_cell(cast: Cast, clock: Clock) -> None:
    """The profile of this cohort sets ten, not five."""
    tally(cast, 63, gender={"woman": 33, "man": 16, "another": 9, "not_said": 5}, age={"under_25": 9})
    clock.at = cast.at("call_closes", days=8)
    found = queries.results(cast.cohort, cast.organiser, clock.at)
    assert found is not None
    gender = next(question for question in found.questions if question.attribute.code == "gender")
    assert {cell.answer: cell.count for cell in gender.cells} == {
        "woman": 35,
        "man": 15,
        "another": None,
        "not_said": None,
    }
    age = next(question for question in found.questions if question.attribute.code == "age")
    assert not age.shows
    text = signed_in(cast.organiser).get(page(cast, "equality:results")).content.decode()
    main = text.split("<main", 1)[1].split("</main>")[0]
    for exact in (">33<", ">16<", ">9<", ">63<"):
        assert exact not in main
    assert "Too few answers to show any." in main


def test_more_answers_than_people_are_said_to_be_of_no_use(cast: Cast, clock: Clock) -> None:
    tally(cast, 60, gender={"woman": 30, "man": 30})
    clock.at = cast.at("call_closes", days=8)
    text = signed_in(cast.organiser).get(page(cast, "equality:results")).content.decode()
    assert "Do not use these figures." in text
    assert "%" not in text.split("<dl", 1)[1].split("</dl>")[0]


def test_with_few_answers_not_even_their_number_is_shown(cast: Cast, clock: Clock) -> None:
    tally(cast, 19, gender={"woman": 19})
    found = queries.results(cast.cohort, cast.organiser, cast.at("call_closes", days=8))
    assert found is not None
    assert found.answered is None
    assert found.coverage is None
    assert not any(question.shows for question in found.questions)


def test_only_organisers_see_totals(cast: Cast) -> None:
    for actor in (cast.reviewer, cast.observer, cast.mentor, cast.finance, cast.stranger, cast.applicant):
        with pytest.raises(NotAllowed):
            queries.results(cast.cohort, actor, cast.at("call_closes", days=8))
    assert signed_in(cast.stranger).get(page(cast, "equality:results")).status_code == 404
