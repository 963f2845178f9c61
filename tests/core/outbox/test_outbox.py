"""Mail: with its deed or not at all, once, after a look, and never with a foreign header."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from pytest_django import Settings

from tests.core.jobs.test_queue import QUEUES, run_all
from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.jobs import leases
from tremplin.core.jobs.models import Job, JobState
from tremplin.core.jobs.runner import Runner
from tremplin.core.models import AuditEvent
from tremplin.core.outbox import post_office, queries, services, tasks
from tremplin.core.outbox.models import Batch, BatchState, MessageState, OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_connection() -> Any:
    post_office.close()
    yield
    post_office.close()


def post(key: str = "offer-1", **changes: Any) -> OutboxMessage:
    values: dict[str, Any] = {
        "scope": "lab/2027",
        "to": "ada@example.org",
        "to_ref": "ada",
        "language": "en",
        "kind": "offer",
        "subject": "A place for you",
        "body": "Dear Ada,\n\nwe offer you a place.",
        "now": clock.now(),
        "key": key,
    }
    return services.post(**{**values, **changes})


def open_batch(size: int = 3) -> Batch:
    batch = services.open_batch(
        scope="lab/2027", kind="decision", title={"en": "Decisions"}, actor_ref="olive", now=clock.now()
    )
    for number in range(size):
        post(f"decision-{number}", batch=batch, to=f"person{number}@example.org")
    return batch


def pass_time(by: timedelta) -> None:
    """Everything that waits for a time becomes due."""
    for job in Job.objects.all():
        Job.objects.filter(pk=job.pk).update(run_after=job.run_after - by)


def state(message: OutboxMessage) -> str:
    message.refresh_from_db()
    return message.state


def test_a_mail_goes_out_in_plain_text_to_one_person_and_says_that_a_machine_wrote_it() -> None:
    message = post(body="Bonjour Ada,\r\nvoilà.", language="fr", reply_to="office@example.org")
    run_all()
    sent = mail.outbox[0]
    assert sent.to == ["ada@example.org"]
    assert sent.reply_to == ["office@example.org"]
    raw = sent.message()
    assert raw.get_content_type() == "text/plain"
    assert raw["Auto-Submitted"] == "auto-generated"
    assert raw["Content-Language"] == "fr"
    assert raw["Message-ID"] == message.message_id
    assert sent.body == "Bonjour Ada,\nvoilà.\n"
    assert state(message) == MessageState.SENT
    assert message.sent_at is not None


def test_a_mail_of_a_deed_that_failed_does_not_exist() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post()
        _ = 1 / 0
    run_all()
    assert not OutboxMessage.objects.exists()
    assert mail.outbox == []


def test_the_same_occasion_brings_one_mail() -> None:
    first = post(subject="First words")
    second = post(subject="Other words")
    assert (second.pk, second.subject) == (first.pk, "First words")
    run_all()
    assert post().pk == first.pk
    run_all()
    assert len(mail.outbox) == 1


def test_message_ids_are_stable_distinct_and_tell_nothing() -> None:
    assert services.message_id("offer:ada") == services.message_id("offer:ada")
    assert services.message_id("offer:ada") != services.message_id("offer:bob")
    assert "ada" not in services.message_id("offer:ada")


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hello\nBcc: all@example.org"},
        {"subject": "Hello\rBcc: all@example.org"},
        {"subject": "Hello\u2028there"},
        {"subject": "Hello\x00"},
        {"subject": "   "},
        {"subject": "x" * 301},
        {"to": "ada@example.org\nBcc: all@example.org"},
        {"to": "ada@example.org, all@example.org"},
        {"to": "Ada"},
        {"to": ""},
        {"to": f"{'a' * 250}@example.org"},
        {"reply_to": "x@example.org\r\nX-Evil: 1"},
        {"body": " \n "},
    ],
)
def test_what_could_smuggle_in_a_header_or_says_nothing_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        post(**changes)
    assert not OutboxMessage.objects.exists()


def test_a_mail_can_be_posted_for_later() -> None:
    later = clock.now() + timedelta(hours=2)
    message = post(release_after=later)
    run_all()
    assert mail.outbox == []
    pass_time(timedelta(hours=3))
    run_all()
    assert state(message) == MessageState.QUEUED
    assert Job.objects.get().attempts == 0
    OutboxMessage.objects.update(release_after=clock.now())
    pass_time(timedelta(hours=3))
    run_all()
    assert state(message) == MessageState.SENT


def test_mails_of_a_batch_wait_until_a_person_has_released_it() -> None:
    batch = open_batch()
    run_all()
    assert mail.outbox == []
    assert [message.to for message in queries.preview(batch)] == [f"person{n}@example.org" for n in range(3)]
    services.release(batch=batch, actor="olive", now=clock.now())
    run_all()
    assert mail.outbox == []
    pass_time(timedelta(minutes=2))
    run_all()
    assert len(mail.outbox) == 3
    assert queries.progress(batch) == {"sent": 3}
    batch.refresh_from_db()
    assert (batch.state, batch.released_by) == (BatchState.SENT, "olive")


def test_within_its_delay_a_release_can_be_undone_completely() -> None:
    batch = open_batch()
    services.release(batch=batch, actor="olive", now=clock.now())
    services.undo(batch=batch, actor="olive", now=clock.now())
    pass_time(timedelta(minutes=2))
    run_all()
    assert mail.outbox == []
    assert queries.progress(batch) == {"waiting": 3}


def test_an_undone_batch_can_be_released_again_and_goes_out_once() -> None:
    batch = open_batch()
    services.release(batch=batch, actor="olive", now=clock.now())
    services.undo(batch=batch, actor="olive", now=clock.now())
    services.release(batch=batch, actor="colin", now=clock.now())
    pass_time(timedelta(minutes=2))
    run_all()
    assert len(mail.outbox) == 3


def test_after_the_delay_there_is_no_undo() -> None:
    batch = open_batch()
    services.release(batch=batch, actor="olive", now=clock.now())
    pass_time(timedelta(minutes=2))
    run_all()
    with pytest.raises(Conflict):
        services.undo(batch=batch, actor="olive", now=clock.now())


def test_two_organisers_release_a_batch_once() -> None:
    batch = open_batch()
    services.release(batch=batch, actor="olive", now=clock.now())
    with pytest.raises(Conflict):
        services.release(batch=batch, actor="colin", now=clock.now())


def test_an_empty_batch_cannot_be_released() -> None:
    with pytest.raises(Conflict):
        services.release(batch=open_batch(0), actor="olive", now=clock.now())


def test_nothing_can_be_added_to_a_batch_that_was_released() -> None:
    """What the organiser looked at is what leaves."""
    batch = open_batch()
    services.release(batch=batch, actor="olive", now=clock.now())
    with pytest.raises(Conflict):
        post("late", batch=batch)
    assert not OutboxMessage.objects.filter(key="late").exists()


def test_a_cancelled_batch_sends_nothing() -> None:
    batch = services.cancel_batch(batch=open_batch(), actor="olive", now=clock.now())
    assert queries.progress(batch) == {"cancelled": 3}
    with pytest.raises(Conflict):
        services.release(batch=batch, actor="olive", now=clock.now())


def test_one_mail_can_be_taken_out_of_a_batch() -> None:
    batch = open_batch()
    services.cancel(message=queries.preview(batch)[1], actor="olive", now=clock.now())
    assert queries.preview(batch).count() == 2
    services.release(batch=batch, actor="olive", now=clock.now(), delay=timedelta(0))
    run_all()
    assert sorted(sent.to[0] for sent in mail.outbox) == ["person0@example.org", "person2@example.org"]


def test_a_mail_that_has_left_cannot_be_cancelled() -> None:
    message = post()
    run_all()
    with pytest.raises(Conflict):
        services.cancel(message=message, actor="olive", now=clock.now())


def test_a_cancelled_mail_is_not_sent_though_its_job_still_runs() -> None:
    message = post()
    services.cancel(message=message, actor="olive", now=clock.now())
    run_all()
    assert mail.outbox == []
    assert state(message) == MessageState.CANCELLED


def test_a_mail_that_is_cancelled_at_the_last_moment_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker has looked and not yet taken it: the one who cancelled was quicker."""
    message = post()
    keep_books = leases.bookkeeping

    @contextmanager
    def cancelled_before() -> Iterator[None]:
        OutboxMessage.objects.update(state=MessageState.CANCELLED)
        with keep_books():
            yield

    monkeypatch.setattr("tremplin.core.outbox.tasks.leases.bookkeeping", cancelled_before)
    tasks.send.call(message.ref)
    assert state(message) == MessageState.CANCELLED
    assert mail.outbox == []


