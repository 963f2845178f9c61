"""What reading keeps about a person: what they wrote as a reviewer, and why that keeps an account."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tremplin.core import archived
from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.people.models import User
from tremplin.people.personal_data import Keeping, register
from tremplin.review import erasing
from tremplin.review.models import Ask, Assignment, DeclaredConflict, Review, ReviewerProfile, TieSetAside
from tremplin.review.passes import name_in


def _reads(user: User) -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(reviewer=user).select_related(
        "cohort__programme__institution", "cohort__version"
    )
    return rows.select_related("application", "review").order_by("pk")


def _export(user: User) -> dict[str, Any]:
    profiles = ReviewerProfile.objects.filter(reviewer=user).select_related("cohort__programme__institution")
    return {
        "profiles": [
            {
                "cohort": row.cohort.scope,
                "languages": row.languages,
                "capacity": row.capacity,
                "hours_a_week": row.hours,
                "away": [row.away_from, row.away_until],
                "left_at": row.left_at,
                "institutions": row.institutions,
                "avoids": row.avoids,
            }
            for row in profiles
        ],
        "reads": [_read(row) for row in _reads(user)],
        "conflicts": [
            {"at": row.created_at, "reason": row.reason}
            for row in DeclaredConflict.objects.filter(reviewer=user).order_by("pk")
        ],
        "conflicts_set_aside": [
            {"at": row.created_at, "kind": row.kind, "ended_at": row.ended_at}
            for row in TieSetAside.objects.filter(reviewer=user).order_by("pk")
        ],
        "asked": [
            {"at": row.created_at, "reason": row.kind, "words": row.words, "answer": row.answer}
            for row in Ask.objects.filter(assignment__reviewer=user).order_by("pk")
        ],
    }


def _read(row: Assignment) -> dict[str, Any]:
    """One read, by the name that the reviewer knew the application by: whose it was stays unknown."""
    review = getattr(row, "review", None)
    written = {}
    if review is not None:
        written = {
            "scores": review.scores,
            "comment": review.comment,
            "private_note": review.private_note,
            "recognised": review.recognised,
            "minutes": review.minutes,
            "submitted_at": review.submitted_at,
        }
    name = name_in(row.application.blind_key, row.cohort.ref, row.pass_number)
    return {
        "cohort": row.cohort.scope,
        "application": name,
        "pass": row.pass_number,
        "given_at": row.created_at,
        "state": row.state,
        **written,
    }


def _reasons(user: User) -> Sequence[Message]:
    cohorts = {row.cohort_id: row.cohort for row in _reads(user)}
    return [
        _("You read applications to %(programme)s.") % {"programme": say(cohort.plan.programme.name)}
        for cohort in cohorts.values()
    ]


register(
    Keeping(
        app="review",
        export=_export,
        reasons=_reasons,
        traces=erasing.traces,
        holdings=erasing.holdings,
        erase=erasing.erase,
    )
)
archived.declare(Review, "comment", "private_note")
archived.declare(DeclaredConflict, "reason")
archived.declare(TieSetAside, "reason")
archived.declare(ReviewerProfile, "institutions", "avoids")
archived.declare(Ask, "words", "answer")
