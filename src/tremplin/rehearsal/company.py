"""Who runs a rehearsed programme: organisers, reviewers, mentors, finance, an observer and an accommodation officer."""

from collections.abc import Sequence
from datetime import datetime

from tremplin.people.models import User
from tremplin.programmes import services
from tremplin.programmes.roles import Role
from tremplin.programmes.services.people import find_or_make
from tremplin.rehearsal.population.people import Person
from tremplin.rehearsal.stage import Play


def gather(play: Play, staff: Sequence[tuple[Role, Person]], *, organiser: User, now: datetime) -> None:
    """Give everyone of the staff an account, their time zone and their role, as the first organiser would."""
    for role, person in staff:
        services.invite(
            cohort=play.cohort,
            email=person.email,
            role=role,
            actor=organiser,
            name=person.name,
            language=person.language,
            now=now,
        )
        user = User.objects.get(email=person.email)
        if user.time_zone != person.time_zone:
            user.time_zone = person.time_zone
            user.save(update_fields=["time_zone"])
        play.know(person, user)


def first_organiser(person: Person, *, now: datetime) -> User:
    """The person who opens the cohort."""
    return find_or_make(person.email, name=person.name, language=person.language, now=now)
