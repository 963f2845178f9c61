"""Act one: people find the call, try its doors, write, save, leave, come back, and send, mostly on the last day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tremplin.applications import services
from tremplin.applications.models import Application, Snapshot
from tremplin.blinding import services as blinding
from tremplin.programmes.services.people import find_or_make
from tremplin.rehearsal.acts import care, pace
from tremplin.rehearsal.answers import Answers, door_answers, section_answers
from tremplin.rehearsal.population.arrivals import Journey
from tremplin.rehearsal.population.draws import chance
from tremplin.rehearsal.population.people import Person
from tremplin.rehearsal.stage import Deed, Play

_CORRECTS = 0.04  # of those who send, how many hide something more of what reviewers will read
_WORDS, _LONG = 3, 80  # how many words, of a text of so many characters


def rehearse(play: Play, journeys: Sequence[Journey]) -> None:
    """Put every journey on the agenda."""
    for journey in journeys:
        play.plan(journey.opened_at, _arrives(play, journey))


def _arrives(play: Play, journey: Journey) -> Deed:
    """The doors first; behind them a draft, whose saves and sending are planned from here."""

    def deed(now: datetime) -> None:
        person = journey.person
        doors = door_answers(list(play.cohort.plan.eligibility), person, eligible=journey.eligible)
        play.tally["arrivals"] += 1
        if not services.try_doors(cohort=play.cohort, answers=doors, now=now).eligible:
            play.tally["turned-away"] += 1
            return
        user = find_or_make(person.email, name=person.name, language=person.language, now=now)
        play.know(person, user)
        with play.refusals("call", now):
            application = services.start(
                cohort=play.cohort, applicant=user, eligibility=doors, now=now, language=person.language
            )
            play.tally["drafts"] += 1
            care.plan(play, person, application, now)
            _plan_visits(play, journey, _Draft(application))

    return deed


@dataclass(slots=True)
class _Draft:
    """An application as its writer last saw it: only they write in it, so each visit goes on from there.

    `meant`: what they will have written in a section when they are through with it, from its first step on.
    """

    application: Application
    meant: dict[str, Answers] = field(default_factory=dict)


def _plan_visits(play: Play, journey: Journey, draft: _Draft) -> None:
    """Each sitting writes on from where the last one ended; the last one before sending writes what is left."""
    form = play.cohort.plan.application
    steps = [step for section in form.sections for step in pace.steps(section)]
    sittings = pace.sittings(journey)
    sends = journey.submitted_at is not None
    # Whoever gives up has written something, never all of it.
    written = len(steps) if sends else max(1, len(steps) * len(sittings) // (len(sittings) + 2))
    for at, step in pace.moments(journey, steps[:written], sittings):
        play.plan(at, _saves(play, journey, draft, step))
    if journey.submitted_at is not None:
        play.plan(journey.submitted_at, _sends(play, journey, draft))
    if journey.withdrawn_at is not None:
        play.plan(journey.withdrawn_at, _withdraws(play, draft))


def _saves(play: Play, journey: Journey, draft: _Draft, step: pace.Step) -> Deed:
    def deed(now: datetime) -> None:
        section, application = step.section, draft.application
        answers = draft.meant.get(section.code)
        if answers is None:
            answers = section_answers(section, journey.person, application.answers)
            draft.meant[section.code] = answers
        values = {code: answers[code] for code in step.questions if code in answers}
        with play.refusals("call", now):
            saved = services.save_section(
                application=application,
                section=section.code,
                values=values,
                expected_version=application.version,
                actor=application.applicant,
                now=now,
            )
            draft.application = saved.application
            play.tally["saves"] += 1

    return deed


def _sends(play: Play, journey: Journey, draft: _Draft) -> Deed:
    def deed(now: datetime) -> None:
        application = draft.application
        with play.refusals("call", now):
            sent = services.submit(application=application, actor=application.applicant, once="", now=now)
            play.tally["submitted"] += 1
            if play.cohort.plan.runs("review"):
                _blinded(play, journey.person, sent, now)

    return deed


def _blinded(play: Play, person: Person, sent: Snapshot, now: datetime) -> None:
    """The worker finishes the copy that reviewers get; now and then its writer hides something more."""
    copy = blinding.finish(snapshot=sent, now=now)
    rng = person.stream("blinding")
    words: list[str] = next((text.split()[:_WORDS] for text in copy.texts.values() if len(text) > _LONG), [])
    if words and chance(rng, _CORRECTS):
        blinding.correct(
            application=sent.application,
            actor=sent.application.applicant,
            hide=[" ".join(words)],
            expected=copy.ref,
            now=now,
        )
        play.tally["corrected"] += 1


def _withdraws(play: Play, draft: _Draft) -> Deed:
    def deed(now: datetime) -> None:
        application = draft.application
        with play.refusals("call", now):
            services.withdraw(application=application, actor=application.applicant, now=now)
            play.tally["withdrawn"] += 1

    return deed
