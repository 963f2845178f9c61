"""Giving out reads: looked at first, then done; what exists stays where it is."""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications import queries as applications
from tremplin.core.errors import Invalid, NotAllowed, Stale
from tremplin.methods.assignment import Application as Paper
from tremplin.methods.assignment import Plan, Problem, Reason
from tremplin.methods.assignment import Reviewer as Reader
from tremplin.methods.assignment import assign as solve
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role, require, roles_of
from tremplin.review import queries
from tremplin.review.models import Assignment, AssignmentState, DeclaredConflict, ReviewerProfile
from tremplin.review.plan import review_plan
from tremplin.review.rules import reading_deadline
from tremplin.review.services.common import hold

_LIVE = (AssignmentState.ASSIGNED, AssignmentState.SUBMITTED)


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
class AssignmentPreview:
    """What giving out reads would do. `fingerprint` names exactly this plan."""

    fingerprint: str
    applications: int
    reads_each: int
    new: int
    outdated: int
    loads: tuple[ReaderLoad, ...]
    short: tuple[ShortRow, ...]

    @property
    def missing(self) -> int:
        return sum(row.missing for row in self.short)

    @property
    def even_share(self) -> int:
        """What each would carry if all shared alike, rounded up."""
        return -(-self.applications * self.reads_each // len(self.loads)) if self.loads else 0


@dataclass(frozen=True, slots=True)
class _Table:
    """All that a plan is made of, loaded in a handful of queries."""

    refs: dict[str, str]
    papers: list[Paper]
    readers: list[Reader]
    people: dict[str, User]
    capacities: dict[str, int | None]
    kept: set[tuple[str, str]]
    done: Counter[str]
    barred: set[tuple[str, str]]


def plan_assignment(*, cohort: Cohort, actor: User, now: datetime, seed: int = 0) -> AssignmentPreview:
    """What `assign` would do now; changes nothing. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER)
    table = _load(cohort)
    return _preview(cohort, table, _solved(table, seed))


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
    table = _load(cohort)
    plan = _solved(table, seed)
    preview = _preview(cohort, table, plan)
    if expected and expected != preview.fingerprint:
        raise Stale(
            _("Applications, reviewers or reads have changed since you looked at this plan."),
            _("Look at the new plan, then confirm it."),
            current=preview,
        )
    outdated = _reopen_outdated(cohort)
    _give(cohort, plan.added, now)
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
    _tell(cohort, table, {reader for _paper, reader in plan.added}, preview.fingerprint, now)
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
) -> ReviewerProfile:
    """Say how many reads a reviewer can carry (None: an even share) and which languages they read well.

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
        defaults={"capacity": capacity, "languages": chosen},
        create_defaults={"capacity": capacity, "languages": chosen, "created_at": now},
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
    table = _load(cohort, only=wanted, also_barred=banned)
    plan = _solved(table, seed=0)
    _give(cohort, plan.added, now)
    return len(plan.added)


def _surplus(
    cohort: Cohort, reviewer: User, capacity: int | None, languages: Sequence[str]
) -> list[Assignment]:
    """The reads that this reviewer has not begun and now cannot take."""
    mine = list(
        Assignment.objects.filter(cohort=cohort, reviewer=reviewer, state__in=_LIVE)
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


def _load(
    cohort: Cohort, *, only: Collection[str] | None = None, also_barred: Collection[tuple[str, str]] = ()
) -> _Table:
    rows = applications.submitted(cohort).values_list("pk", "ref", "language", "applicant_id")
    papers = [(str(pk), ref, language, str(writer)) for pk, ref, language, writer in rows]
    asked = {pk for pk, _ref, _language, _writer in papers if only is None or pk in only}
    refs = {pk: ref for pk, ref, _language, _writer in papers}
    rows_live = Assignment.objects.filter(cohort=cohort, state__in=_LIVE)
    live = [
        (str(paper), str(reader), state)
        for paper, reader, state in rows_live.values_list("application_id", "reviewer_id", "state")
        if str(paper) in refs
    ]
    kept = {(paper, reader) for paper, reader, _state in live}
    carried = Counter(reader for paper, reader in kept if paper not in asked)
    conflicts = DeclaredConflict.objects.filter(cohort=cohort).values_list("application_id", "reviewer_id")
    people = {str(user.pk): user for user in people_with(cohort, Role.REVIEWER)}
    profiles = {str(row.reviewer_id): row for row in ReviewerProfile.objects.filter(cohort=cohort)}
    reads = review_plan(cohort).reads
    writers = {writer for _pk, _ref, _language, writer in papers}
    return _Table(
        refs=refs,
        papers=[Paper(pk, reads, language) for pk, _ref, language, _writer in papers if pk in asked],
        readers=[
            # Whoever applied competes with all the others: they read nobody.
            Reader(code, 0)
            if code in writers
            else _reader(code, profiles.get(code), len(papers), carried[code])
            for code in people
        ],
        people=people,
        capacities={code: profiles[code].capacity if code in profiles else None for code in people},
        kept=kept,
        done=Counter(reader for _paper, reader, state in live if state == AssignmentState.SUBMITTED),
        barred={(str(paper), str(reader)) for paper, reader in conflicts} | set(also_barred),
    )


def _reader(code: str, profile: ReviewerProfile | None, papers: int, carried: int) -> Reader:
    if profile is None:
        return Reader(code, papers, carried=carried)
    capacity = papers if profile.capacity is None else profile.capacity
    return Reader(code, capacity, frozenset(profile.languages), carried=carried)


def _solved(table: _Table, seed: int) -> Plan:
    return solve(
        Problem(
            table.papers,
            table.readers,
            kept=frozenset(table.kept),
            conflicts=frozenset(table.barred),
            seed=seed,
        )
    )


def _preview(cohort: Cohort, table: _Table, plan: Plan) -> AssignmentPreview:
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
    )


def _give(cohort: Cohort, pairs: Sequence[tuple[str, str]], now: datetime) -> None:
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


def _tell(cohort: Cohort, table: _Table, readers: set[str], fingerprint: str, now: datetime) -> None:
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
