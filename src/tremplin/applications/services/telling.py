"""Telling people that their application is set aside, or counts again. Every such mail waits in the outbox."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tremplin.applications.models import Application, Deed, DeedRow
from tremplin.applications.queries.one import WRITTEN
from tremplin.applications.services.sending import mail_values
from tremplin.core.outbox import services as outbox
from tremplin.core.outbox.models import Batch, BatchState, MessageState, OutboxMessage
from tremplin.core.text import Text, in_every_language
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.mail_values import occasions

EXCLUDED, RESTORED = "application-excluded", "application-restored"
_AT_ONCE = 500
_UNSENT = (MessageState.WAITING, MessageState.QUEUED, MessageState.FAILED)


def tell_excluded(deed: Deed, rows: QuerySet[DeedRow], *, actor: User, now: datetime) -> Batch | None:
    """A batch for those whose applications were excluded; None when nobody needs to hear it."""
    _stop(deed, rows, RESTORED, actor=actor, now=now)
    last = _last_told(deed, rows)
    title = in_every_language(lambda: _("Applications set aside: their writers are told why"))
    known = {ref for ref, kind in last.items() if kind == EXCLUDED}
    return _prepare(deed, rows, EXCLUDED, title, without=known, actor=actor, now=now)


def tell_restored(deed: Deed, rows: QuerySet[DeedRow], *, actor: User, now: datetime) -> Batch | None:
    """Stop what has not left yet; a batch for those who have read that they were excluded, None without any."""
    _stop(deed, rows, EXCLUDED, actor=actor, now=now)
    last = _last_told(deed, rows)
    title = in_every_language(lambda: _("Applications taken back in: their writers are told"))
    people = rows.values_list("application__applicant__ref", flat=True)
    unaware = {ref for ref in people if last.get(ref) != EXCLUDED}
    return _prepare(deed, rows, RESTORED, title, without=unaware, actor=actor, now=now)


def _mails(deed: Deed, rows: QuerySet[DeedRow]) -> Iterator[QuerySet[OutboxMessage]]:
    """What these people were told of their exclusion, or would be, so many people at a time.

    Not by a join: PostgreSQL knows nothing yet of ten thousand rows written a moment ago, and tries each with each.
    """
    people = list(rows.values_list("application__applicant__ref", flat=True))
    mails = OutboxMessage.objects.filter(scope=deed.cohort.scope, kind__in=(EXCLUDED, RESTORED))
    for start in range(0, len(people), _AT_ONCE):
        yield mails.filter(to_ref__in=people[start : start + _AT_ONCE])


def _stop(deed: Deed, rows: QuerySet[DeedRow], kind: str, *, actor: User, now: datetime) -> None:
    """Keep here what has not left and is no longer true. A batch that was released waits for a look again."""
    parts = [mails.filter(kind=kind, state__in=_UNSENT) for mails in _mails(deed, rows)]
    found = {
        batch for mails in parts for batch in mails.order_by().values_list("batch", flat=True).distinct()
    }
    for batch in Batch.objects.filter(pk__in=found, state=BatchState.RELEASED).order_by("pk"):
        outbox.undo(batch=batch, actor=actor.ref, now=now)
    for mails in parts:
        mails.update(state=MessageState.CANCELLED)
    for batch in Batch.objects.filter(pk__in=found, state=BatchState.OPEN).order_by("pk"):
        if not batch.messages.filter(state=MessageState.WAITING).exists():
            outbox.cancel_batch(batch=batch, actor=actor.ref, now=now)


def _last_told(deed: Deed, rows: QuerySet[DeedRow]) -> dict[str, str]:
    """Person → which of the two they heard last, or will. To be asked once the untrue ones are stopped."""
    last: dict[str, str] = {}
    for mails in _mails(deed, rows):
        told = mails.exclude(state=MessageState.CANCELLED).order_by("pk")
        last.update(told.values_list("to_ref", "kind"))
    return last


def _prepare(
    deed: Deed,
    rows: QuerySet[DeedRow],
    code: str,
    title: Text,
    *,
    without: set[str],
    actor: User,
    now: datetime,
) -> Batch | None:
    cohort, text = deed.cohort, mail.text(deed.cohort, code)
    found = Application.objects.filter(pk__in=rows.values("application")).order_by("pk")
    to_whom = found.select_related("applicant").defer(*WRITTEN)
    reasons = dict(rows.values_list("application_id", "before"))

    def letters() -> Iterator[mail.Letter]:
        for application in to_whom.iterator(chunk_size=500):
            if application.applicant.ref in without:
                continue
            application.cohort = cohort
            reason = deed.reason or reasons[application.pk].get("reason", {})
            key = f"{code}:{deed.ref}:{deed.state}:{application.ref}"
            yield mail.Letter(application.applicant, {**mail_values(application), "reason": reason}, key)

    batch = mail.open_batch(cohort=cohort, code=code, title=title, actor=actor, now=now)
    waiting = mail.send_many(
        cohort=cohort,
        kind=code,
        words=(text.subject, text.body),
        optional=occasions()[code].optional,
        letters=letters(),
        batch=batch,
        now=now,
    )
    if not waiting:
        batch.delete()
        return None
    return batch
