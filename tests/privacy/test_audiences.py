"""The page that says who sees what does not lie: it is held against the table of access and against the pages."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.applications.conftest import begin
from tests.cast import Cast, gather
from tests.programmes.texts import mended
from tests.review.world import apply, give_out, read_of
from tests.visiting import Clock, page, signed_in
from tremplin import programme_templates
from tremplin.applications.models import Snapshot
from tremplin.applications.queries import readable_for_review
from tremplin.core.text import say
from tremplin.people.personal_data import keepings
from tremplin.programmes import sight as registry
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, sights
from tremplin.web.access import TABLE, Scope

pytestmark = pytest.mark.django_db
WRITTEN = frozenset({"short", "long"})
SUBJECTS = frozenset({Role.APPLICANT, Role.SCHOLAR})
"""On pages of their own these see themselves."""


def all_sights(cast: Cast) -> list[Sight]:
    found = sights(cast.cohort)
    assert found
    return found


def test_those_are_named_whom_the_table_of_access_lets_in_and_nobody_else(cast: Cast) -> None:
    for sight in all_sights(cast):
        rules = [TABLE[name] for name in sight.pages]
        allowed = frozenset[Role]().union(*(rule.roles for rule in rules)) - SUBJECTS
        assert sight.seen_by == allowed, sight.what
        assert sight.public == any(rule.scope is Scope.PUBLIC for rule in rules), sight.what
        assert all("GET" in rule.methods for rule in rules), sight.what


def test_every_room_that_keeps_something_about_people_is_on_the_page() -> None:
    kept = {keeping.app for keeping in keepings()} - {"people"}
    cohort = gather().cohort
    sights(cohort)
    assert kept <= set(registry._seen), kept - set(registry._seen)


def read_by(cohort: Cohort, role: Role) -> set[str]:
    return {word for sight in sights(cohort) if role in sight.seen_by for word in sight.words}


@pytest.mark.parametrize("name", ["small", *programme_templates.names()])
def test_reviewers_are_given_exactly_the_answers_that_the_page_names(name: str) -> None:
    cast = gather() if name == "small" else gather(text=programme_templates.text(name))
    questions = cast.cohort.plan.application.questions()
    snapshot = Snapshot(
        version=cast.cohort.version,
        language="en",
        answers={question.code: _answer(question.kind) for question in questions},
    )
    given = {say(reading.question.label) for reading in readable_for_review(snapshot)}
    opened = {say(question.label) for question in questions if question.code in cast.cohort.plan.opened}
    assert not given & opened
    assert given | opened == read_by(cast.cohort, Role.REVIEWER)
    everything = {say(question.label) for question in questions}
    assert everything <= read_by(cast.cohort, Role.ORGANISER)
    for question in questions:
        closed = question.identifies or not question.for_reviewers
        if closed and question.code not in cast.cohort.plan.opened:
            assert say(question.label) not in read_by(cast.cohort, Role.REVIEWER)


def _answer(kind: str) -> object:
    if kind == "file":
        return {"file": "x", "name": "a.pdf", "kind": "pdf", "size": 1, "sha256": "0"}
    return ["a"] if kind == "choices" else "1"


def test_what_a_reviewer_really_reads_is_what_the_page_says(cast: Cast, clock: Clock) -> None:
    wrote = [
        question.code for question in cast.cohort.plan.application.questions() if question.kind in WRITTEN
    ]
    answers = {
        "coded_before": "yes",
        **dict(zip(wrote, ("Adalova", "Bluebird", "Cranefly", "Dragon"), strict=True)),
    }
    (application,) = apply(cast.cohort, 1, now=cast.at("call_opens", days=2), answers=answers)
    give_out(cast)
    clock.at = cast.at("call_closes", days=2)
    assignment = read_of(cast, cast.reviewer, application)
    shown = signed_in(cast.reviewer).get(page(cast, "review:read", ref=assignment.ref)).text
    allowed = read_by(cast.cohort, Role.REVIEWER)
    for question in cast.cohort.plan.application.questions():
        if question.kind in WRITTEN:
            assert (answers[question.code] in shown) == (say(question.label) in allowed), question.code


def test_everybody_reads_it_before_they_write_a_word(cast: Cast, clock: Clock) -> None:
    address = page(cast, "privacy:audiences")
    text = Client().get(address).text
    for words in (
        "Reviewer",
        "Bank details",
        "Nobody but you",
        "What they do not see",
        "Until when",
        "180 days",
    ):
        assert words in text
    assert address in Client().get(page(cast, "programmes:call")).text
    clock.at = cast.at("call_opens", hours=3)
    begin(cast, now=clock.at)
    assert address in signed_in(cast.applicant).get(page(cast, "applications:hub")).text
    assert address in signed_in(cast.applicant).get(page(cast, "privacy:mine")).text


def test_a_programme_that_pays_nobody_does_not_speak_of_bank_details() -> None:
    cast = gather(
        text=mended(
            (
                'stages = ["eligibility", "equality", "review", "selection", "mentoring", "stipends", "training", '
                '"projects", "showcase", "impact"]',
                'stages = ["equality"]',
            )
        )
    )
    text = Client().get(page(cast, "privacy:audiences")).text
    assert "Bank details" not in text
    assert "Payment details" not in text
    assert "Reviewer" not in text
    assert "Organiser" in text


def test_a_rehearsal_is_nobodys_business(cast: Cast) -> None:
    Cohort.objects.filter(pk=cast.cohort.pk).update(rehearsal=True)
    assert Client().get(page(cast, "privacy:audiences")).status_code == 404
    assert signed_in(cast.observer).get(page(cast, "privacy:audiences")).status_code == 200


def test_the_page_asks_little(cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = Client()
    client.get(page(cast, "privacy:audiences"))
    with django_assert_max_num_queries(6):
        assert client.get(page(cast, "privacy:audiences")).status_code == 200
