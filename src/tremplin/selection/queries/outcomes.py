"""What an applicant sees of their own outcome: nothing before it is final."""

from dataclasses import dataclass
from datetime import datetime

from tremplin.applications import queries as applications
from tremplin.applications.models import Application
from tremplin.core.states import State
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import open_calls
from tremplin.review import queries as reviews
from tremplin.selection import rules
from tremplin.selection.models import Decision, Offer, Outcome, ProposalState, Scholar
from tremplin.selection.services.waitlist import waiting


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """Where an application stands. `place` counts those who wait, this person included, from the front."""

    state: State
    application: Application
    decision: Decision | None = None
    offer: Offer | None = None
    scholar: Scholar | None = None
    place: int | None = None
    comments: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        return self.state.code

    @property
    def came_near(self) -> bool:
        found = self.decision
        return found is not None and rules.came_near(
            band=found.band, standing=self.code, by_hand=bool(found.overridden)
        )

    @property
    def decided(self) -> bool:
        return self.decision is not None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a scholar agrees to, in one language; `digest` names exactly this text."""

    text: str
    digest: str
    language: str


def agreement(cohort: Cohort, language: str) -> Agreement:
    """The agreement in `language`, or in the first language of the programme if it is not spoken there."""
    spoken = cohort.plan.programme.languages
    chosen = next((code for code in spoken if code == language), spoken[0])
    text, digest = rules.agreement(cohort.plan, chosen)
    return Agreement(text, digest, chosen)


def own_outcome(user: User, cohort: Cohort) -> OutcomeView | None:
    """The outcome of the person's own application; None if they never sent one."""
    application = applications.own_application(user, cohort)
    if application is None or not application.sent:
        return None
    return outcome_for(application)


def outcome_for(application: Application) -> OutcomeView:
    """Where `application` stands, for the applicant and whoever may see it. A handful of queries."""
    decision = (
        Decision.objects.select_related("proposal")
        .filter(application=application, proposal__state=ProposalState.CONFIRMED)
        .first()
    )
    if decision is None:
        return OutcomeView(rules.OUTCOMES["undecided"], application)
    offer = Offer.objects.filter(application=application).first()
    scholar = Scholar.objects.filter(application=application).first() if offer else None
    code = _code(decision, offer)
    return OutcomeView(
        state=rules.OUTCOMES[code],
        application=application,
        decision=decision,
        offer=offer,
        scholar=scholar,
        place=_place(decision) if code == "waitlist" else None,
        comments=_comments(application, decision, code),
    )


def _comments(application: Application, decision: Decision, code: str) -> tuple[str, ...]:
    """What readers wrote for the person. Whoever has a place is shown none, and nothing is looked up for them."""
    if code in {"offer", "accepted"} or not decision.proposal.share_comments:
        return ()
    return tuple(reviews.comments_for(application))


def other_calls(cohort: Cohort, now: datetime) -> list[Cohort]:
    """Calls of the same institution that are open, the one that ends first in front."""
    rows = open_calls(now).filter(programme__institution_id=cohort.programme.institution_id)
    return list(rows.exclude(pk=cohort.pk))


def _code(decision: Decision, offer: Offer | None) -> str:
    if offer is not None:
        return "offer" if offer.state == "open" else str(offer.state)
    if decision.outcome != Outcome.WAITLIST:
        return "decline"
    if decision.left_at is not None:
        return "left"
    return "closed" if decision.proposal.waitlist_closed_at else "waitlist"


def _place(decision: Decision) -> int:
    return waiting(decision.proposal).filter(position__lt=decision.position or 0).count() + 1
