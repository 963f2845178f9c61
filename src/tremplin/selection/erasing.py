"""What the selection may erase: free words go, numbers stay without a name, so that a draw can still be checked."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tremplin.applications.erasing import traced, words_may_go
from tremplin.applications.models import Application
from tremplin.people.models import User
from tremplin.people.personal_data import Holding, Trace, Traces
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import explained_until
from tremplin.programmes.scopes import cohorts_of, within
from tremplin.selection.models import (
    Decision,
    Draw,
    Offer,
    OfferState,
    Outcome,
    Override,
    Proposal,
    ProposalState,
    Scholar,
    ScholarState,
)

ERASED = "—"
"""In the place of a reason that has to be there."""


def decisions_of(user: User) -> QuerySet[Decision]:
    """Final ones alone: what is still a proposal is shown to nobody."""
    rows = Decision.objects.filter(application__applicant=user, proposal__state=ProposalState.CONFIRMED)
    return rows.select_related(
        "proposal__cohort__programme__institution",
        "proposal__cohort__version",
        "application__cohort__programme__institution",
        "application__cohort__version",
    ).order_by("pk")


def signed_by(user: User) -> list[Cohort]:
    """Cohorts whose draw or decisions this person sealed, proposed, changed, signed or confirmed."""
    signed = Q(proposed_by=user) | Q(signed_by=user) | Q(confirmed_by=user)
    changed = Q(overrides__proposed_by=user) | Q(overrides__answered_by=user)
    found = {
        *Draw.objects.filter(committed_by=user).values_list("cohort", flat=True),
        *Proposal.objects.filter(signed | changed).values_list("cohort", flat=True),
    }
    rows = Cohort.objects.filter(pk__in=found).order_by("pk")
    return list(rows.select_related("programme__institution", "version"))


def traces(user: User) -> dict[str, Trace]:
    """Decisions with whether words changed them, open offers, places, and what this person put their name to."""
    changed = ExpressionWrapper(Exists(_said().filter(application=OuterRef("application"))), BooleanField())
    decisions = Decision.objects.filter(application__applicant=user, proposal__state=ProposalState.CONFIRMED)
    by_hand = Override.objects.filter(Q(proposed_by=user) | Q(answered_by=user), proposal=OuterRef("pk"))
    signed = Q(proposed_by=user) | Q(signed_by=user) | Q(confirmed_by=user) | Q(Exists(by_hand))
    facts = {"state": "application__state", "changed": "changed"}
    return {
        "decisions": Trace(decisions.annotate(changed=changed), "proposal__cohort", facts),
        "offers": Trace(Offer.objects.filter(application__applicant=user, state=OfferState.OPEN), "cohort"),
        "places": Trace(Scholar.objects.filter(user=user), "cohort", {"state": "state"}),
        "draws": Trace(Draw.objects.filter(committed_by=user), "cohort"),
        "proposals": Trace(Proposal.objects.filter(signed), "cohort"),
    }


def _said() -> QuerySet[Override]:
    """Changes by hand whose words are still there."""
    return Override.objects.exclude(reason=ERASED)


def holdings(_user: User, now: datetime, told: Traces) -> list[Holding]:
    signed = sorted({row["scope"] for kind in ("draws", "proposals") for row in told[kind]})
    return [
        *_decisions(told, now),
        *_offers(told),
        *(_place(row["scope"], row["state"]) for row in told["places"]),
        *_signatures(signed),
    ]


def _decisions(told: Traces, now: datetime) -> list[Holding]:
    cohorts = cohorts_of({row["scope"] for row in told["decisions"] if row["changed"]})
    found = []
    for row in told["decisions"]:
        kept = _("Decisions and the draw can be checked by everybody: numbers, without a name.")
        found.append(Holding(row["scope"], _("The decision, as numbers"), kept=kept))
        if row["changed"]:
            found.append(_reason(traced(cohorts[row["scope"]], row["state"]), now))
    return found


def _reason(application: Application, now: datetime) -> Holding:
    scope, what = application.cohort.scope, _("Why the decision was changed by hand")
    if words_may_go(application, now):
        return Holding(scope, what)
    kept = _("The decision may have to be explained, and contested decisions proven.")
    return Holding(scope, what, kept=kept, until=explained_until(application.cohort))


def _offers(told: Traces) -> list[Holding]:
    """An open offer is answered first; what was agreed to says nothing about the person."""
    what = _("An offer that waits for an answer")
    first = _("The person declines their offer, or it ends by itself.")
    return [Holding(row["scope"], what, first=first) for row in told["offers"]]


def _place(scope: str, state: str) -> Holding:
    if state in {ScholarState.ENROLLED, ScholarState.PAUSED}:
        first = _("The place is given back, or the scholar has completed the programme.")
        return Holding(scope, _("A place as a scholar"), first=first)
    kept = _("The figures of the cohort count it. It names nobody.")
    return Holding(scope, _("That there was a place, and how it ended"), kept=kept)


def _signatures(scopes: Iterable[str]) -> list[Holding]:
    kept = _("Two people answer for decisions about others: a reference stays, the name does not.")
    return [Holding(scope, _("Signatures under decisions"), kept=kept) for scope in scopes]


def blank(rows: QuerySet[Override]) -> int:
    """Take the words out of changes by hand; how many. What was changed, and by whom, stays."""
    rows.exclude(answer="").update(answer=ERASED)
    return rows.update(reason=ERASED, terms={})


def erase(user: User, scope: str, now: datetime) -> None:
    """Leave the waitlist, blank reasons that may go, forget when and how long somebody paused."""
    waiting = Decision.objects.filter(application__applicant=user, outcome=Outcome.WAITLIST, left_at=None)
    waiting.filter(within(scope, "proposal__cohort")).update(left_at=now)
    for row in decisions_of(user).filter(within(scope, "proposal__cohort")):
        if words_may_go(row.application, now):
            blank(_said().filter(application=row.application_id))
    Scholar.objects.filter(within(scope), user=user).update(pauses=[])
