"""What reading may erase: of an applicant what readers wrote about them, of a reader who they were."""

from collections import Counter
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.applications.erasing import words_may_go
from tremplin.people.models import User
from tremplin.people.personal_data import Holding
from tremplin.programmes.retention import explained_until
from tremplin.programmes.scopes import within
from tremplin.review.models import Assignment, AssignmentState, DeclaredConflict, Review, ReviewerProfile


def holdings(user: User, now: datetime) -> list[Holding]:
    return [*_as_applicant(user, now), *_as_reader(user), *_reader_profiles(user)]


def _written_about(user: User) -> QuerySet[Review]:
    written = Review.objects.filter(assignment__application__applicant=user)
    return written.exclude(comment="", private_note="").select_related(
        "assignment__application__cohort__programme__institution", "assignment__application__cohort__version"
    )


def _as_applicant(user: User, now: datetime) -> list[Holding]:
    cohorts = {}
    for review in _written_about(user).order_by("pk"):
        application = review.assignment.application
        cohorts[application.cohort.scope] = application
    what = _("What readers wrote about the application")
    kept = _("The decision may have to be explained, and contested decisions proven.")
    return [
        Holding(scope, what)
        if words_may_go(application, now)
        else Holding(scope, what, kept=kept, until=explained_until(application.cohort))
        for scope, application in cohorts.items()
    ]


def _as_reader(user: User) -> list[Holding]:
    rows = Assignment.objects.filter(reviewer=user).select_related("cohort__programme__institution")
    done: Counter[str] = Counter()
    to_do: Counter[str] = Counter()
    for row in rows.order_by("pk"):
        (to_do if row.state == AssignmentState.ASSIGNED else done)[row.cohort.scope] += 1
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


def _reader_profiles(user: User) -> list[Holding]:
    rows = ReviewerProfile.objects.filter(reviewer=user).select_related("cohort__programme__institution")
    return [Holding(row.cohort.scope, _("The profile as a reviewer")) for row in rows.order_by("pk")]


def erase(user: User, scope: str, now: datetime) -> None:
    ReviewerProfile.objects.filter(within(scope), reviewer=user).delete()
    DeclaredConflict.objects.filter(within(scope), reviewer=user).update(reason="")
    for review in _written_about(user).filter(within(scope, "assignment__application__cohort")):
        if words_may_go(review.assignment.application, now):
            Review.objects.filter(pk=review.pk).update(comment="", private_note="")
            DeclaredConflict.objects.filter(application=review.assignment.application).update(reason="")
