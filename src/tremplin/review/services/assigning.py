"""Giving out reads: looked at first, then done; what exists stays where it is."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications import queries as applications
from tremplin.core.errors import Stale
from tremplin.methods.assignment import Plan, Reason
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review import queries
from tremplin.review.limits import Limit
from tremplin.review.models import Assignment, AssignmentState, SharedLoad, SharingOut
from tremplin.review.passes import FIRST, reads_each
from tremplin.review.services.common import hold, require_open
from tremplin.review.services.giving import give, tell
from tremplin.review.services.handing import named
from tremplin.review.table import Table, able, load, solved
from tremplin.review.ties import Tie


@dataclass(frozen=True, slots=True)
class ReaderLoad:
    """What one reviewer has done, carries now and would carry then, and what limits it."""

    reviewer: User
    done: int
    now: int
    then: int
    limit: Limit


@dataclass(frozen=True, slots=True)
class ShortRow:
    """An application that would not get all its reads, and why."""

    application_ref: str
    language: str
    missing: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Change:
    """Who would newly read an application beside those who do, and of how many who could."""

    application_ref: str
    language: str
    now: tuple[User, ...]
    new: tuple[User, ...]
    able: int


@dataclass(frozen=True, slots=True)
class TiedRead:
    """A read that exists although something ties the two."""

    application_ref: str
    reviewer: User
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class AssignmentPreview:
    """What giving out reads would do. `fingerprint` names exactly this plan."""

    fingerprint: str
    applications: int
    reads_each: int
    new: int
    outdated: int
    loads: tuple[ReaderLoad, ...]
    short: tuple[ShortRow, ...]
    changes: tuple[Change, ...]
    tied: tuple[TiedRead, ...]

    @property
    def missing(self) -> int:
        return sum(row.missing for row in self.short)

    @property
    def even_share(self) -> int:
        """What each would carry if all shared alike, rounded up."""
        return -(-self.applications * self.reads_each // len(self.loads)) if self.loads else 0


def plan_assignment(*, cohort: Cohort, actor: User, now: datetime, seed: int = 0) -> AssignmentPreview:
    """What `assign` would do now; changes nothing. Raises NotAllowed, Conflict once the reading is closed."""
    require_judge(actor, cohort, Role.ORGANISER)
    require_open(cohort)
    table = load(cohort, now=now)
    return preview_of(cohort, table, solved(table, seed))


def plan_missing(*, cohort: Cohort, actor: User, now: datetime, seed: int = 0) -> AssignmentPreview:
    """The same plan, made of the applications that lack reads alone: quick, and with the same fingerprint.

    Its `applications` and `loads` speak of these. Raises NotAllowed, Conflict once the reading is closed.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    require_open(cohort)
    lacking = queries.lacking(cohort).values_list("pk", flat=True)
    table = load(cohort, now=now, only=[str(pk) for pk in lacking])
    return preview_of(cohort, table, solved(table, seed))


