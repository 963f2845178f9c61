"""Putting mail into the outbox, releasing it, taking it back.

A deed calls `post` in its own transaction: the mail exists if and only if the deed happened. Sending is a
job (see `tasks.py`). Who may do what is checked by the stage that calls: these services know no roles.
"""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from tremplin.core import audit
from tremplin.core.errors import Conflict
from tremplin.core.outbox import tasks
from tremplin.core.outbox.models import Batch, BatchState, MessageState, OutboxMessage
from tremplin.core.outbox.rules import UNDO_WINDOW, clean_address, clean_body, clean_subject
from tremplin.core.prepared import Prepared
from tremplin.core.saved import add_if_new
from tremplin.core.text import Text

LONGEST_TITLE = 200

_rehearsing: ContextVar[bool] = ContextVar("rehearsing", default=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one person; `key` names its occasion."""

    to: str
    to_ref: str
    language: str
    kind: str
    subject: str
    body: str
    key: str
    reply_to: str = ""


def post(
    *,
    scope: str,
    to: str,
    to_ref: str,
    language: str,
    kind: str,
    subject: str,
    body: str,
    now: datetime,
    key: str,
    batch: Batch | None = None,
    release_after: datetime | None = None,
    reply_to: str = "",
) -> OutboxMessage:
    """Put one mail in the outbox: on its way at once, at `release_after`, or when its batch is released.

    `key` names the occasion ("offer-7k2m"); a second call with it changes nothing and returns the first
    mail. Raises Invalid for a subject or address that could not be a header, Conflict if the batch is no
    longer open.
    """
    letter = Mail(
        to=to,
        to_ref=to_ref,
        language=language,
        kind=kind,
        subject=subject,
        body=body,
        key=key,
        reply_to=reply_to,
    )
    message = _row(scope, letter, batch, now)
    if batch is None:
        message.state, message.queued_at = MessageState.QUEUED, release_after or now
    message.release_after = release_after
    if _rehearsing.get() and batch is None:
        message.state, message.sent_at = MessageState.SENT, now
    with transaction.atomic(savepoint=batch is not None):  # only a batch can refuse it
        if batch is not None:
            _lock(batch, BatchState.OPEN)
        if not add_if_new(message):
            return _BY_KEY(key)[0]
        if message.state == MessageState.QUEUED:
            tasks.enqueue([message])
    return message


_BY_KEY = Prepared(lambda key: OutboxMessage.objects.filter(key=key), str)


def _row(scope: str, letter: Mail, batch: Batch | None, now: datetime) -> OutboxMessage:
    """The mail as it is kept, waiting. Raises Invalid."""
    return OutboxMessage(
        scope=scope,
        key=letter.key,
        batch=batch,
        to=clean_address(letter.to),
        to_ref=letter.to_ref,
        reply_to=clean_address(letter.reply_to, field="reply_to") if letter.reply_to else "",
        language=letter.language,
        kind=letter.kind,
        subject=clean_subject(letter.subject),
        body=clean_body(letter.body),
        message_id=message_id(letter.key),
        state=MessageState.WAITING,
        created_at=now,
    )


def post_many(*, batch: Batch, mails: Iterable[Mail], now: datetime) -> int:
    """Put mails by the thousand into an open batch; how many wait in it then. A key that is known adds nothing.

    Raises Invalid for a subject or address that could not be a header, Conflict if the batch is no longer open.
    """
    with transaction.atomic():
        held = _lock(batch, BatchState.OPEN)
        rows = (_row(held.scope, letter, held, now) for letter in mails)
        while part := list(islice(rows, 500)):
            OutboxMessage.objects.bulk_create(part, ignore_conflicts=True)
        return held.messages.filter(state=MessageState.WAITING).count()


@contextmanager
def rehearsing() -> Iterator[None]:
    """Within this block mail counts as sent at its simulated time, and none leaves: its readers are invented."""
    token = _rehearsing.set(True)
    try:
        yield
    finally:
        _rehearsing.reset(token)


def message_id(key: str) -> str:
    """The Message-ID for `key`: always the same one, and it tells nothing."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"<{salted_hmac('tremplin.outbox', key, algorithm='sha256').hexdigest()[:40]}@{host}>"


def open_batch(*, scope: str, kind: str, title: Text, actor_ref: str, now: datetime) -> Batch:
    """A batch whose mails wait until a person has looked at them and released it."""
    titles = {language: words[:LONGEST_TITLE] for language, words in title.items()}
    return Batch.objects.create(scope=scope, kind=kind, title=titles, opened_by=actor_ref, created_at=now)


def release(*, batch: Batch, actor: str, now: datetime, delay: timedelta = UNDO_WINDOW) -> Batch:
    """Send the mails of an open batch after `delay`, in which `undo` stops all of them.

    Raises Conflict if someone else released or cancelled it first, or if no mail waits in it.
    """
    with transaction.atomic():
        held = _lock(batch, BatchState.OPEN)
        count = held.messages.filter(state=MessageState.WAITING).count()
        if not count:
            raise Conflict(_("No mail waits in this batch, so there is nothing to send."))
        held.state, held.release = BatchState.RELEASED, secrets.token_hex(8)
        held.released_by, held.released_at, held.release_after = actor, now, now + delay
        held.save(update_fields=["state", "release", "released_by", "released_at", "release_after"])
        if _rehearsing.get():
            tasks.leave_out(held, now=now)
            held.messages.filter(state=MessageState.WAITING).update(state=MessageState.SENT, sent_at=now)
        else:
            tasks.hand_over.using(run_after=held.release_after).enqueue(held.ref, held.release)
        _log(held, actor=actor, verb="outbox.released", now=now, messages=count)
    return held


def undo(*, batch: Batch, actor: str, now: datetime) -> Batch:
    """Stop a released batch within its delay: no mail of it has left. Raises Conflict when it is too late."""
    with transaction.atomic():
        held = _lock(batch, BatchState.RELEASED)
        held.state, held.release = BatchState.OPEN, ""
        held.released_by, held.released_at, held.release_after = "", None, None
        held.save(update_fields=["state", "release", "released_by", "released_at", "release_after"])
        _log(held, actor=actor, verb="outbox.undone", now=now)
    return held


def cancel_batch(*, batch: Batch, actor: str, now: datetime) -> Batch:
    """Decide never to send an open batch. Raises Conflict if it was released."""
    with transaction.atomic():
        held = _lock(batch, BatchState.OPEN)
        held.state = BatchState.CANCELLED
        held.save(update_fields=["state"])
        count = held.messages.filter(state=MessageState.WAITING).update(state=MessageState.CANCELLED)
        _log(held, actor=actor, verb="outbox.batch-cancelled", now=now, messages=count)
    return held


def cancel(*, message: OutboxMessage, actor: str, now: datetime) -> None:
    """Keep one mail that waits, is queued or failed from being sent. Raises Conflict when it has left."""
    stoppable = [MessageState.WAITING, MessageState.QUEUED, MessageState.FAILED]
    with transaction.atomic():
        unsent = OutboxMessage.objects.filter(pk=message.pk, state__in=stoppable)
        if not unsent.update(state=MessageState.CANCELLED):
            raise Conflict(_("This mail has already left, or was cancelled before."))
        _log(message, actor=actor, verb="outbox.cancelled", now=now)


def send_again(*, message: OutboxMessage, actor: str, now: datetime, to: str = "") -> None:
    """Give a failed mail a full set of attempts, perhaps to a corrected address. Raises Conflict, Invalid."""
    changes = {"to": clean_address(to)} if to else {}
    with transaction.atomic():
        failed = OutboxMessage.objects.filter(pk=message.pk, state=MessageState.FAILED)
        if not failed.update(state=MessageState.QUEUED, attempts=0, fault="", release_after=None, **changes):
            raise Conflict(_("This mail is no longer waiting for a decision."))
        tasks.enqueue([message])
        _log(message, actor=actor, verb="outbox.sent-again", now=now)


def erase(*, to_ref: str, scope: str = "") -> int:
    """Blank what the mails to one person say and where they went, all or those of one scope; how many there were.

    For erasure: that a mail of some kind went out stays, what it said does not. Unsent ones are cancelled.
    """
    unsent = [MessageState.WAITING, MessageState.QUEUED, MessageState.FAILED]
    mails = OutboxMessage.objects.filter(to_ref=to_ref, **({"scope": scope} if scope else {}))
    with transaction.atomic():
        mails.filter(state__in=unsent).update(state=MessageState.CANCELLED)
        return mails.update(to="erased@example.invalid", subject="—", body="—\n", reply_to="")


def _lock(batch: Batch, state: BatchState) -> Batch:
    """The batch, locked, in `state`. Raises Conflict otherwise."""
    held = Batch.objects.select_for_update().get(pk=batch.pk)
    if held.state != state:
        raise Conflict(
            {
                BatchState.OPEN: _("This batch is open: nothing of it has been released."),
                BatchState.RELEASED: _("This batch has been released."),
                BatchState.SENT: _("The mails of this batch have left."),
                BatchState.CANCELLED: _("This batch was cancelled."),
            }[BatchState(held.state)],
            _("Look at it again to see who did what."),
        )
    return held


def _log(subject: Batch | OutboxMessage, *, actor: str, verb: str, now: datetime, **data: object) -> None:
    data["kind"] = subject.kind
    audit.record(scope=subject.scope, actor=actor, verb=verb, subject=subject, now=now, data=data)
