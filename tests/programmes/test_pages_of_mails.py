"""Mails wait until an organiser has looked at them, and can be undone, mended and found."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from tests.cast import OPENS, Cast
from tests.programmes.conftest import page
from tests.programmes.world import batch_of
from tests.visiting import signed_in, text_of
from tremplin.core.errors import Conflict, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import Batch, BatchState, MessageState, OutboxMessage
from tremplin.programmes import mail, services

DAY = timedelta(days=1)
BEFORE = OPENS - DAY


def test_a_batch_waits_until_somebody_has_looked_at_each_mail(cast: Cast, organiser: Client) -> None:
    batch = batch_of(cast, 3)
    assert "3 mails" in text_of(organiser, page(cast, "outbox"))
    text = text_of(organiser, page(cast, "batch", ref=batch.ref))
    assert "Send these 3 mails" in text
    for number in range(3):
        assert f"reminders{number}@example.org" in text
    assert "Hello N0," in text
    assert "8 February 2027, end of the day anywhere on Earth" in text


def test_sending_can_be_undone_and_done_again(cast: Cast, organiser: Client) -> None:
    batch = batch_of(cast, 2)
    act = page(cast, "batch-act", ref=batch.ref)
    text = unescape(organiser.post(act, {"deed": "release", "seen": "2"}, follow=True).content.decode())
    assert "one press takes them all back" in text
    assert "They leave at" in text
    assert "Undo: send nothing" in text
    assert Batch.objects.get().state == BatchState.RELEASED
    assert (
        "no mail of this batch has left"
        in organiser.post(act, {"deed": "undo"}, follow=True).content.decode()
    )
    assert Batch.objects.get().state == BatchState.OPEN


def test_a_batch_that_is_cancelled_is_never_sent(cast: Cast, organiser: Client) -> None:
    batch = batch_of(cast, 2)
    act = page(cast, "batch-act", ref=batch.ref)
    organiser.post(act, {"deed": "cancel"})
    assert set(batch.messages.values_list("state", flat=True)) == {MessageState.CANCELLED}
    text = unescape(organiser.post(act, {"deed": "release", "seen": "2"}, follow=True).content.decode())
    assert "This batch was cancelled." in text


def test_a_second_tab_sends_nothing_twice(cast: Cast, organiser: Client) -> None:
    batch = batch_of(cast, 1)
    act = page(cast, "batch-act", ref=batch.ref)
    organiser.post(act, {"deed": "release", "seen": "1"})
    text = unescape(organiser.post(act, {"deed": "release", "seen": "1"}, follow=True).content.decode())
    assert "This batch has been released." in text
    assert AuditEvent.objects.filter(verb="outbox.released").count() == 1


def test_a_batch_that_has_grown_since_it_was_looked_at_is_not_sent(cast: Cast, organiser: Client) -> None:
    batch = batch_of(cast, 1)
    seen = {"deed": "release", "seen": "1"}
    values = {"link": "/x/", "date": OPENS}
    mail.send(
        cohort=cast.cohort,
        code="draft-reminder",
        to=cast.mentor,
        values=values,
        now=OPENS,
        key="late",
        batch=batch,
    )
    text = unescape(
        organiser.post(page(cast, "batch-act", ref=batch.ref), seen, follow=True).content.decode()
    )
    assert "has changed since you looked at it" in text
    assert Batch.objects.get().state == BatchState.OPEN


def test_an_unknown_deed_does_nothing(cast: Cast, organiser: Client) -> None:
    batch = batch_of(cast, 1)
    assert organiser.post(page(cast, "batch-act", ref=batch.ref), {"deed": "burn"}).status_code == 404


def test_a_mail_that_failed_can_be_sent_again_to_a_mended_address(cast: Cast, organiser: Client) -> None:
    failed = mail.send(
        cohort=cast.cohort, code="offer-accepted", to=cast.mentor, values={"link": "/"}, now=OPENS, key="k"
    )
    OutboxMessage.objects.update(
        state=MessageState.FAILED, fault="The mail server refused the address (SMTP 550)."
    )
    assert "SMTP 550" in text_of(organiser, page(cast, "outbox"))
    address = page(cast, "mail", ref=failed.ref)
    response = organiser.post(address, {"to": "not an address", "deed": "again"})
    assert response.status_code == 422
    assert "This is not a mail address." in response.content.decode()
    organiser.post(address, {"to": "mended@example.org", "deed": "again"})
    failed.refresh_from_db()
    assert (failed.to, failed.state) == ("mended@example.org", MessageState.QUEUED)
    assert "no longer waiting" in unescape(
        organiser.post(address, {"to": "x@example.org"}, follow=True).content.decode()
    )


def test_one_mail_can_be_kept_from_leaving(cast: Cast, organiser: Client) -> None:
    batch = batch_of(cast, 1)
    message = batch.messages.get()
    address = page(cast, "mail", ref=message.ref)
    assert "Do not send it" in text_of(organiser, address)
    organiser.post(address, {"deed": "cancel"})
    message.refresh_from_db()
    assert message.state == MessageState.CANCELLED
    assert "Do not send it" not in text_of(organiser, address)
    assert "No mail in it" in text_of(organiser, page(cast, "batch", ref=batch.ref))


def test_every_mail_can_be_found(cast: Cast, organiser: Client) -> None:
    batch_of(cast, 2)
    mail.send(
        cohort=cast.cohort, code="offer-accepted", to=cast.mentor, values={"link": "/"}, now=OPENS, key="k"
    )
    found = organiser.get(page(cast, "mails") + "?q=mona").context["page"]
    assert [message.kind for message in found] == ["offer-accepted"]
    assert len(organiser.get(page(cast, "mails") + "?state=waiting").context["page"].object_list) == 2
    assert "No mail" in text_of(organiser, page(cast, "mails") + "?q=nothing-like-it")


def test_mails_of_another_cohort_are_nobodys_business(cast: Cast) -> None:
    batch = batch_of(cast, 1)
    with pytest.raises(Conflict):
        services.release(cohort=cast.rival_cohort, batch=batch, actor=cast.stranger, now=OPENS)
    with pytest.raises(NotAllowed):
        services.release(cohort=cast.cohort, batch=batch, actor=cast.stranger, now=OPENS)
    with pytest.raises(NotAllowed):
        services.cancel(cohort=cast.cohort, message=batch.messages.get(), actor=cast.reviewer, now=OPENS)


def test_a_note_in_confidence_is_seen_by_the_organiser_it_went_to_alone(
    cast: Cast, organiser: Client
) -> None:
    values = {"link": "/x/", "title": "Week 2"}
    note = mail.send(
        cohort=cast.cohort, code="note-in-confidence", to=cast.colleague, values=values, now=OPENS, key="k"
    )
    OutboxMessage.objects.update(state=MessageState.FAILED)
    for address in (page(cast, "mails"), page(cast, "outbox")):
        assert "to the organisers alone" not in text_of(organiser, address)
        assert "to the organisers alone" in text_of(signed_in(cast.colleague), address)
    assert organiser.get(page(cast, "mail", ref=note.ref)).status_code == 404
