"""Mails that protect a draft: the way back at the beginning, and one word two days before the deadline."""

from datetime import timedelta

import pytest

from tests.applications.conftest import begin, fresh, send, write
from tests.cast import Cast
from tremplin.applications import services
from tremplin.applications.models import Application
from tremplin.core.outbox.models import MessageState, OutboxMessage
from tremplin.people.models import User
from tremplin.programmes.rounds import go_round

KINDS = ("draft-reminder", "changes-reminder")


def reminders(cast: Cast) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(scope=cast.cohort.scope, kind__in=KINDS).order_by("pk"))


def go(cast: Cast, **before: int) -> None:
    go_round(cohort=cast.cohort, now=cast.cohort.dates["call_closes"] - timedelta(**before))


def edit(application: Application, cast: Cast) -> Application:
    return write(application, cast.at("call_opens", days=4), motivation="Something else entirely.")


def test_whoever_begins_gets_the_way_back_and_the_deadline_once(cast: Cast) -> None:
    cast.applicant.time_zone, cast.applicant.language = "Asia/Tokyo", "fr"
    cast.applicant.save()
    begin(cast)
    begin(cast)
    [mail] = OutboxMessage.objects.filter(kind="application-begun")
    assert mail.language == "fr"
    assert "/application/" in mail.body
    assert "(Tokyo)" in mail.body


def test_a_draft_is_reminded_two_days_before_and_once(cast: Cast, ready: Application) -> None:
    go(cast, hours=49)
    assert reminders(cast) == []
    go(cast, hours=47)
    go(cast, hours=46)
    [mail] = reminders(cast)
    assert (mail.kind, mail.to, mail.state) == ("draft-reminder", cast.applicant.email, MessageState.QUEUED)


def test_after_the_deadline_nobody_is_reminded(cast: Cast, ready: Application) -> None:
    go(cast, hours=0)
    assert reminders(cast) == []


def test_what_was_sent_needs_no_word_but_changes_since_do(cast: Cast, sent: Application) -> None:
    go(cast, hours=47)
    assert reminders(cast) == []
    edit(sent, cast)
    go(cast, hours=46)
    assert [mail.kind for mail in reminders(cast)] == ["changes-reminder"]


@pytest.mark.parametrize("deed", ["send", "withdraw"])
def test_sending_or_withdrawing_stops_a_reminder_that_has_not_left(
    cast: Cast, sent: Application, deed: str
) -> None:
    changed = edit(sent, cast)
    go(cast, hours=47)
    at = cast.cohort.dates["call_closes"] - timedelta(hours=46)
    if deed == "send":
        send(changed, at)
    else:
        services.withdraw(application=changed, actor=changed.applicant, now=at)
    go(cast, hours=45)
    assert [mail.state for mail in reminders(cast)] == [MessageState.CANCELLED]


def test_whoever_began_in_the_last_two_days_is_left_in_peace(cast: Cast) -> None:
    begin(cast, now=cast.cohort.dates["call_closes"] - timedelta(hours=40))
    go(cast, hours=20)
    assert reminders(cast) == []


def test_more_time_is_a_deadline_of_its_own(cast: Cast, ready: Application) -> None:
    closes = cast.cohort.dates["call_closes"]
    Application.objects.filter(pk=ready.pk).update(own_deadline=closes + timedelta(days=4))
    go(cast, hours=47)
    assert reminders(cast) == []
    go_round(cohort=cast.cohort, now=closes + timedelta(days=3))
    assert len(reminders(cast)) == 1


def test_closed_accounts_are_not_written_to(cast: Cast, ready: Application) -> None:
    User.objects.filter(pk=fresh(ready).applicant_id).update(is_active=False)
    go(cast, hours=47)
    assert reminders(cast) == []
