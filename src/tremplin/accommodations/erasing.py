"""What was said in confidence goes whole, at any time: no decision rests on it."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tremplin.accommodations.models import Request
from tremplin.applications.models import Application
from tremplin.people.models import User
from tremplin.people.personal_data import Holding, Trace, Traces
from tremplin.programmes.scopes import within


def requests_of(user: User) -> QuerySet[Request]:
    """Everything that a person asked in confidence, in all cohorts."""
    rows = Request.objects.filter(application__applicant=user).order_by("pk")
    return rows.select_related("cohort__programme__institution", "application")


def traces(user: User) -> dict[str, Trace]:
    return {"requests": Trace(Request.objects.filter(application__applicant=user), "cohort")}


def holdings(_user: User, _now: datetime, told: Traces) -> list[Holding]:
    what = _("What you asked in confidence, its answers, and your recordings")
    return [Holding(row["scope"], what) for row in told["requests"]]


def erase(user: User, scope: str, _now: datetime) -> None:
    """Delete requests, words, recordings and their files."""
    requests_of(user).filter(within(scope)).delete()


def let_go(application: Application) -> None:
    """The application's words go, and so does what was said beside them."""
    Request.objects.filter(application=application.pk).delete()
