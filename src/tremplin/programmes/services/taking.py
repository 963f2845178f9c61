"""Taking the log of a cohort away as a file."""

from datetime import datetime

from django.db import transaction

from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.logbook import Asked
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require


@transaction.atomic
def note_log_taken(*, cohort: Cohort, asked: Asked, rows: int, actor: User, now: datetime) -> None:
    """Note who takes how many lines with them, by which filters. Raises NotAllowed for whoever does not organise."""
    require(actor, cohort, Role.ORGANISER)
    log(
        cohort=cohort,
        actor=actor,
        verb="programmes.log-exported",
        subject=cohort,
        now=now,
        rows=rows,
        filters=asked.given,
    )