def test_what_people_do_to_batches_and_mails_is_logged_without_what_the_mails_say() -> None:
    batch = open_batch()
    services.release(batch=batch, actor="olive", now=clock.now())
    services.undo(batch=batch, actor="colin", now=clock.now())
    services.cancel(message=queries.preview(batch)[0], actor="olive", now=clock.now())
    services.cancel_batch(batch=batch, actor="olive", now=clock.now())
    events = list(AuditEvent.objects.values_list("verb", "actor"))
    assert events == [
        ("outbox.released", "olive"),
        ("outbox.undone", "colin"),
        ("outbox.cancelled", "olive"),
        ("outbox.batch-cancelled", "olive"),
    ]
    assert not any("@" in str(event.data) for event in AuditEvent.objects.all())


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def refuse(self: EmailBackend, messages: list[Any]) -> int:
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)


def test_while_the_mail_server_is_away_the_mail_waits_and_then_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    message = post()
    with monkeypatch.context() as patch:
        failing(patch, SMTPServerDisconnected("gone"))
        run_all()
    assert state(message) == MessageState.QUEUED
    assert "could not be reached" in message.fault
    pass_time(timedelta(hours=3))
    run_all()
    assert state(message) == MessageState.SENT
    assert message.fault == ""
    assert message.attempts == 2


