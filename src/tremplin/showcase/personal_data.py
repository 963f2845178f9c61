"""What the showcase keeps about a person: their public page, and where they are named as a mentor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from tremplin.core import archived
from tremplin.core.errors import Message
from tremplin.people.models import Consent, User
from tremplin.people.personal_data import Holding, Keeping, Trace, Traces, register
from tremplin.people.services import consents
from tremplin.programmes.scopes import within
from tremplin.showcase.models import DemoSlot, ShowcasePage
from tremplin.showcase.purposes import MENTOR, PAGE


def _pages(user: User) -> QuerySet[ShowcasePage]:
    rows = ShowcasePage.objects.filter(project__scholar__user=user).order_by("pk")
    return rows.select_related("project__scholar__cohort__programme__institution")


def _named(user: User) -> list[ShowcasePage]:
    """Pages of others on which this person agreed to be named."""
    asked = set(Consent.objects.filter(user=user, purpose=MENTOR.code).values_list("about", flat=True))
    agreed = {about for who, about in consents.standing(MENTOR, asked) if who == user.pk}
    rows = ShowcasePage.objects.filter(ref__in=agreed).order_by("pk")
    return list(rows.select_related("project__scholar__cohort__programme__institution"))


def _export(user: User) -> dict[str, Any]:
    return {
        "pages": [
            {
                "cohort": page.project.scholar.cohort.scope,
                "state": page.state,
                "shown_name": page.shown_name,
                "show_name": page.show_name,
                "show_mentor": page.show_mentor,
                "before": page.before,
                "learned": page.learned,
                "published_at": page.published_at,
                "public": page.content,
            }
            for page in _pages(user)
        ],
        "named_as_mentor_on": [page.ref for page in _named(user)],
    }


def _reasons(_user: User) -> Sequence[Message]:
    """A page hangs on its project, which says so already."""
    return ()


def _traces(user: User) -> dict[str, Trace]:
    """Pages of others on which this person agreed to be named, by their last word."""
    said = Consent.objects.filter(user=user, purpose=MENTOR.code)
    last = said.filter(about=OuterRef("ref")).order_by("-pk").values("given")[:1]
    asked = ShowcasePage.objects.filter(ref__in=said.values("about")).annotate(agreed=Subquery(last))
    return {"named": Trace(asked.filter(agreed=True), "project__scholar__cohort")}


def _holdings(_user: User, _now: datetime, told: Traces) -> list[Holding]:
    """A scholar's own page goes with the project, which names it."""
    return [Holding(row["scope"], _("The name as the mentor on a public page")) for row in told["named"]]


def _erase(user: User, scope: str, now: datetime) -> None:
    own = _pages(user).filter(within(scope, "project__scholar__cohort"))
    for page in own:
        if consents.holds(user, PAGE, page.ref):
            consents.refuse(user=user, purpose=PAGE, about=page.ref, now=now)
    DemoSlot.objects.filter(within(scope), project__scholar__user=user).delete()
    own.delete()
    for page in _named(user):
        if page.project.scholar.cohort.scope == scope:
            consents.refuse(user=user, purpose=MENTOR, about=page.ref, now=now)


register(
    Keeping(
        app="showcase", export=_export, reasons=_reasons, traces=_traces, holdings=_holdings, erase=_erase
    )
)
archived.declare(ShowcasePage, "shown_name", "before", "learned", "content")
