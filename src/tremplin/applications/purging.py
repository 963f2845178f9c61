"""When applications go by themselves: the words first, and of what was never sent everything. The figures stay."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tremplin.applications import queries
from tremplin.applications.erasing import let_go
from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.states import zone_of
from tremplin.core.outbox import services as outbox
from tremplin.core.recall import recall
from tremplin.people.services import consents
from tremplin.programmes.models import Cohort, Membership
from tremplin.programmes.purposes import KEEP_APPLICATION
from tremplin.programmes.retention import DataClass, register
from tremplin.programmes.roles import Role

FIGURES = "applications"
# What was decided about has to be explained as long as anybody may ask; setting an application aside is a decision.
_COUNTED = (ApplicationState.SUBMITTED, ApplicationState.EXCLUDED)


def _with_words(cohort: Cohort) -> QuerySet[Application]:
    """Applications that still say something about their writer: a name is the last thing to go."""
    return Application.objects.filter(cohort=cohort).exclude(search="", name__startswith="(").order_by("pk")


def _unsent(cohort: Cohort) -> QuerySet[Application]:
    return _with_words(cohort).exclude(state__in=_COUNTED)


def _sent(cohort: Cohort) -> QuerySet[Application]:
    return _with_words(cohort).filter(state__in=_COUNTED)


def _stays_longer(cohort: Cohort) -> Q:
    """Whoever holds a place, and whoever asked that their application be kept."""
    scholars = Membership.objects.filter(cohort=cohort, role=Role.SCHOLAR).values("user")
    agreed = recall(
        ("kept applications", cohort.pk),
        lambda: [user for user, _about in consents.standing(KEEP_APPLICATION, [cohort.ref])],
    )
    return Q(applicant__in=scholars) | Q(applicant__in=agreed)


def _refused(cohort: Cohort) -> QuerySet[Application]:
    return _sent(cohort).exclude(_stays_longer(cohort))


def _taken(cohort: Cohort) -> QuerySet[Application]:
    return _sent(cohort).filter(_stays_longer(cohort))


def _purge(cohort: Cohort, rows: Iterable[Application], now: datetime) -> int:
    """Let these go, with the text of the mails about them; how many they were. No list of them is kept."""
    gone = 0
    for row in rows:
        outbox.erase(to_ref=row.applicant.ref, scope=cohort.scope)
        if let_go(row, now):
            Membership.objects.filter(cohort=cohort, user=row.applicant_id, role=Role.APPLICANT).delete()
        gone += 1
    return gone


def _purge_unsent(cohort: Cohort, now: datetime, limit: int) -> int:
    return _purge(cohort, _unsent(cohort).select_related("applicant")[:limit], now)


def _purge_refused(cohort: Cohort, now: datetime, limit: int) -> int:
    return _purge(cohort, _refused(cohort).select_related("applicant")[:limit], now)


def _purge_taken(cohort: Cohort, now: datetime, limit: int) -> int:
    return _purge(cohort, _taken(cohort).select_related("applicant")[:limit], now)


def funnel(cohort: Cohort) -> dict[str, Any]:
    """How many began and sent, by state, by language, by day of the cohort's zone. Nobody can be told apart."""
    rows = Application.objects.filter(cohort=cohort).order_by()
    many = Count("pk")
    return {
        "started": rows.count(),
        "sent": rows.filter(submitted_at__isnull=False).count(),
        "withdrawn": rows.filter(withdrawn_at__isnull=False).count(),
        "states": dict(rows.values_list("state").annotate(many=many)),
        "languages": dict(rows.values_list("language").annotate(many=many)),
        "days": [
            [day.day.isoformat(), day.started, day.sent] for day in queries.arrivals(cohort, zone_of(cohort))
        ],
    }


UNSENT = register(
    DataClass(
        code="applications.unsent",
        what=_("Drafts that were never sent, and applications that were withdrawn"),
        rule=_(
            "Nothing rests on them. They go %(days)s days after the decisions, with those that were refused."
        ),
        kept=_("How many there were, by day and by language. Withdrawn ones stay as a number and dates."),
        rows=lambda cohort: [_unsent(cohort)],
        purge=_purge_unsent,
        limit="explain_days",
        freeze=funnel,
    )
)
REFUSED = register(
    DataClass(
        code="applications.refused",
        what=_(
            "Applications that led to no place: answers, files, earlier versions, and the mails about them"
        ),
        rule=_("The decision can be explained for %(days)s days after it; then what was written goes."),
        kept=_(
            "Number, dates, scores and decision, tied to the account for as long as the person keeps one; the "
            "whole of it for those who agreed to that."
        ),
        rows=lambda cohort: [_refused(cohort)],
        purge=_purge_refused,
        limit="explain_days",
        freeze=funnel,
    )
)
TAKEN = register(
    DataClass(
        code="applications.taken",
        what=_("Applications of scholars, and of those who agreed that theirs be kept longer"),
        rule=_("The profile keeps no application longer than %(days)s days after the decisions."),
        kept=_("Number, dates, scores and decision; the place and its payments have days of their own."),
        rows=lambda cohort: [_taken(cohort)],
        purge=_purge_taken,
        limit="application_days",
        freeze=funnel,
    )
)
