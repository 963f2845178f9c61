"""What pages ask about a rehearsal."""

from datetime import datetime

from tremplin.programmes.models import Cohort
from tremplin.rehearsal.models import Rehearsal


def played_ahead(cohort: Cohort, *, now: datetime) -> datetime | None:
    """Until when a cohort was played, if that day is still to come."""
    return Rehearsal.objects.filter(cohort=cohort, until__gt=now).values_list("until", flat=True).first()
