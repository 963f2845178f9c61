"""Act four: mentors offer, scholars wish, pairs are made, and check-ins come round. One mentor falls silent."""

from dataclasses import replace
from datetime import datetime, timedelta

from tremplin.mentoring import queries, rules, services
from tremplin.mentoring.models import CheckInAnswer, Concern, Pairing, Side
from tremplin.mentoring.plan import slots_of
from tremplin.people.models import User
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.rehearsal.answers import form_answers, is_size, what_is_so
from tremplin.rehearsal.population.draws import chance, sample
from tremplin.rehearsal.population.essays import answer
from tremplin.rehearsal.population.mentors import Mentor
from tremplin.rehearsal.population.scene import Setting
from tremplin.rehearsal.stage import Deed, Play
from tremplin.selection.models import Scholar, ScholarState

_CAUSES = {
    "silent-scholar": frozenset({"silent", "scholar"}),
    "silent-mentor": frozenset({"silent", "mentor"}),
    "disagreement": frozenset({"disagreement"}),
    "note-scholar": frozenset({"private"}),
    "note-mentor": frozenset({"private"}),
}
HEEDS = 0.6  # the share of reminded scholars who then answer
SETTLED = 5  # the week by which plans ask for what can be done


def rehearse(play: Play) -> None:
    """Put the act on the agenda."""
    cohort = play.cohort
    if cohort.plan.mentoring is None:
        return
    starts = cohort.date("training_starts")
    mentors = list(people_with(cohort, Role.MENTOR))
    for number, mentor in enumerate(mentors):
        play.plan(starts - timedelta(weeks=3) + timedelta(hours=number), _offer(play, mentor))
    play.plan(starts - timedelta(days=9), _wish_all(play))
    play.plan(starts - timedelta(days=7), _pair_all(play))
    due = rules.due_dates(cohort.plan.mentoring.checkins, cohort.dates)
    for code, at in due.items():
        play.plan(at - timedelta(days=1), _check_in(play, code))
        play.plan(at + timedelta(days=5), _look_after(play))


def _offer(play: Play, mentor: User) -> Deed:
    def deed(now: datetime) -> None:
        plan = services.plan_of(play.cohort)
        person = play.person(mentor)
        topics = sample(
            person.stream("topics"), [topic.code for topic in plan.topics], min(2, len(plan.topics))
        )
        with play.refusals("mentoring", now):
            services.save_profile(
                cohort=play.cohort,
                actor=mentor,
                capacity=plan.scholars_a_mentor,
                topics=topics,
                languages=sorted({person.language, "en"} & set(play.cohort.plan.programme.languages)),
                about=answer(person, "mentor_bio", person.language, person.stream("bio"), 800),
                expected_version=0,
                now=now,
            )

    return deed


def taking_part(play: Play) -> list[Scholar]:
    """Scholars who are there, in the order in which they came."""
    return list(
        Scholar.objects.filter(cohort=play.cohort, state=ScholarState.ENROLLED)
        .select_related("user", "cohort__programme__institution", "cohort__version")
        .prefetch_related("cohort__date_rows")
        .order_by("pk")
    )


def _wish_all(play: Play) -> Deed:
    def deed(now: datetime) -> None:
        plan = services.plan_of(play.cohort)
        for scholar in taking_part(play):
            person = play.person(scholar.user)
            if chance(person.stream("wishes"), 0.1):
                continue  # somebody always forgets
            topics = sample(
                person.stream("topics"), [topic.code for topic in plan.topics], min(2, len(plan.topics))
            )
            services.save_wish(
                scholar=scholar,
                actor=scholar.user,
                topics=topics,
                languages=sorted({person.language, "en"} & set(play.cohort.plan.programme.languages)),
                note="",
                expected_version=0,
                now=now,
            )

    return deed


def _pair_all(play: Play) -> Deed:
    def deed(now: datetime) -> None:
        organiser = people_with(play.cohort, Role.ORGANISER)[0]
        proposal = queries.proposal(play.cohort, now=now)
        for pair in proposal.pairs:
            with play.refusals("mentoring", now):
                services.pair(
                    scholar=pair.scholar,
                    mentor=pair.mentor,
                    actor=organiser,
                    explanation=queries.explanation(pair.fit),
                    now=now,
                )
                play.tally["pairs"] += 1
        if proposal.left_over:
            names = len(proposal.left_over)
            play.mishap(now, "mentoring", "scholars_without_mentor", count=names)

    return deed


def _check_in(play: Play, code: str) -> Deed:
    """Each side answers when its week lets it: most in time, some late, the silent mentor not at all."""

    def deed(now: datetime) -> None:
        week = max(1, min(play.population.weeks, week_of(play, now)))
        for pairing in _pairings(play):
            scholar = play.population.scholar(play.person(pairing.scholar.user))
            mentor = _mentor(play, pairing.mentor.user)
            sides = (
                (Side.SCHOLAR, pairing.scholar.user, scholar.checkin_delay_hours(week)),
                (Side.MENTOR, pairing.mentor.user, mentor.checkin_delay_hours(week)),
            )
            for side, user, hours in sides:
                if hours is not None:
                    play.plan(now + timedelta(hours=hours), _answer(play, pairing, code, side, user))

    return deed


def week_of(play: Play, now: datetime) -> int:
    """The week of training, from 1; below 1 before it starts."""
    return (now - play.cohort.date("training_starts")).days // 7 + 1


def _mentor(play: Play, user: User) -> Mentor:
    person = play.person(user)
    return next(mentor for mentor in play.population.mentors if mentor.person.email == person.email)


