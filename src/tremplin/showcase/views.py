"""Pages of the showcase: the public gallery and its pages, the scholar's own page, the demo day."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale
from tremplin.core.pages import paginate
from tremplin.core.text import is_whole, whole
from tremplin.core.ui.posting import status_of
from tremplin.programmes.http import CohortRequest, cohort_url, person
from tremplin.programmes.roles import Role
from tremplin.projects import services as projects
from tremplin.projects.models import Project
from tremplin.showcase import queries, services
from tremplin.showcase.forms import PublicPageForm
from tremplin.showcase.models import DemoSlot, ShowcasePage
from tremplin.showcase.purposes import MENTOR, PAGE
from tremplin.showcase.states import STATES


def gallery(request: CohortRequest) -> HttpResponse:
    """What the scholars of a cohort made. For everybody."""
    plan = request.cohort.plan.showcase
    if plan is None:
        raise Http404
    slots = list(DemoSlot.objects.filter(cohort=request.cohort).select_related("project"))
    context = {
        "plan": plan,
        "projects": queries.public_pages(request.cohort),
        "slots": slots,
        "demo_day": request.cohort.dates.get("demo_day") if plan.demo_day else None,
    }
    return render(request, "showcase/gallery.html", context)


def page(request: CohortRequest, ref: str) -> HttpResponse:
    """One project, for everybody once it is published; before that, a preview for those who may see it."""
    public = queries.public_page(request.cohort, ref)
    if public is not None:
        return render(request, "showcase/page.html", {"project": public})
    user = person(request)
    if user is None:
        raise Http404
    row = get_object_or_404(queries.visible_pages(user, request.cohort), ref=ref)
    return render(
        request, "showcase/page.html", {"project": queries.preview(row), "preview": True, "row": row}
    )


def mine(request: CohortRequest) -> HttpResponse:
    """The scholar writes their public page and decides what it shows."""
    project = (
        Project.objects.select_related("scholar__user", "scholar__cohort__version")
        .filter(scholar__user=request.user, scholar__cohort=request.cohort)
        .first()
    )
    if project is None:  # there is nothing to show yet: where a project begins
        return HttpResponseRedirect(cohort_url(request.cohort, "projects:mine"))
    row = services.page_of(project, now=clock.now())
    fields = ("shown_name", "show_name", "show_mentor", "before", "learned", "version")
    form = PublicPageForm(initial={field: getattr(row, field) for field in fields})
    if request.method == "POST":
        form = PublicPageForm(request.POST)
        if form.is_valid():
            done, form = _save(request, project, form)
            if done:
                return HttpResponseRedirect(cohort_url(request.cohort, "showcase:mine"))
        row.refresh_from_db()
    context = {
        "form": form,
        "row": row,
        "state": STATES[row.state],
        "gate": projects.gate(project),
        "project": project,
        "preview": queries.preview(row),
        "purpose": PAGE,
    }
    return render(request, "showcase/mine.html", context, status=status_of(form))


def _save(request: CohortRequest, project: Project, form: PublicPageForm) -> tuple[bool, PublicPageForm]:
    values = dict(form.cleaned_data)
    version = values.pop("version")
    try:
        row = services.save_page(
            project=project, values=values, expected_version=version, actor=request.user, now=clock.now()
        )
        if "ask" in request.POST:
            services.ask_to_publish(
                page=row, expected_version=row.version, actor=request.user, now=clock.now()
            )
    except Stale as stale:
        form = PublicPageForm({**request.POST.dict(), "version": getattr(stale.current, "version", 0)})
        form.add_error(None, str(stale))
        return False, form
    messages.success(request, _("Sent to the organisers.") if "ask" in request.POST else _("Saved."))
    return True, form


def act(request: CohortRequest, ref: str) -> HttpResponse:
    """Publish, take back, or agree to be named as the mentor."""
    row = get_object_or_404(queries.visible_pages(request.user, request.cohort), ref=ref)
    deed, now = request.POST.get("deed", ""), clock.now()
    if deed == "publish":
        services.publish(page=row, actor=request.user, now=now)
        messages.success(request, _("The page is public."))
    elif deed == "take-back":
        services.take_back(page=row, actor=request.user, now=now)
        messages.success(request, _("The page is not public any more."))
    elif deed in {"agree", "disagree"}:
        services.agree_as_mentor(page=row, agree=deed == "agree", actor=request.user, now=now)
        messages.success(request, _("Saved."))
    back = "showcase:mine" if row.project.scholar.user_id == request.user.pk else "showcase:organise"
    return HttpResponseRedirect(cohort_url(request.cohort, back))


def organise(request: CohortRequest) -> HttpResponse:
    """Pages in every state, what waits for publication, and the running order of the demo day."""
    rows = queries.visible_pages(request.user, request.cohort).order_by("project__title", "pk")
    organiser = Role.ORGANISER in request.roles
    if request.method == "POST" and organiser:
        try:
            _order(request, rows)
        except Invalid as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The running order is saved."))
        return HttpResponseRedirect(cohort_url(request.cohort, "showcase:organise"))
    current = paginate(rows, request)
    order = dict(DemoSlot.objects.filter(cohort=request.cohort).values_list("project_id", "position"))
    context = {
        "page": current,
        "rows": [(row, STATES[row.state], order.get(row.project_id)) for row in current.object_list],
        "organiser": organiser,
        "named_on": queries.named_on(request.user, list(current.object_list)),
        "purpose": MENTOR,
    }
    return render(request, "showcase/organise.html", context)


def _order(request: CohortRequest, rows: QuerySet[ShowcasePage]) -> None:
    """The order that the numbers give; a page without a number has no talk."""
    places: list[tuple[int, int, Project]] = []
    for row in rows:
        typed = request.POST.get(f"place-{row.ref}", "").strip()
        if is_whole(typed):
            places.append((int(typed), row.pk, row.project))
    services.order_demo_day(
        cohort=request.cohort,
        projects_in_order=[project for _place, _pk, project in sorted(places, key=lambda item: item[:2])],
        minutes=whole(request.POST.get("minutes", "10")),
        actor=request.user,
        now=clock.now(),
    )
