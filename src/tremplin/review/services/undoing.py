"""A sharing-out is undone: what nobody has begun is taken back, as if it had never been given."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Stale
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review.models import Assignment, AssignmentState, SecondPass, SharingOut
from tremplin.review.passes import SECOND
from tremplin.review.services.common import hold, require_open, tell_taken_back
from tremplin.review.services.handing import named
from tremplin.review.table import LIVE


@dataclass(frozen=True, slots=True)
class Undone:
    """What becomes of one reviewer's part: reads that go back; that stay because they are begun, or done."""

    reviewer: User
    back: int
    begun: int
    done: int


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What undoing would do. `elsewhere`: reads that have gone to others, or were closed, since."""

    fingerprint: str
    parts: tuple[Undone, ...]
    elsewhere: int

    @property
    def back(self) -> int:
        return sum(part.back for part in self.parts)

    @property
    def stays(self) -> int:
        return sum(part.begun + part.done for part in self.parts)


def plan_undo(*, sharing: SharingOut, actor: User) -> UndoPreview:
    """What `undo` would do now; changes nothing. Raises NotAllowed."""
    require_judge(actor, sharing.cohort, Role.ORGANISER)
    return _planned(sharing)[0]


@transaction.atomic
def undo(*, sharing: SharingOut, actor: User, now: datetime, expected: str) -> UndoPreview:
    """Take back the reads of one sharing-out that nobody has begun. The others stay with their reviewers.

    Reads of withdrawn applications that it took back, and reviews of old versions that it reopened, stay so. When
    nothing is left of a second pass, it is as if it had not been opened, and can be opened anew.

    Order: permission; not undone yet; the reading is not closed; the plan is still `expected`; the reads; the
    sharing-out; one audit event; a mail to everybody who lost reads. Raises NotAllowed, Conflict, Stale.
    """
    cohort = sharing.cohort
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    held = SharingOut.objects.get(pk=sharing.pk)
    held.cohort = cohort
    if held.undone_at is not None:
        raise Conflict(_("This sharing-out has been undone already."))
    require_open(cohort)
    preview, keys = _planned(held)
    if preview.fingerprint != expected:
        raise Stale(
            _("Reads have been begun, handed on or given since you looked."),
            _("Look at what would be taken back now, then confirm it."),
            current=preview,
        )
    if not keys:
        raise Conflict(_("Every read of this sharing-out has been begun, or has gone to somebody else."))
    Assignment.objects.filter(pk__in=keys).update(state=AssignmentState.RELEASED, closed_at=now)
    held.undone_at, held.undone_by = now, actor
    held.save(update_fields=["undone_at", "undone_by"])
    if held.pass_number == SECOND:
        _close_second_pass(cohort, now)
    log(
        cohort=cohort,
        actor=actor,
        verb="review.sharing-undone",
        subject=held,
        now=now,
        taken_back=preview.back,
        kept=preview.stays,
    )
    for part in preview.parts:
        if part.back:
            tell_taken_back(cohort, part.reviewer, because=held.ref, now=now)
    return preview


def _close_second_pass(cohort: Cohort, now: datetime) -> None:
    """Whoever has begun to read saw what was opened: the pass stands then."""
    reads = Assignment.objects.filter(cohort=cohort, pass_number=SECOND)
    if not reads.filter(Q(state__in=LIVE) | Q(review__isnull=False)).exists():
        SecondPass.objects.filter(cohort=cohort, undone_at=None).update(undone_at=now)


def _planned(sharing: SharingOut) -> tuple[UndoPreview, list[int]]:
    counts: dict[str, Counter[int]] = {"back": Counter(), "begun": Counter(), "done": Counter()}
    keys = []
    rows = Assignment.objects.filter(sharing=sharing).order_by("pk")
    for key, reviewer, state, draft in rows.values_list("pk", "reviewer_id", "state", "review"):
        if state == AssignmentState.SUBMITTED:
            counts["done"][reviewer] += 1
        elif state == AssignmentState.ASSIGNED and draft is not None:
            counts["begun"][reviewer] += 1
        elif state == AssignmentState.ASSIGNED:
            counts["back"][reviewer] += 1
            keys.append(key)
    loads = sharing.loads.select_related("reviewer").order_by("reviewer__name_folded", "reviewer")
    parts = tuple(
        Undone(user, *(counts[name][user.pk] for name in ("back", "begun", "done")))
        for user in (load.reviewer for load in loads)
    )
    given = sum(load.reads for load in loads)
    kept = sum(part.back + part.begun + part.done for part in parts)
    return UndoPreview(named(sharing.ref, keys, kept), parts, max(given - kept, 0)), keys
