"""Reminders that have become untrue before they left."""

from datetime import datetime, timedelta

from tremplin.applications.models import Application
from tremplin.applications.states import closes_for
from tremplin.core.outbox.models import MessageState, OutboxMessage

DRAFT, CHANGES = "draft-reminder", "changes-reminder"
BEFORE = timedelta(hours=48)
"""How long before a deadline those are written to who have something unsent."""


def reminder_key(kind: str, application: Application) -> str:
    """Once for each deadline: who is given more time is reminded of the new one."""
    return f"{kind}:{application.ref}:{closes_for(application):%Y%m%dT%H%M%z}"


def drop_reminders(application: Application, *, now: datetime) -> None:
    """Keep here what would remind somebody of what they have just done, or given up."""
    if now < closes_for(application) - BEFORE:
        return
    scope = application.cohort.scope
    keys = [f"{scope}:{reminder_key(kind, application)}" for kind in (DRAFT, CHANGES)]
    OutboxMessage.objects.filter(key__in=keys, state=MessageState.QUEUED).update(state=MessageState.CANCELLED)
