"""Beside the call: some answer the equality surveys; when all is decided, two people open the count.

What people answer is drawn apart from everything else about them, so that no invented person is given a trait that
the rest of the rehearsal knows of.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from numpy.random import Generator

from tremplin.applications.models import Application, ApplicationState
from tremplin.equality import linked, services, unsealing
from tremplin.equality.rules import questions
from tremplin.people.models import User
from tremplin.programmes import funnel
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role
from tremplin.programmes.schema.profile import Attribute
from tremplin.rehearsal.population.draws import chance, stream, weighted
from tremplin.rehearsal.stage import Deed, Play

ANSWERS = 0.7
REASON = "The board asks for an account of the selection before the next call."


def rehearse(play: Play, moment: datetime) -> None:
    """Put answers on the agenda, two days after the call; and the count, shortly before the moment at the end."""
    if not play.cohort.plan.runs("equality"):
        return
    play.plan(play.cohort.date("call_closes") + timedelta(days=2), _answer(play))
    if linked.asked(play.cohort):
        play.plan(moment - timedelta(days=2), _open(play, moment))


def _answer(play: Play) -> Deed:
    """Those who sent an application, one after the other; some leave it."""

    def deed(now: datetime) -> None:
        cohort, rng = play.cohort, stream(play.seed, "equality")
        counted = questions(cohort.profile, cohort.plan.jurisdiction.linked)
        tied = linked.asked(cohort)
        rows = Application.objects.filter(cohort=cohort, state=ApplicationState.SUBMITTED)
        for row in rows.select_related("applicant").order_by("pk"):
            if not chance(rng, ANSWERS):
                continue
            if counted:
                given = _given(rng, counted)
                services.answer(cohort=cohort, given=given, ticket=services.ticket(cohort=cohort), now=now)
            if tied:
                _keep(play, row.applicant, _given(rng, tied), now)
            play.tally["surveys"] += 1

    return deed


def _keep(play: Play, person: User, given: dict[str, list[str]], now: datetime) -> None:
    with play.refusals("equality", now):
        linked.keep(cohort=play.cohort, actor=person, given=given, now=now)


def _given(rng: Generator, asked: Sequence[Attribute]) -> dict[str, list[str]]:
    """An answer to each question: the first ones of a list more often, “I prefer not to say” now and then."""
    found = {}
    for attribute in asked:
        codes = [option.code for option in attribute.options]
        weights = [1 / (position + 1.5) for position in range(len(codes) - 1)]
        found[attribute.code] = [weighted(rng, codes, [*weights, 0.15 * sum(weights)])]
    return found


def _open(play: Play, moment: datetime) -> Deed:
    """Once no place moves any more, an organiser proposes; where the edition is over, an observer has confirmed."""

    def deed(now: datetime) -> None:
        cohort = play.cohort
        observer = people_with(cohort, Role.OBSERVER).first()
        if not funnel.settled(cohort) or observer is None:
            return
        with play.refusals("equality", now):
            proposal = unsealing.propose(
                cohort=cohort,
                actor=people_with(cohort, Role.ORGANISER)[0],
                purpose="report",
                reason=REASON,
                now=now,
            )
            if moment > cohort.date("training_ends"):
                unsealing.confirm(unsealing=proposal, actor=observer, now=now)

    return deed
