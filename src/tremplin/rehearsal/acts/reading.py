"""Act two: applications are shared out, and reviewers read in the evenings, each at their own pace and severity."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tremplin.people.models import User
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.rehearsal.population.draws import chance
from tremplin.rehearsal.population.essays import answer
from tremplin.rehearsal.population.people import quality_on
from tremplin.rehearsal.population.reviewers import Reviewer, score
from tremplin.rehearsal.population.scene import Setting
from tremplin.rehearsal.stage import Deed, Play
from tremplin.review import queries, services
from tremplin.review.models import Assignment, AssignmentState
from tremplin.review.rules import CANNOT_JUDGE
from tremplin.selection import services as selection

SESSION = timedelta(hours=19)


def rehearse(play: Play, reviewers: Sequence[Reviewer]) -> None:
    """Put the act on the agenda: reading starts while the call is open, so that the surge finds trained readers."""
    cohort = play.cohort
    if cohort.plan.review is None:
        return
    opens, closes, ends = cohort.date("call_opens"), cohort.date("call_closes"), cohort.date("reading_ends")
    play.plan(opens + timedelta(hours=2), _profiles(play, reviewers))
    share = closes - timedelta(days=7)
    while share < ends:
        play.plan(share, _share_out(play))
        share += timedelta(days=2)
    play.plan(closes + timedelta(hours=2), _share_out(play))
    play.plan(opens + timedelta(days=3), _commit(play))
    day = closes - timedelta(days=6)
    while day < ends + timedelta(days=10):
        for reviewer in reviewers:
            play.plan(day.replace(hour=0, minute=0, second=0) + SESSION, _evening(play, reviewer, day))
        day += timedelta(days=1)


def _commit(play: Play) -> Deed:
    """The draw's seed is sealed before anybody is read."""

    def deed(now: datetime) -> None:
        if play.cohort.plan.selection is None:
            return
        organiser = people_with(play.cohort, Role.ORGANISER)[0]
        selection.commit_draw(cohort=play.cohort, actor=organiser, seed=f"rehearsal-{play.seed}", now=now)

    return deed


def _profiles(play: Play, reviewers: Sequence[Reviewer]) -> Deed:
    def deed(now: datetime) -> None:
        organiser = people_with(play.cohort, Role.ORGANISER)[0]
        for reviewer in reviewers:
            services.set_profile(
                cohort=play.cohort,
                reviewer=play.user(reviewer.person),
                actor=organiser,
                languages=list(reviewer.languages),
                now=now,
            )

    return deed


def _share_out(play: Play) -> Deed:
    def deed(now: datetime) -> None:
        organiser = people_with(play.cohort, Role.ORGANISER)[0]
        with play.refusals("reading", now):
            preview = services.assign(cohort=play.cohort, actor=organiser, now=now, seed=play.seed)
            if preview.missing and now > play.cohort.date("call_closes"):
                play.mishap(now, "reading", "reads_without_reader", count=preview.missing)

    return deed


def _evening(play: Play, reviewer: Reviewer, day: datetime) -> Deed:
    """One evening's reads: as many as the hours of the week allow, none on a day off."""

    def deed(now: datetime) -> None:
        user = play.user(reviewer.person)
        if not reviewer.reads_on(day.date()):
            return
        budget = reviewer.minutes_on(day.date())
        rows = (
            Assignment.objects.filter(cohort=play.cohort, reviewer=user, state=AssignmentState.ASSIGNED)
            .select_related("application")
            .order_by("pk")
        )
        at = now
        for assignment in rows[:60]:
            minutes = reviewer.minutes_for(assignment.application.ref)
            if minutes > budget:
                break
            budget -= minutes
            at += timedelta(minutes=minutes)
            _read(play, reviewer, user, assignment, minutes, at)

    return deed


def _read(
    play: Play, reviewer: Reviewer, user: User, assignment: Assignment, minutes: float, now: datetime
) -> None:
    rng = reviewer.person.stream("read", assignment.application.applicant_id)
    assignment.cohort = play.cohort
    if chance(rng, reviewer.conflict_rate):
        services.declare_conflict(assignment=assignment, actor=user, now=now, reason="I know this person.")
        play.tally["conflicts"] += 1
        return
    applicant = play.people[assignment.application.applicant_id]
    scores: dict[str, object] = {}
    for criterion in play.cohort.plan.review.criteria if play.cohort.plan.review else ():
        known = [level.score for level in criterion.levels]
        found = score(quality_on(applicant, criterion.code), reviewer, rng, min(known), max(known))
        nearest = min(known, key=lambda level: abs(level - found))
        scores[criterion.code] = CANNOT_JUDGE if chance(rng, 0.02) else nearest
    page = queries.page_of(assignment)
    level = applicant.quality
    language = reviewer.person.language
    with play.refusals("reading", now):
        services.submit_review(
            assignment=assignment,
            actor=user,
            now=now,
            shown=page.shown,
            expected_version=page.version,
            scores=scores,
            comment=answer(
                reviewer.person, "review_comment", language, rng, 400, setting=Setting(level=level)
            ),
            seconds=int(minutes * 60),
        )
        play.tally["reads"] += 1
        play.tally["minutes"] += round(minutes)
