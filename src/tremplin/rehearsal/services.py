"""Running a rehearsal: a whole cohort on invented people, through the services that real people use."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tremplin.core import ids
from tremplin.core.errors import Conflict
from tremplin.core.outbox import services as outbox
from tremplin.people.models import Institution, User
from tremplin.programmes import services as programmes
from tremplin.programmes.models import Cohort, Membership
from tremplin.programmes.roles import Role
from tremplin.programmes.rounds import go_round
from tremplin.programmes.rules import planned_dates
from tremplin.rehearsal import company, report
from tremplin.rehearsal.acts import (
    after,
    call,
    choosing,
    foretelling,
    mentoring,
    money,
    projects,
    reading,
    surveying,
    training,
)
from tremplin.rehearsal.models import Rehearsal
from tremplin.rehearsal.population.arrivals import Habits
from tremplin.rehearsal.population.people import Person
from tremplin.rehearsal.population.population import Population
from tremplin.rehearsal.stage import Play

Progress = Callable[[datetime], None]
ROUND_HOUR = timedelta(hours=5)
STILL_BUSY = timedelta(weeks=6)
MOST_GRADERS = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """What to rehearse: how many people, from which seed, on which days."""

    text: str
    institution: str
    cohort: str
    opens: datetime
    applicants: int
    seed: int
    institution_name: str = ""
    title: str = ""
    reviewers: int = 0  # 0: as many as the plan needs at four hours a week
    hidden: bool = True  # a demonstration shows its cohorts in the list of calls
    staff_seed: int | None = None  # cohorts with one staff seed are run by the same people
    graders: int = 0  # labs graded side by side; 0: one a core


def rehearse(
    wish: Wish, *, until: Callable[[Cohort], datetime], progress: Progress = lambda _at: None
) -> Rehearsal:
    """Play a whole cohort up to a moment of it, and keep the report.

    Raises Conflict when the cohort exists, or where anybody real might be: invented addresses could be theirs.

    Nothing leaves: mail counts as sent, and labs are graded by the real worker, here. The same seed gives the
    same people, the same deeds and the same figures on every machine.
    """
    began = time.monotonic()
    _refuse_among_people()
    _refuse_existing(wish)
    with (
        ids.reproducible(f"{wish.institution}/{wish.cohort}/{wish.seed}"),
        outbox.rehearsing(),
        translation.override("en"),
    ):
        play, population = _open(wish)
        moment = until(play.cohort)
        _put_on_agenda(play, population, moment)
        play.run(until=moment, progress=progress)
        training.grade(play.graders)  # what was handed in just before the moment
        found = report.content(play, until=moment)
        return _keep(play, wish, moment, found, time.monotonic() - began)


def _refuse_among_people() -> None:
    """A database with a cohort that nobody invented, or with a person who is in none, is not ours to play in."""
    invented = Membership.objects.filter(cohort__invented=True)
    loose = User.objects.exclude(pk__in=invented.values("user"))
    if Cohort.objects.filter(invented=False).exists() or loose.exists():
        raise Conflict(
            _("Real people are kept in this database, so nothing is rehearsed in it."),
            _("Rehearse by “tremplin rehearse”: each rehearsal then has a database of its own."),
        )


def _refuse_existing(wish: Wish) -> None:
    if Cohort.objects.filter(programme__institution__slug=wish.institution, slug=wish.cohort).exists():
        raise Conflict(
            _("There is a cohort “%(cohort)s” already.") % {"cohort": wish.cohort},
            _("Rehearse under another name, or remove that rehearsal first."),
        )


@transaction.atomic
def _open(wish: Wish) -> tuple[Play, Population]:
    """The institution, the programme, the cohort, and everyone who runs it."""
    before = wish.opens - timedelta(days=20)
    institution, _created = Institution.objects.get_or_create(
        slug=wish.institution,
        defaults={"name": wish.institution_name or wish.institution.title(), "created_at": before},
    )
    version = programmes.apply_file(institution=institution, text=wish.text, now=before)
    plan = version.plan
    reviewers = wish.reviewers or _reviewers_for(wish.applicants, plan.review.reads if plan.review else 0)
    population = Population.generate(
        seed=wish.seed,
        applicants=wish.applicants,
        reviewers=reviewers,
        mentors=-(-plan.cohort.places_max // (plan.mentoring.scholars_a_mentor if plan.mentoring else 1)) + 2,
        weeks=plan.training.weeks if plan.training else 1,
        opens=wish.opens,
        closes=planned_dates(plan, wish.opens)["call_closes"],
        languages=tuple(plan.programme.languages),
        staff_seed=wish.staff_seed,
        habits=Habits(ineligible=0.0),
    )
    first = company.first_organiser(population.organisers[0], now=before)
    cohort = programmes.open_cohort(
        version=version,
        slug=wish.cohort,
        opens=wish.opens,
        organiser=first,
        title=wish.title,
        rehearsal=wish.hidden,
        invented=True,
        now=before,
    )
    play = Play(
        Cohort.objects.select_related("programme__institution", "version").get(pk=cohort.pk),
        wish.seed,
        population,
        graders=wish.graders or min(MOST_GRADERS, len(os.sched_getaffinity(0))),
    )
    play.know(population.organisers[0], first)
    company.gather(play, _staff(population), organiser=first, now=before + timedelta(days=1))
    return play, population


def _staff(population: Population) -> list[tuple[Role, Person]]:
    """Everyone with a role by hand; the first organiser has opened the cohort and is there already."""
    groups: list[tuple[Role, list[Person]]] = [
        (Role.ORGANISER, list(population.organisers[1:])),
        (Role.REVIEWER, [reviewer.person for reviewer in population.reviewers]),
        (Role.MENTOR, [mentor.person for mentor in population.mentors]),
        (Role.FINANCE, list(population.finance)),
        (Role.OBSERVER, list(population.observers)),
        (Role.OFFICER, list(population.officers)),
    ]
    return [(role, person) for role, people in groups for person in people]


def _put_on_agenda(play: Play, population: Population, moment: datetime) -> None:
    call.rehearse(play, population.journeys)
    reading.rehearse(play, population.reviewers)
    foretelling.rehearse(play)
    surveying.rehearse(play, moment)
    for act in (choosing, mentoring, money, training, projects, after):
        act.rehearse(play)
    day = play.cohort.date("call_opens").replace(hour=0, minute=0, second=0) + ROUND_HOUR
    while day <= moment:
        play.plan(day, lambda now: go_round(cohort=play.cohort, now=now))
        # After training little happens, and nothing that minds a few days.
        day += timedelta(days=1 if day < play.cohort.date("training_ends") + STILL_BUSY else 6)


def _keep(play: Play, wish: Wish, moment: datetime, found: dict[str, object], seconds: float) -> Rehearsal:
    return Rehearsal.objects.create(
        cohort=play.cohort,
        seed=wish.seed,
        applicants=wish.applicants,
        until=moment,
        report=found,
        seconds=round(seconds, 1),
        created_at=moment,
    )


def _reviewers_for(applicants: int, reads: int) -> int:
    """Reviewers who read about forty each, and never fewer than six."""
    return max(6, round(applicants * reads / 40))
