"""A reviewer leaves, pauses or takes less: who reads on in their place, looked at first, then done."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Invalid, NotAllowed, Stale
from tremplin.methods.assignment import Mended, Reason
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.dates import day_meant
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, roles_of
from tremplin.review import queries, rules
from tremplin.review.limits import paces, today_of
from tremplin.review.models import Assignment, AssignmentState, ReviewerProfile
from tremplin.review.passes import FIRST, due_of, passes_of
from tremplin.review.services.common import hold, tell_taken_back
from tremplin.review.services.giving import give, tell
from tremplin.review.services.handing import carry_out, moved, named
from tremplin.review.table import Table, able, load


@dataclass(frozen=True, slots=True)
class LoadChange:
    """What changes for a reviewer: they leave; they pause, until the end of a day; or they carry less, so many in all.

    `begun`: whether reads that they have begun go to others, too. Their drafts are kept either way.
    """

    kind: Literal["leave", "pause", "less"]
    until: date | None = None
    most: int | None = None
    begun: bool = False


@dataclass(frozen=True, slots=True)
class HandedRead:
    """One read that changes hands. `giver` is another reviewer where they make room; `taker` None: nobody can.

    `begun`: there is a draft, which is kept. `able`: how many reviewers could read it. `own`: the reviewer’s whom it is
    about.
    """

    application_ref: str
    language: str
    giver: User
    begun: bool
    taker: User | None
    reason: Reason | None
    able: int
    own: bool = True


@dataclass(frozen=True, slots=True)
class HandoverPreview:
    """What would change. `done` reads stay with the reviewer, `begun` and `fresh` are what stays open with them."""

    fingerprint: str
    change: LoadChange
    done: int
    begun: int
    fresh: int
    reads: tuple[HandedRead, ...]

    @property
    def own(self) -> tuple[HandedRead, ...]:
        """The reads that go from the reviewer, without what others hand on to make room."""
        return tuple(row for row in self.reads if row.own)

    @property
    def handed_on(self) -> int:
        return sum(1 for row in self.reads if row.taker is not None)

    @property
    def uncovered(self) -> tuple[HandedRead, ...]:
        return tuple(row for row in self.reads if row.taker is None)


def plan_handover(
    *, cohort: Cohort, reviewer: User, actor: User, now: datetime, change: LoadChange
) -> HandoverPreview:
    """What `hand_over` would do now; changes nothing. Raises NotAllowed; Invalid for a day or a number."""
    require_judge(actor, cohort, Role.ORGANISER)
    return planned(cohort, reviewer, now, change)[0]


@transaction.atomic
def hand_over(
    *, cohort: Cohort, reviewer: User, actor: User, now: datetime, change: LoadChange, expected: str
) -> HandoverPreview:
    """Note what changes for a reviewer, and give what they cannot read to others, with the fewest changes.

    Reads that nobody else can take go from them all the same and stand among those without a reviewer. What they
    wrote of a read that goes is kept, and is theirs again when the read is.

    Order: permission; the plan is still `expected`; the profile; the reads; one audit event; a mail to each who got
    reads, and to the reviewer if any went. Raises NotAllowed, Invalid, Stale.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    preview, moves = planned(cohort, reviewer, now, change)
    if preview.fingerprint != expected:
        raise Stale(
            _("Reads have changed since you looked at this plan."),
            _("Look at the new plan, then confirm it."),
            current=preview,
        )
    _note(cohort, reviewer, change, now)
    for table, mended in moves:
        carry_out(cohort, table, mended, now=now)
    log(
        cohort=cohort,
        actor=actor,
        verb="review.handed-over",
        subject=reviewer,
        now=now,
        change=change.kind,
        until=change.until.isoformat() if change.until else None,
        most=change.most,
        handed_on=preview.handed_on,
        uncovered=len(preview.uncovered),
    )
    if preview.reads:
        tell_taken_back(cohort, reviewer, because=preview.fingerprint, now=now)
    return preview


