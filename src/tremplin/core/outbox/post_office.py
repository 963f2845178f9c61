"""From a row to a mail on the wire."""

import threading
import time
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from tremplin.core.outbox import enclosures
from tremplin.core.outbox.models import OutboxMessage

KEEP_OPEN = 20.0  # seconds
MAILS_A_CONNECTION = 100

_local = threading.local()


def mail_of(message: OutboxMessage) -> EmailMessage:
    """The mail: plain text, one recipient, marked as a machine's so that nobody's absence note answers."""
    mail = EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": message.message_id,
            "Date": format_datetime(message.queued_at or message.created_at),
            "Content-Language": message.language,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    enclosed = enclosures.of(message)
    if enclosed:
        mail.attach(enclosed.name, enclosed.text, "text/plain")
    return mail


def hand_over(message: OutboxMessage) -> None:
    """Give one mail to the configured backend. Raises SMTPException or OSError if it did not take it."""
    connection = _connection()
    try:
        mail = mail_of(message)
        mail.connection = connection
        mail.send()
    except BaseException:
        close()
        raise
    _local.used += 1
    _local.at = time.monotonic()


def _connection() -> BaseEmailBackend:
    """This thread's open connection, for five hundred letters need not say hello five hundred times."""
    kept: BaseEmailBackend | None = getattr(_local, "connection", None)
    if kept is not None and (_local.used >= MAILS_A_CONNECTION or time.monotonic() - _local.at > KEEP_OPEN):
        close()
        kept = None
    if kept is None:
        kept = get_connection()
        kept.open()
        _local.connection, _local.used, _local.at = kept, 0, time.monotonic()
    return kept


def close() -> None:
    """Close this thread's connection, if any."""
    kept: BaseEmailBackend | None = getattr(_local, "connection", None)
    _local.connection = None
    if kept is not None:
        kept.close()
