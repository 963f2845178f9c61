"""What people can see of mentoring."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet

from tremplin.mentoring import rules
from tremplin.mentoring.models import CheckInAnswer, Concern, MatchWish, MentorProfile, Pairing, Side
from tremplin.mentoring.plan import plan_of, slots_of
from tremplin.methods.matching import Fit, Hours, Profile, Weeks, Why, by_fit, fits, match, table
from tremplin.people.models import User
from tremplin.programmes.apart import roles_afterwards
from tremplin.programmes.models import Cohort, Membership
from tremplin.programmes.roles import Role
from tremplin.programmes.schema.training import FormQuestion
from tremplin.selection.models import Scholar
from tremplin.selection.queries import TAKING_PART

READERS = frozenset({Role.ORGANISER, Role.OBSERVER})
MEETING_DAYS = range(5)
MEETING_HOURS = (8, 20)
_IN_FORCE = Q(ended_at__isnull=True, scholar__state__in=TAKING_PART)


def visible_pairings(actor: User, cohort: Cohort) -> QuerySet[Pairing]:
    """All pairings for organisers and observers, their own for scholars and mentors; those in force first."""
    pairings = (
        Pairing.objects.filter(scholar__cohort=cohort)
        .select_related("scholar__user", "mentor__user")
        .prefetch_related("answers")
        .order_by(F("ended_at").asc(nulls_first=True), "scholar__user__name", "pk")
    )
    if roles_afterwards(actor, cohort) & READERS:
        return pairings
    return pairings.filter(Q(scholar__user=actor) | Q(mentor__user=actor))


def own_pairings(actor: User, cohort: Cohort) -> QuerySet[Pairing]:
    """The pairings in force in which this person is one side."""
    own = Q(scholar__user=actor) | Q(mentor__user=actor)
    return visible_pairings(actor, cohort).filter(own, _IN_FORCE)


def visible_concerns(cohort: Cohort) -> QuerySet[Concern]:
    """Raised hands of a cohort, open ones first, the oldest on top. For organisers alone."""
    return (
        Concern.objects.filter(pairing__scholar__cohort=cohort)
        .select_related("pairing__scholar__user", "pairing__mentor__user")
        .order_by(F("closed_at").desc(nulls_first=True), "created_at", "pk")
    )


def concerns_about(pairing: Pairing, code: str) -> list[Concern]:
    """The raised hands of one check-in, open ones first."""
    rows = Concern.objects.filter(pairing=pairing, code=code)
    return list(rows.order_by(F("closed_at").desc(nulls_first=True), "created_at", "pk"))


def mentors(cohort: Cohort) -> QuerySet[MentorProfile]:
    """Mentors of the cohort by name, each with `taken`: the scholars they have now."""
    held = Membership.objects.filter(cohort=cohort, role=Role.MENTOR).values("user")
    in_force = Q(pairings__ended_at__isnull=True, pairings__scholar__state__in=TAKING_PART)
    return (
        MentorProfile.objects.filter(cohort=cohort, user__in=held)
        .select_related("user")
        .annotate(taken=Count("pairings", filter=in_force))
        .order_by("user__name", "pk")
    )


def taken(mentor: MentorProfile) -> int:
    """How many scholars a mentor has now."""
    return Pairing.objects.filter(_IN_FORCE, mentor=mentor).count()


def mentors_without_offer(cohort: Cohort) -> QuerySet[User]:
    """Mentors who have not said what they offer, so that nobody can be paired with them."""
    offered = MentorProfile.objects.filter(cohort=cohort).values("user")
    held = Membership.objects.filter(cohort=cohort, role=Role.MENTOR).values("user")
    return User.objects.filter(pk__in=held).exclude(pk__in=offered).order_by("name", "pk")


def unpaired(cohort: Cohort) -> QuerySet[Scholar]:
    """Scholars who take part and have no mentor."""
    paired = Pairing.objects.filter(scholar__cohort=cohort, ended_at__isnull=True).values("scholar")
    return (
        Scholar.objects.filter(cohort=cohort, state__in=TAKING_PART)
        .exclude(pk__in=paired)
        .select_related("user", "match_wish")
        .order_by("user__name", "pk")
    )


@dataclass(frozen=True, slots=True)
class Proposed:
    """A pair that could be, and why."""

    scholar: Scholar
    mentor: MentorProfile
    fit: Fit


@dataclass(frozen=True, slots=True)
class Proposal:
    """Pairs for everyone who has none, best for scholars among all stable matchings; and every other pair that
    an organiser could make instead, best fit first. `passed`, by scholar: mentors who would fit better, and why not."""

    pairs: list[Proposed]
    left_over: list[Scholar]
    options: dict[str, list[Proposed]]
    passed: dict[str, list[tuple[MentorProfile, Why]]]

    def option(self, scholar_ref: str, mentor_ref: str) -> Proposed | None:
        """The pair of these two, None when it cannot be made now."""
        rows = self.options.get(scholar_ref, [])
        return next((row for row in rows if row.mentor.ref == mentor_ref), None)


def proposal(cohort: Cohort, *, now: datetime) -> Proposal:
    """Match unpaired scholars with the mentors' free places: topics, common hours and languages.

    Gale and Shapley's deferred acceptance on the fit of each pair; the cohort's own public lot breaks ties. Hours are
    counted over the weeks that are left, on both clocks as they will stand then.
    """
    scholars = {scholar.ref: scholar for scholar in unpaired(cohort)}
    hosts = {mentor.ref: mentor for mentor in mentors(cohort)}
    free = {ref: mentor.capacity - getattr(mentor, "taken", 0) for ref, mentor in hosts.items()}
    free = {ref: places for ref, places in free.items() if places > 0}
    for scholar in scholars.values():
        scholar.cohort = cohort
    found = fits(
        [_scholar_profile(scholar) for scholar in scholars.values()],
        [_mentor_profile(hosts[ref]) for ref in free],
        _weeks_left(cohort, now),
        conflicts=_same_person(scholars, {ref: hosts[ref] for ref in free}),
    )
    wishes, ranks = by_fit(found)
    matched = match(table(wishes, ranks, most=free, seed=cohort.ref))
    options = {
        ref: sorted(
            (Proposed(scholar, hosts[host], found.of(ref, host)) for host in free),
            key=lambda row: (bool(row.fit.obstacle), -row.fit.score, row.mentor.user.name),
        )
        for ref, scholar in scholars.items()
    }
    pairs = [
        Proposed(scholars[scholar], hosts[mentor], found.of(scholar, mentor))
        for scholar, mentor in sorted(matched.pairs, key=lambda pair: scholars[pair[0]].user.name)
    ]
    passed = {
        ref: [(hosts[one.mentor], one.why) for one in matched.why(ref).passed]
        for ref, _mentor in matched.pairs
    }
    return Proposal(pairs, [scholars[ref] for ref, _missing in matched.unmatched], options, passed)


def _weeks_left(cohort: Cohort, now: datetime) -> Weeks:
    """The weeks in which a pair made now would meet."""
    starts = cohort.dates.get("training_starts", now)
    ends = cohort.dates.get("training_ends", starts)
    return Weeks.between(max(now, starts).date(), max(now, ends).date())


def _same_person(scholars: dict[str, Scholar], hosts: dict[str, MentorProfile]) -> frozenset[tuple[str, str]]:
    """Nobody is their own mentor."""
    hosts_by_user = {mentor.user_id: ref for ref, mentor in hosts.items()}
    return frozenset(
        (ref, hosts_by_user[scholar.user_id])
        for ref, scholar in scholars.items()
        if scholar.user_id in hosts_by_user
    )


def explanation(fit: Fit) -> dict[str, object]:
    """A fit, as it is kept with the pairing."""
    return {
        "score": round(fit.score, 3),
        "topics": list(fit.shared_topics),
        "hours": round(fit.shared_hours or 0),
        "languages": list(fit.shared_languages),
    }


def _scholar_profile(scholar: Scholar) -> Profile:
    wish: MatchWish | None = getattr(scholar, "match_wish", None)
    languages = wish.languages if wish and wish.languages else [scholar.user.language]
    return Profile(
        scholar.ref,
        topics=dict.fromkeys(wish.topics, 1) if wish else {},
        languages=frozenset(languages),
        hours=(_hours(scholar.user),),
    )


def _mentor_profile(mentor: MentorProfile) -> Profile:
    languages = mentor.languages or [mentor.user.language]
    return Profile(
        mentor.ref,
        topics=dict.fromkeys(mentor.topics, 1),
        languages=frozenset(languages),
        hours=(_hours(mentor.user),),
    )


def clock_of(user: User, now: datetime) -> timedelta:
    """How far this person's clock is from UTC."""
    return now.astimezone(ZoneInfo(user.time_zone)).utcoffset() or timedelta()


