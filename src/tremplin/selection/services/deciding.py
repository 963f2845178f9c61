"""From reads to a list with chances, and the first signature under it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.models import Application
from tremplin.core.errors import Conflict
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review.queries import ScoredRead
from tremplin.selection.models import Decision, Proposal, ProposalState
from tremplin.selection.services.common import hold, open_proposal, signer_apart
from tremplin.selection.services.drawing import commit_draw, lay_out, realise
from tremplin.selection.services.listing import band_of
from tremplin.selection.services.overriding import drop_unfounded, require_none_waits
from tremplin.selection.services.settling import settled
from tremplin.selection.services.working import (
    Work,
    basis_of,
    everybody_read,
    feedback_of,
    places_of,
    require_current,
    require_second_pass,
    work_out,
)


@transaction.atomic
def propose(
    *, cohort: Cohort, actor: User, now: datetime, secret: str = "", places: int | None = None
) -> Proposal:
    """Turn the reads into a list with everybody's chance. What was drawn from the same list stays drawn.

    Changes by hand stay with the applications that they were made for. `places` lies within what the programme
    file allows, at most of them by default; `secret` matters only where nothing was committed to before.

    Order: permission; not final; everybody read; the commitment; scores, chances, the list; decisions; the audit
    event. Raises NotAllowed; Conflict when decisions are final, somebody is unread, or a
    second pass that the programme file plans is not read; Invalid for the places.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    former = Proposal.objects.filter(cohort=cohort).first()
    if former is not None and former.state == ProposalState.CONFIRMED:
        raise Conflict(_("The decisions are confirmed, so they can no longer be changed."))
    wanted = places_of(cohort, places if places is not None else (former.places if former else None))
    people, reads = everybody_read(cohort)
    require_second_pass(cohort, now)
    draw = commit_draw(cohort=cohort, actor=actor, now=now, secret=secret)
    work = work_out(cohort, draw, people, reads, wanted)
    proposal = former or Proposal(cohort=cohort, created_at=now, version=0)
    proposal.cohort = cohort
    proposal.state, proposal.places, proposal.proposed_by = ProposalState.PROPOSED, wanted, actor
    proposal.version += 1
    proposal.basis, proposal.figures = basis_of(people, reads), work.figures
    proposal.signed_by = proposal.signed_at = proposal.drawn_at = None
    proposal.save()
    drawn = lay_out(draw, work.listing, now)
    _write(proposal, work, people, reads, now)
    drop_unfounded(proposal, now)
    if drawn:
        realise(proposal, draw, now)
    log(
        cohort=cohort,
        actor=actor,
        verb="selection.proposed",
        subject=proposal,
        now=now,
        version=proposal.version,
        places=wanted,
        applications=len(people),
        listed=draw.listed,
        **{name: work.figures[name] for name in ("admitted", "band", "drawn")},
    )
    return proposal


@transaction.atomic
def sign(
    *, cohort: Cohort, actor: User, version: int, now: datetime, share_comments: bool = False
) -> Proposal:
    """The first of two signatures under the list `version`. `share_comments`: applicants may read what readers
    wrote for them.

    Order: permission; the list is the one that was read, no change by hand waits, and as the reads stand; the
    signature; the audit event. Signing again what one has signed changes nothing.
    Raises NotAllowed; Conflict while a change waits for a second person, or when somebody else has signed, since
    that signature waits for another and not for its replacement; Stale.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    proposal = open_proposal(cohort, version)
    if proposal.state == ProposalState.SIGNED and not signer_apart(proposal):
        if proposal.signed_by_id == actor.pk:
            return proposal
        raise Conflict(
            _("%(name)s has signed this list.")
            % {"name": signer.get_full_name() if (signer := proposal.signed_by) else "–"},
            _("Read it and confirm it: the second signature makes it final."),
        )
    if proposal.drawn_at is None:
        raise Conflict(
            _("The places have not been drawn yet."), _("Read everybody’s chance, then have them drawn.")
        )
    require_none_waits(proposal)
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
    by_hand = {str(row.application_id): row for row in proposal.decisions.exclude(overridden="")}
    kept = {key: row for key, row in by_hand.items() if key in work.codes}
    sure = frozenset(key for key, chance in work.chances.items() if chance == 1)
    overrides = {key: row.overridden for key, row in kept.items()}
    outcomes = settled(proposal, work.order, overrides, sure=sure)
    proposal.decisions.all().delete()
    feedback = feedback_of(proposal.cohort, reads)
    placed = {row.code: row for row in work.bands.placed}
    priority = {key: position for position, key in enumerate(work.order, 1)}
    decisions = []
    for row in people:
        key = str(row.pk)
        estimate, outcome, former = work.estimates[key], outcomes[key], kept.get(key)
        decisions.append(
            Decision(
                proposal=proposal,
                application_id=row.pk,
                band=band_of(work.chances[key]),
                outcome=outcome.outcome,
                position=outcome.position,
                priority=priority[key],
                rank=placed[key].rank,
                estimate=estimate.estimate,
                low=estimate.low,
                high=estimate.high,
                reads=estimate.reads,
                chance=float(work.chances[key]),
                draw_code=work.codes[key],
                feedback=feedback.get(row.pk, {}),
                overridden=former.overridden if former else "",
                override_id=former.override_id if former else None,
                created_at=now,
            )
        )
    Decision.objects.bulk_create(decisions, batch_size=200)
