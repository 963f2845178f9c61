"""What organisers take out of the house."""

from datetime import datetime

from django.db import transaction

from tremplin.applications.queries import BoardFilters
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require


@transaction.atomic
def log_export(
    *,
    cohort: Cohort,
    actor: User,
    now: datetime,
    rows: int,
    answers: bool,
    kind: str,
    filters: BoardFilters,
) -> None:
    """Note that someone takes the list of applicants out of the house. Raises NotAllowed.

    The filter is noted without what was typed to find somebody, which may be a name: see `BoardFilters.noted`.
    """
    require(actor, cohort, Role.ORGANISER)
    log(
        cohort=cohort,
        actor=actor,
        verb="applications.exported",
        subject=cohort,
        now=now,
        format=kind,
        filters=filters.noted(cohort),
        rows=rows,
        with_answers=answers,
    )
