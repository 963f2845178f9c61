"""Scholars with mentors, without walking the whole way there: what the years after selection are tested on."""

from datetime import datetime
from typing import Any

from tests.cast import Cast, enrol
from tremplin.applications.models import Application
from tremplin.mentoring import services
from tremplin.mentoring.models import MentorProfile, Pairing
from tremplin.people.models import User
from tremplin.programmes.models import Membership
from tremplin.programmes.roles import Role
from tremplin.selection.models import Scholar

GOOD = {"met": "yes", "going": "4", "note": ""}


def offer(cast: Cast, user: User | None = None, *, capacity: int = 1, **changed: Any) -> MentorProfile:
    """A mentor who has said what they offer."""
    values: dict[str, Any] = {
        "topics": ["vision"],
        "languages": ["en", "fr"],
        "about": "",
        "expected_version": 0,
        **changed,
    }
    return services.save_profile(
        cohort=cast.cohort,
        actor=user or cast.mentor,
        capacity=capacity,
        now=cast.at("training_starts", days=-20),
        **values,
    )


def pair(cast: Cast, scholar: Scholar | None = None, *, at: datetime | None = None) -> Pairing:
    """`cast.scholar` with `cast.mentor`, a week before training starts."""
    scholar = scholar or enrol(cast)
    profile = MentorProfile.objects.filter(cohort=cast.cohort, user=cast.mentor).first() or offer(cast)
    pairing = services.pair(
        scholar=scholar,
        mentor=profile,
        actor=cast.organiser,
        now=at or cast.at("training_starts", days=-7),
    )
    pairing.scholar.cohort = cast.cohort
    return pairing


def send(pairing: Pairing, user: User, now: datetime, code: str = "week-2", **changed: str) -> None:
    """One side's check-in, sent."""
    services.send_answers(
        pairing=pairing, code=code, answers={**GOOD, **changed}, expected_version=0, actor=user, now=now
    )


def crowd(cast: Cast, count: int, *, mentored: bool = False, prefix: str = "crowd") -> list[Scholar]:
    """`count` scholars at once, each with a mentor of their own if asked for."""
    at = cast.at("offers_answered", days=-3)
    people = _people(prefix, count, at)
    applications = Application.objects.bulk_create(
        Application(
            cohort=cast.cohort,
            applicant=user,
            state="submitted",
            submitted_at=at,
            sent=1,
            saved_at=at,
            created_at=at,
        )
        for user in people
    )
    scholars = Scholar.objects.bulk_create(
        Scholar(cohort=cast.cohort, user=user, application=application, agreed_at=at, created_at=at)
        for user, application in zip(people, applications, strict=True)
    )
    _grant(cast, people, Role.SCHOLAR, at)
    if mentored:
        guides = _people(f"{prefix}-mentor", count, at)
        _grant(cast, guides, Role.MENTOR, at)
        profiles = MentorProfile.objects.bulk_create(
            MentorProfile(cohort=cast.cohort, user=user, capacity=1, created_at=at) for user in guides
        )
        Pairing.objects.bulk_create(
            Pairing(scholar=scholar, mentor=mentor, created_at=cast.at("training_starts", days=-7))
            for scholar, mentor in zip(scholars, profiles, strict=True)
        )
    return scholars


def _people(prefix: str, count: int, at: datetime) -> list[User]:
    return User.objects.bulk_create(
        User(
            email=f"{prefix}{number}@example.org",
            name=f"{prefix.title()} {number:03}",
            password="!",
            language="en",
            created_at=at,
        )
        for number in range(count)
    )


def _grant(cast: Cast, people: list[User], role: Role, at: datetime) -> None:
    Membership.objects.bulk_create(
        Membership(user=user, cohort=cast.cohort, role=role, created_at=at) for user in people
    )
