"""Mentoring as time passes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tremplin.core.outbox.models import OutboxMessage
from tremplin.mentoring import rules
from tremplin.mentoring.models import Concern, Pairing, Side
from tremplin.mentoring.plan import plan_of, slots_of
from tremplin.mentoring.services.concerns import raise_concern
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.selection.models import ScholarState


@dataclass(frozen=True, slots=True)
class _Nudge:
    pairing: Pairing
    slot: rules.Slot
    side: Side
    person: User
    late: bool

    @property
    def key(self) -> str:
        return f"checkin:{self.pairing.ref}:{self.slot.checkin.code}:{self.side}:{'late' if self.late else 'open'}"


@transaction.atomic
def remind(*, cohort: Cohort, now: datetime) -> int:
    """The clock's round: one mail when a check-in opens, one when it is late, and a raised hand for silence.

    Who pauses is left in peace, and so is their mentor. Returns how many mails are new; running it again
    changes nothing and costs the same few queries, however many pairings there are.
    """
    wanted = list(_nudges(cohort, now))
    if not wanted:
        return 0
    sent = set(
        OutboxMessage.objects.filter(
            scope=cohort.scope, kind__in=["checkin-due", "checkin-late"]
        ).values_list("key", flat=True)
    )
    raised = set(
        Concern.objects.filter(pairing__scholar__cohort=cohort).values_list("pairing_id", "code", "kind")
    )
    new = [nudge for nudge in wanted if f"{cohort.scope}:{nudge.key}" not in sent]
    for nudge in new:
        _write(nudge, cohort, now=now)
    for nudge in wanted:
        kind = f"silent-{nudge.side}"
        if nudge.late and (nudge.pairing.pk, nudge.slot.checkin.code, kind) not in raised:
            raise_concern(nudge.pairing, nudge.slot.checkin.code, kind, {}, now=now)
    return len(new)


def _nudges(cohort: Cohort, now: datetime) -> Iterator[_Nudge]:
    due = rules.due_dates(plan_of(cohort).checkins, cohort.dates).values()
    if all(now < at - rules.OPENS_BEFORE for at in due):  # nobody's own time is ahead of the plan
        return
    pairings = (
        Pairing.objects.filter(
            scholar__cohort=cohort, ended_at__isnull=True, scholar__state=ScholarState.ENROLLED
        )
        .select_related("scholar__user", "mentor__user")
        .prefetch_related("answers")
        .order_by("pk")
    )
    for pairing in pairings:
        pairing.scholar.cohort = cohort
        sent = {(row.code, row.side) for row in pairing.answers.all() if row.sent_at}
        for slot in slots_of(pairing, cohort, now=now):
            for side, person in ((Side.SCHOLAR, pairing.scholar.user), (Side.MENTOR, pairing.mentor.user)):
                phase = rules.phase(slot, sent=(slot.checkin.code, side) in sent, now=now)
                if phase in {"open", "late"}:
                    yield _Nudge(pairing, slot, side, person, phase == "late")


def _write(nudge: _Nudge, cohort: Cohort, *, now: datetime) -> None:
    code = nudge.slot.checkin.code
    mail.send(
        cohort=cohort,
        code="checkin-late" if nudge.late else "checkin-due",
        to=nudge.person,
        values={
            "date": nudge.slot.due,
            "title": nudge.slot.checkin.title,
            "link": cohort_url(cohort, "mentoring:check-in", ref=nudge.pairing.ref, code=code),
        },
        now=now,
        key=nudge.key,
    )
