"""What was done to many applications at once, and what left the house."""

from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from tremplin.applications.models import Deed, DeedState
from tremplin.core.models import AuditEvent
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require

UNDO_WITHIN = timedelta(days=1)


def deeds(cohort: Cohort, actor: User) -> QuerySet[Deed]:
    """What was done, the latest first. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER)
    done = Deed.objects.filter(cohort=cohort).exclude(state=DeedState.PLANNED)
    return done.select_related("batch").order_by("-done_at", "-pk")


def deed_at(cohort: Cohort, actor: User, ref: str) -> Deed | None:
    """One deed of this cohort, planned or done. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER)
    found = Deed.objects.filter(cohort=cohort, ref=ref).select_related("batch").first()
    if found:
        found.cohort = cohort
    return found


def outcomes(deeds: list[Deed]) -> dict[int, dict[str, int]]:
    """Deed → what came of its rows → how many, in one query."""
    found: dict[int, dict[str, int]] = {deed.pk: {} for deed in deeds}
    rows = Deed.objects.filter(pk__in=found).order_by().values_list("pk", "rows__outcome")
    for pk, outcome, many in rows.annotate(many=Count("rows")):
        if many:
            found[pk][outcome] = many
    return found


def undoable(deed: Deed, now: datetime) -> bool:
    return deed.state == DeedState.DONE and deed.done_at is not None and now - deed.done_at <= UNDO_WITHIN


def exports(cohort: Cohort, actor: User) -> QuerySet[AuditEvent]:
    """Who took which lists out of the house, the latest first. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER)
    return AuditEvent.objects.filter(scope=cohort.scope, verb="applications.exported").order_by("-position")
