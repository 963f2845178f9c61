"""Whoever applied before may start from what they wrote: their own words, marked, and never without being asked."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.applications.conftest import ELIGIBLE, begin, fresh, send, write
from tests.cast import PLANS, Cast, cohort_of
from tests.visiting import Clock, signed_in
from tremplin.applications import services
from tremplin.applications.models import Application
from tremplin.applications.queries.earlier import own_and_earlier
from tremplin.applications.rules.earlier import carry, difference, unchanged
from tremplin.people.personal_data import keepings
from tremplin.programmes import file
from tremplin.programmes import services as programmes
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort

PLAN = (PLANS / "small.toml").read_text("utf-8")
CHANGED = PLAN.replace("max_words = 200", "max_words = 150").replace(
    "Why deep learning, why now?", "Why machine learning, why this year?"
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def next_year(cast: Cast) -> Cohort:
    """The next edition of the same programme: one limit is another, one question is worded anew."""
    now = cast.at("call_opens", days=300)
    institution = cast.cohort.institution
    version = programmes.apply_file(institution=institution, text=CHANGED, now=now, actor=cast.organiser)
    return programmes.open_cohort(version=version, slug="2028", opens=now, organiser=cast.organiser, now=now)


@pytest.fixture
def wrote(cast: Cast) -> Application:
    now = cast.at("call_opens", days=2)
    return send(write(begin(cast), now, coded_before="yes"), now)


@pytest.fixture
def client(cast: Cast, wrote: Application, next_year: Cohort, clock: Clock) -> Client:
    clock.at = next_year.dates["call_opens"]
    client = signed_in(cast.applicant)
    client.post(cohort_url(next_year, "applications:eligibility"), ELIGIBLE)
    return client


def page(cohort: Cohort, name: str, **more: str) -> str:
    return cohort_url(cohort, f"applications:{name}", **more)


def own(cohort: Cohort) -> Application:
    return Application.objects.get(cohort=cohort)


def test_starting_offers_it_and_takes_nothing_unasked(client: Client, next_year: Cohort) -> None:
    text = client.get(page(next_year, "start")).content.decode()
    assert "What I wrote for Small Scholars" in text
    assert "4 answers" in text
    assert "2 of the questions have changed since" in text
    client.post(page(next_year, "start"), {"language": "en"})
    assert set(own(next_year).answers) == {"full_name"}  # from the account, as ever
    assert own(next_year).carried == {}


def test_words_come_along_marked_and_consents_choices_and_files_do_not(
    client: Client, cast: Cast, wrote: Application, next_year: Cohort
) -> None:
    client.post(page(next_year, "start"), {"language": "en", "earlier": wrote.ref})
    draft = own(next_year)
    assert set(draft.answers) == {"full_name", "country", "motivation", "project"}
    assert draft.answers["motivation"] == "Because I want to build."
    assert set(draft.carried["answers"]) == {"country", "motivation", "project"}
    assert (
        "3 answers come from what you wrote for Small Scholars."
        in client.get(page(next_year, "hub")).content.decode()
    )
    text = client.get(page(next_year, "section", section="essays")).content.decode()
    assert "Taken over from last time." in text
    assert "Last time it was: “Why deep learning, why now?”" in text
    assert "Last time: at most 200 words." in text


def test_the_check_page_shows_what_became_of_it(
    client: Client, wrote: Application, next_year: Cohort, clock: Clock
) -> None:
    client.post(page(next_year, "start"), {"language": "en", "earlier": wrote.ref})
    write(own(next_year), clock.at, motivation="Because I want to build and to teach.")
    text = client.get(page(next_year, "check")).content.decode()
    assert "<del>build.</del> <ins>build and to teach.</ins>" in text
    assert "Word for word as last time" in text
    essays = client.get(page(next_year, "section", section="essays")).content.decode()
    assert "What you wrote last time" in essays


def test_letting_go_keeps_what_was_rewritten(
    client: Client, wrote: Application, next_year: Cohort, clock: Clock
) -> None:
    client.post(page(next_year, "start"), {"earlier": wrote.ref})
    write(own(next_year), clock.at, motivation="Something new.", project="A weather station.")
    client.post(page(next_year, "earlier"))
    draft = own(next_year)
    assert draft.carried == {}
    assert draft.answers["motivation"] == "Something new."
    assert "project" not in draft.answers
    assert "From last time" not in client.get(page(next_year, "hub")).content.decode()
    client.post(page(next_year, "earlier"))  # pressed twice
    assert own(next_year).version == draft.version


def test_what_one_wrote_elsewhere_or_somebody_else_wrote_is_never_offered(
    cast: Cast, client: Client, wrote: Application, next_year: Cohort
) -> None:
    other_house = cohort_of("far-lab", cast.stranger, text=PLAN, opens=next_year.dates["call_opens"])
    assert own_and_earlier(cast.applicant, other_house) == (None, None)
    assert own_and_earlier(cast.scholar, next_year) == (None, None)
    for reference in (wrote.ref, "0000000000", "'; drop"):
        made = services.start(
            cohort=next_year,
            applicant=cast.scholar,
            eligibility=ELIGIBLE,
            now=next_year.dates["call_opens"],
            earlier=reference,
        )
        assert made.carried == {}
        assert "motivation" not in made.answers
        services.discard(application=fresh(made), actor=cast.scholar, now=next_year.dates["call_opens"])


def test_what_is_no_longer_kept_is_not_offered(
    client: Client, cast: Cast, wrote: Application, next_year: Cohort
) -> None:
    Application.objects.filter(pk=wrote.pk).update(answers={})
    assert "What I wrote for" not in client.get(page(next_year, "start")).content.decode()


def test_the_person_s_export_holds_what_was_taken_over(
    client: Client, cast: Cast, wrote: Application, next_year: Cohort
) -> None:
    client.post(page(next_year, "start"), {"earlier": wrote.ref})
    export = next(keeping.export for keeping in keepings() if keeping.app == "applications")
    assert "Because I want to build." in str(export(cast.applicant)[1]["taken_over"])


def test_guarded_questions_and_other_kinds_stay_out() -> None:
    form = file.read(PLAN).application
    answers = {question.code: "text" for question in form.questions()}
    assert set(carry(form, form, answers)) == {"full_name", "country", "code_where", "motivation", "project"}
    guarded = form.model_copy(deep=True)
    guarded.sections[1].questions[0] = (
        guarded.sections[1].questions[0].model_copy(update={"attribute": "age", "use": "support"})
    )
    assert "motivation" not in carry(guarded, form, answers)
    assert "motivation" not in carry(form, guarded, answers)


@given(old=st.text(max_size=300), new=st.text(max_size=300))
def test_a_difference_holds_both_texts(old: str, new: str) -> None:
    pieces = difference(old, new)
    before = [word for piece in pieces if piece.change != "new" for word in piece.text.split()]
    after = [word for piece in pieces if piece.change != "gone" for word in piece.text.split()]
    assert (before, after) == (old.split(), new.split())


def test_long_texts_are_shown_one_after_the_other() -> None:
    old = "word " * 700
    assert [piece.change for piece in difference(old, "short")] == ["gone", "new"]


def test_what_is_unchanged_is_what_stands_word_for_word() -> None:
    carried = {"a": {"value": "x"}, "b": {"value": "y"}}
    assert unchanged(carried, {"a": "x", "b": "y "}) == ["a"]
