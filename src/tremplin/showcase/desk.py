"""What the showcase puts on a person's desk."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.people.models import User
from tremplin.programmes.desk import Card, NavItem, Phase
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.tallies import on_desk, register
from tremplin.projects.models import Project
from tremplin.selection.queries import everyone
from tremplin.showcase.models import PageState, ShowcasePage

BEFORE = timedelta(weeks=4)
NAV = (
    NavItem(
        Phase.RESULTS,
        gettext_lazy("Showcase"),
        "showcase:organise",
        frozenset({Role.ORGANISER, Role.OBSERVER, Role.MENTOR}),
    ),
    NavItem(Phase.RESULTS, gettext_lazy("Public page"), "showcase:mine", frozenset({Role.SCHOLAR})),
)

_ASKED = register(
    "showcase.asked",
    lambda cohort, _actor: ShowcasePage.objects.filter(
        project__scholar__cohort=cohort, state=PageState.ASKED
    ),
)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """What needs this person now in the showcase."""
    if not cohort.plan.runs("showcase"):
        return []
    found: list[Card] = []
    if Role.SCHOLAR in roles and now > cohort.date("training_ends") - BEFORE:
        found += _scholar_cards(cohort, actor)
    if Role.ORGANISER in roles and now >= cohort.date("training_starts") and everyone(cohort):
        found += _organiser_cards(cohort, actor)
    return found


def _scholar_cards(cohort: Cohort, actor: User) -> list[Card]:
    page = ShowcasePage.objects.filter(project__scholar__cohort=cohort, project__scholar__user=actor).first()
    if page is not None and page.state != PageState.DRAFT:
        return []
    if page is None and not Project.objects.filter(scholar__cohort=cohort, scholar__user=actor).exists():
        return []
    line = _("You decide what the public reads, field by field.")
    href = cohort_url(cohort, "showcase:mine")
    return [
        Card(
            _("Write your public page"),
            line,
            href,
            action=_("Write it"),
            due=cohort.dates.get("demo_day"),
            urgency="soon",
        )
    ]


def _organiser_cards(cohort: Cohort, actor: User) -> list[Card]:
    asked = on_desk(_ASKED, cohort, actor)
    if not asked:
        return []
    text = ngettext("%(count)s page waits to be published.", "%(count)s pages wait to be published.", asked)
    href = cohort_url(cohort, "showcase:organise")
    return [
        Card(_("Publish projects"), text % {"count": asked}, href, action=_("Look at them"), urgency="soon")
    ]
