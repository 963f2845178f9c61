"""What organisers see: how far reading is, who is not read yet, who carries what, how far readers agree."""

from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import combinations

from django.db.models import Count, F, Q, QuerySet

from tremplin.applications import queries as applications
from tremplin.applications.models import Application, ApplicationState
from tremplin.core.recall import recall
from tremplin.methods.calibration import Read, calibrate
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review import rules
from tremplin.review.models import Assignment, AssignmentState, Review, ReviewerProfile
from tremplin.review.passes import FIRST
from tremplin.review.plan import review_plan
from tremplin.review.queries.loads import NONE, Load, loads
from tremplin.review.queries.scores import scored_reads
from tremplin.review.readers import profiles, reviewers

READ_IN = Q(
    assignments__pass_number=FIRST,
    assignments__state=AssignmentState.SUBMITTED,
    assignments__review__snapshot__number=F("sent"),
)
_GIVEN = Q(
    assignments__pass_number=FIRST,
    assignments__state__in=(AssignmentState.ASSIGNED, AssignmentState.SUBMITTED),
)


def outdated(cohort: Cohort) -> QuerySet[Review]:
    """Submitted reviews of a version that the applicant has replaced since."""
    return Review.objects.filter(
        assignment__cohort=cohort,
        assignment__state=AssignmentState.SUBMITTED,
        assignment__application__state=ApplicationState.SUBMITTED,
        snapshot__number__lt=F("assignment__application__sent"),
    )


def outdated_many(cohort: Cohort) -> int:
    """How many they are, asked for once a page."""
    return recall(("reads outdated", cohort.pk), lambda: outdated(cohort).count())


def reviews_by_pk(keys: list[int]) -> QuerySet[Review]:
    return Review.objects.filter(pk__in=keys)


def profile_of(cohort: Cohort, reviewer: User) -> ReviewerProfile | None:
    """What a reviewer said they can carry, if they said anything."""
    return ReviewerProfile.objects.filter(cohort=cohort, reviewer=reviewer).first()


@dataclass(frozen=True, slots=True)
class Reads:
    """How far the reading of a cohort is. `unread` counts people whom nobody has read yet."""

    applications: int
    reads_each: int
    given: int
    done: int
    unread: int
    short: int
    without_reader: int
    due: datetime

    @property
    def needed(self) -> int:
        return self.applications * self.reads_each


@dataclass(frozen=True, slots=True)
class Progress(Reads):
    """The same with what its own page says besides."""

    outdated: int
    minutes_left: int

    @property
    def effort(self) -> str:
        return rules.effort(self.minutes_left)


def progress(cohort: Cohort) -> Progress:
    """All counts, in three queries a page. Reads above what is needed do not make up for one that is missing."""
    return recall(("reading progress", cohort.pk), lambda: _progress(cohort))


def reads(cohort: Cohort) -> Reads:
    """What desks count, in one query a page."""
    return recall(("reads", cohort.pk), lambda: _reads(cohort))


def _reads(cohort: Cohort) -> Reads:
    plan = review_plan(cohort)
    rows = list(
        applications.submitted(cohort)
        .annotate(done=Count("assignments", filter=READ_IN), given=Count("assignments", filter=_GIVEN))
        .order_by()
        .values_list("done", "given")
    )
    return Reads(
        applications=len(rows),
        reads_each=plan.reads,
        given=sum(min(row[1], plan.reads) for row in rows),
        done=sum(min(row[0], plan.reads) for row in rows),
        unread=sum(1 for row in rows if not row[0]),
        short=sum(1 for row in rows if row[0] < plan.reads),
        without_reader=sum(1 for row in rows if row[1] < plan.reads),
        due=rules.reading_deadline(cohort.dates),
    )


def _progress(cohort: Cohort) -> Progress:
    found, plan = reads(cohort), review_plan(cohort)
    seconds = Review.objects.filter(assignment__cohort=cohort, submitted_at__isnull=False).values_list(
        "seconds", flat=True
    )
    left = found.needed - found.done
    return Progress(
        **asdict(found),
        outdated=outdated_many(cohort),
        minutes_left=rules.minutes_left(reads=left, seconds=list(seconds), planned_minutes=plan.minutes),
    )


