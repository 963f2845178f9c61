"""What people can see of mentoring."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet

from tremplin.mentoring import rules
from tremplin.mentoring.models import CheckInAnswer, Concern, MatchWish, MentorProfile, Pairing, Side
from tremplin.methods.matching import Fit, Profile, local_hours, suggest
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import STAFF, roles_of
from tremplin.programmes.schema.training import CheckIn
from tremplin.selection.models import Scholar, ScholarState

MEETING_DAYS = range(5)
MEETING_HOURS = (8, 20)


def visible_pairings(actor: User, cohort: Cohort) -> QuerySet[Pairing]:
    """All pairings for staff, their own for scholars and mentors, none for others."""
    pairings = _pairings().filter(scholar__cohort=cohort)
    if roles_of(actor, cohort) & STAFF:
        return pairings
    return pairings.filter(Q(scholar__user=actor) | Q(mentor__user=actor))


def visible_concerns(cohort: Cohort) -> QuerySet[Concern]:
    """Raised hands of a cohort, open ones first. For organisers alone."""
    return (
        Concern.objects.filter(pairing__scholar__cohort=cohort)
        .select_related("pairing__scholar__user", "pairing__mentor__user")
        .order_by("closed_at", "created_at", "pk")
    )


def mentors(cohort: Cohort) -> QuerySet[MentorProfile]:
    """Mentors by name, each with `taken`: the scholars they have now."""
    taken = Count("pairings", filter=Q(pairings__ended_at__isnull=True))
    return (
        MentorProfile.objects.filter(cohort=cohort)
        .select_related("user")
        .annotate(taken=taken)
        .order_by("user__name", "pk")
    )


def unpaired(cohort: Cohort) -> QuerySet[Scholar]:
    """Scholars who take part and have no mentor."""
    paired = Pairing.objects.filter(scholar__cohort=cohort, ended_at__isnull=True).values("scholar")
    return (
        Scholar.objects.filter(cohort=cohort, state__in=[ScholarState.ENROLLED, ScholarState.PAUSED])
        .exclude(pk__in=paired)
        .select_related("user", "match_wish")
        .order_by("user__name", "pk")
    )


@dataclass(frozen=True, slots=True)
class Proposed:
    """A pair that the matching proposes, and why."""

    scholar: Scholar
    mentor: MentorProfile
    fit: Fit


@dataclass(frozen=True, slots=True)
class Proposal:
    """Pairs for everyone who has none, best for scholars among all stable matchings."""

    pairs: list[Proposed]
    left_over: list[Scholar]


def proposal(cohort: Cohort, *, now: datetime) -> Proposal:
    """Match unpaired scholars with the mentors' free places: topics, common hours and languages.

    Gale and Shapley's deferred acceptance on the fit of each pair; ties go to the reference that sorts first.
    """
    scholars = {scholar.ref: scholar for scholar in unpaired(cohort)}
    hosts = {mentor.ref: mentor for mentor in mentors(cohort)}
    free = {ref: mentor.capacity - getattr(mentor, "taken", 0) for ref, mentor in hosts.items()}
    found = suggest(
        [_scholar_profile(scholar, now) for scholar in scholars.values()],
        [_mentor_profile(mentor, now) for ref, mentor in hosts.items() if free[ref] > 0],
        {ref: places for ref, places in free.items() if places > 0},
    )
    pairs = [
        Proposed(scholars[scholar], hosts[mentor], found.fits[scholar, mentor])
        for scholar, mentor in sorted(
            found.matching.pairs.items(), key=lambda pair: scholars[pair[0]].user.name
        )
    ]
    return Proposal(pairs, [scholars[ref] for ref in found.matching.unmatched])


def explanation(fit: Fit) -> dict[str, object]:
    """A fit, as it is kept with the pairing."""
    return {
        "score": round(fit.score, 3),
        "topics": list(fit.shared_topics),
        "hours": fit.shared_hours,
        "languages": list(fit.shared_languages),
    }


def _scholar_profile(scholar: Scholar, now: datetime) -> Profile:
    wish: MatchWish | None = getattr(scholar, "match_wish", None)
    languages = wish.languages if wish and wish.languages else [scholar.user.language]
    return Profile(
        scholar.ref,
        dict.fromkeys(wish.topics, 1) if wish else {},
        frozenset(languages),
        _hours(scholar.user, now),
    )


def _mentor_profile(mentor: MentorProfile, now: datetime) -> Profile:
    languages = mentor.languages or [mentor.user.language]
    return Profile(
        mentor.ref, dict.fromkeys(mentor.topics, 1), frozenset(languages), _hours(mentor.user, now)
    )


def _hours(user: User, now: datetime) -> frozenset[int]:
    """Hours of the week, in UTC, at which this person is likely to be able to meet."""
    offset = now.astimezone(ZoneInfo(user.time_zone)).utcoffset() or timedelta()
    return local_hours(MEETING_DAYS, *MEETING_HOURS, utc_offset_minutes=int(offset.total_seconds() // 60))


@dataclass(frozen=True, slots=True)
class CheckInLine:
    """One check-in of a pairing as one side sees it."""

    checkin: CheckIn
    due: datetime
    phase: str
    mine: CheckInAnswer | None
    theirs_sent: bool


def check_ins(pairing: Pairing, side: Side | None, *, now: datetime) -> list[CheckInLine]:
    """All check-ins of a pairing in order. The other side's answers stay hidden until one's own is sent."""
    cohort = pairing.scholar.cohort
    plan = cohort.plan.mentoring
    if plan is None:
        return []
    answers = {(row.code, row.side): row for row in pairing.answers.all()}
    due = rules.due_dates(plan.checkins, cohort.dates, timedelta(weeks=pairing.scholar.extension_weeks))
    return [_line(checkin, due[checkin.code], answers, side, now) for checkin in plan.checkins]


def _line(
    checkin: CheckIn,
    due: datetime,
    answers: dict[tuple[str, str], CheckInAnswer],
    side: Side | None,
    now: datetime,
) -> CheckInLine:
    mine = answers.get((checkin.code, side)) if side else None
    other = Side.MENTOR if side == Side.SCHOLAR else Side.SCHOLAR
    theirs = answers.get((checkin.code, other))
    sent = bool(mine and mine.sent_at)
    return CheckInLine(
        checkin, due, rules.phase(due, sent=sent, now=now), mine, bool(theirs and theirs.sent_at)
    )


def other_side_answers(pairing: Pairing, code: str, side: Side) -> dict[str, str]:
    """What the other side sent, once one's own answer is sent; private questions never."""
    plan = pairing.scholar.cohort.plan.mentoring
    rows = {
        row.side: row
        for row in CheckInAnswer.objects.filter(pairing=pairing, code=code, sent_at__isnull=False)
    }
    other = Side.MENTOR if side == Side.SCHOLAR else Side.SCHOLAR
    if plan is None or side not in rows or other not in rows:
        return {}
    open_questions = {question.code for question in plan.questions if not question.private}
    return {code: value for code, value in rows[other].answers.items() if code in open_questions}


def current_pairings(scholars: Sequence[Scholar]) -> dict[int, Pairing]:
    """The pairing in force of each scholar, by the scholar's key."""
    rows = _pairings().filter(scholar__in=scholars, ended_at__isnull=True)
    return {pairing.scholar_id: pairing for pairing in rows}


def _pairings() -> QuerySet[Pairing]:
    return (
        Pairing.objects.select_related(
            "scholar__user",
            "scholar__cohort__programme__institution",
            "scholar__cohort__version",
            "mentor__user",
        )
        .prefetch_related("answers", "scholar__cohort__date_rows")
        .order_by("scholar__user__name", "pk")
    )