@pytest.mark.parametrize(
    ("error", "final"),
    [
        (SMTPRecipientsRefused({"ada@example.org": (550, b"no such user ada@example.org")}), True),
        (SMTPRecipientsRefused({"ada@example.org": (451, b"greylisted")}), False),
        (SMTPDataError(554, b"spam"), True),
        (SMTPDataError(452, b"full"), False),
        (TimeoutError("timed out"), False),
    ],
)
def test_a_refusal_is_final_and_anything_else_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, error: Exception, final: bool
) -> None:
    message = post()
    failing(monkeypatch, error)
    run_all()
    assert state(message) == (MessageState.FAILED if final else MessageState.QUEUED)
    assert Job.objects.get().state == (JobState.FAILED if final else JobState.WAITING)
    assert "@" not in f"{message.fault}{Job.objects.get().errors}"


def test_a_mail_that_no_attempt_got_through_counts_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    message = post()
    failing(monkeypatch, TimeoutError())
    for _attempt in range(Job.objects.get().max_attempts):
        assert state(message) == MessageState.QUEUED
        pass_time(timedelta(hours=5))
        run_all()
    assert state(message) == MessageState.FAILED
    assert list(queries.failed("lab/2027")) == [message]


def test_a_failed_mail_can_be_sent_again_to_a_corrected_address(monkeypatch: pytest.MonkeyPatch) -> None:
    message = post(to="adda@example.org")
    with monkeypatch.context() as patch:
        failing(patch, SMTPRecipientsRefused({"adda@example.org": (550, b"")}))
        run_all()
    services.send_again(message=message, actor="olive", now=clock.now(), to="ada@example.org")
    run_all()
    assert mail.outbox[0].to == ["ada@example.org"]
    assert state(message) == MessageState.SENT
    with pytest.raises(Conflict):
        services.send_again(message=message, actor="olive", now=clock.now())


def test_a_mail_whose_sender_was_killed_is_handed_over_again_under_the_same_identity() -> None:
    """Nobody can know whether the first handing over succeeded: both carry one id and one date."""
    message = post()
    first = leases.claim(QUEUES, worker="killed", now=clock.now())
    assert first is not None
    OutboxMessage.objects.update(state=MessageState.SENDING, attempts=1)
    post_office.hand_over(OutboxMessage.objects.get())
    again = leases.claim(QUEUES, worker="next", now=clock.now() + timedelta(seconds=61))
    assert again is not None
    Runner(QUEUES).run(again)
    assert state(message) == MessageState.SENT
    ids = {(sent.message()["Message-ID"], sent.message()["Date"]) for sent in mail.outbox}
    assert len(mail.outbox) == 2
    assert len(ids) == 1


def test_a_hundred_mails_share_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    monkeypatch.setattr(EmailBackend, "open", lambda self: opened.append(1))
    for number in range(120):
        post(f"news-{number}")
    run_all()
    assert len(mail.outbox) == 120
    assert len(opened) == 2


def test_a_connection_that_broke_is_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    monkeypatch.setattr(EmailBackend, "open", lambda self: opened.append(1))
    post("a")
    with monkeypatch.context() as patch:
        failing(patch, SMTPServerDisconnected("gone"))
        run_all()
    post("b")
    run_all()
    assert len(opened) == 2


def test_a_connection_is_not_kept_for_long(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    opened = []
    monkeypatch.setattr(EmailBackend, "open", lambda self: opened.append(1))
    monkeypatch.setattr(post_office, "KEEP_OPEN", 0.0)
    post("a")
    post("b")
    run_all()
    assert len(opened) == 2


def test_erasing_a_person_leaves_that_mails_went_out_and_nothing_of_what_they_said() -> None:
    sent = post("a")
    run_all()
    unsent = post("b", to="ada@example.org")
    other = post("c", to="bob@example.org", to_ref="bob")
    assert services.erase(to_ref="ada") == 2
    for message in (sent, unsent):
        message.refresh_from_db()
        assert "ada" not in f"{message.to}{message.subject}{message.body}".lower()
    assert (sent.state, unsent.state) == (MessageState.SENT, MessageState.CANCELLED)
    assert state(other) == MessageState.QUEUED


def test_queries_show_a_scope_its_own_mails_alone() -> None:
    mine = post("a")
    post("b", scope="other/2027")
    batch = open_batch(2)
    run_all()
    assert mine in queries.messages("lab/2027")
    assert queries.messages("other/2027").count() == 1
    assert [(row.pk, row.size) for row in queries.open_batches("lab/2027")] == [(batch.pk, 2)]
    assert list(queries.open_batches("other/2027")) == []
    assert {message.key for message in queries.sent_to("ada")} == {"a", "b"}
