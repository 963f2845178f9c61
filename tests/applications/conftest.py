"""An application at each point of its way."""

import re
from datetime import datetime

import pytest
from django.test import Client

from tests.cast import Cast
from tremplin.applications import services
from tremplin.applications.models import Application
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url

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


class Clock:
    """The wall clock, held still; tests move it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The second day of the call, until a test says otherwise."""
    held = Clock(cast.at("call_opens", days=1))
    monkeypatch.setattr("tremplin.core.clock.now", held)
    return held


def page(cast: Cast, name: str, **kwargs: object) -> str:
    """The address of a page of the cohort."""
    return cohort_url(cast.cohort, name, **kwargs)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of the page, as a browser would send them back."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}
