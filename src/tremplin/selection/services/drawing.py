"""The draw: promised before anybody knows who takes part, made once from a list that organisers have read."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.errors import Conflict, Invalid, Message
from tremplin.methods import lottery
from tremplin.methods.lottery import drand
from tremplin.methods.lottery.drand import QUICKNET
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.selection.models import Band, Decision, Draw, Proposal
from tremplin.selection.plan import selection_plan
from tremplin.selection.services.common import hold, open_proposal
from tremplin.selection.services.settling import changed, put_in_order, settle_again
from tremplin.selection.services.working import require_current

_AHEAD = timedelta(hours=1)
"""A round that is announced lies at least so far ahead."""
COPYING: Mapping[str, Message] = {
    "unreadable": gettext_lazy("Copy all that the page of round %(number)s shows."),
    "number": gettext_lazy("This is another round. Copy round %(number)s."),
    "signature": gettext_lazy(
        "The signature of round %(number)s is not whole. Copy all that its page shows."
    ),
    "randomness": gettext_lazy(
        "Signature and randomness of round %(number)s do not fit together. Copy all that its page shows."
    ),
}


@transaction.atomic
def commit_draw(*, cohort: Cohort, actor: User | None, now: datetime, secret: str = "") -> Draw:
    """Publish the commitment to a draw, once; the secret stays sealed until the decisions are confirmed.

    `actor` None: the clock does it when the call closes. A `secret` of one's own must be the sealed one from then on.
    Order: permission, the draw, the audit event. Raises NotAllowed, Conflict for another secret than the sealed one.
    """
    if actor is not None:
        require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    plan = selection_plan(cohort)
    found = Draw.objects.filter(cohort=cohort).first()
    if found is not None:
        if secret and secret != found.secret:
            raise Conflict(
                _("A draw has been committed to already, and there is no second one."),
                _("The sealed secret is used, whatever it gives."),
            )
        return found
    draw = Draw(cohort=cohort, secret=secret or lottery.new_secret(), committed_by=actor, created_at=now)
    if plan.public_source == "drand":
        planned = cohort.date("reading_ends") + timedelta(days=plan.public_source_days)
        number = QUICKNET.number_at(max(planned, now + _AHEAD))
        draw.source, draw.source_at = QUICKNET.source(number).name, QUICKNET.comes_at(number)
    draw.commitment = promise_of(draw).commitment
    draw.save()
    log(
        cohort=cohort,
        actor=actor,
        verb="selection.draw-committed",
        subject=draw,
        now=now,
        commitment=draw.commitment,
        source=draw.source,
    )
    return draw


def promise_of(draw: Draw) -> lottery.Promise:
    """What was promised: the sealed secret, and the round that was announced."""
    return lottery.seal(draw.secret, [lottery.Source("drand", draw.source)] if draw.source else [])


@transaction.atomic
def give_value(*, cohort: Cohort, actor: User, text: str, now: datetime) -> Draw:
    """Note what the announced round shows, copied from its page. Until the draw it can be corrected.

    The server never asks for it itself: everybody can compare what stands here with the round.
    Order: permission; a round was announced, and has come; not drawn; what was copied is whole; the draw; the audit
    event. The same again changes nothing. Raises NotAllowed, Conflict; Invalid for what is not the round.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    draw = Draw.objects.select_for_update().filter(cohort=cohort).exclude(source="").first()
    if draw is None or draw.source_at is None:
        raise Conflict(_("No public round was announced for this draw."))
    if now < draw.source_at:
        raise Conflict(_("The announced round has not come yet."), _("Come back when it has."))
    try:
        value = drand.signature_in(text, number=round_of(draw))
    except drand.NotTheRound as fault:
        raise Invalid({"shown": [COPYING[fault.code] % {"number": round_of(draw)}]}) from fault
    if value == draw.value:
        return draw
    if draw.file:
        raise Conflict(_("The places are drawn: what decided them is not changed any more."))
    draw.value = value
    draw.save(update_fields=["value"])
    log(
        cohort=cohort,
        actor=actor,
        verb="selection.public-value-noted",
        subject=draw,
        now=now,
        source=draw.source,
        value=value,
    )
    return draw


