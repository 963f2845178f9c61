"""Outcomes of a list: who has a place, waits, has none, in the order in which places are given."""

from collections.abc import Mapping, Sequence

from django.db.models import F
from django.utils.translation import gettext as _

from tremplin.core.errors import Invalid
from tremplin.selection import rules
from tremplin.selection.models import Band, Decision, Outcome, Proposal, ProposalState
from tremplin.selection.plan import selection_plan


def settled(
    proposal: Proposal, order: Sequence[str], overrides: Mapping[str, str], *, sure: frozenset[str]
) -> dict[str, rules.Settled]:
    """Everybody's outcome. Before the draw those not `sure` wait for it, but for whom was decided by hand.

    Raises Invalid for more offers by hand than places.
    """
    waitlist = selection_plan(proposal.cohort).waitlist
    try:
        rows = rules.settle(order, places=proposal.places, waitlist=waitlist, overrides=overrides)
    except ValueError as error:
        text = _("These are more offers than there are places (%(places)s).") % {"places": proposal.places}
        raise Invalid({"wanted": [text]}, remedy=_("Take another offer back first.")) from error
    if proposal.drawn_at is None:
        rows = rules.before_the_draw(rows, kept=sure.union(overrides))
    return {row.code: row for row in rows}


def settle_again(proposal: Proposal) -> None:
    """Bring all outcomes in line with the order and the changes by hand; only rows that change are written."""
    rows = list(
        proposal.decisions.order_by("priority").only(
            "pk", "proposal", "outcome", "position", "overridden", "band"
        )
    )
    overrides = {str(row.pk): row.overridden for row in rows if row.overridden}
    sure = frozenset(str(row.pk) for row in rows if row.band == Band.ADMIT)
    wanted = settled(proposal, [str(row.pk) for row in rows], overrides, sure=sure)
    changed = []
    for row in rows:
        found = wanted[str(row.pk)]
        if (row.outcome, row.position) != (found.outcome, found.position):
            row.outcome, row.position = found.outcome, found.position
            changed.append(row)
    # First out of the way, then into place: a position is never held by two.
    Decision.objects.filter(pk__in=[row.pk for row in changed]).update(outcome=Outcome.DECLINE, position=None)
    further = [row for row in changed if row.outcome != Outcome.DECLINE]
    Decision.objects.bulk_update(further, ["outcome", "position"], batch_size=200)


def put_in_order(proposal: Proposal, order: Sequence[Decision]) -> None:
    """Give places in this order from now on; only rows that change, or were drawn, are written."""
    moved = [row for priority, row in enumerate(order, 1) if row.priority != priority or row.draw_rank]
    # First out of the way, then into place: no two ever share a place in the order.
    proposal.decisions.filter(pk__in=[row.pk for row in moved]).update(
        priority=F("priority") + len(order) + 1
    )
    for priority, row in enumerate(order, 1):
        row.priority = priority
    Decision.objects.bulk_update(moved, ["priority", "draw_rank"], batch_size=200)


def changed(proposal: Proposal) -> None:
    """Another version of the list, which nobody has signed."""
    proposal.version += 1
    proposal.state = ProposalState.PROPOSED
    proposal.signed_by = proposal.signed_at = None
    proposal.save(update_fields=["version", "state", "signed_by", "signed_at"])
