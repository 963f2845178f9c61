"""What mentoring keeps about a person: offers, wishes, with whom they were, and what they answered themselves."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tremplin.core import archived
from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.mentoring import erasing
from tremplin.mentoring.models import CheckInAnswer, Concern, MatchWish, MentorProfile, Pairing, Side
from tremplin.people.models import User
from tremplin.people.personal_data import Keeping, register


def _pairings(user: User) -> QuerySet[Pairing]:
    return (
        Pairing.objects.filter(Q(scholar__user=user) | Q(mentor__user=user))
        .select_related(
            "scholar__user",
            "mentor__user",
            "scholar__cohort__programme__institution",
            "scholar__cohort__version",
        )
        .order_by("pk")
    )


def _export(user: User) -> dict[str, Any]:
    offers = MentorProfile.objects.filter(user=user).select_related("cohort__programme__institution")
    wishes = MatchWish.objects.filter(scholar__user=user).select_related(
        "scholar__cohort__programme__institution"
    )
    return {
        "offers": [
            {
                "cohort": row.cohort.scope,
                "capacity": row.capacity,
                "topics": row.topics,
                "languages": row.languages,
                "about": row.about,
            }
            for row in offers.order_by("pk")
        ],
        "wishes": [
            {
                "cohort": row.scholar.cohort.scope,
                "topics": row.topics,
                "languages": row.languages,
                "note": row.note,
            }
            for row in wishes.order_by("pk")
        ],
        "pairings": [_pairing(row, user) for row in _pairings(user)],
    }


def _pairing(row: Pairing, user: User) -> dict[str, Any]:
    """A pairing with what this person answered; what the other side answered is theirs."""
    side = Side.SCHOLAR if row.scholar.user_id == user.pk else Side.MENTOR
    other = row.mentor.user if side == Side.SCHOLAR else row.scholar.user
    answers = CheckInAnswer.objects.filter(pairing=row, side=side).order_by("pk")
    return {
        "cohort": row.scholar.cohort.scope,
        "as": str(side),
        "with": other.name,
        "since": row.created_at,
        "until": row.ended_at,
        "matched_on": row.explanation,
        "check_ins": list(answers.values("code", "answers", "sent_at")),
    }


def _reasons(user: User) -> Sequence[Message]:
    return [
        _("You were paired in %(programme)s, and the other side’s answers belong with yours.")
        % {"programme": say(row.scholar.cohort.plan.programme.name)}
        for row in _pairings(user)
    ]


register(
    Keeping(
        app="mentoring",
        export=_export,
        reasons=_reasons,
        traces=erasing.traces,
        holdings=erasing.holdings,
        erase=erasing.erase,
    )
)
archived.declare(MentorProfile, "topics", "languages", "about")
archived.declare(MatchWish, "topics", "languages", "note")
archived.declare(Pairing, "explanation", "end_reason")
archived.declare(CheckInAnswer, "answers")
archived.declare(Concern, "detail", "closing_note")
