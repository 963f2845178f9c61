"""Act one: people find the call, try its doors, write, save, leave, come back, and send, mostly on the last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tremplin.applications import services
from tremplin.applications.models import Application
from tremplin.programmes.services.people import find_or_make
from tremplin.rehearsal.acts import care
from tremplin.rehearsal.answers import door_answers, section_answers
from tremplin.rehearsal.population.arrivals import Journey
from tremplin.rehearsal.stage import Deed, Play


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
        if not services.check_eligibility(cohort=play.cohort, answers=doors).eligible:
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
    """An application as its writer last saw it: only they write in it, so each visit goes on from there."""

    application: Application


def _plan_visits(play: Play, journey: Journey, draft: _Draft) -> None:
    """Each visit saves the next sections; the last one before sending saves whatever is left."""
    sections = play.cohort.plan.application.sections
    visits = list(journey.saves) or [journey.submitted_at or journey.opened_at + timedelta(minutes=10)]
    sends = journey.submitted_at is not None
    # Whoever gives up has written something, never all of it.
    written = len(sections) if sends else max(1, (len(sections) * len(visits)) // (len(visits) + 2))
    per_visit = -(-written // len(visits))
    for number, at in enumerate(visits):
        for index in range(number * per_visit, min(written, (number + 1) * per_visit)):
            play.plan(at + timedelta(seconds=index), _saves(play, journey, draft, index))
    if journey.submitted_at is not None:
        play.plan(journey.submitted_at, _sends(play, draft))
    if journey.withdrawn_at is not None:
        play.plan(journey.withdrawn_at, _withdraws(play, draft))


def _saves(play: Play, journey: Journey, draft: _Draft, index: int) -> Deed:
    def deed(now: datetime) -> None:
        section = play.cohort.plan.application.sections[index]
        application = draft.application
        values = section_answers(section, journey.person, application.answers)
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


def _sends(play: Play, draft: _Draft) -> Deed:
    def deed(now: datetime) -> None:
        application = draft.application
        with play.refusals("call", now):
            services.submit(application=application, actor=application.applicant, once="", now=now)
            play.tally["submitted"] += 1

    return deed


def _withdraws(play: Play, draft: _Draft) -> Deed:
    def deed(now: datetime) -> None:
        application = draft.application
        with play.refusals("call", now):
            services.withdraw(application=application, actor=application.applicant, now=now)
            play.tally["withdrawn"] += 1

    return deed
