"""A second pass is opened: some applications are given out again, with what the programme file opens then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Stale
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review import queries, rules
from tremplin.review.limits import paces
from tremplin.review.merit import calibrated
from tremplin.review.models import SecondPass
from tremplin.review.passes import FIRST, SECOND, second_plan
from tremplin.review.plan import review_plan
from tremplin.review.services.assigning import AssignmentPreview, kept, preview_of
from tremplin.review.services.common import hold, require_open
from tremplin.review.services.giving import give, tell
from tremplin.review.services.handing import named
from tremplin.review.table import Table, in_pass, load, solved


@dataclass(frozen=True, slots=True)
class MetAgain:
    """Somebody who would read an application that they read in the first pass: nobody else can."""

    application_ref: str
    reviewer: User


@dataclass(frozen=True, slots=True)
class SecondPassPreview:
    """What opening the second pass would do, or, where it is open, giving out what it lacks.

    `people` of `of` are read in it; `missing` reads of the first pass are not in; `minutes` it takes each reviewer.
    """

    fingerprint: str
    reads: AssignmentPreview
    people: int
    of: int
    missing: int
    minutes: dict[int, int]
    again: tuple[MetAgain, ...]
    opened: bool


def plan_second_pass(*, cohort: Cohort, actor: User, now: datetime, seed: int = 0) -> SecondPassPreview:
    """What `open_second_pass` would do now; changes nothing.

    Raises NotAllowed; Conflict where none is planned, while it cannot be opened, and once the reading is closed.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    return _planned(cohort, now, seed)[0]


@transaction.atomic
def open_second_pass(
    *, cohort: Cohort, actor: User, now: datetime, expected: str, seed: int = 0
) -> SecondPassPreview:
    """Give out the reads of the second pass: from now on their reviewers read what it opens.

    Where it is open already, what is missing is given out, and nobody else comes into it.

    Order: permission; it can be opened; the plan is still `expected`; who is in it; the reads, which are kept as one
    sharing-out; one audit event; a mail to each reviewer who got some. Raises NotAllowed, Conflict, Stale.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    preview, people, table = _planned(cohort, now, seed)
    if expected != preview.fingerprint:
        raise Stale(
            _("Applications, reviewers or reads have changed since you looked at this plan."),
            _("Look at the new plan, then confirm it."),
            current=preview,
        )
    plan = solved(table, seed)
    if not plan.added:
        raise Conflict(
            _("There is no read to give out: nobody has room, or all are given out."),
            _("Ask reviewers whether they can read a few more, then look again."),
        )
    if not preview.opened:
        standing = SecondPass.objects.create(cohort=cohort, by=actor, created_at=now)
        standing.applications.set(people)
    sharing = kept(cohort, actor, preview.reads, now, pass_number=SECOND)
    give(cohort, plan.added, now, sharing=sharing, pass_number=SECOND)
    log(
        cohort=cohort,
        actor=actor,
        verb="review.second-pass-shared" if preview.opened else "review.second-pass-opened",
        subject=sharing,
        now=now,
        people=preview.people,
        new=len(plan.added),
        missing=preview.reads.missing,
    )
    tell(cohort, table, {reader for _paper, reader in plan.added}, preview.fingerprint, now)
    return preview


def _planned(cohort: Cohort, now: datetime, seed: int) -> tuple[SecondPassPreview, Sequence[int], Table]:
    require_open(cohort)
    standing = queries.second_standing(cohort, now)
    _require_may_open(standing)
    everybody = list(in_pass(cohort, FIRST).order_by("pk").values_list("pk", flat=True))
    people = _in_it(cohort, everybody) if standing.may_open else _already(cohort)
    table = load(cohort, now=now, only=[str(pk) for pk in people], pass_number=SECOND)
    plan = solved(table, seed)
    reads = preview_of(cohort, table, plan)
    again = [pair for pair in plan.added if pair in table.seen]
    preview = SecondPassPreview(
        fingerprint=named(reads.fingerprint, sorted(people)),
        reads=reads,
        people=len(people),
        of=len(everybody),
        missing=standing.missing,
        minutes=_minutes(cohort, reads),
        again=tuple(MetAgain(table.refs[paper], table.people[reader]) for paper, reader in sorted(again)),
        opened=not standing.may_open,
    )
    return preview, people, table


def _require_may_open(standing: queries.SecondStanding) -> None:
    reasons = {
        "none": _("The programme file plans no second pass."),
        "closing": _("Applications still come in: the second pass begins once the call has closed."),
        "unread": _("Somebody has not been read by anybody yet: their read comes first."),
    }
    if standing.code in reasons:
        raise Conflict(reasons[standing.code])


def _in_it(cohort: Cohort, everybody: Sequence[int]) -> list[int]:
    """Who is read in it, by the merit that the first pass found. Raises Conflict where nobody could judge anything."""
    plan = second_plan(cohort)
    if plan is None:
        return []
    reads = [read for read in queries.scored_reads(cohort) if read.pass_number == FIRST]
    found = calibrated(cohort, everybody, reads)
    merits = {int(row.applicant): row.estimate for row in found.estimates}
    return rules.read_again(plan, merits, places=cohort.plan.cohort.places_max)


def _already(cohort: Cohort) -> list[int]:
    return list(in_pass(cohort, SECOND).order_by("pk").values_list("pk", flat=True))


def _minutes(cohort: Cohort, reads: AssignmentPreview) -> dict[int, int]:
    """How long the new reads take each reviewer, at their own pace."""
    more = {row.reviewer.pk: row.then - row.now for row in reads.loads if row.then > row.now}
    pace = paces(cohort, list(more))
    planned = float(review_plan(cohort).minutes)
    return {reader: ceil(many * pace.get(reader, planned)) for reader, many in more.items()}
