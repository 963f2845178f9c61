"""Telling people that their application is set aside, or counts again. Every such mail waits in the outbox."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tremplin.applications.models import Application, Cause, Deed, DeedRow, Exclusion
from tremplin.applications.queries.one import WRITTEN
from tremplin.applications.rules.eligibility import conditions
from tremplin.applications.services.sending import mail_values
from tremplin.core.outbox import services as outbox
from tremplin.core.outbox.models import Batch, BatchState, MessageState, OutboxMessage
from tremplin.core.text import Text, in_every_language
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.mail_values import occasions

RESTORED = "application-restored"
EXCLUDED: dict[str, str] = {
    Cause.DUPLICATE: "application-excluded",
    Cause.SPAM: "application-excluded",
    Cause.CONDITION: "application-excluded-condition",
    Cause.WISH: "application-excluded-wish",
}
_ALL_EXCLUDED = frozenset(EXCLUDED.values())
_AT_ONCE = 500
_UNSENT = (MessageState.WAITING, MessageState.QUEUED, MessageState.FAILED)


def tell_excluded(deed: Deed, rows: QuerySet[DeedRow], *, actor: User, now: datetime) -> Batch | None:
    """A batch for those whose applications were excluded; None when nobody needs to hear it."""
    _stop(deed, rows, {RESTORED}, actor=actor, now=now)
    last = _last_told(deed, rows)
    title = in_every_language(lambda: _("Applications set aside: their writers are told why"))
    excluded = Exclusion.objects.filter(application__in=rows.values("application"))
    whys = {one.application_id: one for one in excluded.iterator(chunk_size=_AT_ONCE)}
    mails: dict[str, list[int]] = {}
    for key, ref in rows.values_list("application_id", "application__applicant__ref"):
        code = EXCLUDED[whys[key].cause]
        if last.get(ref) != code:
            mails.setdefault(code, []).append(key)

    def values(application: Application) -> dict[str, object]:
        why = whys[application.pk]
        return {"reason": why.reason, "title": _condition(deed, why)}

    return _prepare(deed, mails, title, values, actor=actor, now=now)


def _condition(deed: Deed, why: Exclusion) -> object:
    """The door that is not met, as the call asks it; nothing where it was another cause."""
    doors = {door.code: door.label for door in conditions(deed.cohort.plan)}
    return doors.get(why.condition)


def tell_restored(deed: Deed, rows: QuerySet[DeedRow], *, actor: User, now: datetime) -> Batch | None:
    """Stop what has not left yet; a batch for those who have read that they were excluded, None without any."""
    _stop(deed, rows, _ALL_EXCLUDED, actor=actor, now=now)
    last = _last_told(deed, rows)
    title = in_every_language(lambda: _("Applications taken back in: their writers are told"))
    people = rows.values_list("application_id", "application__applicant__ref")
    aware = [key for key, ref in people if last.get(ref) in _ALL_EXCLUDED]
    return _prepare(deed, {RESTORED: aware} if aware else {}, title, _nothing_more, actor=actor, now=now)


def _nothing_more(_application: Application) -> dict[str, object]:
    return {}


def _mails(deed: Deed, rows: QuerySet[DeedRow]) -> Iterator[QuerySet[OutboxMessage]]:
    """What these people were told of their exclusion, or would be, so many people at a time.

    Not by a join: PostgreSQL knows nothing yet of ten thousand rows written a moment ago, and tries each with each.
    """
    people = list(rows.values_list("application__applicant__ref", flat=True))
    mails = OutboxMessage.objects.filter(scope=deed.cohort.scope, kind__in=[*_ALL_EXCLUDED, RESTORED])
    for start in range(0, len(people), _AT_ONCE):
        yield mails.filter(to_ref__in=people[start : start + _AT_ONCE])


def _stop(deed: Deed, rows: QuerySet[DeedRow], kinds: Collection[str], *, actor: User, now: datetime) -> None:
    """Keep here what has not left and is no longer true. A batch that was released waits for a look again."""
    parts = [mails.filter(kind__in=kinds, state__in=_UNSENT) for mails in _mails(deed, rows)]
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
    """Person → which of them they heard last, or will. To be asked once the untrue ones are stopped."""
    last: dict[str, str] = {}
    for mails in _mails(deed, rows):
        told = mails.exclude(state=MessageState.CANCELLED).order_by("pk")
        last.update(told.values_list("to_ref", "kind"))
    return last


def _prepare(
    deed: Deed,
    mails: Mapping[str, list[int]],
    title: Text,
    values: Callable[[Application], dict[str, object]],
    *,
    actor: User,
    now: datetime,
) -> Batch | None:
    """One batch of these mails, each by its code with the applications that it is about; None without any."""
    if not mails:
        return None
    cohort, waiting = deed.cohort, 0
    batch = mail.open_batch(cohort=cohort, code=next(iter(mails)), title=title, actor=actor, now=now)
    for code, keys in mails.items():
        text = mail.text(cohort, code)
        waiting = mail.send_many(
            cohort=cohort,
            kind=code,
            words=(text.subject, text.body),
            optional=occasions()[code].optional,
            letters=_letters(deed, code, keys, values),
            batch=batch,
            now=now,
        )
    if not waiting:
        batch.delete()
        return None
    return batch


def _letters(
    deed: Deed, code: str, keys: list[int], values: Callable[[Application], dict[str, object]]
) -> Iterator[mail.Letter]:
    for start in range(0, len(keys), _AT_ONCE):
        found = Application.objects.filter(pk__in=keys[start : start + _AT_ONCE]).order_by("pk")
        for application in found.select_related("applicant").defer(*WRITTEN):
            application.cohort = deed.cohort
            key = f"{code}:{deed.ref}:{deed.state}:{application.ref}"
            yield mail.Letter(application.applicant, {**mail_values(application), **values(application)}, key)
