"""Giving out reads: looked at first, then done; what exists stays where it is."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications import queries as applications
from tremplin.core.errors import Invalid, NotAllowed, Stale
from tremplin.methods.assignment import Plan, Reason
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require, roles_of
from tremplin.review import queries
from tremplin.review.models import Assignment, AssignmentState, ReviewerProfile
from tremplin.review.plan import review_plan
from tremplin.review.rules import reading_deadline
from tremplin.review.services.common import hold
from tremplin.review.table import LIVE, Table, load, solved
from tremplin.review.ties import Tie


@dataclass(frozen=True, slots=True)
class ReaderLoad:
    """What one reviewer has done, carries now and would carry then. `capacity` None: an even share."""

    reviewer: User
    done: int
    now: int
    then: int
    capacity: int | None


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
    """What `assign` would do now; changes nothing. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER)
    table = load(cohort)
    return _preview(cohort, table, solved(table, seed))


@transaction.atomic
def assign(
    *, cohort: Cohort, actor: User, now: datetime, seed: int = 0, expected: str = ""
) -> AssignmentPreview:
    """Give every submitted application its reads. What exists is kept; only what is missing is added.

    `expected` is the fingerprint of the plan that the organiser looked at: another plan is not carried out.

    Order: permission; reads of applications that were withdrawn are taken back; reviews of a version that the
    applicant has replaced are reopened; the missing reads; one audit event; a mail to each reviewer who got some.
    Raises NotAllowed; Stale when the plan is no longer `expected`.
    """
    require(actor, cohort, Role.ORGANISER)
    hold(cohort)
    withdrawn = _take_back(cohort, now)
    table = load(cohort)
    plan = solved(table, seed)
    preview = _preview(cohort, table, plan)
    if expected and expected != preview.fingerprint:
        raise Stale(
            _("Applications, reviewers or reads have changed since you looked at this plan."),
            _("Look at the new plan, then confirm it."),
            current=preview,
        )
    outdated = _reopen_outdated(cohort)
    give(cohort, plan.added, now)
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


@transaction.atomic
def set_profile(
    *,
    cohort: Cohort,
    reviewer: User,
    actor: User,
    now: datetime,
    languages: Collection[str],
    capacity: int | None = None,
    hours: int | None = None,
) -> ReviewerProfile:
    """Say how many reads a reviewer can carry (None: an even share), which languages they read well, and how many
    hours a week they have for it (None: not said), which whoever plans the reading counts with.

    Reads above the capacity, and reads in a language no longer read, are handed on at once if they were not
    begun; those that nobody can take stay unassigned, for the organisers to see.

    Order: permission, the profile, the reads handed on, the audit event. Raises NotAllowed, Invalid.
    """
    if actor.pk != reviewer.pk:
        require(actor, cohort, Role.ORGANISER)
    if Role.REVIEWER not in roles_of(reviewer, cohort):
        raise NotAllowed(_("This is for the reviewers of this cohort."))
    offered = cohort.plan.programme.languages
    chosen = [language for language in offered if language in languages]
    if not chosen:
        raise Invalid({"languages": [_("Choose at least one language that you read well.")]})
    hold(cohort)
    profile, _created = ReviewerProfile.objects.update_or_create(
        cohort=cohort,
        reviewer=reviewer,
        defaults={"capacity": capacity, "languages": chosen, "hours": hours},
        create_defaults={"capacity": capacity, "languages": chosen, "hours": hours, "created_at": now},
    )
    freed = _surplus(cohort, reviewer, capacity, chosen)
    Assignment.objects.filter(pk__in=[row.pk for row in freed]).update(
        state=AssignmentState.RELEASED, closed_at=now
    )
    hand_on(cohort=cohort, freed=freed, now=now)
    log(
        cohort=cohort,
        actor=actor,
        verb="review.profile-set",
        subject=reviewer,
        now=now,
        capacity=capacity,
        hours=hours,
        languages=chosen,
        handed_on=len(freed),
    )
    return profile


def hand_on(*, cohort: Cohort, freed: Sequence[Assignment], now: datetime) -> int:
    """Find other reviewers for reads that came free; how many were found. Called inside a service's transaction."""
    if not freed:
        return 0
    wanted = {str(row.application_id) for row in freed}
    banned = {(str(row.application_id), str(row.reviewer_id)) for row in freed}
    table = load(cohort, only=wanted, barred=banned)
    plan = solved(table)
    give(cohort, plan.added, now)
    return len(plan.added)


