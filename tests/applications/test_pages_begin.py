"""Before the form: the doors without an account, and the page that begins."""

from pathlib import Path

from django.test import Client
from django.urls import reverse

from tests.applications.conftest import ELIGIBLE, begin
from tests.cast import Cast, cohort_of
from tests.visiting import Clock, page, signed_in
from tremplin.applications.models import Application
from tremplin.core.models import AuditEvent
from tremplin.programmes.http import cohort_url

SHORT = Path(__file__).parents[2] / "bench" / "deadline" / "programme.toml"


def test_anybody_may_try_the_doors_and_nothing_is_kept_of_those_who_do_not_pass(
    cast: Cast, clock: Clock, client: Client
) -> None:
    events = AuditEvent.objects.count()
    answer = client.post(page(cast, "applications:eligibility"), {"adult": "no", "hours": "10"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "We can only pay adults." in text
    assert "Come back next year." in text
    assert "at least 30 hours a week" in text
    assert 'value="10"' in text
    assert client.session.get("eligibility") is None
    assert not Application.objects.exists()
    assert AuditEvent.objects.count() == events


def test_a_question_that_was_skipped_is_asked_again_with_what_was_answered(
    cast: Cast, clock: Clock, client: Client
) -> None:
    answer = client.post(page(cast, "applications:eligibility"), {"hours": "35"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#id_adult_0">' in text
    assert "<title>Error:" in text
    assert 'value="35"' in text


def test_whoever_passes_signs_in_and_the_answers_come_along(cast: Cast, clock: Clock, client: Client) -> None:
    opened = client.post(page(cast, "applications:eligibility"), ELIGIBLE)
    assert opened.headers["Location"] == page(cast, "applications:start")
    door = client.get(opened.headers["Location"])
    assert door.headers["Location"].startswith(reverse("people:sign-in") + "?next=/home-lab/")
    client.force_login(cast.applicant)
    start = client.get(page(cast, "applications:start"))
    assert "Begin my application" in start.content.decode()
    assert not Application.objects.exists()
    begun = client.post(page(cast, "applications:start"), {"language": "fr"})
    assert begun.headers["Location"] == page(cast, "applications:hub")
    application = Application.objects.get()
    assert application.eligibility == ELIGIBLE
    assert application.language == "fr"
    assert cast.cohort.ref not in client.session["eligibility"]


def test_nobody_starts_around_the_doors(cast: Cast, clock: Clock) -> None:
    client = signed_in(cast.applicant)
    for answer in (
        client.get(page(cast, "applications:start")),
        client.post(page(cast, "applications:start")),
    ):
        assert answer.headers["Location"] == page(cast, "applications:eligibility")
    assert not Application.objects.exists()


def test_whoever_has_begun_is_led_to_their_application(cast: Cast, clock: Clock) -> None:
    begin(cast)
    client = signed_in(cast.applicant)
    assert client.get(page(cast, "applications:start")).headers["Location"] == page(cast, "applications:hub")
    assert (
        page(cast, "applications:hub") in client.get(page(cast, "applications:eligibility")).content.decode()
    )


def test_before_and_after_the_call_the_doors_can_be_tried_and_say_that_it_is_not_open(
    cast: Cast, clock: Clock, client: Client
) -> None:
    clock.at = cast.at("call_opens", days=-1)
    assert "has not opened yet" in client.get(page(cast, "applications:eligibility")).content.decode()
    clock.at = cast.at("call_closes", days=1)
    assert "This call has closed" in client.get(page(cast, "applications:eligibility")).content.decode()
    client.post(page(cast, "applications:eligibility"), ELIGIBLE)
    client.force_login(cast.applicant)
    start = client.get(page(cast, "applications:start")).content.decode()
    assert "can no longer be begun" in start
    assert "Begin my application" not in start


def test_the_deadline_is_said_in_the_zone_of_the_cohort_in_utc_and_anywhere_on_earth(
    cast: Cast, clock: Clock, client: Client
) -> None:
    text = client.get(page(cast, "applications:eligibility")).content.decode()
    assert "12:59 (Paris)" in text
    assert "11:59 UTC" in text
    assert "As long as it is still 8 February 2027 somewhere on Earth, you are in time." in text
    assert "<li>Dakar: 9 Feb, 11:59</li>" in text
    assert 'data-own-time="2027-02-09T' in text


def test_the_doors_speak_french(cast: Cast, clock: Clock, client: Client) -> None:
    answer = client.post(page(cast, "applications:eligibility") + "?lang=fr", {"adult": "no", "hours": "10"})
    text = answer.content.decode()
    assert "Nous ne pouvons verser la bourse qu’à des adultes." in text
    assert "Vous ne pouvez pas candidater cette fois-ci" in text


def test_someone_else_s_session_does_not_open_another_cohort(
    cast: Cast, clock: Clock, client: Client
) -> None:
    client.post(page(cast, "applications:eligibility"), ELIGIBLE)
    client.force_login(cast.applicant)
    rival = page(cast, "applications:start").replace("home-lab", "rival-lab")
    assert client.get(rival).headers["Location"].endswith("/rival-lab/small/2027/apply/")


def test_a_form_of_one_section_without_doors_is_two_steps_from_the_call(cast: Cast, clock: Clock) -> None:
    cohort = cohort_of("short-lab", cast.organiser, text=SHORT.read_text("utf-8"))
    call, start = cohort_url(cohort, "programmes:call"), cohort_url(cohort, "applications:start")
    door = f"{reverse('people:sign-in')}?next={start}"
    assert f'href="{door}">Apply</a>' in Client().get(call).content.decode()
    client = signed_in(cast.applicant)
    assert f'href="{start}">Apply</a>' in client.get(call).content.decode()
    begun = client.post(start, {"language": "en"})
    assert begun.headers["Location"] == cohort_url(cohort, "applications:section", section="all")
