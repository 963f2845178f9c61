"""Mails of a cohort: what waits for a look, what has left, what could not be delivered."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.outbox import queries as mails
from tremplin.core.outbox.models import Batch, BatchState, MessageState, OutboxMessage
from tremplin.core.outbox.wanted import who_is_left_out
from tremplin.core.pages import paginate
from tremplin.core.text import is_whole, whole
from tremplin.core.ui.posting import status_of
from tremplin.programmes import queries, services
from tremplin.programmes.forms import AddressForm
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.mail_states import batch_state, message_state


@never_cache
def outbox(request: CohortRequest) -> HttpResponse:
    """Batches that wait, mails that failed, and the batches of the past."""
    now, batches = clock.now(), queries.batches(request.cohort, request.user)
    waiting = list(batches.filter(state=BatchState.OPEN)[:100])
    page = paginate(batches.exclude(state=BatchState.OPEN), request, size=30)
    names = queries.names_of({batch.opened_by for batch in [*waiting, *page]})
    context = {
        "waiting": [_row(batch, names) for batch in waiting],
        "rows": [_row(batch, names) for batch in page],
        "page": page,
        "failed": list(queries.mails(request.cohort, request.user, state=MessageState.FAILED)[:20]),
        "now": now,
    }
    return render(request, "programmes/outbox.html", context)


def _row(batch: Batch, names: dict[str, str]) -> dict[str, object]:
    return {"batch": batch, "state": batch_state(batch), "by": names.get(batch.opened_by, "")}


@never_cache
def batch(request: CohortRequest, ref: str) -> HttpResponse:
    """One batch as it will leave: each recipient, subject and text."""
    found, now = _batch(request, ref), clock.now()
    page = paginate(mails.preview(found), request, size=20)
    readers = {mail.to_ref for mail in page}
    names = queries.names_of({found.opened_by, found.released_by} | readers)
    context = {
        "batch": found,
        "state": batch_state(found),
        "page": page,
        "mails": [(mail, names.get(mail.to_ref, "")) for mail in page],
        "minutes": int(settings.MAIL_UNDO.total_seconds() // 60),
        "left_out": who_is_left_out(found),
        "waiting": queries.waiting_in(found),
        "progress": [(message_state(code), count) for code, count in mails.progress(found).items()],
        "undoable": found.state == BatchState.RELEASED
        and bool(found.release_after and found.release_after > now),
        "opened_by": names.get(found.opened_by, ""),
        "released_by": names.get(found.released_by, ""),
    }
    return render(request, "programmes/batch.html", context)


def act(request: CohortRequest, ref: str) -> HttpResponse:
    """Send a batch, undo the sending, or decide never to send it. A stale page changes nothing."""
    found, now = _batch(request, ref), clock.now()
    deed = request.POST.get("deed", "")
    seen = request.POST.get("seen", "")
    try:
        if deed == "release":
            count = whole(seen) if is_whole(seen) else None
            services.release(cohort=request.cohort, batch=found, actor=request.user, now=now, seen=count)
            messages.success(request, _("Released. Until the mails leave, one press takes them all back."))
        elif deed == "undo":
            services.undo(cohort=request.cohort, batch=found, actor=request.user, now=now)
            messages.success(request, _("Undone: no mail of this batch has left."))
        elif deed == "cancel":
            services.cancel_batch(cohort=request.cohort, batch=found, actor=request.user, now=now)
            messages.success(request, _("This batch will never be sent."))
        else:
            raise Http404
    except Conflict as fault:
        messages.error(request, str(fault))
    return HttpResponseRedirect(cohort_url(request.cohort, "programmes:batch", ref=found.ref))


@never_cache
def history(request: CohortRequest) -> HttpResponse:
    """Every mail of the cohort, by state, kind or recipient."""
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    page = paginate(queries.mails(request.cohort, request.user, state=state, words=words), request)
    context = {
        "page": page,
        "rows": [(message, message_state(message.state)) for message in page],
        "state": state,
        "words": words,
        "states": [(code, message_state(code)) for code in MessageState.values],
    }
    return render(request, "programmes/mails.html", context)


@never_cache
def message(request: CohortRequest, ref: str) -> HttpResponse:
    """One mail: what it says, where it is; cancel it, or send it again to a mended address."""
    found = queries.mail_at(request.cohort, ref, request.user)
    if found is None:
        raise Http404
    form = AddressForm(request.POST if "to" in request.POST else None, initial={"to": found.to})
    if request.method == "POST" and (form.is_valid() or request.POST.get("deed") == "cancel"):
        try:
            return _act_on(request, found, form)
        except Invalid as fault:
            for text in fault.errors.get("to", []):
                form.add_error("to", text)
    context = {
        "message": found,
        "form": form,
        "state": message_state(found.state),
        "failed": found.state == MessageState.FAILED,
        "stoppable": found.state in {MessageState.WAITING, MessageState.QUEUED, MessageState.FAILED},
    }
    return render(request, "programmes/mail.html", context, status=status_of(form))


def _act_on(request: CohortRequest, found: OutboxMessage, form: AddressForm) -> HttpResponse:
    now = clock.now()
    try:
        if request.POST.get("deed") == "cancel":
            services.cancel(cohort=request.cohort, message=found, actor=request.user, now=now)
            messages.success(request, _("This mail will not be sent."))
        else:
            services.send_again(
                cohort=request.cohort, message=found, actor=request.user, now=now, to=form.cleaned_data["to"]
            )
            messages.success(request, _("On its way again."))
    except Conflict as fault:
        messages.error(request, str(fault))
    return HttpResponseRedirect(cohort_url(request.cohort, "programmes:mail", ref=found.ref))


def _batch(request: CohortRequest, ref: str) -> Batch:
    found = queries.batch_at(request.cohort, ref, request.user)
    if found is None:
        raise Http404
    return found