def _surplus(
    cohort: Cohort, reviewer: User, capacity: int | None, languages: Sequence[str]
) -> list[Assignment]:
    """The reads that this reviewer has not begun and now cannot take."""
    mine = list(
        Assignment.objects.filter(cohort=cohort, reviewer=reviewer, state__in=LIVE)
        .select_related("application")
        .order_by("-pk")
    )
    begun = set(queries.begun(cohort, reviewer))
    fresh = [row for row in mine if row.state == AssignmentState.ASSIGNED and row.pk not in begun]
    freed = [row for row in fresh if row.application.language not in languages]
    if capacity is not None:
        over = len(mine) - len(freed) - capacity
        freed += [row for row in fresh if row not in freed][: max(over, 0)]
    return freed


def _preview(cohort: Cohort, table: Table, plan: Plan) -> AssignmentPreview:
    before = Counter(reader for _paper, reader in table.kept)
    content = repr((plan.added, [(row.application, row.missing) for row in plan.short], sorted(table.kept)))
    return AssignmentPreview(
        fingerprint=hashlib.sha256(content.encode()).hexdigest()[:20],
        applications=len(table.papers),
        reads_each=review_plan(cohort).reads,
        new=len(plan.added),
        outdated=queries.outdated(cohort).count(),
        loads=tuple(
            ReaderLoad(user, table.done[code], before[code], plan.loads.get(code, 0), table.capacities[code])
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
    able = _able(table)
    return tuple(
        Change(
            table.refs[one.code], one.language, _by_name(now[one.code]), _by_name(new[one.code]), able[row]
        )
        for row, one in enumerate(table.papers)
        if one.code in new
    )


def _able(table: Table) -> list[int]:
    """How many reviewers could read each application: those who read its language, without ties, who did not apply."""
    reads = len(table.readers) - len(table.applied)
    speak = Counter(
        language for one in table.readers for language in one.languages if one.code not in table.applied
    )
    every = sum(1 for one in table.readers if not one.languages and one.code not in table.applied)
    languages = {one.code: one.languages for one in table.readers}
    barred: Counter[str] = Counter()
    tongue = {one.code: one.language for one in table.papers}
    for paper, reader in table.barred:
        if paper not in tongue or reader not in languages or reader in table.applied:
            continue
        if not tongue[paper] or not languages[reader] or tongue[paper] in languages[reader]:
            barred[paper] += 1
    return [
        (speak[one.language] + every if one.language else reads) - barred[one.code] for one in table.papers
    ]


def _by_name(people: Sequence[User]) -> tuple[User, ...]:
    return tuple(sorted(people, key=lambda user: (user.name_folded, user.pk)))


def give(cohort: Cohort, pairs: Sequence[tuple[str, str]], now: datetime) -> None:
    """Create the reads, or take up again those that were once taken back from the same reviewer."""
    wanted = {(int(paper), int(reader)) for paper, reader in pairs}
    if not wanted:
        return
    former = Assignment.objects.filter(cohort=cohort, state=AssignmentState.RELEASED)
    again = {
        (application, reviewer): pk
        for pk, application, reviewer in former.values_list("pk", "application_id", "reviewer_id")
        if (application, reviewer) in wanted
    }
    Assignment.objects.filter(pk__in=again.values()).update(
        state=AssignmentState.ASSIGNED, closed_at=None, created_at=now
    )
    Assignment.objects.bulk_create(
        [
            Assignment(cohort=cohort, application_id=application, reviewer_id=reviewer, created_at=now)
            for application, reviewer in sorted(wanted.difference(again))
        ],
        batch_size=500,
    )


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


def tell(cohort: Cohort, table: Table, readers: set[str], fingerprint: str, now: datetime) -> None:
    for code in sorted(readers, key=int):
        user = table.people[code]
        mail.send(
            cohort=cohort,
            code="review-assigned",
            to=user,
            values={"link": cohort_url(cohort, "review:queue"), "date": reading_deadline(cohort.dates)},
            now=now,
            key=f"review-assigned:{user.ref}:{fingerprint}",
        )
