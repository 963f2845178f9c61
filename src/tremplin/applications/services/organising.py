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

    The filter is noted without what was typed to find somebody, which may be a name.
    """
    require(actor, cohort, Role.ORGANISER)
    given = {name: value if name != "text" else "…" for name, value in filters.given.items()}
    log(
        cohort=cohort,
        actor=actor,
        verb="applications.exported",
        subject=cohort,
        now=now,
        format=kind,
        filters=given,
        rows=rows,
        with_answers=answers,
    )