def lacking(cohort: Cohort) -> QuerySet[Application]:
    """Submitted applications that fewer reviewers were asked to read than planned."""
    reads = review_plan(cohort).reads
    rows = applications.submitted(cohort).annotate(given=Count("assignments", filter=_GIVEN))
    return rows.filter(given__lt=reads)


def applications_by_reads(cohort: Cohort, actor: User, *, only: str = "") -> QuerySet[Application]:
    """Submitted applications with `done` and `given` reads, those least read first. Raises NotAllowed.

    `only`: "unread" (by nobody yet), "short" (fewer reads than planned), "without" (not even given out).
    """
    require_judge(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    reads = review_plan(cohort).reads
    rows = applications.submitted(cohort).annotate(
        done=Count("assignments", filter=READ_IN), given=Count("assignments", filter=_GIVEN)
    )
    wanted = {"unread": Q(done=0), "short": Q(done__lt=reads), "without": Q(given__lt=reads)}
    return rows.filter(wanted.get(only, Q())).order_by("done", "given", "pk")


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """One reviewer's load."""

    reviewer: User
    capacity: int | None
    languages: tuple[str, ...]
    given: int
    done: int
    recognised: int
    minutes: int | None
    last_at: datetime | None
    since: datetime | None
    """Since when reads have been lying with them."""


def reader_rows(cohort: Cohort, actor: User) -> list[ReaderRow]:
    """All reviewers with their loads, in three queries a page. Raises NotAllowed."""
    require_judge(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    return recall(("reader rows", cohort.pk), lambda: _reader_rows(cohort))


def _reader_rows(cohort: Cohort) -> list[ReaderRow]:
    given, said = loads(cohort), profiles(cohort)
    return [_reader_row(user, said.get(user.pk), given.get(user.pk, NONE)) for user in reviewers(cohort)]


def _reader_row(user: User, profile: ReviewerProfile | None, load: Load) -> ReaderRow:
    known = load.done and load.seconds is not None
    return ReaderRow(
        reviewer=user,
        capacity=profile.capacity if profile else None,
        languages=tuple(profile.languages) if profile else (),
        given=load.given,
        done=load.done,
        recognised=load.recognised,
        minutes=max(1, round((load.seconds or 0) / load.done / 60)) if known else None,
        last_at=load.last_at,
        since=load.since,
    )


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far readers agree. `icc` is the reliability of one read, `of_all` that of all reads together."""

    reads: int
    pairs: int
    close: float | None
    icc: float | None
    of_all: float | None
    recognised: float | None
    islands: int


_FEW = 10


def agreement(cohort: Cohort, actor: User) -> Agreement:
    """Agreement over the reads of the first pass that are in. Figures that too few stand behind are None.

    Raises NotAllowed.
    """
    require_judge(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    reads = [read for read in scored_reads(cohort) if read.value is not None and read.pass_number == FIRST]
    by_application: dict[int, list[float]] = {}
    for read in reads:
        by_application.setdefault(read.application, []).append(read.value or 0.0)
    gaps = [abs(one - other) for values in by_application.values() for one, other in combinations(values, 2)]
    enough = len(gaps) >= _FEW
    found = None
    if enough:
        found = calibrate(
            [Read(str(read.application), str(read.reviewer), read.value or 0.0) for read in reads],
            model="severity",  # exact, quick, and all that agreement needs
            step=rules.step(review_plan(cohort)),
        )
    return Agreement(
        reads=len(reads),
        pairs=len(gaps),
        close=sum(1 for gap in gaps if gap <= 100 / 4) / len(gaps) if enough else None,
        icc=found.icc if found else None,
        of_all=found.reliability(review_plan(cohort).reads) if found else None,
        recognised=sum(read.recognised for read in reads) / len(reads) if len(reads) >= _FEW else None,
        islands=len(found.islands) if found else 0,
    )


def reads_of(cohort: Cohort, actor: User, application: Application) -> QuerySet[Assignment]:
    """All reads of one application with their reviewers and reviews, for organisers. Raises NotAllowed."""
    require_judge(actor, cohort, Role.ORGANISER)
    rows = Assignment.objects.filter(cohort=cohort, application=application)
    return rows.select_related("reviewer", "review").order_by("pass_number", "created_at", "pk")
