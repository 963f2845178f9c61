"""What pages of privacy, the desk and the figures of today ask of the database: little, however much there is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import Cast, cohort_of, person
from tests.mentoring.world import crowd
from tests.privacy.world import ask, full_scholar
from tests.review.world import apply
from tests.stipends.world import with_details
from tests.training.world import post
from tests.visiting import Clock, page, signed_in, text_of
from tremplin.impact.models import SurveyResponse
from tremplin.mentoring.models import Concern, Pairing
from tremplin.people.services import erasure
from tremplin.privacy import services
from tremplin.programmes.retention import classes, goes_on
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant
from tremplin.training.models import Audience

BAR = 14
Counter = Callable[[Client, str], int]
MOMENTS = {
    "the call is open": ("call_opens", 2),
    "the last days of the call": ("call_closes", -1),
    "reading": ("call_closes", 3),
    "decisions are out": ("decisions_out", 2),
    "training": ("training_starts", 15),
    "the last weeks": ("training_ends", -5),
    "the end": ("training_ends", 10),
}

pytestmark = pytest.mark.django_db


def filled(cast: Cast, count: int, prefix: str) -> None:
    """So much more of everything that waits, is counted or goes one day."""
    now = cast.at("call_opens", days=1)
    apply(cast.cohort, count, now=now, prefix=f"{prefix}-writer")
    scholars = crowd(cast, count, mentored=True, prefix=prefix)
    crowd(cast, count, prefix=f"{prefix}-alone")
    for scholar, pairing in zip(scholars, Pairing.objects.order_by("-pk"), strict=False):
        scholar.cohort = cast.cohort
        with_details(cast, scholar)
        Concern.objects.create(pairing=pairing, kind="silence", code="week-2", created_at=now)
        SurveyResponse.objects.create(
            cohort=cast.cohort, user=scholar.user, survey="after-6-months", sent_at=now, created_at=now
        )
    for number in range(count):
        user = person(f"{prefix} Leaving {number}")
        grant(user=user, cohort=cast.cohort, role=Role.APPLICANT, actor=None, now=now)
        erasure.ask_to_be_erased(user=user, now=now)


def constant(cast: Cast, queries_of: Counter, client: Client, path: str) -> int:
    """How many questions the page asks: as many with a little as with more."""
    filled(cast, 2, "few")
    client.get(path)
    few = queries_of(client, path)
    filled(cast, 9, "many")
    assert queries_of(client, path) == few
    return few


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_organisers_desk(cast: Cast, clock: Clock, queries_of: Counter, moment: str) -> None:
    code, days = MOMENTS[moment]
    clock.at = cast.at(code, days=days)
    assert constant(cast, queries_of, signed_in(cast.organiser), page(cast, "desk")) <= BAR


def test_an_organisers_desk_when_much_goes_soon(cast: Cast, clock: Clock, queries_of: Counter) -> None:
    clock.at = goes_on(cast.cohort, "explain_days") - timedelta(days=9)
    client = signed_in(cast.organiser)
    assert constant(cast, queries_of, client, page(cast, "desk")) <= BAR
    assert "Data about people goes by itself" in client.get(page(cast, "desk")).content.decode()


@pytest.mark.parametrize("who", ["organiser", "observer"])
def test_what_goes_when(cast: Cast, clock: Clock, queries_of: Counter, who: str) -> None:
    clock.at = cast.at("training_ends", days=10)
    for kept in classes():
        if kept.purge:
            until = goes_on(cast.cohort, "outcome_days") + timedelta(days=9)
            services.place(
                cohort=cast.cohort,
                kept=kept.code,
                reason="A suit",
                until=until,
                actor=cast.organiser,
                now=clock.at,
            )
    client = signed_in(getattr(cast, who))
    assert constant(cast, queries_of, client, page(cast, "privacy:retention")) <= BAR


@pytest.mark.parametrize("who", ["organiser", "observer"])
def test_the_figures_of_today(cast: Cast, clock: Clock, queries_of: Counter, who: str) -> None:
    clock.at = cast.at("training_ends", weeks=40)
    client = signed_in(getattr(cast, who))
    assert constant(cast, queries_of, client, page(cast, "impact:today")) <= BAR


def elsewhere_too(cast: Cast, count: int) -> None:
    """The scholar has applied, sits and works in so many other cohorts as well."""
    for number in range(count):
        other = cohort_of(f"lab-{number}", cast.organiser)
        for role in (Role.OBSERVER, Role.FINANCE):
            grant(user=cast.scholar, cohort=other, role=role, actor=None, now=cast.at("call_opens"))
        apply(other, 0, now=cast.at("call_opens", days=1), also=[cast.scholar])


def test_what_is_kept_about_oneself(cast: Cast, clock: Clock, queries_of: Counter) -> None:
    """A scholar who left words in every room."""
    scholar = full_scholar(cast)
    clock.at = cast.at("training_ends", days=10)
    client, path = signed_in(cast.scholar), page(cast, "privacy:mine")
    client.get(path)
    few = queries_of(client, path)
    elsewhere_too(cast, 3)
    for week in range(2, 9):
        post(scholar, week, Audience.PUBLIC, title="More", body="More")
    assert queries_of(client, path) == few <= BAR
    shown = text_of(client, path)
    for words in ("candidature", "de suivi", "journal", "TP", "projet", "versement"):
        assert words in shown, words


def test_what_is_kept_about_an_applicant(cast: Cast, clock: Clock, queries_of: Counter) -> None:
    clock.at = cast.at("call_opens", days=3)
    apply(cast.cohort, 0, now=cast.at("call_opens", days=1), also=[cast.applicant])
    client, path = signed_in(cast.applicant), page(cast, "privacy:mine")
    client.get(path)
    few = queries_of(client, path)
    for number in range(4):
        other = cohort_of(f"lab-{number}", cast.organiser)
        apply(other, 0, now=cast.at("call_opens", days=1), also=[cast.applicant])
    assert queries_of(client, path) == few <= BAR


def test_a_request_to_be_erased(cast: Cast, clock: Clock, queries_of: Counter) -> None:
    scholar = full_scholar(cast)
    clock.at = cast.at("training_ends", days=10)
    (part,) = ask(cast.scholar, clock.at)
    client, path = signed_in(cast.organiser), page(cast, "privacy:request", ref=part.ref)
    client.get(path)
    few = queries_of(client, path)
    elsewhere_too(cast, 3)
    for week in range(2, 9):
        post(scholar, week, Audience.PUBLIC, title="More", body="More")
    assert queries_of(client, path) == few <= BAR
