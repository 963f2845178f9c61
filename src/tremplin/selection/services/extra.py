"""Extra reads go out: where one more would most change who gets a place."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict
from tremplin.methods.calibration import NextRead
from tremplin.methods.selection.outcome import Scored
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review.merit import calibrated
from tremplin.review.services.again import read_again
from tremplin.selection.extra.models import ExtraHeldUp, ExtraRound
from tremplin.selection.extra.rules import Standing, name_of, next_round
from tremplin.selection.plan import selection_plan
from tremplin.selection.queries.extra import extra_standing
from tremplin.selection.services.common import hold
from tremplin.selection.services.listing import band_of, rule_of
from tremplin.selection.services.working import everybody_read, places_of


@transaction.atomic
def send_extra_reads(*, cohort: Cohort, actor: User | None, now: datetime) -> ExtraRound | None:
    """Send the next round of extra reads. `actor` None: the clock, which waits until all other reads are in.

    An organiser may send a round earlier, as soon as everybody was read once. Where the round before moved nobody from
    one band to another, the clock sends nothing and notes that it is settled. None when there was nothing to do.

    Order: permission; the cohort is held, if there is something to do; how extra reads stand; scores and bands of
    today; the reads, with a mail to their reviewers; the round; the audit event.
    Raises NotAllowed; Conflict for an organiser when none can be sent.
    """
    if actor is not None:
        require_judge(actor, cohort, Role.ORGANISER)
    elif extra_standing(cohort, now).code != "ready":
        return None
    hold(cohort)
    stands = extra_standing(cohort, now)
    if actor is not None:
        _require_may_send(stands)
    elif stands.code != "ready":
        return None
    people, reads = everybody_read(cohort)
    if actor is None and all(read.value is None for read in reads):
        return None
    places = places_of(cohort, None)
    found = calibrated(cohort, [row.pk for row in people], reads)
    scored = [Scored(row.applicant, row.estimate, row.low, row.high) for row in found.estimates]
    chosen = rule_of(selection_plan(cohort)).select(scored, places=places)
    bands = name_of(
        {row.code: band_of(chance) for row, chance in zip(chosen.scored, chosen.chances, strict=True)}
    )
    last = ExtraRound.objects.filter(cohort=cohort).order_by("-number").first()
    made = ExtraRound(
        cohort=cohort, number=last.number + 1 if last else 1, bands=bands, by=actor, created_at=now
    )
    if actor is None and last is not None and last.bands == bands:
        made.settled = True
        return _kept(made, cohort, now)
    worth = next_round(found, places=places, left=stands.left, rounds=stands.rounds)
    return _send(made, {int(row.applicant): row for row in worth}, {row.pk: row.ref for row in people}, now)


def _require_may_send(stands: Standing) -> None:
    if stands.may_send and stands.left:
        return
    reasons = {
        "none": _("The programme file plans no extra reads."),
        "decided": _("Decisions have been proposed, so no extra read is sent any more."),
        "second": _("The second pass is open, so no extra read is sent any more."),
        "closing": _("Applications still come in: extra reads are sent once the call has closed."),
        "unread": _("Somebody has not been read by anybody yet: their read comes first."),
        "settled": _("The last round changed nothing, so the others are not needed."),
    }
    raise Conflict(
        reasons.get(stands.code, _("All extra reads that the programme file plans have been sent."))
    )


def _send(
    made: ExtraRound, worth: dict[int, NextRead], refs: dict[int, str], now: datetime
) -> ExtraRound | None:
    """The reads of a round; none is kept of which no read came."""
    cohort = made.cohort
    given = read_again(cohort=cohort, wanted=worth, occasion=f"extra-{cohort.ref}-{made.number}", now=now)
    if not given:
        if made.by is None:
            _hold_up(cohort, len(worth), now)
            return None
        raise Conflict(
            _("No reviewer has room for an extra read where it would help."),
            _("Ask reviewers whether they can read a few more, then send the round again."),
        )
    made.asked = len(worth)
    made.sent = {
        given[pk]: [refs[pk], round(row.chance, 3), round(row.deviation, 3), round(row.after, 3)]
        for pk, row in worth.items()
        if pk in given
    }
    return _kept(made, cohort, now)


def _hold_up(cohort: Cohort, asked: int, now: datetime) -> None:
    """Organisers’ desks say that somebody with room is missing; nothing is said where no read would be worth it."""
    if asked:
        ExtraHeldUp.objects.update_or_create(
            cohort=cohort, defaults={"asked": asked}, create_defaults={"asked": asked, "created_at": now}
        )


def _kept(made: ExtraRound, cohort: Cohort, now: datetime) -> ExtraRound:
    made.save()
    ExtraHeldUp.objects.filter(cohort=cohort).delete()
    log(
        cohort=cohort,
        actor=made.by,
        verb="selection.extra-reads-settled" if made.settled else "selection.extra-reads-sent",
        subject=made,
        now=now,
        round=made.number,
        reads=len(made.sent),
    )
    return made
