"""Scholars while they take part: who is there, who pauses, who has reached the end."""

from datetime import datetime

from django.db.models import QuerySet

from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.selection.models import Scholar, ScholarState
from tremplin.selection.own_time import own_time


def all_scholars(cohort: Cohort, actor: User) -> QuerySet[Scholar]:
    """Every scholar there has been, by name. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    return Scholar.objects.filter(cohort=cohort).select_related("user").order_by("user__name", "pk")


def at_the_end(cohort: Cohort, *, now: datetime) -> list[Scholar]:
    """Scholars whose own time is over and who have not been marked as having completed."""
    ends = cohort.dates.get("training_ends")
    if ends is None or now < ends:
        return []
    enrolled = Scholar.objects.filter(cohort=cohort, state=ScholarState.ENROLLED).order_by("pk")
    return [scholar for scholar in enrolled if own_time(scholar, cohort.dates).moved(ends, now=now) <= now]
