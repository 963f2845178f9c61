"""From reads to proposed decisions: calibrated scores, bands, the draw, changes by hand, the first signature."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.models import Application
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.methods import lottery
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.review.queries import ScoredRead
from tremplin.selection import rules
from tremplin.selection.models import Decision, Draw, Outcome, Proposal, ProposalState
from tremplin.selection.plan import selection_plan
from tremplin.selection.services.common import hold, open_proposal
from tremplin.selection.services.working import (
    BAND_CODES,
    Work,
    basis,
    everybody_read,
    feedback_of,
    places_of,
    require_current,
    work_out,
)


@transaction.atomic
def commit_draw(*, cohort: Cohort, actor: User | None, now: datetime, secret: str = "") -> Draw:
    """Publish the commitment to a draw, once; the secret stays sealed until the decisions are confirmed.

    `actor` None: the clock does it when the call closes. A `secret` of one's own must be the sealed one from then on.
    Order: permission, the draw, the audit event. Raises NotAllowed, Conflict for another secret than the sealed one.
    """
    if actor is not None:
        require(actor, cohort, Role.ORGANISER)
    hold(cohort)
    selection_plan(cohort)
    found = Draw.objects.filter(cohort=cohort).first()
    if found is not None:
        if secret and lottery.commitment(secret) != found.commitment:
            raise Conflict(
                _("A draw has been committed to already, and there is no second one."),
                _("The sealed secret is used, whatever it gives."),
            )
        return found
    secret = secret or lottery.new_secret()
    draw = Draw.objects.create(
        cohort=cohort,
        commitment=lottery.commitment(secret),
        secret=secret,
        committed_by=actor,
        created_at=now,
    )
    log(
        cohort=cohort,
        actor=actor,
        verb="selection.draw-committed",
        subject=draw,
        now=now,
        commitment=draw.commitment,
    )
    return draw


@transaction.atomic
def propose(
    *, cohort: Cohort, actor: User, now: datetime, secret: str = "", places: int | None = None
) -> Proposal:
    """Turn the reads into proposed decisions. Again with the same reads it gives the same; nothing is drawn anew.

    Changes by hand stay with the applications that they were made for. `places` lies within what the programme
    file allows, at most of them by default; `secret` matters only where nothing was committed to before.

    Order: permission; not final; everybody read; the commitment; scores, bands, the draw; decisions; the audit
    event. Raises NotAllowed; Conflict when decisions are final or somebody is unread; Invalid for the places.
    """
    require(actor, cohort, Role.ORGANISER)
    hold(cohort)
    former = Proposal.objects.filter(cohort=cohort).first()
    if former is not None and former.state == ProposalState.CONFIRMED:
        raise Conflict(_("The decisions are confirmed, so they can no longer be changed."))
    wanted = places_of(cohort, places if places is not None else (former.places if former else None))
    people, reads = everybody_read(cohort)
    draw = commit_draw(cohort=cohort, actor=actor, now=now, secret=secret)
    work = work_out(cohort, draw, people, reads, wanted)
    proposal = former or Proposal(cohort=cohort, created_at=now, version=0)
    proposal.state, proposal.places, proposal.proposed_by = ProposalState.PROPOSED, wanted, actor
    proposal.version += 1
    proposal.basis, proposal.figures = basis(people, reads), work.figures
    proposal.signed_by = proposal.signed_at = None
    proposal.save()
    _write(proposal, work, people, reads, now)
    draw.file, draw.drawn_at = work.file, now
    draw.save(update_fields=["file", "drawn_at"])
    log(
        cohort=cohort,
        actor=actor,
        verb="selection.proposed",
        subject=proposal,
        now=now,
        version=proposal.version,
        places=wanted,
        applications=len(people),
        **{name: work.figures[name] for name in ("admitted", "band", "drawn")},
    )
    return proposal


@transaction.atomic
def override(
    *, decision: Decision, outcome: str, reason: str, actor: User, version: int, now: datetime
) -> Proposal:
    """Decide one application by hand, with a reason; an empty `outcome` follows the proposal again.

    Whatever is gained or lost goes on in the order in which places are given. Any signature is taken away.
    Order: permission; the list is the one that was read; the decision, all outcomes; the audit event.
    Raises NotAllowed, Conflict, Stale; Invalid without a reason or with more offers than places.
    """
    cohort = decision.proposal.cohort
    require(actor, cohort, Role.ORGANISER)
    hold(cohort)
    proposal = open_proposal(cohort, version)
    if outcome and outcome not in Outcome.values:
        raise Invalid({"outcome": [_("Choose one of the outcomes.")]})
    if outcome and not reason.strip():
        raise Invalid({"reason": [_("Say why: the second person will ask, and so may the applicant.")]})
    if Application.objects.filter(pk=decision.application_id, applicant=actor).exists():
        raise NotAllowed(_("Nobody decides about their own application."))
    decision.overridden, decision.reason = outcome, reason.strip() if outcome else ""
    decision.overridden_by = actor if outcome else None
    decision.save(update_fields=["overridden", "reason", "overridden_by"])
    _settle_again(proposal)
    _changed(proposal)
    log(
        cohort=cohort,
        actor=actor,
        verb="selection.overridden",
        subject=decision,
        now=now,
        outcome=outcome or "as proposed",
        version=proposal.version,
    )
    return proposal


@transaction.atomic
def sign(
    *, cohort: Cohort, actor: User, version: int, now: datetime, share_comments: bool = False
) -> Proposal:
    """The first of two signatures under the list `version`. `share_comments`: applicants may read what readers
    wrote for them.

    Order: permission; the list is the one that was read, and as the reads stand; the signature; the audit event.
    Signing again what one has signed changes nothing.
    Raises NotAllowed; Conflict when somebody else has signed, since that signature waits for another and not for
    its replacement; Stale.
    """
    require(actor, cohort, Role.ORGANISER)
    hold(cohort)
    proposal = open_proposal(cohort, version)
    if proposal.state == ProposalState.SIGNED:
        if proposal.signed_by_id == actor.pk:
            return proposal
        raise Conflict(
            _("%(name)s has signed this list.")
            % {"name": signer.get_full_name() if (signer := proposal.signed_by) else "–"},
            _("Read it and confirm it: the second signature makes it final."),
        )
    require_current(proposal)
    proposal.state, proposal.signed_by, proposal.signed_at = ProposalState.SIGNED, actor, now
    proposal.share_comments = share_comments
    proposal.save(update_fields=["state", "signed_by", "signed_at", "share_comments"])
    log(cohort=cohort, actor=actor, verb="selection.signed", subject=proposal, now=now, version=version)
    return proposal


def _write(
    proposal: Proposal, work: Work, people: Sequence[Application], reads: Sequence[ScoredRead], now: datetime
) -> None:
    """The decisions anew, with the changes that were made by hand to those that are still there."""
    by_hand = {
        str(row.application_id): row
        for row in proposal.decisions.exclude(overridden="").select_related("overridden_by")
    }
    kept = {key: row for key, row in by_hand.items() if key in work.codes}
    outcomes = _settled(proposal, work.order, {key: row.overridden for key, row in kept.items()})
    proposal.decisions.all().delete()
    feedback = feedback_of(proposal.cohort, reads)
    placed = {row.code: row for row in work.bands.placed}
    priority = {key: position for position, key in enumerate(work.order, 1)}
    decisions = []
    for row in people:
        key = str(row.pk)
        estimate, settled, former = work.estimates[key], outcomes[key], kept.get(key)
        decisions.append(
            Decision(
                proposal=proposal,
                application_id=row.pk,
                band=BAND_CODES[placed[key].band],
                outcome=settled.outcome,
                position=settled.position,
                priority=priority[key],
                rank=placed[key].rank,
                estimate=estimate.estimate,
                low=estimate.low,
                high=estimate.high,
                reads=estimate.reads,
                draw_code=work.codes[key],
                draw_rank=work.draw_ranks.get(key),
                feedback=feedback.get(row.pk, {}),
                overridden=former.overridden if former else "",
                reason=former.reason if former else "",
                overridden_by=former.overridden_by if former else None,
                created_at=now,
            )
        )
    Decision.objects.bulk_create(decisions, batch_size=200)


def _settled(
    proposal: Proposal, order: Sequence[str], overrides: Mapping[str, str]
) -> dict[str, rules.Settled]:
    waitlist = selection_plan(proposal.cohort).waitlist
    try:
        rows = rules.settle(order, places=proposal.places, waitlist=waitlist, overrides=overrides)
    except ValueError as error:
        text = _("These are more offers than there are places (%(places)s).") % {"places": proposal.places}
        raise Invalid({"outcome": [text]}, remedy=_("Take another offer back first.")) from error
    return {row.code: row for row in rows}


def _settle_again(proposal: Proposal) -> None:
    """Bring all outcomes in line with the order and the changes by hand; only rows that change are written."""
    rows = list(proposal.decisions.order_by("priority").only("pk", "outcome", "position", "overridden"))
    overrides = {str(row.pk): row.overridden for row in rows if row.overridden}
    settled = _settled(proposal, [str(row.pk) for row in rows], overrides)
    changed = []
    for row in rows:
        wanted = settled[str(row.pk)]
        if (row.outcome, row.position) != (wanted.outcome, wanted.position):
            row.outcome, row.position = wanted.outcome, wanted.position
            changed.append(row)
    # First out of the way, then into place: a position is never held by two.
    Decision.objects.filter(pk__in=[row.pk for row in changed]).update(outcome=Outcome.DECLINE, position=None)
    Decision.objects.bulk_update(changed, ["outcome", "position"], batch_size=200)


def _changed(proposal: Proposal) -> None:
    proposal.version += 1
    proposal.state = ProposalState.PROPOSED
    proposal.signed_by = proposal.signed_at = None
    proposal.save(update_fields=["version", "state", "signed_by", "signed_at"])
