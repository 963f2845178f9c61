"""The scholar's own: each payment with where it stands, and where the money goes."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale
from tremplin.core.personal_keys import LOST
from tremplin.core.ui.posting import posted, show_refusal, status_of
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.selection.models import Scholar
from tremplin.stipends import queries, rules, services
from tremplin.stipends.forms import PayeeDetailsForm
from tremplin.stipends.plan import needed
from tremplin.stipends.views.common import segments, shown


def mine(request: CohortRequest) -> HttpResponse:
    """The scholar's own payments, each with where it stands and what happens next."""
    cohort = request.cohort
    scholar = queries.scholar_of(request.user, cohort)
    rows = queries.visible_instalments(request.user, cohort).filter(scholar__user=request.user)
    lines = queries.lines(rows, now=clock.now(), cohort=cohort)
    context = {
        "lines": [
            {**shown(line), "waits_for": needed(line.waits_for, gate_open=line.gate_open)} for line in lines
        ],
        "payee": queries.payee_form(scholar) if scholar else None,
        "wanted": scholar is not None and queries.wants_details(scholar, lines),
        "settled": all(line.instalment.state in rules.OVER for line in lines),
        "keep_months": rules.KEEP_DETAILS_MONTHS,
        "plan": cohort.plan.stipend,
        "segments": segments(queries.budget(cohort, scholar)) if scholar else [],
    }
    return render(request, "stipends/mine.html", context)


@never_cache
def payee(request: CohortRequest) -> HttpResponse:
    """Give or change payment details. A form from an old tab shows what is stored and keeps what was typed."""
    scholar = get_object_or_404(Scholar, cohort=request.cohort, user=request.user)
    scholar.cohort = request.cohort
    now = clock.now()
    if "delete" in request.POST:
        services.delete_own_details(scholar=scholar, actor=request.user, now=now)
        messages.success(request, _("Your payment details are deleted."))
        return HttpResponseRedirect(cohort_url(request.cohort, "stipends:mine"))
    kept = queries.payee_form(scholar)
    details = services.payee_details(scholar=scholar, actor=request.user, now=now)
    form = PayeeDetailsForm(
        posted(request),
        initial={**(details._asdict() if details else {}), "version": kept.version if kept else 0},
    )
    stale = False
    if request.method == "POST" and form.is_valid():
        try:
            _save(scholar, form, request, now)
        except Invalid as refusal:
            show_refusal(form, refusal)
        except Stale as refusal:
            stale = True
            version = getattr(refusal.current, "version", 0)
            form = PayeeDetailsForm({**request.POST.dict(), "version": version})
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved.") if kept is None else _saved_again())
            return HttpResponseRedirect(cohort_url(request.cohort, "stipends:mine"))
    context = {
        "form": form,
        "stored": _facts(form, details) if stale and details else [],
        "lost": LOST if kept and details is None else "",
    }
    status = status_of(form, stale=stale)
    return render(request, "stipends/payee.html", context, status=status)


def _saved_again() -> str:
    return _(
        "Saved. A payment that was being prepared with other details starts again, and a mail tells you so."
    )


def _save(scholar: Scholar, form: PayeeDetailsForm, request: CohortRequest, now: datetime) -> None:
    data = dict(form.cleaned_data)
    version = data.pop("version")
    services.save_payee_form(
        scholar=scholar,
        details=services.PayeeDetails(**data),
        expected_version=version,
        actor=request.user,
        now=now,
    )


def _facts(form: PayeeDetailsForm, details: services.PayeeDetails) -> list[tuple[str, str]]:
    """What another tab saved, label by label. It is the scholar's own."""
    return [(str(form.fields[name].label), value) for name, value in details._asdict().items() if value]
