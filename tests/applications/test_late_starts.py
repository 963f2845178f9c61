"""Somebody who asked for more time before they had begun: they begin after everybody, and nobody else does."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.applications.conftest import ELIGIBLE, begin, fresh
from tests.cast import Cast, person
from tests.visiting import Clock, page, signed_in, text_of
from tremplin.applications.models import Application, Extension, ExtensionCause, LateStart
from tremplin.applications.personal_data import _export
from tremplin.applications.queries.time import late_starts
from tremplin.applications.services import Late
from tremplin.applications.services.late_starts import forget_unused, let_begin, take_start_back
from tremplin.applications.services.more_time import Why
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people import personal_data
from tremplin.people.models import User
from tremplin.people.services.erasure import reasons_to_stay
from tremplin.programmes.rounds import go_round

pytestmark = pytest.mark.django_db
ADDRESS = "nia.newcomer@example.org"
WHY = Why(ExtensionCause.OUTSIDE, "Their village had no power for a week")


def given(
    cast: Cast, *, why: Why | None = WHY, until: datetime | None = None, address: str = ADDRESS
) -> LateStart:
    return let_begin(
        cohort=cast.cohort,
        address=address,
        until=until or cast.at("call_closes", days=3),
        why=why,
        actor=cast.organiser if why else cast.officer,
        now=cast.at("call_closes", days=-1),
    )


def test_they_begin_after_everybody_and_write_until_their_own_moment(cast: Cast) -> None:
    row = given(cast)
    after = cast.at("call_closes", days=2)
    application = begin(cast, row.user, now=after)
    assert fresh(application).own_deadline == cast.at("call_closes", days=3)
    kept = Extension.objects.get(application=application)
    assert (kept.cause, kept.reason, kept.until) == (WHY.cause, WHY.words, row.until)
    assert not LateStart.objects.exists()
    with pytest.raises(Late):
        begin(cast, person("Lars Late"), now=after)


def test_their_time_is_over_when_it_is_over(cast: Cast) -> None:
    row = given(cast)
    with pytest.raises(Late):
        begin(cast, row.user, now=cast.at("call_closes", days=3, seconds=1))
    assert forget_unused(cohort=cast.cohort, now=cast.at("call_closes", days=3)) == 0
    go_round(cohort=cast.cohort, now=cast.at("call_closes", days=3, hours=1))
    assert not LateStart.objects.exists()


def test_a_mail_says_how_to_begin_and_until_when_and_the_log_never_why(cast: Cast) -> None:
    given(cast)
    mail = OutboxMessage.objects.get(to=ADDRESS)
    assert "/apply/" in mail.body
    assert "begin, write and send" in mail.body
    event = AuditEvent.objects.get(verb="applications.late-start-given")
    assert event.data["cause"] == "outside"
    assert "village" not in str(event.data)
    assert ADDRESS not in str(event.data)
    again = given(cast)
    assert OutboxMessage.objects.filter(to=ADDRESS).count() == 1
    assert LateStart.objects.get() == again


def test_the_officer_gives_it_without_a_reason_and_organisers_may_only_lengthen_it(cast: Cast) -> None:
    row = given(cast, why=None)
    assert (row.cause, row.reason) == ("", "")
    assert "cause" not in AuditEvent.objects.get(verb="applications.late-start-given").data
    with pytest.raises(Conflict, match="given in confidence"):
        given(cast, until=cast.at("call_closes", days=1))
    with pytest.raises(NotAllowed):
        take_start_back(cohort=cast.cohort, ref=row.ref, actor=cast.organiser, now=row.created_at)
    take_start_back(cohort=cast.cohort, ref=row.ref, actor=cast.officer, now=row.created_at)
    take_start_back(cohort=cast.cohort, ref=row.ref, actor=cast.officer, now=row.created_at)
    assert not LateStart.objects.exists()


@pytest.mark.parametrize(
    ("offset", "says"), [({"days": -1}, "over"), ({}, "later moment"), ({"days": 400}, "before")]
)
def test_a_moment_that_cannot_be_is_refused(cast: Cast, offset: dict[str, int], says: str) -> None:
    with pytest.raises(Invalid) as fault:
        given(cast, until=cast.at("call_closes", **offset))
    assert says in str(fault.value.errors["day"])


def test_whoever_has_begun_or_helps_to_run_the_cohort_is_told_apart(cast: Cast) -> None:
    begin(cast, person("Bea Begun"))
    with pytest.raises(Invalid, match="begun already"):
        given(cast, address="bea.begun@example.org")
    with pytest.raises(Invalid, match="helps to run"):
        given(cast, address=cast.reviewer.email)
    assert not LateStart.objects.exists()


def test_nobody_else_gives_it(cast: Cast) -> None:
    for actor in (cast.observer, cast.reviewer, cast.applicant, cast.stranger, cast.officer):
        with pytest.raises(NotAllowed):
            let_begin(
                cohort=cast.cohort,
                address=ADDRESS,
                until=cast.at("call_closes", days=3),
                why=WHY,
                actor=actor,
                now=cast.at("call_opens", days=1),
            )


def test_the_pages_let_them_begin_and_show_their_own_deadline(cast: Cast, clock: Clock) -> None:
    row = given(cast)
    clock.at = cast.at("call_closes", days=2)
    other, client = signed_in(person("Lars Late")), signed_in(row.user)
    assert "This call has closed" in text_of(other, page(cast, "applications:eligibility"))
    text = text_of(client, page(cast, "applications:eligibility"))
    assert "This call has closed" not in text
    assert "You have more time than others" in text
    client.post(page(cast, "applications:eligibility"), ELIGIBLE)
    assert client.post(page(cast, "applications:start"), {"language": "en"}).status_code == 302
    assert Application.objects.get(applicant=row.user).own_deadline == row.until
    assert "You have more time than others" in text_of(client, page(cast, "applications:hub"))


def test_organisers_and_the_officer_give_it_and_take_it_back_on_one_page(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("call_closes", days=-1)
    until = cast.at("call_closes", days=3)
    organiser, officer = signed_in(cast.organiser), signed_in(cast.officer)
    address = page(cast, "applications:late-start")
    assert address in text_of(organiser, page(cast, "applications:board"))
    assert address in text_of(officer, page(cast, "accommodations:list"))
    data = {"address": ADDRESS, "day": f"{until:%Y-%m-%d}", "hour": "12:00"}
    assert organiser.post(address, data).status_code == 422  # without a reason
    assert not User.objects.filter(email=ADDRESS).exists()
    answer = organiser.post(address, {**data, "cause": "other", "reason": "A flood"}, follow=True)
    assert "a mail tells them so" in answer.content.decode()
    assert "A flood" in answer.content.decode()
    assert ADDRESS not in text_of(officer, address)
    quiet = {**data, "address": "ola.other@example.org"}
    assert "ola.other@example.org" in officer.post(address, quiet, follow=True).content.decode()
    shown = text_of(organiser, address)
    assert "Given in confidence" in shown
    row = LateStart.objects.get(cause="other")
    organiser.post(address, {"take_back": row.ref})
    assert not LateStart.objects.filter(pk=row.pk).exists()
    assert LateStart.objects.filter(cause="").exists()
    assert (
        organiser.post(
            address, {**data, "address": cast.reviewer.email, "cause": "other", "reason": "x"}
        ).status_code
        == 422
    )


def test_the_page_asks_the_same_for_one_and_for_thirty(cast: Cast, clock: Clock) -> None:
    clock.at = cast.at("call_closes", days=-1)
    client = signed_in(cast.organiser)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(page(cast, "applications:late-start")).status_code == 200
        return len(seen)

    given(cast)
    count()
    one = count()
    for number in range(30):
        given(cast, address=f"late-{number}@example.org")
    assert count() == one <= 15


def test_it_is_in_the_export_and_goes_with_an_erasure_and_keeps_no_account(cast: Cast) -> None:
    row = given(cast)
    (told,) = _export(row.user)
    assert told["may_begin_until"] == row.until
    assert told["reason"] == WHY.words
    assert reasons_to_stay(row.user) == []
    (held,) = personal_data.holdings(row.user, now=row.created_at, scope=cast.cohort.scope)
    assert "later than others" in str(held.what)
    personal_data.erase(row.user, cast.cohort.scope, now=row.created_at)
    assert not late_starts(cast.cohort, cast.organiser).exists()
