"""Writing one item: a question, a section, a door, a criterion, or what there is one of."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.builder import edits, queries, services
from tremplin.builder.edits import LISTED, Kind, Refused
from tremplin.builder.forms import FORMS, ItemForm
from tremplin.builder.forms.base import as_data, kept, posted
from tremplin.builder.models import Unfinished
from tremplin.builder.rules.guarded import guarded
from tremplin.builder.rules.rubric import notices
from tremplin.builder.rules.words import condition
from tremplin.builder.services.editing import Outcome, digest, new_item
from tremplin.builder.views.common import Draft, draft_of, kind_or_404, listed_or_404, seen_in
from tremplin.core import clock
from tremplin.core.errors import Stale
from tremplin.core.text import say
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.relied import reads_begun

_ONLY_TO_LOOK = ("_show", "_more")
"""Buttons that show the page anew, with what was typed, and save nothing."""


@never_cache
def edit(request: CohortRequest, kind: str, code: str) -> HttpResponse:
    """An item that is there."""
    which, draft = kind_or_404(kind), draft_of(request)
    try:
        raw = draft.form.raw(which, code)
    except Refused as gone:
        return _gone(request, gone)
    item = f"{which}:{code}"
    if request.method != "POST":
        own = _own(request, draft, item)
        form = FORMS[which](draft.plan, as_data(own.values) if own else None, code=code, raw=raw)
        if own:
            form.read()
        return _page(request, draft, which, form, base=digest(raw), own=own)
    data = posted(request.POST)
    form = FORMS[which](draft.plan, data, code=code, raw=raw)
    base = data.get("base", "")
    if any(name in data for name in _ONLY_TO_LOOK):
        form.typed_only()
        return _page(request, draft, which, form, base=base)
    values = form.read()
    if values is None:
        return _unsound(request, draft, which, form, item, data, base)
    outcome = services.save(
        cohort=request.cohort,
        kind=which,
        code=code,
        wanted=values,
        typed=kept(data),
        base=base,
        actor=request.user,
        now=clock.now(),
    )
    return _answer(request, which, form, outcome, data)


@never_cache
def new(request: CohortRequest, kind: str) -> HttpResponse:
    """An item that is still to be added; a question says to which section."""
    which, draft = listed_or_404(kind), draft_of(request)
    section = request.POST.get("section", request.GET.get("section", ""))
    if which == "question" and section not in draft.form.places("section"):
        return _gone(request, Refused(_("There is no such section."), _("Begin again from the form.")))
    if which == "criterion" and not draft.form.places("criterion"):
        return _gone(request, Refused(_("This programme has no reading, so it has no rubric."), ""))
    item = new_item(which, section)
    if request.method != "POST":
        own = _own(request, draft, item)
        form = FORMS[which](draft.plan, as_data(own.values) if own else None)
        if own:
            form.read()
        return _page(request, draft, which, form, section=section, own=own)
    data = posted(request.POST)
    form = FORMS[which](draft.plan, data)
    if any(name in data for name in _ONLY_TO_LOOK):
        form.typed_only()
        return _page(request, draft, which, form, section=section)
    values = form.read()
    if values is None:
        return _unsound(request, draft, which, form, item, data, "", section)
    outcome = services.add(
        cohort=request.cohort,
        kind=which,
        wanted=values,
        typed=kept(data),
        label=(values.get("label") or values.get("title") or {}).get(form.languages[0], ""),
        actor=request.user,
        now=clock.now(),
        section=section,
        once=data.get("once", ""),
    )
    return _answer(request, which, form, outcome, data, section)


def _own(request: CohortRequest, draft: Draft, item: str) -> Unfinished | None:
    """What this person had typed into the item and not finished, unless they ask for what is saved."""
    if "saved" in request.GET:
        return None
    rows = queries.unfinished(draft.copy)
    return next((row for row in rows if row.item == item and row.by == request.user.ref), None)


def _unsound(
    request: CohortRequest,
    draft: Draft,
    kind: Kind,
    form: ItemForm,
    item: str,
    data: QueryDict,
    base: str,
    section: str = "",
) -> HttpResponse:
    services.keep_unfinished(
        cohort=request.cohort, item=item, typed=kept(data), actor=request.user, now=clock.now()
    )
    return _page(request, draft, kind, form, base=base, section=section, status=422)


def _answer(
    request: CohortRequest, kind: Kind, form: ItemForm, outcome: Outcome, data: QueryDict, section: str = ""
) -> HttpResponse:
    """Back to the list, or the page once more with what keeps the item from being taken over."""
    if outcome.taken:
        messages.success(request, _("Saved in the working copy. Nobody sees it until you publish."))
        anchor = f"#{kind}-{outcome.code}" if outcome.code else ""
        return HttpResponseRedirect(f"{cohort_url(request.cohort, 'builder:form')}{anchor}")
    draft = draft_of(request)
    if outcome.clash:
        return _clash(request, draft, kind, form.code, data)
    form.code = outcome.code
    form.show_faults(outcome.faults, section or _section_of(draft, outcome.code))
    if outcome.refused:
        form.add_error(None, str(outcome.refused))
    return _page(request, draft, kind, form, base=data.get("base", ""), section=section, status=422)


def _section_of(draft: Draft, code: str) -> str:
    for section in draft.plan.application.sections:
        if any(question.code == code for question in section.questions):
            return section.code
    return ""


def _clash(request: CohortRequest, draft: Draft, kind: Kind, code: str, data: QueryDict) -> HttpResponse:
    """Somebody else has saved this item meanwhile: both texts on one page, and the next press decides."""
    raw = draft.form.raw(kind, code)
    mine = FORMS[kind](draft.plan, data, code=code, raw=raw)
    mine.typed_only()
    theirs = FORMS[kind](draft.plan, code=code, raw=raw)
    by = queries.name_of(draft.copy.changed_by) if draft.copy else ""
    return _page(
        request, draft, kind, mine, base=digest(raw), clash=differing(mine, theirs), clash_by=by, status=409
    )


def differing(mine: ItemForm, theirs: ItemForm) -> list[dict[str, str]]:
    """The fields that say something else in two forms, with both texts."""
    names = dict.fromkeys([*theirs.fields, *mine.fields])
    rows = []
    for name in names:
        one, other = (_in_words(form, name) for form in (mine, theirs))
        if one != other and not name.endswith("_code"):
            field = (mine if name in mine.fields else theirs)[name]
            language = str(field.field.widget.attrs.get("lang", ""))
            rows.append({"label": str(field.label), "language": language, "mine": one, "theirs": other})
    return rows


def _in_words(form: ItemForm, name: str) -> str:
    """What a field shows, as a person reads it."""
    if name not in form.fields:
        return ""
    value = form[name].value()
    labels = {str(code): str(label) for code, label in getattr(form.fields[name], "choices", [])}
    if isinstance(value, list | tuple):
        return ", ".join(labels.get(str(item), str(item)) for item in value)
    if isinstance(value, bool) or value == "on":
        return "✓" if value else ""
    return labels.get(str(value), str(value)) if value not in (None, "") else ""


def autosave(request: CohortRequest, kind: str, code: str) -> HttpResponse:
    """Keeps what is being typed into an item beside the working copy; it is taken over by the button alone."""
    which, draft, data = kind_or_404(kind), draft_of(request), posted(request.POST)
    if code == "new" and which in LISTED:
        item, typed = new_item(which, data.get("section", "")), kept(data)
    else:
        try:
            raw = draft.form.raw(which, code)
        except Refused as gone:
            return JsonResponse({"notice": str(gone)})
        mine = FORMS[which](draft.plan, data, code=code, raw=raw)
        mine.typed_only()
        same = not differing(mine, FORMS[which](draft.plan, code=code, raw=raw))
        item, typed = f"{which}:{code}", {} if same else kept(data)
    services.keep_unfinished(
        cohort=request.cohort, item=item, typed=typed, actor=request.user, now=clock.now()
    )
    return JsonResponse({})


@never_cache
def delete(request: CohortRequest, kind: str, code: str) -> HttpResponse:
    """Delete an item, after being told what hangs on it."""
    which, draft = listed_or_404(kind), draft_of(request)
    back = cohort_url(request.cohort, "builder:form")
    try:
        edits.remove(draft.text, which, code)
        refused: Refused | None = None
    except Refused as fault:
        refused = fault
    if request.method == "POST":
        try:
            services.remove(
                cohort=request.cohort,
                kind=which,
                code=code,
                seen=seen_in(request),
                actor=request.user,
                now=clock.now(),
                once=request.POST.get("once", ""),
            )
        except (Refused, Stale) as fault:
            messages.error(request, str(fault))
            return HttpResponseRedirect(back)
        messages.success(
            request, _("Deleted from the working copy. “Take the last change back” brings it back.")
        )
        return HttpResponseRedirect(back)
    if code not in draft.form.places(which):
        return _gone(request, Refused(_("This is no longer part of the form."), ""))
    open_ = queries.is_open(request.cohort, clock.now())
    context = {
        "draft": draft,
        "kind": which,
        "code": code,
        "label": _label(draft, which, code),
        "refused": refused,
        "answered": queries.answered(request.cohort, code) if open_ and which == "question" else 0,
        "questions": _questions_in(draft, which, code),
    }
    return render(request, "builder/delete.html", context, status=200)


def _label(draft: Draft, kind: Kind, code: str) -> str:
    """What the item is called; empty for what there is one of, whose page is titled itself."""
    raw: dict[str, Any] = draft.form.raw(kind, code)
    text = raw.get("label") or raw.get("title")
    return say(text) if text else ""


def _questions_in(draft: Draft, kind: Kind, code: str) -> list[str]:
    found = [
        section for section in draft.plan.application.sections if kind == "section" and section.code == code
    ]
    return [say(question.label) for section in found for question in section.questions]


def _gone(request: CohortRequest, fault: Refused) -> HttpResponse:
    messages.error(request, str(fault))
    return HttpResponseRedirect(cohort_url(request.cohort, "builder:form"))


def _page(
    request: CohortRequest,
    draft: Draft,
    kind: Kind,
    form: ItemForm,
    *,
    base: str = "",
    section: str = "",
    own: Unfinished | None = None,
    clash: Sequence[dict[str, str]] = (),
    clash_by: str = "",
    status: int = 200,
) -> HttpResponse:
    code = "" if form.is_new else form.code
    item = f"{kind}:{code}" if code else new_item(kind, section)
    now = clock.now()
    others = [
        row for row in queries.unfinished(draft.copy) if row.item == item and row.by != request.user.ref
    ]
    dependents = [
        {"label": say(question.label), "condition": condition(draft.plan.application, question)}
        for question in draft.plan.application.questions()
        if question.show_if and kind == "question" and question.show_if.question == code
    ]
    context = {
        "draft": draft,
        "kind": kind,
        "code": code,
        "form": form,
        "base": base,
        "section": section,
        "own": own,
        "others": [{"row": row, "fields": _shown(draft, kind, form, row)} for row in others],
        "clash": clash,
        "clash_by": clash_by,
        "dependents": dependents,
        "guarded": guarded(draft.plan) if kind in {"question", "door"} else [],
        "notices": list(
            notices(
                kind,
                open_=queries.is_open(request.cohort, now),
                closed=now >= request.cohort.date("call_closes"),
                reads=reads_begun(request.cohort),
            )
        ),
        "item_label": _label(draft, kind, code) if code else "",
    }
    return render(request, f"builder/{kind}.html", context, status=status)


def _shown(draft: Draft, kind: Kind, form: ItemForm, row: Unfinished) -> list[dict[str, str]]:
    """What somebody else has typed into this item, where it differs from what is saved."""
    theirs = FORMS[kind](draft.plan, as_data(row.values), code=form.code, raw=form.raw)
    theirs.typed_only()
    return differing(theirs, FORMS[kind](draft.plan, code=form.code, raw=form.raw))
