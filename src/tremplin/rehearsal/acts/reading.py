"""Act two: applications are shared out, and reviewers read in the evenings, each at their own pace and severity."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from numpy.random import Generator

from tremplin.core.errors import Conflict, UserError
from tremplin.people.models import User
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.rehearsal.answers import told
from tremplin.rehearsal.population.draws import chance
from tremplin.rehearsal.population.essays import answer
from tremplin.rehearsal.population.people import Person, quality_on
from tremplin.rehearsal.population.reviewers import Reviewer, cannot_judge, has_conflict, reading_times, score
from tremplin.rehearsal.population.scene import Setting
from tremplin.rehearsal.stage import Deed, Play
from tremplin.review import queries, services
from tremplin.review.models import Assignment, AssignmentState
from tremplin.review.passes import SECOND, due_of
from tremplin.review.rules import CANNOT_JUDGE
from tremplin.selection import services as selection

NOTES = 0.2
LONGEST_DELAY = timedelta(days=10)


def rehearse(play: Play, reviewers: Sequence[Reviewer]) -> None:
    """Put the act on the agenda: reading starts while the call is open, so that the surge finds trained readers."""
    cohort = play.cohort
    if cohort.plan.review is None:
        return
    desks = _Desks()
    opens, closes, ends = cohort.date("call_opens"), cohort.date("call_closes"), cohort.date("reading_ends")
    play.plan(opens + timedelta(hours=2), _profiles(play, reviewers))
    share = closes - timedelta(days=7)
    while share < ends:
        play.plan(share, _share_out(play, desks))
        share += timedelta(days=2)
    play.plan(closes + timedelta(hours=2), _share_out(play, desks))
    play.plan(opens + timedelta(days=3), _commit(play))
    begins, gives_up = closes - timedelta(days=6), ends + LONGEST_DELAY
    if cohort.plan.opened:
        gives_up = max(gives_up, due_of(cohort, SECOND) + LONGEST_DELAY)
        play.plan(ends + timedelta(hours=2), _second_pass(play, desks))
    for reviewer in reviewers:
        for at, minutes in reading_times(reviewer, begins, gives_up):
            play.plan(at, _reads(play, desks, reviewer, minutes))


@dataclass(slots=True)
class _Desks:
    """What each reviewer reads next, as their list has it: people whom nobody has read first. Whoever has read all of
    theirs takes over what others have not begun. `idle`: who found nothing to take, until that may have changed."""

    idle: set[int] = field(default_factory=set)

    def next_for(self, play: Play, user: User, now: datetime) -> Assignment | None:
        if user.pk in self.idle:
            return None
        found = queries.next_for(play.cohort, user)
        if found is None and self._takes_more(play, user, now):
            found = queries.next_for(play.cohort, user)
        row = queries.one_of(play.cohort, user, found.ref) if found is not None else None
        if row is None:
            self.idle.add(user.pk)
            return None
        row.application.applicant = play.users[play.people[row.application.applicant_id].email]
        return row

    def _takes_more(self, play: Play, user: User, now: datetime) -> bool:
        if now <= play.cohort.date("call_closes"):
            return False  # more is given out as more comes
        try:
            play.tally["taken_over"] += services.take_more(cohort=play.cohort, actor=user, now=now)
        except Conflict:
            return False
        return True


def _commit(play: Play) -> Deed:
    """The draw's secret is sealed before anybody is read."""

    def deed(now: datetime) -> None:
        if play.cohort.plan.selection is None:
            return
        organiser = people_with(play.cohort, Role.ORGANISER)[0]
        secret = f"rehearsal-{play.seed}"
        selection.commit_draw(cohort=play.cohort, actor=organiser, secret=secret, now=now)

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
                hours=max(1, round(reviewer.hours_per_week)),
                now=now,
            )

    return deed


def _share_out(play: Play, desks: _Desks) -> Deed:
    def deed(now: datetime) -> None:
        desks.idle.clear()
        organiser = people_with(play.cohort, Role.ORGANISER)[0]
        with play.refusals("reading", now):
            preview = services.assign(cohort=play.cohort, actor=organiser, now=now, seed=play.seed)
            if preview.missing and now > play.cohort.date("call_closes"):
                play.mishap(now, "reading", "reads_without_reader", count=preview.missing)

    return deed


