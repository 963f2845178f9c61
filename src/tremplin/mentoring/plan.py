"""The mentoring part of a cohort's plan, and the check-ins it asks of a pairing."""

from datetime import datetime

from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict
from tremplin.mentoring import rules
from tremplin.mentoring.models import Pairing
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import MentoringPlan
from tremplin.selection.own_time import own_time


def plan_of(cohort: Cohort) -> MentoringPlan:
    """The mentoring part of the cohort's plan. Raises Conflict when the programme has no mentoring."""
    if cohort.plan.mentoring is None:
        raise Conflict(_("This programme has no mentoring."))
    return cohort.plan.mentoring


def slots_of(pairing: Pairing, cohort: Cohort, *, now: datetime) -> list[rules.Slot]:
    """The check-ins asked of this pairing, in order, in the scholar's own time. No query."""
    return rules.slots(
        plan_of(cohort).checkins,
        cohort.dates,
        own_time(pairing.scholar, cohort.dates),
        since=pairing.created_at,
        until=pairing.ended_at,
        now=now,
    )


def slot_of(pairing: Pairing, cohort: Cohort, code: str, *, now: datetime) -> rules.Slot:
    """One check-in of this pairing. Raises Conflict when it is not asked of it."""
    found = next((slot for slot in slots_of(pairing, cohort, now=now) if slot.checkin.code == code), None)
    if found is None:
        raise Conflict(_("This pairing has no such check-in."))
    return found
