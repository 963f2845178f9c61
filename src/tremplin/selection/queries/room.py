"""What organisers and observers see of the decisions, and what everybody may see of the draw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from tremplin.core.recall import recall
from tremplin.methods import lottery
from tremplin.methods.lottery.drand import QUICKNET
from tremplin.people.models import User
from tremplin.programmes.apart import cause, require_judge
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, roles_of
from tremplin.selection.explaining import Evidence
from tremplin.selection.fields import Field
from tremplin.selection.models import (
    Decision,
    Draw,
    Offer,
    OfferState,
    Proposal,
    ProposalState,
    Scholar,
    ScholarState,
)
from tremplin.selection.services.common import signer_apart
from tremplin.selection.services.drawing import promise_of, round_of
from tremplin.selection.services.waitlist import waiting
from tremplin.selection.services.working import is_outdated


def proposal(cohort: Cohort) -> Proposal | None:
    """The cohort's proposal with the people who made it."""
    rows = Proposal.objects.select_related("proposed_by", "signed_by", "confirmed_by")
    found = recall(("proposal", cohort.pk), rows.filter(cohort=cohort).first)
    if found is not None:
        found.cohort = cohort
    return found


def stands_signed(found: Proposal) -> bool:
    """Whether a list waits for the second signature: it is signed, by somebody who does not stand apart since."""
    return found.state == ProposalState.SIGNED and not signer_apart(found)


def outdated(found: Proposal) -> bool:
    """Whether a list that is not final is older than the reads and applications of today."""
    return found.state != ProposalState.CONFIRMED and is_outdated(found)


def decisions(cohort: Cohort, actor: User, *, only: str = "") -> QuerySet[Decision]:
    """Decisions in the order in which places are given. `only`: an outcome, a band, or "overridden".

    Raises NotAllowed.
    """
    require_judge(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    rows = Decision.objects.filter(proposal__cohort=cohort).select_related(
        "application__applicant", "override__proposed_by", "override__answered_by", "proposal"
    )
    rows = rows.defer(
        "application__answers", "application__touched", "application__aside", "application__eligibility"
    )
    if only == "overridden":
        rows = rows.exclude(overridden="")
    elif only == "lottery":
        rows = rows.filter(band=only)
    elif only in {"offer", "waitlist", "decline"}:
        rows = rows.filter(outcome=only)
    return rows.order_by("priority")


def fields(cohort: Cohort, actor: User) -> list[Field]:
    """Everybody's estimate, best first, in one query. Raises NotAllowed."""
    rows = decisions(cohort, actor).order_by("-estimate", "pk")
    return list(
        map(
            Field._make,
            rows.values_list("ref", "application__ref", "band", "outcome", "low", "estimate", "high"),
        )
    )


@dataclass(frozen=True, slots=True)
class BandCount:
    """How many stand where, overridden ones counted by what they are now."""

    applications: int
    lottery: int
    offer: int
    waitlist: int
    decline: int
    undrawn: int
    overridden: int


def band_counts(cohort: Cohort) -> BandCount:
    """All counts in one query."""
    found = Decision.objects.filter(proposal__cohort=cohort).aggregate(
        applications=Count("pk"),
        lottery=Count("pk", filter=Q(band="lottery")),
        offer=Count("pk", filter=Q(outcome="offer")),
        waitlist=Count("pk", filter=Q(outcome="waitlist")),
        decline=Count("pk", filter=Q(outcome="decline")),
        undrawn=Count("pk", filter=Q(outcome="undrawn")),
        overridden=Count("pk", filter=~Q(overridden="")),
    )
    return BandCount(**found)


def evidence_of(decision: Decision, cohort: Cohort, figures: Mapping[str, float | int | None]) -> Evidence:
    """What the explanation of a decision is made of."""
    plan = cohort.plan.selection
    return Evidence(
        method=plan.method if plan else "",
        band=decision.band,
        rank=decision.rank,
        of=int(figures.get("applications") or 0),
        estimate=decision.estimate,
        low=decision.low,
        high=decision.high,
        reads=decision.reads,
        chance=decision.chance,
        draw_rank=decision.draw_rank,
        drawn=int(figures.get("drawn") or 0),
        in_band=int(figures.get("band") or 0),
        line=figures.get("line"),
    )


@dataclass(frozen=True, slots=True)
class PlacesView:
    """How the places stand."""

    places: int
    accepted: int
    open: int
    declined: int
    expired: int
    withdrawn: int
    waiting: int
    closed_at: datetime | None

    @property
    def free(self) -> int:
        return max(0, self.places - self.accepted - self.open)


def places(cohort: Cohort) -> PlacesView | None:
    """The places of a confirmed selection, in three queries; None before."""
    found = proposal(cohort)
    if found is None or found.state != ProposalState.CONFIRMED:
        return None
    counts = Offer.objects.filter(cohort=cohort).aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in OfferState.values}
    )
    return PlacesView(
        places=found.places, waiting=waiting(found).count(), closed_at=found.waitlist_closed_at, **counts
    )