def round_of(draw: Draw) -> int:
    return drand.number_of(lottery.Source("drand", draw.source))


def lay_out(draw: Draw, listing: lottery.Listing, now: datetime) -> bool:
    """Keep the list that is to be drawn from; whether it was drawn from before, so that there is nothing to wait for.

    A list in which nobody draws counts as drawn: there is nothing to read first.
    """
    same = draw.listed == listing.digest
    if not same:
        draw.entries, draw.listed, draw.listed_at = _text(listing), listing.digest, now
        draw.file, draw.drawn_at = "", None
        draw.save(update_fields=["entries", "listed", "listed_at", "file", "drawn_at"])
    return bool(draw.file) or not (listing.entries or _waits(draw))


def _waits(draw: Draw) -> bool:
    """Whether the round that decides is not known here yet."""
    return bool(draw.source and not draw.value)


@transaction.atomic
def draw_places(*, cohort: Cohort, actor: User, version: int, now: datetime) -> Proposal:
    """Draw from the list `version`, which everybody could read with its chances. Drawn again, it gives the same.

    Order: permission; the list is the one that was read, made from the evidence of today; the draw; the order of
    places and all outcomes; the audit event. Drawn before, it changes nothing. Raises NotAllowed, Conflict, Stale.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    proposal = open_proposal(cohort, version)
    if proposal.drawn_at is not None:
        return proposal
    require_current(proposal)
    draw = Draw.objects.get(cohort=cohort)
    if _waits(draw):
        raise Conflict(
            _("The public round that decides as well is not noted yet."),
            _("Copy it from its page when it has come, then draw."),
        )
    realise(proposal, draw, now)
    changed(proposal)
    log(
        cohort=cohort,
        actor=actor,
        verb="selection.drawn",
        subject=proposal,
        now=now,
        version=proposal.version,
        listed=draw.listed,
    )
    return proposal


def realise(proposal: Proposal, draw: Draw, now: datetime) -> None:
    """Draw, and bring order and outcomes of the proposal in line with it."""
    reveal = lottery.Reveal(draw.secret, (draw.value,) if draw.source else ())
    made = lottery.run(_listing(draw.entries), promise=promise_of(draw), reveal=reveal)
    draw.file, draw.drawn_at = lottery.dumps(made), draw.drawn_at or now
    draw.save(update_fields=["file", "drawn_at"])
    rows = list(
        proposal.decisions.only("pk", "proposal", "band", "rank", "priority", "draw_code", "draw_rank")
    )
    put_in_order(proposal, _in_order(rows, made))
    proposal.drawn_at = now
    proposal.save(update_fields=["drawn_at"])
    settle_again(proposal)


def _in_order(rows: list[Decision], made: lottery.Draw) -> list[Decision]:
    """Sure places by rank, then as drawn, then the rest; whoever has equal scores, in the order of the draw."""
    place = {code: position for position, code in enumerate(made.order, 1)}
    before = list(Band)

    def key(row: Decision) -> tuple[int, int, str]:
        row.draw_rank = place.get(row.draw_code)
        rank = row.rank if row.draw_rank is None else row.draw_rank
        return before.index(Band(row.band)), rank, lottery.key(made.seed, row.draw_code)

    return sorted(rows, key=key)


def _text(listing: lottery.Listing) -> str:
    return json.dumps(listing.content(), sort_keys=True, separators=(",", ":"))


def _listing(text: str) -> lottery.Listing:
    content = json.loads(text)
    rows = {name: tuple(tuple(row) for row in content[name]) for name in ("groups", "panels", "chances")}
    return lottery.Listing(
        weights=tuple(content["weights"]), reserve=content["reserve"], control=content["control"], **rows
    )
