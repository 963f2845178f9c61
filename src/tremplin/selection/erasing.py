"""What the selection may erase: free words go, numbers stay without a name, so that a draw can still be checked."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tremplin.applications.erasing import words_may_go
from tremplin.people.models import User
from tremplin.people.personal_data import Holding
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import explained_until
from tremplin.programmes.scopes import within
from tremplin.selection.models import (
    Decision,
    Draw,
    Offer,
    OfferState,
    Outcome,
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
    signed = Q(proposed_by=user) | Q(signed_by=user) | Q(confirmed_by=user) | Q(decisions__overridden_by=user)
    found = {
        *Draw.objects.filter(committed_by=user).values_list("cohort", flat=True),
        *Proposal.objects.filter(signed).values_list("cohort", flat=True),
    }
    rows = Cohort.objects.filter(pk__in=found).order_by("pk")
    return list(rows.select_related("programme__institution", "version"))


def holdings(user: User, now: datetime) -> list[Holding]:
    return [*_decisions(user, now), *_offers(user), *_places(user), *_signatures(signed_by(user))]


def _decisions(user: User, now: datetime) -> list[Holding]:
    found = []
    for row in decisions_of(user):
        cohort = row.proposal.cohort
        kept = _("Decisions and the draw can be checked by everybody: numbers, without a name.")
        found.append(Holding(cohort.scope, _("The decision, as numbers"), kept=kept))
        if row.reason not in {"", ERASED}:
            found.append(_reason(row, now))
    return found


def _reason(row: Decision, now: datetime) -> Holding:
    scope, what = row.proposal.cohort.scope, _("Why the decision was changed by hand")
    if words_may_go(row.application, now):
        return Holding(scope, what)
    kept = _("The decision may have to be explained, and contested decisions proven.")
    return Holding(scope, what, kept=kept, until=explained_until(row.proposal.cohort))


def _offers(user: User) -> list[Holding]:
    """An open offer is answered first; what was agreed to says nothing about the person."""
    rows = Offer.objects.filter(application__applicant=user, state=OfferState.OPEN)
    return [
        Holding(
            row.cohort.scope,
            _("An offer that waits for an answer"),
            first=_("The person declines their offer, or it ends by itself."),
        )
        for row in rows.select_related("cohort__programme__institution").order_by("pk")
    ]


def _places(user: User) -> list[Holding]:
    rows = Scholar.objects.filter(user=user).select_related("cohort__programme__institution")
    return [_place(row) for row in rows.order_by("pk")]


def _place(row: Scholar) -> Holding:
    if row.state in {ScholarState.ENROLLED, ScholarState.PAUSED}:
        first = _("The place is given back, or the scholar has completed the programme.")
        return Holding(row.cohort.scope, _("A place as a scholar"), first=first)
    kept = _("The figures of the cohort count it. It names nobody.")
    return Holding(row.cohort.scope, _("That there was a place, and how it ended"), kept=kept)


def _signatures(cohorts: Iterable[Cohort]) -> list[Holding]:
    kept = _("Two people answer for decisions about others: a reference stays, the name does not.")
    return [Holding(cohort.scope, _("Signatures under decisions"), kept=kept) for cohort in cohorts]


def erase(user: User, scope: str, now: datetime) -> None:
    """Leave the waitlist, blank reasons that may go, forget when and how long somebody paused."""
    waiting = Decision.objects.filter(application__applicant=user, outcome=Outcome.WAITLIST, left_at=None)
    waiting.filter(within(scope, "proposal__cohort")).update(left_at=now)
    for row in decisions_of(user).filter(within(scope, "proposal__cohort")).exclude(reason__in=["", ERASED]):
        if words_may_go(row.application, now):
            Decision.objects.filter(pk=row.pk).update(reason=ERASED)
    Scholar.objects.filter(within(scope), user=user).update(pauses=[])
