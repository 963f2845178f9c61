"""The cohort's navigation: what the programme runs, for those who may go there, and where they are now.

A short navigation is one row. A long one (an organiser's) is sorted by the phases of the journey: one row
of phases, and under it the pages of the phase at hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tremplin.core.ui.shell import NavLink
from tremplin.programmes.desk import PHASE_LABELS, NavItem, Phase
from tremplin.programmes.http import cohort_url, person
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.schema import STAGES as OPTIONAL_STAGES
from tremplin.web.access import TABLE
from tremplin.web.shut import is_shut
from tremplin.web.stages import STAGES, desks

ONE_ROW = 9


def links(request: HttpRequest, cohort: Cohort, roles: frozenset[Role]) -> list[NavLink]:
    """Where this person may go in this cohort; the place where they are is marked."""
    items = [item for item in _items(cohort, roles) if not _shut(request, cohort, item)]
    places = [NavLink(label=item.label, href=cohort_url(cohort, item.url)) for item in items]
    namespace = request.resolver_match.namespace if request.resolver_match else ""
    here = where(
        request.path, [(link.href, item.url) for link, item in zip(places, items, strict=True)], namespace
    )
    if here is not None:
        exact = places[here].href == request.path
        places[here] = replace(places[here], current="page" if exact else "true")
    if len(places) >= ONE_ROW:
        places = _by_phase([item.phase for item in items], places)
    desk = cohort_url(cohort, "desk")
    if roles:
        places.insert(0, NavLink(label=_("Desk"), href=desk, current="page" if request.path == desk else ""))
    return places


def _shut(request: HttpRequest, cohort: Cohort, item: NavItem) -> bool:
    user = person(request)
    return user is not None and is_shut(cohort, user, TABLE[item.url])


def where(path: str, places: Sequence[tuple[str, str]], namespace: str) -> int | None:
    """The place that `path` belongs to: the longest address that it begins with, else its stage's first page."""
    above = [(len(href), -index) for index, (href, _url) in enumerate(places) if path.startswith(href)]
    if above:
        return -max(above)[1]
    same = (index for index, (_href, url) in enumerate(places) if url.split(":")[0] == namespace)
    return next(same, None) if namespace else None


def _items(cohort: Cohort, roles: frozenset[Role]) -> Iterator[NavItem]:
    for stage, module in zip(STAGES, desks(), strict=True):
        if stage not in OPTIONAL_STAGES or cohort.plan.runs(stage):
            yield from (item for item in module.NAV if not roles.isdisjoint(item.roles))


def _by_phase(phases: Sequence[Phase], places: Sequence[NavLink]) -> list[NavLink]:
    """A phase leads to its first page; a phase of one page is that page."""
    found: list[NavLink] = []
    for phase in Phase:
        pages = tuple(place for place, of in zip(places, phases, strict=True) if of == phase)
        if len(pages) == 1:
            found += pages
        elif pages:
            link = NavLink(label=PHASE_LABELS[phase], href=pages[0].href, pages=pages)
            found.append(replace(link, current="true") if any(page.current for page in pages) else link)
    return found
