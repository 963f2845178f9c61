"""What the selection keeps about a person: what was decided of their applications, offers, places."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tremplin.core import archived
from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.people.models import User
from tremplin.people.personal_data import Keeping, register
from tremplin.selection import erasing
from tremplin.selection.erasing import decisions_of, signed_by
from tremplin.selection.models import Decision, Offer, Override, Scholar


def _scholars(user: User) -> QuerySet[Scholar]:
    rows = Scholar.objects.filter(user=user).select_related(
        "cohort__programme__institution", "cohort__version"
    )
    return rows.order_by("pk")


def _export(user: User) -> dict[str, Any]:
    decisions = decisions_of(user).prefetch_related("application__overrides")
    offers = Offer.objects.filter(application__applicant=user).select_related(
        "cohort__programme__institution"
    )
    return {
        "decisions": [_decision(row) for row in decisions],
        "offers": [
            {
                "cohort": row.cohort.scope,
                "state": row.state,
                "answer_by": row.answer_by,
                "answered_at": row.answered_at,
                "recorded_by_organisers": row.heard,
                "opened_again_at": row.reopened_at,
                "opened_again_because": row.reopened,
                "agreement": row.agreement,
            }
            for row in offers.order_by("pk")
        ],
        "places": [
            {"cohort": row.cohort.scope, "state": row.state, "agreed_at": row.agreed_at}
            for row in _scholars(user)
        ],
    }


def _decision(row: Decision) -> dict[str, Any]:
    return {
        "cohort": row.proposal.cohort.scope,
        "outcome": row.outcome,
        "waitlist_position": row.position,
        "score": row.estimate,
        "interval": [row.low, row.high],
        "rank": row.rank,
        "band": row.band,
        "draw_code": row.draw_code if row.draw_rank else "",
        "draw_rank": row.draw_rank,
        "reads": row.reads,
        "levels": row.feedback.get("levels", {}),
        "decided_by_hand": bool(row.overridden),
        "changes_by_hand": [
            {
                "wanted": change.wanted,
                "why": change.code,
                "reason": change.reason,
                "ended": change.state,
                "answer": change.answer,
            }
            for change in sorted(row.application.overrides.all(), key=lambda change: change.pk)
        ],
        "decided_at": row.proposal.confirmed_at,
    }


def _reasons(user: User) -> Sequence[Message]:
    placed = {row.cohort_id: row.cohort for row in _scholars(user)}
    decided = {row.proposal.cohort_id: row.proposal.cohort for row in decisions_of(user)}
    return [
        *(_("You hold or held a place in %(programme)s.") % _name(cohort) for cohort in placed.values()),
        *(
            _("A decision about you was taken in %(programme)s.") % _name(cohort)
            for key, cohort in decided.items()
            if key not in placed
        ),
        *(_("You answered for decisions in %(programme)s.") % _name(cohort) for cohort in signed_by(user)),
    ]


def _name(cohort: Any) -> dict[str, str]:
    return {"programme": say(cohort.plan.programme.name)}


register(
    Keeping(
        app="selection",
        export=_export,
        reasons=_reasons,
        traces=erasing.traces,
        holdings=erasing.holdings,
        erase=erasing.erase,
    )
)
archived.declare(Override, "terms", answer=erasing.ERASED, reason=erasing.ERASED)
archived.declare(Scholar, "pauses")
