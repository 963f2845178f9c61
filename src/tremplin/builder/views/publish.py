"""Publishing: exactly what changes, what it means for those who write, whom it tells; and then the press."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from tremplin.builder import queries, services
from tremplin.builder.forms import PublishForm
from tremplin.builder.rules.comparing import changes
from tremplin.builder.rules.effects import Tally
from tremplin.builder.views.common import Draft, draft_of, seen_in
from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.rules import refusals


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that cannot be published, with the way to its item."""

    kind: str
    code: str
    label: str
    reason: str
    instead: str
    there: bool


@never_cache
def publish(request: CohortRequest) -> HttpResponse:
    """The differences and what they mean; pressing with a reason takes the cohort to the new form."""
    draft, now = draft_of(request), clock.now()
    back = cohort_url(request.cohort, "builder:form")
    if draft.copy is None:
        return HttpResponseRedirect(back)
    open_ = queries.is_open(request.cohort, now)
    tally = queries.effects_on_all(request.cohort, draft.plan) if open_ else None
    touched, reworded = (tally.touched, tally.reworded) if tally else (0, 0)
    form = PublishForm(request.POST or None, touched=touched, reworded=reworded)
    conflict: Conflict | None = None
    if request.method == "POST" and form.is_valid():
        try:
            services.publish(
                cohort=request.cohort,
                seen=seen_in(request),
                actor=request.user,
                now=now,
                reason=form.cleaned_data.get("reason", ""),
                tell_of_words=bool(form.cleaned_data.get("words")),
                once=request.POST.get("once", ""),
            )
        except Invalid as fault:
            for name, texts in fault.errors.items():
                form.add_error(name if name in form.fields else None, texts)
        except Conflict as fault:
            conflict = fault
        else:
            return _done(request, tally, words=bool(form.cleaned_data.get("words")))
    context = {
        "draft": draft,
        "form": form,
        "conflict": conflict,
        "changes": changes(request.cohort.plan, draft.plan),
        "refused": _refused(request, draft) if open_ else [],
        "unfinished": queries.unfinished(draft.copy),
        "replaced": draft.copy.base_id != request.cohort.version_id,
        "open": open_,
        "closed": now >= request.cohort.date("call_closes"),
        "tally": tally,
        "effects": _effects(draft, request, tally),
    }
    status = 409 if conflict else 422 if request.method == "POST" else 200
    return render(request, "builder/publish.html", context, status=status)


def _done(request: CohortRequest, tally: Tally | None, *, words: bool) -> HttpResponse:
    told = (tally.touched + (tally.reworded if words else 0)) if tally else 0
    messages.success(request, _("Published: the form is in force."))
    if told:
        text = ngettext(
            "A mail to %(count)s person is being prepared. It waits among the mails until you have looked at it.",
            "Mails to %(count)s people are being prepared. They wait among the mails until you have looked at them.",
            told,
        )
        messages.info(request, text % {"count": number(told)})
    return HttpResponseRedirect(cohort_url(request.cohort, "builder:form"))


def _refused(request: CohortRequest, draft: Draft) -> list[Refused]:
    """What of the working copy cannot be published while the call is open."""
    found = refusals(request.cohort.plan, draft.plan, queries.used(request.cohort))
    here = {kind: draft.form.places(kind) for kind in ("question", "door")}
    labels = {
        ("question", question.code): say(question.label)
        for plan in (request.cohort.plan, draft.plan)
        for question in plan.application.questions()
    } | {
        ("door", door.code): say(door.label)
        for plan in (request.cohort.plan, draft.plan)
        for door in plan.eligibility
    }
    return [
        Refused(
            refusal.kind,
            refusal.code,
            labels[refusal.kind, refusal.code],
            refusal.reason,
            refusal.instead,
            refusal.code in here[refusal.kind],
        )
        for refusal in found
    ]


def _effects(draft: Draft, request: CohortRequest, tally: Tally | None) -> list[tuple[str, str, str]]:
    """Per question: what it means and for how many people, in words."""
    if tally is None:
        return []
    asked = {
        question.code: say(question.label)
        for plan in (request.cohort.plan, draft.plan)
        for question in plan.application.questions()
    }
    parts: tuple[tuple[str, Mapping[str, int] | None], ...] = (
        (_("must be answered"), tally.to_answer),
        (_("must be looked at again"), tally.to_mend),
        (_("was answered and is asked no more"), tally.not_asked),
    )
    return [
        (asked[code], words, ngettext("%(count)s person", "%(count)s people", many) % {"count": number(many)})
        for words, counts in parts
        for code, many in (counts or {}).items()
    ]