def _second_pass(play: Play, desks: _Desks) -> Deed:
    """The second pass is opened once the first is read; every other day what it lacks is given out."""

    def deed(now: datetime) -> None:
        cohort = play.cohort
        standing = queries.second_standing(cohort, now)
        if now < due_of(cohort, SECOND) + LONGEST_DELAY:
            play.plan(now + timedelta(days=2 if standing.reads else 1), deed)
        lacks = standing.reads is not None and standing.reads.without_reader and not queries.closed(cohort)
        if not standing.may_open and not lacks:
            return
        organiser = people_with(cohort, Role.ORGANISER)[0]
        with play.refusals("reading", now):
            seen = services.plan_second_pass(cohort=cohort, actor=organiser, now=now, seed=play.seed)
            services.open_second_pass(
                cohort=cohort, actor=organiser, now=now, seed=play.seed, expected=seen.fingerprint
            )
            desks.idle.clear()
            if seen.reads.missing:
                play.mishap(now, "reading", "reads_without_reader", count=seen.reads.missing)

    return deed


def _reads(play: Play, desks: _Desks, reviewer: Reviewer, minutes: float) -> Deed:
    """One read: what their list names next. After the deadline only what is still missing is read."""

    def deed(now: datetime) -> None:
        user = play.user(reviewer.person)
        row = desks.next_for(play, user, now)
        if row is None:
            return
        if has_conflict(reviewer, play.people[row.application.applicant_id]):
            services.declare_conflict(assignment=row, actor=user, now=now, reason="I know this person.")
            desks.idle.clear()  # somebody else has it now
            play.tally["conflicts"] += 1
        else:
            _submit(play, reviewer, user, row, minutes, now)

    return deed


def _submit(
    play: Play, reviewer: Reviewer, user: User, row: Assignment, minutes: float, now: datetime
) -> None:
    """Scores, a comment to the applicant in the language of the application, now and then a note to organisers."""
    person = reviewer.person
    rng = person.stream("read", row.application.applicant_id, *_again(row))
    applicant = play.people[row.application.applicant_id]
    page = queries.page_of(row)
    about = Setting(
        about=applicant,
        level=applicant.quality,
        reading=True,
        marks=told(reading.question for reading in page.readings if reading.answer),
    )
    said = play.said["reads", row.application.pk]
    comment = answer(person, "review_comment", page.language, rng, 500, setting=about, said=said)
    note = ""
    if chance(rng, NOTES):
        note = answer(person, "review_note", person.language, rng, 300, setting=about)
    try:
        services.submit_review(
            assignment=row,
            actor=user,
            now=now,
            shown=page.shown,
            expected_version=page.version,
            scores=_scores(play, reviewer, applicant, rng),
            comment=comment,
            private_note=note,
            seconds=int(minutes * 60),
        )
        play.tally["reads"] += 1
    except UserError as refusal:
        # An application that was withdrawn while it was read is no fault of the plan.
        if Assignment.objects.filter(pk=row.pk, state=AssignmentState.ASSIGNED).exists():
            play.mishap(now, "reading", "refused", reason=str(refusal))


def _again(row: Assignment) -> tuple[int, ...]:
    """Whoever meets somebody in both passes reads them twice."""
    return () if row.pass_number == 1 else (row.pass_number,)


def _scores(play: Play, reviewer: Reviewer, applicant: Person, rng: Generator) -> dict[str, object]:
    """The levels of the rubric nearest to what this reader sees."""
    criteria = play.cohort.plan.review.criteria if play.cohort.plan.review else []
    quality = {criterion.code: quality_on(applicant, criterion.code) for criterion in criteria}
    found: dict[str, object] = {}
    for criterion in criteria:
        known = [level.score for level in criterion.levels]
        seen = score({criterion.code: quality[criterion.code]}, reviewer, rng, min(known), max(known))
        nearest = min(known, key=lambda level: abs(level - seen[criterion.code]))
        found[criterion.code] = CANNOT_JUDGE if cannot_judge(reviewer, rng) else nearest
    return found
