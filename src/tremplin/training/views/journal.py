"""Pages of the journal: one post a week, shared when its writer says so."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale
from tremplin.core.pages import paginate
from tremplin.core.ui.posting import show_refusal, status_of
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.selection.models import Scholar
from tremplin.training import forms, queries, rules, services
from tremplin.training.models import Audience, JournalEntry
from tremplin.training.purposes import PUBLIC_JOURNAL
from tremplin.training.states import ENTRY
from tremplin.training.views.common import own_scholar


def journal(request: CohortRequest) -> HttpResponse:
    """What the cohort shares, newest week first; one's own weeks beside it."""
    page = paginate(queries.visible_entries(request.user, request.cohort), request, size=20)
    row = queries.own_scholar(request.user, request.cohort)
    now = clock.now()
    last = services.plan_of(request.cohort).weeks
    starts = request.cohort.date("training_starts")
    this_week = (
        queries.week_now(row, request.cohort, now=now)
        if row
        else rules.week_of(starts=starts, now=now, weeks=last)
    )
    context = {
        "page": page,
        "entries": [(entry, ENTRY[Audience(entry.audience)]) for entry in page.object_list],
        "own": row,
        "week": max(1, this_week),
    }
    return render(request, "training/journal.html", context)


def entry(request: CohortRequest, ref: str) -> HttpResponse:
    """One post."""
    found = get_object_or_404(queries.visible_entries(request.user, request.cohort), ref=ref)
    own = found.scholar.user_id == request.user.pk
    return render(
        request, "training/entry.html", {"entry": found, "state": ENTRY[Audience(found.audience)], "own": own}
    )


def write(request: CohortRequest, number: int) -> HttpResponse:
    """Write one week's post. Saving keeps any state; sharing asks for a title and a text."""
    row = own_scholar(request)
    if not 1 <= number <= services.plan_of(request.cohort).weeks + row.extension_weeks:
        raise Http404
    kept = JournalEntry.objects.filter(scholar=row, week=number).first()
    initial = {"language": request.user.language, "version": 0}
    if kept:
        initial = {name: getattr(kept, name) for name in ("title", "body", "language", "version")}
    form = forms.EntryForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if _save(request, row, number, form):
                return HttpResponseRedirect(cohort_url(request.cohort, "training:journal"))
        except Stale as stale:
            # Both texts are shown; sending again keeps this one, knowingly.
            stored = JournalEntry.objects.get(scholar=row, week=number)
            form = forms.EntryForm({**request.POST.dict(), "version": stored.version})
            form.add_error(None, str(stale))
            context = {"form": form, "number": number, "stored": stored, "purpose": PUBLIC_JOURNAL}
            return render(request, "training/write.html", context, status=409)
        kept = JournalEntry.objects.filter(scholar=row, week=number).first()
    context = {
        "form": form,
        "number": number,
        "kept": kept,
        "state": ENTRY[Audience(kept.audience)] if kept else None,
        "purpose": PUBLIC_JOURNAL,
    }
    return render(request, "training/write.html", context, status=status_of(form))


def _save(request: CohortRequest, row: Scholar, number: int, form: forms.EntryForm) -> bool:
    """Keep, and share if asked. False, with the reasons in the form, when it cannot be shared. Raises Stale."""
    kept = _keep(request, row, number, form)
    audience = request.POST.get("share", "")
    if audience in Audience.values:
        try:
            services.share_entry(entry=kept, audience=Audience(audience), actor=request.user, now=clock.now())
        except Invalid as refusal:
            form.data = {**request.POST.dict(), "version": kept.version}
            show_refusal(form, refusal)
            return False
    messages.success(request, _("Saved."))
    return True


def _keep(request: CohortRequest, row: Scholar, number: int, form: forms.EntryForm) -> JournalEntry:
    data = form.cleaned_data
    return services.save_entry(
        scholar=row,
        week=number,
        title=data["title"],
        body=data["body"],
        language=data["language"],
        expected_version=data["version"],
        actor=request.user,
        now=clock.now(),
    )


def autosave(request: CohortRequest, number: int) -> HttpResponse:
    """Keep what is being written, from the page's script; answers with the new version."""
    row = own_scholar(request)
    form = forms.EntryForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    try:
        kept = _keep(request, row, number, form)
    except Stale as stale:
        return JsonResponse({"message": str(stale)}, status=409)
    return JsonResponse({"fields": {"version": kept.version}})