def offers(cohort: Cohort, actor: User) -> QuerySet[Offer]:
    """All offers of a cohort with the scholars that came of them, open ones first. Raises NotAllowed."""
    require_judge(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    rows = Offer.objects.filter(cohort=cohort).select_related(
        "application__applicant", "application__scholar"
    )
    rows = rows.defer("application__answers", "application__touched", "application__aside", "agreement")
    return rows.order_by("promoted", "application__name", "pk")


def waitlist(cohort: Cohort, actor: User) -> QuerySet[Decision]:
    """Those who still wait, in the order in which places reach them. Raises NotAllowed."""
    require_judge(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    found = Proposal.objects.filter(cohort=cohort, state=ProposalState.CONFIRMED).first()
    return waiting(found) if found else Decision.objects.none()


def scholars(cohort: Cohort) -> QuerySet[Scholar]:
    """Those who accepted and have not left, by name."""
    rows = Scholar.objects.filter(cohort=cohort).exclude(state=ScholarState.LEFT)
    return rows.select_related("user").order_by("user__name", "pk")


def visible_scholars(cohort: Cohort, actor: User) -> QuerySet[Scholar]:
    """The scholars whom `actor` may see one by one: all for organisers, oneself for a scholar."""
    rows = Scholar.objects.filter(cohort=cohort).select_related("user")
    if Role.ORGANISER in roles_of(actor, cohort) and not cause(cohort, actor):
        return rows
    return rows.filter(user=actor)


@dataclass(frozen=True, slots=True)
class PublicRound:
    """The round of drand that decides as well: where everybody finds it, and what was noted of it."""

    number: int
    comes_at: datetime
    address: str
    value: str


def _round(found: Draw) -> PublicRound | None:
    if not found.source or found.source_at is None:
        return None
    number = round_of(found)
    return PublicRound(number, found.source_at, QUICKNET.address(number), found.value)


@dataclass(frozen=True, slots=True)
class PublicDraw:
    """What everybody may know of a draw: the promise and the SHA-256 of the list at once, the
    rest when decisions are final."""

    commitment: str
    committed_at: datetime
    listed: str
    listed_at: datetime | None
    opened_at: datetime | None
    secret: str
    file: str
    promise: str
    round: PublicRound | None = None


def public_draw(cohort: Cohort) -> PublicDraw | None:
    """The draw of a cohort, its secret and file sealed until it is opened."""
    found = Draw.objects.filter(cohort=cohort).first()
    if found is None:
        return None
    opened = found.opened_at is not None
    return PublicDraw(
        commitment=found.commitment,
        committed_at=found.created_at,
        listed=found.listed,
        listed_at=found.listed_at,
        opened_at=found.opened_at,
        secret=found.secret if opened else "",
        file=found.file if opened else "",
        promise=lottery.canonical(promise_of(found).content()),
        round=_round(found),
    )
