"""What organisers see of sharings-out, of what came since, and of conflicts that were set aside."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet, Sum

from tremplin.applications.models import Application
from tremplin.core.recall import recall
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review.models import ReadingClosed, SharingOut, TieSetAside
from tremplin.review.passes import FIRST
from tremplin.review.queries.organising import lacking, reads


def sharings(cohort: Cohort, actor: User) -> QuerySet[SharingOut]:
    """Every sharing-out, the latest first, with how many reads were `given` to how many `people`. Raises NotAllowed."""
    require_judge(actor, cohort, Role.ORGANISER)
    rows = SharingOut.objects.filter(cohort=cohort).select_related("by", "undone_by")
    return rows.annotate(given=Sum("loads__reads"), people=Count("loads")).order_by("-created_at", "-pk")


@dataclass(frozen=True, slots=True)
class Surge:
    """Applications that lack reads since reads were last given out: how many in all, and how many came since `at`."""

    at: datetime
    lacking: int
    new: int


def surge(cohort: Cohort, actor: User) -> Surge | None:
    """What has come since the last sharing-out; None before the first, or if nothing lacks a reviewer. Two queries.

    Raises NotAllowed.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    if not reads(cohort).without_reader or closed(cohort):
        return None
    given = SharingOut.objects.filter(cohort=cohort, pass_number=FIRST, undone_at__isnull=True)
    last = given.order_by("-created_at").first()
    if last is None:
        return None
    came = list(lacking(cohort).values_list("submitted_at", flat=True))
    return Surge(last.created_at, len(came), sum(1 for at in came if at and at > last.created_at))


def closed(cohort: Cohort) -> ReadingClosed | None:
    """The closing of the reading, once decisions are made; asked for once a page."""
    return recall(("reading closed", cohort.pk), lambda: ReadingClosed.objects.filter(cohort=cohort).first())


def set_aside(cohort: Cohort, actor: User, application: Application) -> QuerySet[TieSetAside]:
    """Conflicts of this application that were set aside and stand so, the latest first. Raises NotAllowed."""
    require_judge(actor, cohort, Role.ORGANISER)
    rows = TieSetAside.objects.filter(cohort=cohort, application=application, ended_at__isnull=True)
    return rows.select_related("reviewer", "by").order_by("-created_at", "-pk")
