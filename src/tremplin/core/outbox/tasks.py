"""Sending. A mail leaves at least once, and nearly always exactly once.

No protocol lets two machines agree that a letter was handed over (RFC 1047): if the worker is killed
between the mail server's "250 OK" and our commit, we cannot know. Then the mail is handed over again,
because a decision that never arrives harms a person and a second copy does not. Both copies carry one
Message-ID, made from the mail's key, and one Date, so mail servers and programs that remove duplicates
show one. The file mailbox is idempotent (one file a Message-ID), so there it is exactly once.

The steps: claim the job; mark the mail `sending` and commit; hand it to the backend; then, in one
transaction, mark the mail `sent` and the job done.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from django.db import transaction

from tremplin.core import audit, clock
from tremplin.core.jobs import leases
from tremplin.core.jobs.backend import enqueue_many
from tremplin.core.jobs.effects import GiveUp, Retry, current, exactly_once
from tremplin.core.jobs.task import task
from tremplin.core.outbox import post_office, wanted
from tremplin.core.outbox.models import Batch, BatchState, MessageState, OutboxMessage
from tremplin.core.prepared import Prepared, PreparedChange

UNSENT = (MessageState.QUEUED, MessageState.SENDING)
_LETTER = Prepared(lambda ref: OutboxMessage.objects.select_related("batch").filter(ref=ref), str)
_LEAVING = PreparedChange(
    lambda pk, attempts: (
        OutboxMessage.objects.filter(pk=pk, state__in=UNSENT),
        {"state": MessageState.SENDING, "attempts": attempts},
    ),
    int, int,
)  # fmt: skip
_LEFT = PreparedChange(
    lambda pk, now: (
        OutboxMessage.objects.filter(pk=pk, state=MessageState.SENDING),
        {"state": MessageState.SENT, "sent_at": now, "fault": ""},
    ),
    int, datetime,
)  # fmt: skip
ATTEMPTS = 14  # about fourteen hours, the back-off doubling from half a minute to two hours


@task(queue_name="mail", attempts=ATTEMPTS, first_pause=timedelta(seconds=30))
def send(message_ref: str) -> None:
    """Send one mail that is queued, or that a killed worker left in the middle of being sent."""
    now = clock.now()
    found = _LETTER(message_ref)
    if not found or found[0].state not in UNSENT:
        return
    [message] = found
    if message.batch and wanted.unwanted(message.batch, {message.to_ref}):
        with exactly_once():
            # Also one that a killed worker held: left as it is, it would count as being sent for ever.
            OutboxMessage.objects.filter(pk=message.pk, state__in=UNSENT).update(state=MessageState.LEFT_OUT)
        return
    if message.release_after and message.release_after > now:
        raise Retry("It is not time yet.", after=message.release_after - now, free=True)
    with leases.bookkeeping():
        if not _LEAVING(message.pk, message.attempts + 1):
            return
    try:
        post_office.hand_over(message)
    except (SMTPException, OSError) as error:
        _not_sent(message, error)
    with exactly_once():
        _LEFT(message.pk, clock.now())


def _not_sent(message: OutboxMessage, error: SMTPException | OSError) -> None:
    """Decide what a failure means: a refusal is final, everything else passes. Always raises."""
    attempt = current()
    final = _refused(error) or (attempt is not None and attempt.job.attempts >= attempt.job.max_attempts)
    state = MessageState.FAILED if final else MessageState.QUEUED
    reason = _reason(error)
    OutboxMessage.objects.filter(pk=message.pk, state=MessageState.SENDING).update(state=state, fault=reason)
    raise GiveUp(reason) if final else Retry(reason) from error


def _refused(error: Exception) -> bool:
    """The server understood and says never: an address that does not exist, a mail that it will not take."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return isinstance(error, SMTPDataError | SMTPSenderRefused) and error.smtp_code >= 500


def _reason(error: Exception) -> str:
    """Why, in words that name no person: servers repeat the address in theirs."""
    if isinstance(error, SMTPRecipientsRefused):
        codes = sorted({str(code) for code, _words in error.recipients.values()})
        return f"The mail server refused the address (SMTP {', '.join(codes)})."
    if isinstance(error, SMTPResponseException):
        return f"The mail server answered SMTP {error.smtp_code}."
    return f"The mail server could not be reached ({type(error).__name__})."


@task(queue_name="mail", attempts=ATTEMPTS)
def hand_over(batch_ref: str, release: str) -> None:
    """The undo window of a release has passed: queue every mail of the batch that is still wanted, all or none."""
    now = clock.now()
    with exactly_once(now=now):
        batch = Batch.objects.select_for_update().filter(ref=batch_ref).first()
        if batch is None or batch.state != BatchState.RELEASED or batch.release != release:
            return
        batch.state = BatchState.SENT
        batch.save(update_fields=["state"])
        leave_out(batch, now=now)
        waiting = list(batch.messages.filter(state=MessageState.WAITING).order_by("pk"))
        batch.messages.filter(state=MessageState.WAITING).update(state=MessageState.QUEUED, queued_at=now)
        enqueue(waiting)


def leave_out(batch: Batch, *, now: datetime) -> int:
    """Set aside the waiting mails of people whom the batch is no longer for; how many. Inside a transaction."""
    waiting = batch.messages.filter(state=MessageState.WAITING)
    gone = wanted.unwanted(batch, set(waiting.values_list("to_ref", flat=True)))
    refs = sorted(gone)
    parts = [refs[start : start + 500] for start in range(0, len(refs), 500)]
    count = sum(waiting.filter(to_ref__in=part).update(state=MessageState.LEFT_OUT) for part in parts)
    if count:
        data = {"kind": batch.kind, "messages": count}
        audit.record(scope=batch.scope, actor=None, verb="outbox.left-out", subject=batch, now=now, data=data)
    return count


def enqueue(messages: Sequence[OutboxMessage]) -> None:
    """One job a mail, in the transaction that queued them; each at its mail's time."""
    with transaction.atomic(savepoint=False):
        timed = [message for message in messages if message.release_after]
        for message in timed:
            send.using(key=f"mail:{message.ref}", run_after=message.release_after).enqueue(message.ref)
        at_once = [message for message in messages if not message.release_after]
        enqueue_many(send, [(f"mail:{message.ref}", [message.ref]) for message in at_once])
