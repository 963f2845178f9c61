"""What can be seen of the time that single people were given."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from tremplin.applications.models import Application, ApplicationState, Extension, LateStart
from tremplin.core.prepared import Prepared
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require, roles_of


def extensions(application: Application) -> QuerySet[Extension]:
    """All time that was given to one person, the newest first."""
    return Extension.objects.filter(application=application).order_by("-created_at", "-pk")


@dataclass(frozen=True, slots=True)
class StillWriting:
    """Drafts that may still be sent although the call has closed, and until when the last of them may."""

    many: int
    until: datetime | None


def still_writing(cohort: Cohort, now: datetime) -> StillWriting:
    """Those whom organisers must not forget when they give out reading. One query."""
    rows = Application.objects.filter(cohort=cohort, state=ApplicationState.DRAFT, own_deadline__gt=now)
    found = rows.aggregate(many=Count("pk", filter=Q()), until=Max("own_deadline"))
    return StillWriting(found["many"], found["until"])


def late_start(user: User, cohort: Cohort) -> LateStart | None:
    """Until when this person may begin, where they were given time before they had."""
    return next(iter(_LATE(cohort.pk, user.pk)), None)


_LATE = Prepared(lambda cohort, user: LateStart.objects.filter(cohort=cohort, user=user), int, int)


def late_starts(cohort: Cohort, actor: User) -> QuerySet[LateStart]:
    """Who may still begin: all for organisers, for the officer whom they gave it to. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER, Role.OFFICER)
    rows = LateStart.objects.filter(cohort=cohort).select_related("user").order_by("until", "pk")
    return rows if Role.ORGANISER in roles_of(actor, cohort) else rows.filter(cause="")
