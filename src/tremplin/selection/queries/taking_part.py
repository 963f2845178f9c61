"""Scholars while they take part: who is there, who pauses, who has reached the end."""

from datetime import datetime

from django.db.models import QuerySet

from tremplin.core.recall import recall
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.selection.models import Scholar, ScholarState
from tremplin.selection.own_time import own_time

TAKING_PART = (ScholarState.ENROLLED, ScholarState.PAUSED)


def own_scholar(user: User, cohort: Cohort) -> Scholar | None:
    """The place of `user` in `cohort`, taken up or left. One query a page, whichever stages ask."""
    rows = Scholar.objects.filter(cohort=cohort, user=user).select_related("user")
    found = recall(("own scholar", user.pk, cohort.pk), rows.first)
    if found is not None:
        found.cohort = cohort
    return found


def everyone(cohort: Cohort) -> list[Scholar]:
    """Every scholar there has been, for stages that ask first whether there is anybody. One query a page."""
    rows = Scholar.objects.filter(cohort=cohort).select_related("user").order_by("pk")
    found = recall(("scholars", cohort.pk), lambda: list(rows))
    for scholar in found:
        scholar.cohort = cohort
    return found


def taking_part(cohort: Cohort) -> list[Scholar]:
    """Those of them who are there now or on a pause."""
    return [scholar for scholar in everyone(cohort) if scholar.state in TAKING_PART]


def all_scholars(cohort: Cohort, actor: User) -> QuerySet[Scholar]:
    """Every scholar there has been, by name. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    return Scholar.objects.filter(cohort=cohort).select_related("user").order_by("user__name", "pk")


def at_the_end(cohort: Cohort, *, now: datetime) -> list[Scholar]:
    """Scholars whose own time is over and who have not been marked as having completed."""
    ends = cohort.dates.get("training_ends")
    if ends is None or now < ends:
        return []
    enrolled = (scholar for scholar in everyone(cohort) if scholar.state == ScholarState.ENROLLED)
    return [scholar for scholar in enrolled if own_time(scholar, cohort.dates).moved(ends, now=now) <= now]
