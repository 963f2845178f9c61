"""Writing one item: a question, a section, a door, a criterion, or what there is one of."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.builder import queries, services
from tremplin.builder.edits import LISTED, Kind, Refused
from tremplin.builder.forms import FORMS, ItemForm, QuestionForm
from tremplin.builder.forms.base import as_data, kept, posted
from tremplin.builder.models import Unfinished, words_in
from tremplin.builder.rules.guarded import guarded
from tremplin.builder.rules.rubric import notices
from tremplin.builder.rules.words import answer_labels, condition
from tremplin.builder.services.editing import Outcome, digest, new_item
from tremplin.builder.views.common import Draft, draft_of, kind_or_404, listed_or_404
from tremplin.core import clock
from tremplin.core.ids import ALPHABET, LENGTH, new_ref, normal_ref
from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.core.ui.typed import typed_into
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.relied import reads_begun

_ONLY_TO_LOOK = ("_show", "_more")
"""Buttons that show the page anew, with what was typed, and save nothing."""


@typed_into
def edit(request: CohortRequest, kind: str, code: str) -> HttpResponse:
    """An item that is there."""
    which, draft = kind_or_404(kind), draft_of(request)
    try:
        raw = draft.form.raw(which, code)
    except Refused as fault:
        return gone(request, fault)
    item = f"{which}:{code}"
    if request.method != "POST":
        own = _own(request, draft, item)
        form = FORMS[which](draft.plan, as_data(own.values) if own else None, code=code, raw=raw)
        _lock(request, draft, form)
        if own:
            form.read()
        return _page(request, draft, which, form, base=digest(raw), own=own)
    data = posted(request.POST)
    form = FORMS[which](draft.plan, data, code=code, raw=raw)
    _lock(request, draft, form)
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


@typed_into
def new(request: CohortRequest, kind: str) -> HttpResponse:
    """An item that is still to be added; a question says to which section."""
    which, draft = listed_or_404(kind), draft_of(request)
    section = request.POST.get("section", request.GET.get("section", ""))
    if which == "question" and section not in draft.form.places("section"):
        return gone(request, Refused(_("There is no such section."), _("Begin again from the form.")))
    if which == "criterion" and not draft.form.places("criterion"):
        return gone(request, Refused(_("This programme has no reading, so it has no rubric."), ""))
    if request.method != "POST":
        own = _begun(request, draft, which, section)
        data = as_data(own.values) if own else _begins(request, draft)
        form = FORMS[which](draft.plan, data, section=section)
        if own:
            form.read()
        form.typed = own is not None
        return _page(
            request, draft, which, form, section=section, own=own, began=own.began if own else new_ref()
        )
    data = posted(request.POST)
    began = began_in(data)
    form = FORMS[which](draft.plan, data, section=section)
    if any(name in data for name in _ONLY_TO_LOOK):
        form.typed_only()
        return _page(request, draft, which, form, section=section, began=began)
    values = form.read()
    if values is None:
        item = new_item(which, section, began)
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
        began=began,
        once=data.get("once", ""),
    )
    return _answer(request, which, form, outcome, data, section)


def began_in(data: Mapping[str, str]) -> str:
    """Under which name the page began what is still to be added."""
    name = normal_ref(data.get("began", ""))
    return name if len(name) == LENGTH and set(name) <= set(ALPHABET) else ""


def begun_in(data: QueryDict) -> dict[str, list[str]]:
    """What was typed into something new: without a word it is nothing that anybody would miss."""
    typed = kept(data)
    return typed if words_in(typed) else {}


def _begun(request: CohortRequest, draft: Draft, kind: Kind, section: str) -> Unfinished | None:
    """What this person began earlier and now asks to go on with. Whoever does not ask begins with nothing."""
    wanted = request.GET.get("go-on", "")
    rows = queries.unfinished(draft.copy) if wanted else []
    mine = (row for row in rows if row.ref == wanted and row.by == request.user.ref)
    return next((row for row in mine if row.place == f"new-{kind}:{section}"), None)


def _begins(request: CohortRequest, draft: Draft) -> MultiValueDict[str, str] | None:
    """What a new question begins with that hangs on another one: the condition, and the kind that is understood."""
    opener = next(
        (one for one in draft.plan.application.questions() if one.code == request.GET.get("after")), None
    )
    if opener is None:
        return None
    answer = next(iter(answer_labels(opener)), "")
    return as_data(
        {
            "show_if": [f"{opener.code}={answer}"],
            "kind": ["short"],
            "required": ["on"],
            "_show": ["1"],
            "readers": ["all"],
        }
    )


def _lock(request: CohortRequest, draft: Draft, form: ItemForm) -> None:
    """What people have answered keeps its kind, and the answers that they have chosen: the page says so."""
    if not isinstance(form, QuestionForm):
        return
    answered = queries.answered(request.cohort, clock.now())
    many = answered.people.get(form.code, 0)
    in_force = {question.code: question.kind for question in request.cohort.plan.application.questions()}
    form.chosen_by = answered.chosen.get(form.code, {})
    if many and form.raw.get("kind") == in_force.get(form.code):
        text = ngettext(
            "%(count)s person has answered it, so it stays of this kind. Add a question of the other kind instead.",
            "%(count)s people have answered it, so it stays of this kind. Add a question of the other kind instead.",
            many,
        )
        form.lock_kind(text % {"count": number(many)})


def _own(request: CohortRequest, draft: Draft, item: str) -> Unfinished | None:
    """What this person had typed into the item and not finished."""
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
    typed = begun_in(data) if form.is_new else kept(data)
    services.keep_unfinished(
        cohort=request.cohort, item=item, typed=typed, actor=request.user, now=clock.now()
    )
    return _page(request, draft, kind, form, base=base, section=section, began=began_in(data), status=422)


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
    return _page(
        request,
        draft,
        kind,
        form,
        base=data.get("base", ""),
        section=section,
        began=began_in(data),
        status=422,
    )


def _section_of(draft: Draft, code: str) -> str:
    for section in draft.plan.application.sections:
        if any(question.code == code for question in section.questions):
            return section.code
    return ""


def _clash(request: CohortRequest, draft: Draft, kind: Kind, code: str, data: QueryDict) -> HttpResponse:
    """Somebody else has saved this item meanwhile: both texts on one page, and the next press decides."""
    raw = draft.form.raw(kind, code)
    mine = FORMS[kind](draft.plan, data, code=code, raw=raw)
    _lock(request, draft, mine)
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
        item, typed = new_item(which, data.get("section", ""), began_in(data)), begun_in(data)
    else:
        try:
            raw = draft.form.raw(which, code)
        except Refused as fault:
            return JsonResponse({"notice": str(fault)})
        mine = FORMS[which](draft.plan, data, code=code, raw=raw)
        mine.typed_only()
        same = not differing(mine, FORMS[which](draft.plan, code=code, raw=raw))
        item, typed = f"{which}:{code}", {} if same else kept(data)
    services.keep_unfinished(
        cohort=request.cohort, item=item, typed=typed, actor=request.user, now=clock.now()
    )
    return JsonResponse({})


def _section_label(draft: Draft, code: str) -> str:
    return next((say(part.title) for part in draft.plan.application.sections if part.code == code), "")


def label_of(draft: Draft, kind: Kind, code: str) -> str:
    """What the item is called; empty for what there is one of, whose page is titled itself."""
    raw: dict[str, Any] = draft.form.raw(kind, code)
    text = raw.get("label") or raw.get("title")
    return say(text) if text else ""


def gone(request: CohortRequest, fault: Refused) -> HttpResponse:
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
    began: str = "",
    clash: Sequence[dict[str, str]] = (),
    clash_by: str = "",
    status: int = 200,
) -> HttpResponse:
    code = "" if form.is_new else form.code
    now = clock.now()
    kept_here = queries.unfinished(draft.copy)
    others = [row for row in kept_here if row.item == f"{kind}:{code}" and row.by != request.user.ref]
    earlier = [
        row
        for row in kept_here
        if not code
        and row.place == f"new-{kind}:{section}"
        and row.by == request.user.ref
        and row.began != began
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
        "section_label": _section_label(draft, section or _section_of(draft, code))
        if kind == "question"
        else "",
        "home_section": section or _section_of(draft, code) if kind == "question" else "",
        "own": own,
        "own_fields": _shown(draft, kind, form, own) if own and code else [],
        "began": began,
        "earlier": earlier,
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
        "item_label": label_of(draft, kind, code) if code else "",
    }
    return render(request, f"builder/{kind}.html", context, status=status)


def _shown(draft: Draft, kind: Kind, form: ItemForm, row: Unfinished) -> list[dict[str, str]]:
    """What somebody else has typed into this item, where it differs from what is saved."""
    theirs = FORMS[kind](draft.plan, as_data(row.values), code=form.code, raw=form.raw)
    theirs.typed_only()
    return differing(theirs, FORMS[kind](draft.plan, code=form.code, raw=form.raw))