def _answer(play: Play, pairing: Pairing, code: str, side: Side, user: User) -> Deed:
    def deed(now: datetime) -> None:
        plan = services.plan_of(play.cohort)
        opens = _opens(play, pairing, code, now)
        if opens is not None and now < opens:  # the scholar was given more time since
            play.plan(opens + timedelta(days=2), deed)
            return
        week = max(1, min(play.population.weeks, week_of(play, now)))
        scholar = play.person(pairing.scholar.user)
        life = play.population.scholar(scholar)
        # The mentor tells of the scholar, and of the scholar's week.
        setting = replace(life.setting(week), mentor_side=side == Side.MENTOR, about=scholar)
        mood = 0.35 + 0.6 * scholar.quality
        answers = form_answers(
            plan.questions,
            play.person(user),
            mood=mood,
            setting=setting,
            purpose=f"{code}:{side}",
            said=play.said[f"check-ins:{side}", pairing.scholar_id],
            so=what_is_so(
                plan.questions,
                scholar.stream("so", code),
                mood=mood,
                load=life.ambition if week <= SETTLED else 1.0,
            ),
        )
        if not chance(play.person(user).stream("confides", code, str(side)), 0.08):
            confided = {question.code for question in plan.questions if question.private}
            answers = {key: value for key, value in answers.items() if key not in confided}
        with play.refusals("check-ins", now):
            services.send_answers(
                pairing=pairing, code=code, answers=answers, expected_version=0, actor=user, now=now
            )
            play.tally["check-ins"] += 1

    return deed


def _opens(play: Play, pairing: Pairing, code: str, now: datetime) -> datetime | None:
    """When this check-in opens in the scholar's own time as it is today; None when it is no longer asked for."""
    pairing.scholar.refresh_from_db(fields=["extension_weeks", "pauses", "state", "stopped_at"])
    slots = slots_of(pairing, play.cohort, now=now)
    return next((slot.due - rules.OPENS_BEFORE for slot in slots if slot.checkin.code == code), None)


def _look_after(play: Play) -> Deed:
    """An organiser looks at raised hands; a mentor who stays silent is replaced if somebody else has room."""

    def deed(now: datetime) -> None:
        organiser = people_with(play.cohort, Role.ORGANISER)[0]
        open_hands = Concern.objects.filter(pairing__scholar__cohort=play.cohort, closed_at__isnull=True)
        for concern in open_hands.select_related("pairing__scholar__user", "pairing__mentor").order_by("pk"):
            play.tally["raised-hands"] += 1
            if concern.kind == "silent-mentor" and _is_silent(play, concern.pairing, now):
                _replace(play, concern.pairing, organiser, now)
            else:
                services.close_concern(
                    concern=concern, actor=organiser, note=_note(play, concern, organiser), now=now
                )
                if concern.kind == "silent-scholar":
                    _answers_after_all(play, concern, now)

    return deed


def _answers_after_all(play: Play, concern: Concern, now: datetime) -> None:
    """An organiser wrote to a scholar who had sent no check-in: most do then."""
    pairing = concern.pairing
    if chance(play.person(pairing.scholar.user).stream("reminded", concern.code), HEEDS):
        play.plan(now + timedelta(days=1, hours=3), _reminded(play, pairing, concern.code))


def _reminded(play: Play, pairing: Pairing, code: str) -> Deed:
    """The scholar's check-in, unless it came meanwhile or the two have parted."""

    def deed(now: datetime) -> None:
        sent = CheckInAnswer.objects.filter(
            pairing=pairing, code=code, side=Side.SCHOLAR, sent_at__isnull=False
        )
        together = Pairing.objects.filter(
            pk=pairing.pk, ended_at__isnull=True, scholar__state=ScholarState.ENROLLED
        )
        if together.exists() and not sent.exists():
            _answer(play, pairing, code, Side.SCHOLAR, pairing.scholar.user)(now)

    return deed


def _note(play: Play, concern: Concern, organiser: User) -> str:
    """What the organiser writes down about a raised hand, as its cause asks."""
    person = play.person(organiser)
    rng = person.stream("note", concern.code, concern.pairing.scholar_id, concern.kind)
    questions = {question.code: question for question in services.plan_of(play.cohort).questions}
    asked = [questions[code] for code in concern.detail.get("questions", []) if code in questions]
    marks = {"size"} if any(is_size(question) for question in asked) else set()
    setting = Setting(marks=_CAUSES.get(concern.kind, frozenset()) | marks)
    return answer(person, "hand_note", person.language, rng, 200, setting=setting, said=play.said["hands", 0])


def _is_silent(play: Play, pairing: Pairing, now: datetime) -> bool:
    """Whether this mentor has fallen silent for weeks, not just forgotten once."""
    silence = _mentor(play, pairing.mentor.user).silence
    return silence is not None and silence.covers(week_of(play, now) - 1)


def _replace(play: Play, pairing: Pairing, organiser: User, now: datetime) -> None:
    free = [mentor for mentor in queries.mentors(play.cohort) if mentor.user_id != pairing.mentor.user_id]
    room = [mentor for mentor in free if getattr(mentor, "taken", 0) < mentor.capacity]
    play.mishap(now, "mentoring", "mentor_silent", replaced=bool(room))
    services.end_pairing(pairing=pairing, actor=organiser, reason="No answer for two weeks.", now=now)
    if room:
        services.pair(scholar=pairing.scholar, mentor=room[0], actor=organiser, now=now)


def _pairings(play: Play) -> list[Pairing]:
    return list(
        Pairing.objects.filter(
            scholar__cohort=play.cohort, ended_at__isnull=True, scholar__state=ScholarState.ENROLLED
        )
        .select_related(
            "scholar__user",
            "scholar__cohort__programme__institution",
            "scholar__cohort__version",
            "mentor__user",
        )
        .prefetch_related("scholar__cohort__date_rows")
        .order_by("pk")
    )
