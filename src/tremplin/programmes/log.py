"""The audit log of a cohort."""

from datetime import datetime
from typing import Any

from django.db import models

from tremplin.core import audit
from tremplin.core.models import AuditEvent
from tremplin.people.models import User
from tremplin.programmes.models import Cohort


def log(
    *, cohort: Cohort, actor: User | None, verb: str, subject: models.Model, now: datetime, **data: Any
) -> AuditEvent:
    """Append “stage.verb” to the cohort's log, in the transaction of the deed. `actor` None: the clock."""
    return audit.record(
        scope=cohort.scope, actor=actor.ref if actor else None, verb=verb, subject=subject, data=data, now=now
    )
