"""The audit log: append-only, one hash chain a scope, written in the transaction of the deed itself."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction

from tremplin.core.models import AuditChain, AuditEvent
from tremplin.core.prepared import Prepared, PreparedChange


def record(
    *,
    scope: str,
    actor: str | None,
    verb: str,
    subject: models.Model,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Append one event to the chain of `scope`.

    `scope` names whose log this is (an institution, or a cohort within it); `actor` is a person's
    reference, None for the programme's own clock. Never put what someone wrote, a special category of
    personal data or a bank detail in `data`: the log outlives erasure.

    Raises TransactionManagementError outside a transaction, so that no deed can be logged without it.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An audit event belongs to the transaction of its deed.")
    found = _CHAIN(scope)
    chain = found[0] if found else AuditChain.objects.select_for_update().get_or_create(scope=scope)[0]
    event = AuditEvent(
        scope=scope,
        position=chain.length + 1,
        at=now,
        actor=actor or "",
        verb=verb,
        subject_type=subject._meta.label,
        subject_ref=str(getattr(subject, "ref", None) or subject.pk),
        data=json.loads(json.dumps(data or {}, default=str)),
        previous=chain.head,
    )
    event.digest = digest(event)
    event.save(force_insert=True)
    _LONGER(scope, event.position, event.digest)
    return event


_CHAIN = Prepared(lambda scope: AuditChain.objects.select_for_update().filter(pk=scope), str)


_LONGER = PreparedChange(
    lambda scope, length, head: (AuditChain.objects.filter(pk=scope), {"length": length, "head": head}),
    str, int, str,
)  # fmt: skip


def digest(event: AuditEvent) -> str:
    """SHA-256 over the event and the digest before it."""
    content = [
        event.scope,
        event.position,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.actor,
        event.verb,
        event.subject_type,
        event.subject_ref,
        event.data,
        event.previous,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def first_break(scope: str) -> int | None:
    """The first position of `scope` where the chain does not hold, None if it holds to its head."""
    previous, position = "", 0
    for event in AuditEvent.objects.filter(scope=scope).order_by("position").iterator():
        position += 1
        if event.position != position or event.previous != previous or digest(event) != event.digest:
            return position
        previous = event.digest
    chain = AuditChain.objects.filter(scope=scope).first()
    expected = (chain.length, chain.head) if chain else (0, "")
    return None if (position, previous) == expected else position + 1