def _hours(user: User) -> Hours:
    """When this person is likely to be able to meet, on their own clock."""
    return Hours.daily(user.time_zone, MEETING_DAYS, *MEETING_HOURS)


@dataclass(frozen=True, slots=True)
class CheckInLine:
    """One check-in of a pairing, for one side or, with no side, for those who look after both."""

    slot: rules.Slot
    phase: rules.Phase
    mine: CheckInAnswer | None
    scholar_sent: bool
    mentor_sent: bool


def check_ins(pairing: Pairing, cohort: Cohort, side: Side | None, *, now: datetime) -> list[CheckInLine]:
    """All check-ins of a pairing in order. No query beyond those of `visible_pairings`."""
    answers = {(row.code, row.side): row for row in pairing.answers.all()}
    return [_line(slot, answers, side, now) for slot in slots_of(pairing, cohort, now=now)]


def _line(
    slot: rules.Slot, answers: dict[tuple[str, str], CheckInAnswer], side: Side | None, now: datetime
) -> CheckInLine:
    code = slot.checkin.code
    sent = {which: bool((row := answers.get((code, which))) and row.sent_at) for which in Side}
    done = sent[side] if side else all(sent.values())
    mine = answers.get((code, side)) if side else None
    phase = rules.phase(slot, sent=done, now=now)
    return CheckInLine(slot, phase, mine, sent[Side.SCHOLAR], sent[Side.MENTOR])


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One pairing on the organisers' list, with the check-in that is at hand."""

    pairing: Pairing
    at_hand: CheckInLine | None


