"""Looking at what would be if: nothing of the selection is changed, and the log keeps that somebody looked."""

from datetime import datetime

from django.db import transaction

from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.selection.queries.what_if import Supposed, WhatIf, what_if


@transaction.atomic
def suppose(*, cohort: Cohort, actor: User, supposed: Supposed, now: datetime) -> WhatIf:
    """Work out what would be under `supposed`, and note in the log that `actor` looked at it, and at what kind.

    Order: all that `what_if` refuses; the audit event. Raises NotAllowed, Conflict, Invalid.
    """
    found = what_if(cohort, actor, supposed)
    log(
        cohort=cohort,
        actor=actor,
        verb="selection.supposed",
        subject=cohort,
        now=now,
        places=found.places_after,
        band=supposed.band,
        weights=bool(supposed.weights),
        reviewer_left_out=supposed.without is not None,
    )
    return found
