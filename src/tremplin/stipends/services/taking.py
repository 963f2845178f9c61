"""Taking the ledger out of the house."""

from datetime import datetime

from django.db import transaction

from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import require
from tremplin.stipends.queries import MONEY_ROLES


@transaction.atomic
def note_export(*, cohort: Cohort, kind: str, rows: int, actor: User, now: datetime) -> None:
    """Write to the log that somebody takes the ledger as a file. Raises NotAllowed."""
    require(actor, cohort, *MONEY_ROLES)
    log(
        cohort=cohort,
        actor=actor,
        verb="stipends.exported",
        subject=cohort,
        now=now,
        format=kind,
        rows=rows,
    )