@transaction.atomic
def assign(
    *, cohort: Cohort, actor: User, now: datetime, seed: int = 0, expected: str = ""
) -> AssignmentPreview:
    """Give every submitted application its reads. What exists is kept; only what is missing is added.

    `expected` is the fingerprint of the plan that the organiser looked at: another plan is not carried out.

    Order: permission; the reading is not closed; reads of applications that were withdrawn are taken back; reviews of
    a version that the applicant has replaced are reopened; the missing reads, which are kept as one sharing-out; one
    audit event; a mail to each reviewer who got some.
    Raises NotAllowed; Conflict once the reading is closed; Stale when the plan is no longer `expected`.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    require_open(cohort)
    withdrawn = _take_back(cohort, now)
    table = load(cohort, now=now)
    plan = solved(table, seed)
    preview = preview_of(cohort, table, plan)
    if expected and expected != preview.fingerprint:
        raise Stale(
            _("Applications, reviewers or reads have changed since you looked at this plan."),
            _("Look at the new plan, then confirm it."),
            current=preview,
        )
    outdated = _reopen_outdated(cohort)
    if plan.added:
        give(cohort, plan.added, now, sharing=kept(cohort, actor, preview, now))
    log(
        cohort=cohort,
        actor=actor,
        verb="review.assigned",
        subject=cohort,
        now=now,
        new=len(plan.added),
        missing=preview.missing,
        taken_back=withdrawn,
        reopened=outdated,
    )
    tell(cohort, table, {reader for _paper, reader in plan.added}, preview.fingerprint, now)
    return preview


def preview_of(cohort: Cohort, table: Table, plan: Plan) -> AssignmentPreview:
    """What a plan of reads would do."""
    before = Counter(reader for _paper, reader in table.kept)
    carried = {one.code: one.carried + before[one.code] for one in table.readers}
    missing = [(row.application, row.missing) for row in plan.short]
    return AssignmentPreview(
        fingerprint=named(plan.added, missing, sorted(carried.items())),
        applications=len(table.papers),
        reads_each=reads_each(cohort, table.pass_number),
        new=len(plan.added),
        outdated=queries.outdated_many(cohort),
        loads=tuple(
            ReaderLoad(user, table.done[code], carried[code], plan.loads[code], table.limits[code])
            for code, user in table.people.items()
        ),
        short=tuple(
            ShortRow(table.refs[row.application], row.language, row.missing, row.reason) for row in plan.short
        ),
        changes=_changes(table, plan),
        tied=tuple(
            TiedRead(table.refs[paper], table.people[reader], table.ties[paper, reader])
            for paper, reader in table.tied_reads
            if reader in table.people
        ),
    )


def _changes(table: Table, plan: Plan) -> tuple[Change, ...]:
    """What the plan adds, application by application, in the order in which they came."""
    new: dict[str, list[User]] = defaultdict(list)
    now: dict[str, list[User]] = defaultdict(list)
    for paper, reader in plan.added:
        new[paper].append(table.people[reader])
    for paper, reader in table.kept:
        if paper in new and reader in table.people:
            now[paper].append(table.people[reader])
    many = able(table)
    return tuple(
        Change(
            table.refs[one.code],
            one.language,
            _by_name(now[one.code]),
            _by_name(new[one.code]),
            many[one.code],
        )
        for one in table.papers
        if one.code in new
    )


def _by_name(people: Sequence[User]) -> tuple[User, ...]:
    return tuple(sorted(people, key=lambda user: (user.name_folded, user.pk)))


def kept(
    cohort: Cohort, actor: User, preview: AssignmentPreview, now: datetime, *, pass_number: int = FIRST
) -> SharingOut:
    """The sharing-out as it is remembered: who, when, how many reads to whom."""
    sharing = SharingOut.objects.create(
        cohort=cohort, by=actor, pass_number=pass_number, missing=preview.missing, created_at=now
    )
    SharedLoad.objects.bulk_create(
        SharedLoad(sharing=sharing, reviewer=row.reviewer, reads=row.then - row.now)
        for row in preview.loads
        if row.then > row.now
    )
    return sharing


def _take_back(cohort: Cohort, now: datetime) -> int:
    """Reads of applications that are no longer submitted."""
    gone = Assignment.objects.filter(cohort=cohort, state=AssignmentState.ASSIGNED)
    gone = gone.exclude(application__in=applications.submitted(cohort).values("pk"))
    return Assignment.objects.filter(pk__in=list(gone.values_list("pk", flat=True))).update(
        state=AssignmentState.RELEASED, closed_at=now
    )


def _reopen_outdated(cohort: Cohort) -> int:
    """Reviews of a version that was replaced since go back to their reviewers, with all that they wrote."""
    rows = list(queries.outdated(cohort).values_list("pk", flat=True))
    Assignment.objects.filter(review__in=rows).update(state=AssignmentState.ASSIGNED, closed_at=None)
    return queries.reviews_by_pk(rows).update(submitted_at=None)