def board(pairings: Iterable[Pairing], cohort: Cohort, *, now: datetime) -> list[BoardLine]:
    """The latest check-in of each pairing that has opened, and who has answered it."""
    lines = []
    for pairing in pairings:
        lines_of = check_ins(pairing, cohort, None, now=now)
        begun = [line for line in lines_of if line.phase not in {"later", "waits"}]
        lines.append(BoardLine(pairing, begun[-1] if begun else None))
    return lines


def other_side_answers(pairing: Pairing, cohort: Cohort, code: str, side: Side) -> dict[str, str]:
    """What the other side sent, once one's own answer is sent; private questions never."""
    rows = _sent(pairing, code)
    other = Side.MENTOR if side == Side.SCHOLAR else Side.SCHOLAR
    if side not in rows or other not in rows:
        return {}
    shared = {question.code for question in plan_of(cohort).questions if not question.private}
    return {code: value for code, value in rows[other].answers.items() if code in shared}


@dataclass(frozen=True, slots=True)
class BothSides:
    """One question with what each side sent, None for a side that has sent nothing; for organisers alone."""

    question: FormQuestion
    scholar: str | None
    mentor: str | None
    disagree: bool


def both_sides(pairing: Pairing, cohort: Cohort, code: str) -> list[BothSides]:
    """Both sides' sent answers, private ones included. Reading them is logged: `services.log_reading`."""
    rows = _sent(pairing, code)
    questions = plan_of(cohort).questions
    scholar = rows[Side.SCHOLAR].answers if Side.SCHOLAR in rows else None
    mentor = rows[Side.MENTOR].answers if Side.MENTOR in rows else None
    apart = {gap.question for gap in rules.gaps(questions, scholar or {}, mentor or {})}
    return [
        BothSides(
            question,
            None if scholar is None else scholar.get(question.code, ""),
            None if mentor is None else mentor.get(question.code, ""),
            question.code in apart,
        )
        for question in questions
    ]


def _sent(pairing: Pairing, code: str) -> dict[str, CheckInAnswer]:
    rows = CheckInAnswer.objects.filter(pairing=pairing, code=code, sent_at__isnull=False)
    return {row.side: row for row in rows}


def shut_gates(scholars: Sequence[Scholar], cohort: Cohort, *, now: datetime) -> set[tuple[int, str]]:
    """Check-ins that their mentor asks of them and that these scholars have not sent: (scholar's key, code).

    Whoever has no mentor at the time of a check-in is asked nothing, so nothing is kept back for it: neither a
    silent mentor nor a missing one ever blocks money. Two queries, none without a scholar.
    """
    if cohort.plan.mentoring is None or not scholars:
        return set()
    own = CheckInAnswer.objects.filter(
        side=Side.SCHOLAR, sent_at__isnull=False, pairing__scholar__in=scholars
    )
    sent = set(own.values_list("pairing__scholar_id", "code"))
    in_force = Pairing.objects.filter(scholar__in=scholars, ended_at__isnull=True).select_related("scholar")
    asked = {
        (pairing.scholar_id, slot.checkin.code)
        for pairing in in_force
        for slot in slots_of(pairing, cohort, now=now)
    }
    return asked - sent
