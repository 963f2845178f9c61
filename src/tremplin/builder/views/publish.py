"""Publishing: exactly what changes, what it means for those who write, whom it tells; and then the press."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.builder import queries, services
from tremplin.builder.edits import Kind
from tremplin.builder.forms import PublishForm
from tremplin.builder.rules.comparing import changes
from tremplin.builder.rules.effects import Tally
from tremplin.builder.rules.rubric import meanings, rubric_refusals
from tremplin.builder.rules.words import rules_of
from tremplin.builder.views.common import Draft, draft_of, seen_in
from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid, Message
from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.core.ui.posting import posted, show_refusal
from tremplin.core.ui.typed import typed_into
from tremplin.programmes.forms_reason import reasons
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.relied import reads_begun
from tremplin.programmes.rules import frozen_changes, refusals
from tremplin.programmes.schema import Criterion, EligibilityQuestion, Plan, Question


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that cannot be published, with the way to its item."""

    kind: str
    code: str
    label: str
    reason: str
    instead: str
    there: bool


@typed_into
def publish(request: CohortRequest) -> HttpResponse:
    """The differences and what they mean; pressing with a reason takes the cohort to the new form."""
    draft, now = draft_of(request), clock.now()
    back = cohort_url(request.cohort, "builder:form")
    if draft.copy is None:
        return HttpResponseRedirect(back)
    open_ = queries.is_open(request.cohort, now)
    tally = queries.effects_on_all(request.cohort, draft.plan) if open_ else None
    reads = reads_begun(request.cohort)
    languages = request.cohort.plan.programme.languages
    form = PublishForm(posted(request), languages=languages, tally=tally or Tally())
    conflict: Conflict | None = None
    if request.method == "POST" and form.is_valid():
        try:
            services.publish(
                cohort=request.cohort,
                seen=seen_in(request),
                actor=request.user,
                now=now,
                reason=reasons(form.cleaned_data, languages),
                tell_of_words=bool(form.cleaned_data.get("words")),
                accepted=bool(form.cleaned_data.get("harsh")),
                once=request.POST.get("once", ""),
            )
        except Invalid as fault:
            show_refusal(form, fault)
        except Conflict as fault:
            conflict = fault
        else:
            return _done(request, tally, words=bool(form.cleaned_data.get("words")))
    context = {
        "draft": draft,
        "form": form,
        "conflict": conflict,
        "changes": changes(request.cohort.plan, draft.plan),
        "refused": _refused(request, draft, open_=open_, reads=reads),
        "frozen": _frozen(request, draft, now),
        "meanings": list(
            meanings(
                request.cohort.plan,
                draft.plan,
                opened=now >= request.cohort.date("call_opens"),
                begun=tally.drafts + tally.sent if tally else 0,
                reads=reads,
            )
        ),
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


def _refused(request: CohortRequest, draft: Draft, *, open_: bool, reads: int) -> list[Refused]:
    """What of the working copy cannot be published: people have answered it, or read by it."""
    plans = (request.cohort.plan, draft.plan)
    answered = refusals(*plans, queries.answered(request.cohort, clock.now()).used) if open_ else []
    return [
        Refused(
            refusal.kind,
            refusal.code,
            _label(plans, refusal.kind, refusal.code),
            refusal.reason,
            refusal.instead,
            refusal.code in draft.form.places(refusal.kind),
        )
        for refusal in (*answered, *rubric_refusals(*plans, reads))
    ]


def _label(plans: Sequence[Plan], kind: Kind, code: str) -> str:
    """What the item is called now, or was called before it went."""
    lists: Mapping[str, Callable[[Plan], Sequence[Question | EligibilityQuestion | Criterion]]] = {
        "question": lambda plan: plan.application.questions(),
        "door": lambda plan: plan.eligibility,
        "criterion": lambda plan: plan.review.criteria if plan.review else [],
    }
    labels = [say(item.label) for plan in plans for item in lists[kind](plan) if item.code == code]
    return labels[-1]


_PARTS: Mapping[str, Message] = {
    "application": gettext_lazy("the questions"),
    "eligibility": gettext_lazy("the doors"),
    "review.criteria": gettext_lazy("the rubric"),
}


def _frozen(request: CohortRequest, draft: Draft, now: datetime) -> list[str]:
    """Once the call has closed: the parts that differ in more than words, and so cannot be published."""
    if now < request.cohort.date("call_closes"):
        return []
    changed = frozen_changes(request.cohort.plan, draft.plan, request.cohort.dates, now)
    return [str(_PARTS[part]) for part in changed if part in _PARTS]


def _effects(draft: Draft, request: CohortRequest, tally: Tally | None) -> list[tuple[str, str, str]]:
    """Per question: what it means and for how many people, in words."""
    if tally is None:
        return []
    before, after = (
        {question.code: question for question in plan.application.questions()}
        for plan in (request.cohort.plan, draft.plan)
    )
    rules = {code: rules_of(before.get(code), after[code]) for code in tally.to_mend}
    parts: tuple[tuple[str, Mapping[str, int]], ...] = (
        (_("must be answered"), tally.to_answer),
        (_("no longer fits (%(rules)s)"), tally.to_mend),
        (_("was answered and is asked no more"), tally.not_asked),
    )
    return [
        (
            say((after.get(code) or before[code]).label),
            words % {"rules": rules.get(code, "")},
            ngettext("%(count)s person", "%(count)s people", many) % {"count": number(many)},
        )
        for words, counts in parts
        for code, many in counts.items()
    ]
