"""The board, and the drafts that may never be sent."""

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.applications import queries
from tremplin.applications.forms_board import BoardForm
from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.services.freeing import keep_freed, weighs
from tremplin.applications.states import STATES, code_of
from tremplin.applications.views.common import deadline
from tremplin.core import clock
from tremplin.core.pages import paginate, paginate_by_key
from tremplin.core.text import say
from tremplin.programmes.http import CohortRequest
from tremplin.programmes.roles import Role

# Each column that sorts: its orders, the one of the first press first, and which way that one runs.
_WAYS = {
    "who": ("name", "-name", "ascending"),
    "state": ("state", "-state", "ascending"),
    "progress": ("progress", "-progress", "descending"),
    "begun": ("new", "-new", "descending"),
    "saved": ("-idle", "idle", "descending"),
    "sent": ("sent", "-sent", "descending"),
}
_TURNED = {"ascending": "descending", "descending": "ascending"}


def board_form(request: CohortRequest, given: QueryDict) -> BoardForm:
    """The filters; labels are for organisers alone. Where they rest on free hours, these are brought up to date."""
    labels = queries.labels(request.cohort) if Role.ORGANISER in request.roles else []
    form = BoardForm(given, cohort=request.cohort, labels=labels)
    if weighs(request.cohort, form.filters.door):
        keep_freed(cohort=request.cohort)
    return form


@never_cache
def board(request: CohortRequest) -> HttpResponse:
    """Every application as one row, found by what is known of it and by what was answered.

    Observers see how many there are of each state, and no row.
    """
    cohort, now = request.cohort, clock.now()
    counts, closing = queries.counts(cohort), deadline(cohort, now)
    if Role.ORGANISER not in request.roles:
        return render(request, "applications/board_figures.html", {"counts": counts, **closing})
    form = board_form(request, request.GET)
    if form.added:  # an address to share says each filter once
        return HttpResponseRedirect(f"{request.path}?{form.query()}")
    page = paginate_by_key(queries.board(cohort, request.user, form.filters, now=now), request)
    labels = queries.labels_of(page.object_list)
    rows = []
    for application in page.object_list:
        application.cohort = cohort
        state = STATES[code_of(application, now)]
        rows.append({"application": application, "state": state, "labels": labels.get(application.pk, [])})
    context = {
        "form": form,
        "filtered": bool(form.filters.given),
        "page": page,
        "rows": rows,
        "counts": counts,
        "columns": _columns(form),
        "ticked": request.GET.get("tick") == str(page.number),
        "here": form.query(page=str(page.number)),
        "excluded_shown": form.known.get("state") == ApplicationState.EXCLUDED or "cause" in form.known,
        **closing,
    }
    return render(request, "applications/board.html", context)


def _columns(form: BoardForm) -> dict[str, dict[str, str]]:
    """How each column is sorted now, and the query of the address that sorts by it, or the other way round."""
    now = form.known.get("sort", "new")
    found = {}
    for name, (first, second, way) in _WAYS.items():
        sorted_ = {first: way, second: _TURNED[way]}.get(now, "")
        found[name] = {"sorted": sorted_, "href": form.query(sort=second if now == first else first)}
    return found


RISKS = ("half", "one", "idle")


@never_cache
def at_risk(request: CohortRequest) -> HttpResponse:
    """Drafts that may never be sent: how many of each kind, and for organisers which, and what each lacks.

    What is missing is named by section; not a word of a draft is read for it.
    """
    cohort, now = request.cohort, clock.now()
    organiser = Role.ORGANISER in request.roles
    kind = request.GET.get("kind", "")
    kind = kind if kind in RISKS else "half"
    narrowing = {"idle": "7"} if kind == "idle" else {"progress": kind}
    filters = queries.BoardFilters(state=ApplicationState.DRAFT, sort="progress", **narrowing)
    found = queries.board(cohort, request.user, filters, now=now) if organiser else Application.objects.none()
    page = paginate(found, request)
    titles = {section.code: say(section.title) for section in cohort.plan.application.sections}
    rows = [
        {"application": row, "lacks": [titles[code] for code in row.lacks if code in titles]}
        for row in page.object_list
    ]
    risks = queries.risks(cohort, now)
    context = {
        "kind": kind,
        "kinds": [
            ("half", _("At least half done"), risks.half),
            ("one", _("Just one answer missing"), risks.one),
            ("idle", _("Not touched for a week"), risks.idle),
        ],
        "filters": filters.given,
        "page": page,
        "rows": rows,
        "organiser": organiser,
        "drafts": queries.counts(cohort).draft,
        **deadline(cohort, now),
    }
    return render(request, "applications/at_risk.html", context)
