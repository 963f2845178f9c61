"""Cohorts in which everybody has been read, and those that are decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tests.cast import Cast
from tests.review.world import apply, give_out, read_all
from tremplin.applications.models import Application
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.review.models import Assignment
from tremplin.selection import queries, services
from tremplin.selection.models import Decision, Offer, Override, Proposal, Scholar


def by_number(assignment: Assignment) -> dict[str, str]:
    """The later somebody applied, the lower they score: drive 5, 5, 4, 4, 3, 3 …"""
    order = list(
        Application.objects.filter(cohort=assignment.cohort).order_by("pk").values_list("pk", flat=True)
    )
    drive = max(1, 5 - order.index(assignment.application_id) // 2)
    return {"drive": str(drive), "making": "3"}


def all_alike(assignment: Assignment) -> dict[str, str]:
    """Nobody can be told apart."""
    return {"drive": "3", "making": "3"}


def read_cohort(
    cast: Cast, count: int = 8, score: object = by_number, *, also: Sequence[User] = ()
) -> list[Application]:
    """`count` applications after those of `also`, each read twice, with scores that order them."""
    rows = apply(cast.cohort, count, now=cast.at("call_opens", days=2), also=also)
    give_out(cast)
    read_all(cast, score)
    return rows


def list_out(
    cast: Cast, now: datetime | None = None, *, secret: str = "test secret", places: int | None = None
) -> Proposal:
    """The list with everybody's chance, before the draw."""
    return services.propose(
        cohort=cast.cohort,
        actor=cast.organiser,
        now=now or cast.at("reading_ends", days=1),
        secret=secret,
        places=places,
    )


def propose(
    cast: Cast, now: datetime | None = None, *, secret: str = "test secret", places: int | None = None
) -> Proposal:
    """The list with everybody's chance, and drawn."""
    proposal = list_out(cast, now, secret=secret, places=places)
    now = now or cast.at("reading_ends", days=1)
    return services.draw_places(cohort=cast.cohort, actor=cast.organiser, version=proposal.version, now=now)


def by_hand(
    cast: Cast, decision: Decision, outcome: str, version: int, reason: str = "Needs the lab."
) -> Proposal:
    """`cast.organiser` proposes a change of a decision, `cast.colleague` agrees."""
    now = cast.at("reading_ends", days=2)
    made = ask_by_hand(cast, decision, outcome, version, reason)
    return services.agree_override(override=made, actor=cast.colleague, version=version + 1, now=now)


def ask_by_hand(
    cast: Cast,
    decision: Decision,
    outcome: str,
    version: int,
    reason: str = "Needs the lab.",
    *,
    code: str = "",
    actor: User | None = None,
) -> Override:
    """The change of a decision as one organiser proposes it; nobody has answered."""
    decision.proposal.cohort = cast.cohort
    made = services.propose_override(
        decision=decision,
        wanted=outcome,
        code=code or ("void" if outcome == "rule" else "read-error"),
        reason=reason,
        actor=actor or cast.organiser,
        version=version,
        now=cast.at("reading_ends", days=2),
    )
    made.proposal.cohort = cast.cohort
    return made


def sign(cast: Cast, proposal: Proposal, *, share_comments: bool = False) -> Proposal:
    return services.sign(
        cohort=cast.cohort,
        actor=cast.organiser,
        version=proposal.version,
        now=cast.at("reading_ends", days=2),
        share_comments=share_comments,
    )


def decide(cast: Cast, **kwargs: Any) -> Proposal:
    """Propose, sign, confirm."""
    proposal = propose(cast, **kwargs)
    sign(cast, proposal)
    return services.confirm(
        cohort=cast.cohort, actor=cast.colleague, version=proposal.version, now=cast.at("decisions_out")
    )


def offers_of(cohort: Cohort) -> list[Offer]:
    rows = list(Offer.objects.filter(cohort=cohort).select_related("application__applicant").order_by("pk"))
    for offer in rows:
        offer.cohort = offer.application.cohort = cohort
    return rows


def accept(offer: Offer, now: datetime, *, actor: User | None = None) -> Scholar:
    digest = queries.agreement(offer.cohort, "en").digest
    return services.accept_offer(
        offer=offer, actor=actor or offer.application.applicant, agreement=digest, now=now
    )


def scene_with_offer(cast: Cast) -> Offer:
    """Everything is decided, and `cast.applicant` holds an open offer."""
    read_cohort(cast, 4, also=[cast.applicant])
    decide(cast)
    return next(
        offer for offer in offers_of(cast.cohort) if offer.application.applicant_id == cast.applicant.pk
    )


def declined_offer(cast: Cast) -> Offer:
    """As `scene_with_offer`, and `cast.applicant` has declined on their page; the place has moved on."""
    offer = scene_with_offer(cast)
    return services.decline_offer(offer=offer, actor=cast.applicant, now=cast.at("decisions_out", days=1))
