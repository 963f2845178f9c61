"""From the doors over the sign-in page to the form: the same browser or another, in one's own zone."""

import re
from datetime import UTC

import pytest
from django.test import Client

from tests.applications.conftest import ELIGIBLE, fresh
from tests.cast import Cast
from tests.visiting import Clock, page, signed_in, text_of
from tremplin.applications import services
from tremplin.applications.copies import text_copy
from tremplin.applications.models import Application
from tremplin.applications.states import state_of
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people.models import MailedKey, User

NEW = "new.person@example.org"
TOKYO = "Asia/Tokyo"


def pass_doors(cast: Cast, client: Client) -> str:
    """Where the sign-in page sends on to."""
    client.post(page(cast, "applications:eligibility"), ELIGIBLE)
    return page(cast, "applications:start")


def ask(client: Client, onward: str) -> OutboxMessage:
    client.post("/sign-in/", {"address": NEW, "next": onward})
    return OutboxMessage.objects.latest("pk")


def link_in(mail: OutboxMessage) -> str:
    found = re.search(r"(/sign-in/link/[\w-]+/)", mail.body)
    assert found, mail.body
    return found[1]


def test_the_sign_in_page_says_that_one_may_apply_and_why_it_wants_an_address(
    cast: Cast, clock: Clock, client: Client
) -> None:
    onward = pass_doors(cast, client)
    said = text_of(client, "/sign-in/", next=onward)
    assert f"You may apply to {cast.cohort.plan.programme.name['en']}." in said
    assert "Give your address, so that what you write waits for you" in said
    stranger = text_of(Client(), "/sign-in/", next=onward)
    assert "You may apply" not in stranger
    assert "Weather" not in text_of(Client(), "/sign-in/", next="/account/")


def test_the_mail_bears_the_names_that_its_reader_knows(cast: Cast, clock: Clock, client: Client) -> None:
    mail = ask(client, pass_doors(cast, client))
    programme, institution = cast.cohort.plan.programme.name["en"], cast.cohort.institution.name
    assert programme in mail.subject
    assert f"{programme} ({institution})" in mail.body
    elsewhere = ask(Client(), "/account/")
    assert programme not in elsewhere.subject + elsewhere.body


def test_answers_travel_with_the_mail_to_another_browser(cast: Cast, clock: Clock, client: Client) -> None:
    mail = ask(client, pass_doors(cast, client))
    phone = Client()
    link = link_in(mail)
    assert cast.cohort.plan.programme.name["en"] in text_of(phone, link)
    arrived = phone.post(link, {"time_zone": TOKYO})
    assert arrived["Location"] == page(cast, "applications:start")
    assert "have come along" in text_of(phone, arrived["Location"])
    phone.post(page(cast, "applications:start"), {"language": "en"})
    assert Application.objects.get(applicant__email=NEW).eligibility == ELIGIBLE
    assert MailedKey.objects.get().carried == {}, "what came along is kept no longer than the link"
    assert "go on there" in text_of(client, "/sign-in/sent/")


def test_nothing_travels_that_a_form_was_stuffed_with(cast: Cast, clock: Clock, client: Client) -> None:
    onward = pass_doors(cast, client)
    session = client.session
    session["eligibility"] = {cast.cohort.ref: {"hours": "3" * 30_000}}
    session.save()
    ask(client, onward)
    assert MailedKey.objects.get().carried == {}


def test_the_zone_of_the_device_is_learnt_at_the_start_and_a_choice_is_left_alone(
    cast: Cast, clock: Clock
) -> None:
    client = signed_in(cast.applicant)
    onward = pass_doors(cast, client)
    client.post(onward, {"language": "en", "time_zone": "Africa/Dakar"})
    assert User.objects.get(pk=cast.applicant.pk).time_zone == "Africa/Dakar"
    stranger = User.objects.create_user("zoned@example.org", time_zone="Asia/Seoul", now=clock())
    services.start(cohort=cast.cohort, applicant=stranger, eligibility=ELIGIBLE, time_zone=TOKYO, now=clock())
    assert stranger.time_zone == "Asia/Seoul"


@pytest.fixture
def in_tokyo(cast: Cast, ready: Application) -> Application:
    cast.applicant.time_zone = TOKYO
    cast.applicant.save()
    return fresh(ready)


def test_every_sentence_says_the_deadline_on_the_writer_s_own_clock(
    cast: Cast, clock: Clock, in_tokyo: Application
) -> None:
    client, closes = signed_in(in_tokyo.applicant), cast.cohort.dates["call_closes"]
    own, programme = "(Tokyo)", cast.cohort.plan.cohort.time_zone.split("/")[-1].replace("_", " ")
    assert programme not in {"Tokyo", "UTC"}
    assert own in str(state_of(in_tokyo, clock()).next)
    for name in ("hub", "check", "withdraw"):
        said = text_of(client, page(cast, f"applications:{name}"))
        shown = re.sub(r"<details.*?</details>", "", said, flags=re.S)
        if name != "withdraw":
            assert own in shown
            assert "days left" in shown
        assert f"({programme})" not in shown, name
    said = text_of(client, page(cast, "applications:hub"))
    assert f"({programme})" in said, "the organiser's zone stands in the details"
    assert closes.astimezone(UTC).strftime("%H:%M UTC") in said


def test_the_copy_and_the_mail_say_moments_on_the_writer_s_clock(
    cast: Cast, clock: Clock, in_tokyo: Application
) -> None:
    saved = text_copy(in_tokyo, None).splitlines()[3]
    assert "(Tokyo)" in saved
    assert saved.endswith("UTC")
    services.submit(application=in_tokyo, actor=in_tokyo.applicant, once="", now=clock())
    assert "(Tokyo)" in OutboxMessage.objects.filter(kind="application-received").get().body


def test_organisers_read_the_dates_of_the_programme(
    cast: Cast, clock: Clock, organiser: Client, in_tokyo: Application
) -> None:
    said = text_of(organiser, page(cast, "applications:application", ref=in_tokyo.ref))
    assert "(Tokyo)" not in said


def test_pages_that_turn_to_the_language_of_the_account_say_so(
    cast: Cast, clock: Clock, client: Client
) -> None:
    client.post(
        "/sign-in/", {"address": cast.applicant.email, "next": "/account/"}, headers={"accept-language": "fr"}
    )
    link = link_in(OutboxMessage.objects.latest("pk"))
    phone = Client(headers={"accept-language": "fr"})
    arrived = phone.post(link)
    assert arrived["Location"] == "/account/"
    said = text_of(phone, "/account/")
    assert '<html lang="en"' in said
    assert "Votre compte est réglé sur cette langue" in said
