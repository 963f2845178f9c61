"""What reading may erase: of an applicant what readers wrote about them, of a reader who they were."""

from collections import Counter
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.applications.erasing import traced, words_may_go
from tremplin.applications.models import Application
from tremplin.people.models import User
from tremplin.people.personal_data import Holding, Trace, Traces
from tremplin.programmes.retention import explained_until
from tremplin.programmes.scopes import cohorts_of, within
from tremplin.review.models import (
    Ask,
    Assignment,
    AssignmentState,
    ContentNote,
    DeclaredConflict,
    Review,
    ReviewerProfile,
    TieSetAside,
)


def traces(user: User) -> dict[str, Trace]:
    about = Review.objects.filter(assignment__application__applicant=user).exclude(
        comment="", private_note=""
    )
    return {
        "about": Trace(about, "assignment__application__cohort", {"state": "assignment__application__state"}),
        "asked": Trace(
            _asked_about(user), "assignment__application__cohort", {"state": "assignment__application__state"}
        ),
        "reads": Trace(Assignment.objects.filter(reviewer=user), "cohort", {"state": "state"}),
        "profiles": Trace(ReviewerProfile.objects.filter(reviewer=user), "cohort"),
    }


def holdings(_user: User, now: datetime, told: Traces) -> list[Holding]:
    what = _("The profile as a reviewer")
    profiles = [Holding(row["scope"], what) for row in told["profiles"]]
    return [*_as_applicant(told, now), *_as_reader(told), *profiles]


def _written_about(user: User) -> QuerySet[Review]:
    written = Review.objects.filter(assignment__application__applicant=user)
    return written.exclude(comment="", private_note="").select_related(
        "assignment__application__cohort__programme__institution", "assignment__application__cohort__version"
    )


def _asked_about(user: User) -> QuerySet[Ask]:
    asked = Ask.objects.filter(assignment__application__applicant=user).exclude(words="", answer="")
    return asked.select_related(
        "assignment__application__cohort__programme__institution", "assignment__application__cohort__version"
    )


def let_go(application: Application) -> None:
    """The words of an application go: what its text spoke of, and what was asked about it, goes too."""
    ContentNote.objects.filter(application=application.pk).delete()
    Ask.objects.filter(assignment__application=application.pk).update(words="", answer="")


def _as_applicant(told: Traces, now: datetime) -> list[Holding]:
    rows = [*told["about"], *told["asked"]]
    cohorts = cohorts_of({row["scope"] for row in rows})
    about = {row["scope"]: traced(cohorts[row["scope"]], row["state"]) for row in rows}
    what = _("What readers wrote about the application")
    kept = _("The decision may have to be explained, and contested decisions proven.")
    return [
        Holding(scope, what)
        if words_may_go(application, now)
        else Holding(scope, what, kept=kept, until=explained_until(application.cohort))
        for scope, application in about.items()
    ]


def _as_reader(told: Traces) -> list[Holding]:
    done: Counter[str] = Counter()
    to_do: Counter[str] = Counter()
    for row in told["reads"]:
        (to_do if row["state"] == AssignmentState.ASSIGNED else done)[row["scope"]] += 1
    open_reads = [
        Holding(
            scope,
            ngettext("%(count)s application to read", "%(count)s applications to read", count)
            % {"count": count},
            first=_("Give what is still to be read to other reviewers."),
        )
        for scope, count in to_do.items()
    ]
    reads = [
        Holding(
            scope,
            ngettext("%(count)s read as a reviewer", "%(count)s reads as a reviewer", count)
            % {"count": count},
            kept=_("Scores and comments are part of decisions about others. The reader’s name is not."),
        )
        for scope, count in done.items()
    ]
    return [*open_reads, *reads]


def erase(user: User, scope: str, now: datetime) -> None:
    ReviewerProfile.objects.filter(within(scope), reviewer=user).delete()
    DeclaredConflict.objects.filter(within(scope), reviewer=user).update(reason="")
    aside = TieSetAside.objects.filter(within(scope))
    aside.filter(Q(reviewer=user) | Q(application__applicant=user)).update(reason="")
    for review in _written_about(user).filter(within(scope, "assignment__application__cohort")):
        if words_may_go(review.assignment.application, now):
            Review.objects.filter(pk=review.pk).update(comment="", private_note="")
            DeclaredConflict.objects.filter(application=review.assignment.application).update(reason="")
    for ask in _asked_about(user).filter(within(scope, "assignment__application__cohort")):
        if words_may_go(ask.assignment.application, now):
            let_go(ask.assignment.application)
