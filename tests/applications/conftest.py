"""An application at each point of its way."""

from datetime import datetime

import pytest
from django.test import Client

from tests.cast import Cast
from tests.visiting import Clock, signed_in
from tremplin.applications import services
from tremplin.applications.models import Application
from tremplin.people.models import User

ELIGIBLE = {"adult": "yes", "hours": "35"}
ANSWERS = {
    "you": {"full_name": "Ada Applicant", "country": "SN", "coded_before": "no"},
    "essays": {"motivation": "Because I want to build.", "project": "A weather station."},
}


def begin(cast: Cast, user: User | None = None, *, now: datetime | None = None) -> Application:
    """A draft with nothing but what we knew."""
    return services.start(
        cohort=cast.cohort,
        applicant=user or cast.applicant,
        eligibility=ELIGIBLE,
        now=now or cast.at("call_opens", days=1),
    )


def write(application: Application, now: datetime, **changed: str) -> Application:
    """Answer everything, some of it as `changed`."""
    for section, values in ANSWERS.items():
        wanted = {code: changed.get(code, value) for code, value in values.items()}
        application = services.save_section(
            application=application,
            section=section,
            values=wanted,
            expected_version=application.version,
            actor=application.applicant,
            now=now,
        ).application
    return application


def send(application: Application, now: datetime, *, once: str = "") -> Application:
    services.submit(application=application, actor=application.applicant, once=once, now=now)
    return fresh(application)


def fresh(application: Application) -> Application:
    """As stored, with the cohort at hand."""
    found = Application.objects.select_related("applicant").get(pk=application.pk)
    found.cohort = application.cohort
    return found


@pytest.fixture
def draft(cast: Cast) -> Application:
    return begin(cast)


@pytest.fixture
def ready(cast: Cast, draft: Application) -> Application:
    return write(draft, cast.at("call_opens", days=2))


@pytest.fixture
def sent(cast: Cast, ready: Application) -> Application:
    return send(ready, cast.at("call_opens", days=3))


@pytest.fixture
def stands_at(cast: Cast) -> datetime:
    """The second day of the call."""
    return cast.at("call_opens", days=1)


@pytest.fixture
def organiser(cast: Cast, clock: Clock) -> Client:
    """The organiser, signed in."""
    return signed_in(cast.organiser)
