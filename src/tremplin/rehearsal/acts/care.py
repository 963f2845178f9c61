"""Beside act one: some who write ask in confidence for what would help them, and the officer answers within days."""

from datetime import datetime, timedelta

from tremplin.accommodations.models import Kind, Request
from tremplin.accommodations.services.answering import Decision, answer
from tremplin.accommodations.services.asking import ask
from tremplin.applications.models import Application
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.rehearsal.population import essays
from tremplin.rehearsal.population.draws import chance, exponential, weighted
from tremplin.rehearsal.population.people import Person
from tremplin.rehearsal.stage import Deed, Play

ASKS = 0.03
MORE_TIME = timedelta(days=4)
_KINDS = ((Kind.TIME,), (Kind.FORMAT,), (Kind.OTHER,), (Kind.TIME, Kind.FORMAT))
_WORDS = {
    "en": "Of course. Tell me here if this is not enough, or if something else would help.",
    "fr": "Bien sûr. Dites-le-moi ici si cela ne suffit pas, ou si autre chose vous aiderait.",
}


def plan(play: Play, person: Person, application: Application, now: datetime) -> None:
    """Let this person ask, if they are one of those who do, an hour or a few after they have begun."""
    rng = person.stream("accommodation")
    if not chance(rng, ASKS):
        return
    kinds = weighted(rng, _KINDS, (5, 2, 2, 1))
    at = now + timedelta(hours=1 + exponential(rng, 6.0))
    waits = timedelta(hours=8 + exponential(rng, 30.0))
    play.plan(at, _asks(play, person, application, kinds, waits))


def _asks(
    play: Play, person: Person, application: Application, kinds: tuple[Kind, ...], waits: timedelta
) -> Deed:
    def deed(now: datetime) -> None:
        words = essays.answer(person, "obstacle", person.language, person.stream("confides"), 400)
        with play.refusals("call", now):
            request = ask(
                application=application,
                kinds=kinds,
                words=words,
                actor=application.applicant,
                once="",
                now=now,
            )
            play.tally["accommodations"] += 1
            play.plan(now + waits, _answers(play, request, kinds, person.language))

    return deed


def _answers(play: Play, request: Request, kinds: tuple[Kind, ...], language: str) -> Deed:
    def deed(now: datetime) -> None:
        officer = people_with(play.cohort, Role.OFFICER)[0]
        until = max(now, play.cohort.date("call_closes")) + MORE_TIME
        decisions = [
            Decision(kind, granted=True, until=until if kind == Kind.TIME else None) for kind in kinds
        ]
        with play.refusals("call", now):
            answer(
                request=request,
                words=_WORDS[language],
                decisions=decisions,
                seen=request.version,
                actor=officer,
                once="",
                now=now,
            )

    return deed
