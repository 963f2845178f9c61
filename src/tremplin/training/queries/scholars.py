"""Which scholars a person may follow, and in which week each is."""

from datetime import datetime

from django.db.models import Q, QuerySet

from tremplin.mentoring.models import Pairing
from tremplin.people.models import User
from tremplin.programmes.apart import roles_afterwards
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import STAFF
from tremplin.selection.models import Scholar, ScholarState
from tremplin.selection.own_time import own_time
from tremplin.training import rules


def own_scholar(actor: User, cohort: Cohort) -> Scholar | None:
    """The person's own place in the cohort."""
    return _scholars(cohort).filter(user=actor).first()


def visible_scholars(actor: User, cohort: Cohort) -> QuerySet[Scholar]:
    """All for staff, those they mentor for mentors, themselves for scholars, who may read on when they left."""
    scholars = _scholars(cohort)
    staying = ~Q(state=ScholarState.LEFT)
    if roles_afterwards(actor, cohort) & STAFF:
        return scholars.filter(staying)
    mentored = Pairing.objects.filter(mentor__user=actor, ended_at__isnull=True).values("scholar")
    return scholars.filter(Q(user=actor) | Q(pk__in=mentored) & staying)


def weeks_of(scholar: Scholar, cohort: Cohort) -> int:
    """How many weeks this scholar has, extension included."""
    return (cohort.plan.training.weeks if cohort.plan.training else 0) + scholar.extension_weeks


def week_now(scholar: Scholar, cohort: Cohort, *, now: datetime) -> int:
    """The week of training that this scholar is in: the time of a pause does not count."""
    worked = own_time(scholar, cohort.dates).worked(now)
    starts = cohort.date("training_starts")
    return rules.week_of(starts=starts, now=worked, weeks=weeks_of(scholar, cohort))


def _scholars(cohort: Cohort) -> QuerySet[Scholar]:
    return (
        Scholar.objects.filter(cohort=cohort)
        .select_related("user", "cohort__programme__institution", "cohort__version", "syllabus")
        .order_by("user__name", "pk")
    )
