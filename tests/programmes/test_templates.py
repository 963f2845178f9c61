"""The shipped templates are programmes that a university could run tomorrow."""

import re
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from tests.programmes.typography import slips
from tremplin import programme_templates
from tremplin.programmes import file
from tremplin.programmes.rules import check_order, planned_dates
from tremplin.programmes.schema import STAGES, Plan
from tremplin.programmes.schema.checks import texts

PLANS = {name: file.read(programme_templates.text(name), name=name) for name in programme_templates.names()}
by_name = pytest.mark.parametrize("name", PLANS)


@pytest.fixture
def plan(name: str) -> Plan:
    return PLANS[name]


def test_three_templates_are_shipped() -> None:
    assert set(PLANS) == {"ecole-ete-francophone", "openai-scholars-2019", "outreachy-style-internship"}


def test_a_template_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        programme_templates.text("../file")


@by_name
def test_a_template_runs_every_stage_and_needs_no_advice_but_to_change_what_is_ones_own(
    name: str, plan: Plan
) -> None:
    assert set(plan.stages) == set(STAGES)
    hints = file.advice(programme_templates.text(name))
    assert sorted(hint.key for hint in hints) == [
        "programme.code",
        "programme.contact",
        "programme.name",
        "programme.source",
        "stipend.instalments",
    ]
    assert all(hint.line for hint in hints)
    assert all(name in hint.message for hint in hints if hint.key != "programme.contact")


@by_name
def test_a_template_speaks_both_languages_with_care(plan: Plan) -> None:
    found = []
    for path, words in texts(plan):
        assert set(words) == {"en", "fr"}, path
        assert words["en"] != words["fr"] or len(words["en"]) < 40, path
        assert "'" not in words["en"] + words["fr"], path
        found += slips(words["fr"])
    assert found == []


@by_name
def test_a_template_says_what_is_fact_and_what_is_assumed(plan: Plan) -> None:
    assert plan.programme.source is not None
    assert "Public facts" in plan.programme.source["en"]
    assert "ssumed by us" in plan.programme.source["en"]


@by_name
def test_a_template_fits_any_year(plan: Plan) -> None:
    for month in range(1, 13):
        check_order(planned_dates(plan, datetime(2027, month, 4, 9, tzinfo=UTC)))


@by_name
def test_doors_say_why_they_are_closed_and_what_else_there_is(plan: Plan) -> None:
    assert len(plan.eligibility) >= 4
    assert all(door.elsewhere for door in plan.eligibility)


@by_name
def test_essays_have_limits_and_most_have_help_or_an_example(plan: Plan) -> None:
    essays = [question for question in plan.application.questions() if question.kind == "long"]
    assert len(essays) >= 5
    assert all(question.max_characters or question.max_words for question in essays)
    assert sum(bool(question.help or question.example) for question in essays) >= len(essays) - 2
    assert sum(bool(question.example) for question in essays) >= 2


@by_name
def test_nothing_that_names_a_person_reaches_a_reader(plan: Plan) -> None:
    for question in plan.application.questions():
        if question.kind in {"url", "email", "country"} or question.autocomplete:
            assert question.identifies or not question.for_reviewers, question.code


@by_name
def test_rubrics_have_four_criteria_with_five_anchored_levels(plan: Plan) -> None:
    assert plan.review is not None
    assert len(plan.review.criteria) == 4
    for criterion in plan.review.criteria:
        assert [level.score for level in criterion.levels] == [1, 2, 3, 4, 5]
        assert len({level.label["en"] for level in criterion.levels}) == 5


@by_name
def test_check_ins_ask_both_sides_and_leave_room_for_a_private_word(plan: Plan) -> None:
    assert plan.mentoring is not None
    assert len(plan.mentoring.checkins) >= 3
    assert any(question.private for question in plan.mentoring.questions)
    assert plan.mentoring.topics


@by_name
def test_a_payment_is_due_after_the_check_in_that_opens_it(plan: Plan) -> None:
    assert plan.mentoring is not None
    assert plan.stipend is not None
    dates = planned_dates(plan, datetime(2027, 1, 4, 9, tzinfo=UTC))
    due = {checkin.code: checkin.due.after(dates) for checkin in plan.mentoring.checkins}
    for instalment in plan.stipend.instalments:
        if instalment.gate:
            assert due[instalment.gate] <= instalment.due.after(dates), instalment.code


@by_name
def test_check_ins_milestones_and_payments_fall_into_the_programme(plan: Plan) -> None:
    assert plan.mentoring is not None
    assert plan.project is not None
    dates = planned_dates(plan, datetime(2027, 1, 4, 9, tzinfo=UTC))
    rows = [*plan.mentoring.checkins, *plan.project.milestones]
    assert all(dates["training_starts"] < row.due.after(dates) <= dates["training_ends"] for row in rows)
    assert [row.due.after(dates) for row in plan.project.milestones] == sorted(
        row.due.after(dates) for row in plan.project.milestones
    )


@by_name
def test_publication_needs_a_licence_tests_and_care_for_people(plan: Plan) -> None:
    assert plan.project is not None
    required = {item.code for item in plan.project.checklist if item.required}
    assert {"licence", "tests"} <= required
    assert required & {"people", "personnes"}


def test_the_french_one_speaks_french_first_and_asks_no_origin() -> None:
    plan = PLANS["ecole-ete-francophone"]
    assert plan.programme.languages == ["fr", "en"]
    assert plan.jurisdiction.profile == "fr"
    assert plan.impact is not None
    assert plan.impact.smallest_cell >= 10


def test_what_is_publicly_known_is_what_the_templates_say() -> None:
    scholars, internship = PLANS["openai-scholars-2019"], PLANS["outreachy-style-internship"]
    assert (scholars.cohort.places_min, scholars.cohort.places_max) == (6, 10)
    assert scholars.training is not None
    assert (scholars.training.weeks, scholars.training.style, scholars.training.journal) == (
        13,
        "self_written",
        "weekly",
    )
    assert internship.stipend is not None
    assert [str(row.amount) for row in internship.stipend.instalments] == ["3000.00", "4000.00"]
    assert internship.stipend.extension_weeks == 5
    assert internship.mentoring is not None
    assert len(internship.mentoring.checkins) == 4


@by_name
def test_a_template_tells_no_limit_twice_and_asks_nobody_to_blind_what_readers_never_see(plan: Plan) -> None:
    for question in plan.application.questions():
        words = " ".join((question.help or {}).values())
        assert not re.search(r"\d+\s(MB|Mo|characters|caractères|words|mots)\b", words), question.code
        if question.kind == "file":
            assert "name" not in words, question.code
            assert "nom" not in words, question.code


@by_name
def test_a_template_asks_about_a_file_what_can_be_read_without_it(plan: Plan) -> None:
    questions = plan.application.questions()
    for given, after in pairwise(questions):
        if given.kind == "file" and after.kind == "long" and after.for_reviewers:
            assert after.help, after.code
            assert "Readers see this text and never the file" in after.help["en"], after.code