@transaction.atomic
def come_back(*, cohort: Cohort, reviewer: User, actor: User, now: datetime) -> int:
    """Welcome a reviewer who had left or paused; how many reads they had begun are theirs again.

    Those are the ones that still lack a reader. What others have taken over stays with them.

    Order: permission; the profile; the reads; the audit event; a mail if there are any. Raises NotAllowed.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    hold(cohort)
    ReviewerProfile.objects.filter(cohort=cohort, reviewer=reviewer).update(
        left_at=None, away_from=None, away_until=None
    )
    drafts = Assignment.objects.filter(
        cohort=cohort, reviewer=reviewer, state=AssignmentState.RELEASED, review__isnull=False
    )
    many = 0
    for pass_number in passes_of(cohort):
        rows = drafts.filter(pass_number=pass_number).order_by("pk")
        papers = [str(paper) for paper in rows.values_list("application_id", flat=True)]
        table = load(cohort, now=now, only=papers, pass_number=pass_number)
        found = [(paper, str(reviewer.pk)) for paper in papers if _wanted(table, paper, reviewer)]
        give(cohort, found, now, pass_number=pass_number)
        if found:
            tell(cohort, table, {str(reviewer.pk)}, f"back:{now:%Y-%m-%d}", now)
        many += len(found)
    log(
        cohort=cohort,
        actor=actor,
        verb="review.came-back",
        subject=reviewer,
        now=now,
        reads=many,
    )
    return many


def _wanted(table: Table, paper: str, reviewer: User) -> bool:
    """Whether an application still lacks a read that this reviewer may do."""
    one = next((one for one in table.papers if one.code == paper), None)
    given = sum(1 for code, _reader in table.kept if code == paper)
    return one is not None and given < one.reads and (paper, str(reviewer.pk)) not in table.barred


@dataclass(frozen=True, slots=True)
class _Open:
    """A read that is still to be done."""

    key: int
    paper: int
    pass_number: int


def planned(
    cohort: Cohort, reviewer: User, now: datetime, change: LoadChange
) -> tuple[HandoverPreview, list[tuple[Table, Mended]]]:
    """What would change, and how it is carried out. Raises NotAllowed; Invalid for a day or a number."""
    if Role.REVIEWER not in roles_of(reviewer, cohort):
        raise NotAllowed(_("This is for the reviewers of this cohort."))
    _check(cohort, change, now)
    rows = queries.mine(cohort, reviewer).order_by("created_at", "pk")
    reads = list(rows.values_list("pk", "application_id", "pass_number", "state", "review"))
    open_ = [_Open(*one) for *one, state, _draft in reads if state == AssignmentState.ASSIGNED]
    drafts = {key for key, *_more, draft in reads if draft is not None}
    begun = {read for read in open_ if read.key in drafts}
    done = len(reads) - len(open_)
    keep = _keep(cohort, reviewer, change, now, open_=open_, done=done)
    begun_too = change.begun or change.kind == "leave"
    gone = rules.given_up(open_, begun, keep=keep, begun_too=begun_too)
    left = [read for read in open_ if read not in gone]
    code = str(reviewer.pk)
    moves = [
        moved(
            cohort,
            {(str(read.paper), code) for read in gone if read.pass_number == pass_number},
            now=now,
            full=[code],
            pass_number=pass_number,
        )
        for pass_number in sorted({read.pass_number for read in gone})
    ]
    handed = [row for table, mended in moves for row in _rows(table, mended, reviewer, begun)]
    changes = [(mended.removed, mended.added, mended.missing) for _table, mended in moves]
    return (
        HandoverPreview(
            fingerprint=named(change, changes, done, len(left)),
            change=change,
            done=done,
            begun=sum(1 for read in left if read in begun),
            fresh=sum(1 for read in left if read not in begun),
            reads=tuple(handed),
        ),
        moves,
    )


def _check(cohort: Cohort, change: LoadChange, now: datetime) -> None:
    if change.kind == "pause":
        if change.until is None:
            raise Invalid({"until": [_("Give the last day on which they are away.")]})
        if change.until < today_of(cohort, now):
            raise Invalid({"until": [_("Choose today or a day that is still to come.")]})
    if change.kind == "less" and (change.most is None or change.most < 0):
        raise Invalid({"most": [_("Say how many applications they can read in all.")]})


def _keep(
    cohort: Cohort, reviewer: User, change: LoadChange, now: datetime, *, open_: Sequence[_Open], done: int
) -> int:
    """How many of the open reads they can still do."""
    if change.kind == "leave":
        return 0
    if change.kind == "less":
        return max((change.most or 0) - done, 0)
    last = max((read.pass_number for read in open_), default=FIRST)
    today, ends = today_of(cohort, now), day_meant(cohort, due_of(cohort, last))
    days = rules.days_left(today=today, ends=ends)
    after = rules.days_left(today=today, ends=ends, away=(today, change.until))
    profile = queries.profile_of(cohort, reviewer)
    minutes = paces(cohort, [reviewer.pk])[reviewer.pk]
    room = rules.room(hours=profile.hours if profile else None, minutes=minutes, days=after)
    return len(open_) * after // max(days, 1) if room is None else room


def _rows(table: Table, mended: Mended, reviewer: User, begun: set[_Open]) -> list[HandedRead]:
    """What changes hands, the reviewer's own reads first, in the order of applications."""
    givers: dict[str, list[str]] = defaultdict(list)
    takers: dict[str, list[str]] = defaultdict(list)
    for paper, reader in mended.removed:
        givers[paper].append(reader)
    for paper, reader in mended.added:
        takers[paper].append(reader)
    reasons = {row.application: row.reason for row in mended.plan.short} if mended.missing else {}
    languages = {one.code: one.language for one in table.papers}
    drafts = {(str(read.paper), str(reviewer.pk)) for read in begun if read.pass_number == table.pass_number}
    many = able(table)
    found = [
        HandedRead(
            application_ref=table.refs[paper],
            language=languages[paper],
            giver=table.people[giver],
            begun=(paper, giver) in drafts,
            taker=table.people[taker] if taker else None,
            reason=None if taker else reasons.get(paper),
            able=many[paper],
            own=giver == str(reviewer.pk),
        )
        for paper in givers
        for giver, taker in zip_longest(_first(givers[paper], reviewer), takers[paper])
    ]
    return sorted(found, key=lambda row: (row.giver != reviewer, row.taker is not None, row.application_ref))


def _first(readers: Sequence[str], reviewer: User) -> list[str]:
    """The reviewer before others who hand on: if one read stays without a reader, it is not said to be theirs."""
    return sorted(readers, key=lambda code: (code != str(reviewer.pk), int(code)))


def _note(cohort: Cohort, reviewer: User, change: LoadChange, now: datetime) -> None:
    kinds: dict[str, dict[str, object]] = {
        "leave": {"left_at": now},
        "pause": {"away_from": today_of(cohort, now), "away_until": change.until},
        "less": {"capacity": change.most},
    }
    said = kinds[change.kind]
    new = {**said, "created_at": now, "languages": list(cohort.plan.programme.languages)}
    ReviewerProfile.objects.update_or_create(
        cohort=cohort, reviewer=reviewer, defaults=said, create_defaults=new
    )
