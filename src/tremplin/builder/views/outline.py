"""The form as a list, and what is done to its items from there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.builder import edits, queries, services
from tremplin.builder import outline as rows
from tremplin.builder.edits import LISTED, MODELS, Refused
from tremplin.builder.edits.moving import Step
from tremplin.builder.models import Unfinished
from tremplin.builder.rules.comparing import changes
from tremplin.builder.rules.completeness import shares
from tremplin.builder.views.common import Draft, draft_of, kind_or_404, listed_or_404, moved_to, seen_in
from tremplin.core import clock
from tremplin.core.errors import Stale
from tremplin.core.text import language_name
from tremplin.core.ui.amounts import percent
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role

_STEPS: Mapping[str, Step] = {"up": -1, "down": 1}


@never_cache
def outline(request: CohortRequest) -> HttpResponse:
    """What is asked before and in the form and how it is read, with how complete each language is."""
    draft, now = draft_of(request), clock.now()
    kept = queries.unfinished(draft.copy)
    beside = rows.by_item(kept)
    organiser = Role.ORGANISER in request.roles
    context = {
        "draft": draft,
        "sections": rows.sections(draft.plan, beside, queries.answered(request.cohort, now).people),
        "doors": rows.doors(draft.plan, beside),
        "criteria": rows.criteria(draft.plan, beside),
        "new_sections": beside.get("new-section:", []),
        "new_doors": beside.get("new-door:", []),
        "new_criteria": beside.get("new-criterion:", []),
        "about": rows.about(draft.plan, beside),
        "reading": rows.reading(draft.plan, beside),
        "strays": _strays(draft, kept),
        "shares": _shares(draft, kept),
        "unfinished": kept,
        "organiser": organiser,
        "changed": bool(draft.copy and changes(request.cohort.plan, draft.plan)),
        "replaced": bool(draft.copy and draft.copy.base_id != request.cohort.version_id),
        "steps": queries.last_steps(draft.copy, 1),
        "by": queries.name_of(draft.copy.changed_by) if draft.copy and draft.copy.changed_by else "",
        "open": queries.is_open(request.cohort, now),
        "closed": now >= request.cohort.date("call_closes"),
        "moved": _moved(request, draft),
    }
    return render(request, "builder/outline.html", context)


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved last: its button takes the focus, described by the words."""

    deed: str
    item: str
    words: str


def _moved(request: CohortRequest, draft: Draft) -> Moved | None:
    """Where the item stands that this page was led back to, or why it could not be moved."""
    deed, _colon, item = request.GET.get("at", "").partition(":")
    name, _colon, code = item.partition(":")
    refused = deed.startswith("not-")
    kind = next((one for one in LISTED if one == name), None)
    if kind is None or code not in draft.form.places(kind):
        return None
    deed = deed.removeprefix("not-")
    words = rows.stands(draft.plan, kind, code)
    if refused:
        try:
            edits.move(draft.text, kind, code, _STEPS.get(deed, 1))
        except Refused as fault:
            words = str(fault)
    return Moved(deed, item, words)


def _shares(draft: Draft, kept: Sequence[Unfinished]) -> list[dict[str, object]]:
    return [
        {
            "name": language_name(share.language).capitalize(),
            "written": share.written,
            "wanted": share.wanted,
            "percent": percent(share.part),
            "whole": share.written == share.wanted,
        }
        for share in shares(draft.plan, [row.values for row in kept])
    ]


def _strays(draft: Draft, kept: Sequence[Unfinished]) -> list[Unfinished]:
    """What was typed into items that are gone."""
    here = {f"{kind}:{code}" for kind in MODELS for code in draft.form.places(kind)}
    here |= {f"new-question:{code}" for code in draft.form.places("section")}
    here |= {"new-section:", "new-door:", "new-criterion:"}
    return [row for row in kept if row.place not in here]


def act(request: CohortRequest) -> HttpResponse:
    """One press of a button in the list: `do` says what and to what, such as “up:question:full_name”."""
    deed, _colon, item = request.POST.get("do", "").partition(":")
    form = cohort_url(request.cohort, "builder:form")
    try:
        anchor = _do(request, deed, item)
    except (Refused, Stale) as fault:
        if deed in _STEPS and isinstance(fault, Refused):
            return HttpResponseRedirect(moved_to(request.cohort, f"not-{deed}", *item.split(":", 1)))
        messages.error(request, str(fault))
        anchor = item.replace(":", "-")
    if deed in _STEPS and anchor:
        return HttpResponseRedirect(moved_to(request.cohort, deed, *item.split(":", 1)))
    if deed == "drop":
        return HttpResponseRedirect(_page_of(request))
    return HttpResponseRedirect(f"{form}{f'#{anchor}' if anchor else ''}")


def _page_of(request: CohortRequest) -> str:
    """The page of an item from which something unfinished was thrown away; the list for any other."""
    kind, _colon, code = request.POST.get("page", "").partition(":")
    if kind.startswith("new-"):
        new = cohort_url(request.cohort, "builder:new", kind=listed_or_404(kind.removeprefix("new-")))
        return f"{new}?{urlencode({'section': code})}" if code else new
    if kind and code in draft_of(request).form.places(kind_or_404(kind)):
        return cohort_url(request.cohort, "builder:item", kind=kind, code=code)
    return cohort_url(request.cohort, "builder:form")


def _do(request: CohortRequest, deed: str, item: str) -> str:
    """Carries the deed out; the id on the page of what it was done to."""
    cohort, actor, now = request.cohort, request.user, clock.now()
    seen, once = seen_in(request), request.POST.get("once", "")
    if deed == "undo":
        return _undo(request, seen, once)
    if deed == "lay":
        services.lay_upon(cohort=cohort, actor=actor, now=now, seen=seen)
        messages.success(
            request, _("Your form now stands in the new file. Look at what publishing would change.")
        )
        return ""
    if deed == "drop":
        services.drop_unfinished(cohort=cohort, ref=item, actor=actor, now=now)
        messages.success(request, _("Thrown away."))
        return ""
    name, _colon, code = item.partition(":")
    if deed not in {*_STEPS, "copy"}:
        return ""
    kind = listed_or_404(name)
    if deed in _STEPS:
        services.move(
            cohort=cohort,
            kind=kind,
            code=code,
            step=_STEPS[deed],
            seen=seen,
            actor=actor,
            now=now,
            once=once,
        )
        return f"{kind}-{code}"
    _copy, new = services.duplicate(
        cohort=cohort, kind=kind, code=code, seen=seen, actor=actor, now=now, once=once
    )
    if new:
        messages.success(request, _("Copied. The copy stands right below."))
    return f"{kind}-{new or code}"


def _undo(request: CohortRequest, seen: int, once: str) -> str:
    step = services.undo(cohort=request.cohort, seen=seen, actor=request.user, now=clock.now(), once=once)
    if step is None:
        return ""
    messages.success(request, _("The last change is taken back."))
    return step.item.replace(":", "-")


@never_cache
def discard(request: CohortRequest) -> HttpResponse:
    """Throw the working copy away, after being told what goes."""
    draft = draft_of(request)
    back = cohort_url(request.cohort, "builder:form")
    if request.method == "POST":
        services.discard(cohort=request.cohort, actor=request.user, now=clock.now(), seen=seen_in(request))
        messages.success(request, _("The working copy is gone. The form in force is as it was."))
        return HttpResponseRedirect(back)
    if draft.copy is None:
        return HttpResponseRedirect(back)
    context = {
        "draft": draft,
        "changes": changes(request.cohort.plan, draft.plan),
        "unfinished": queries.unfinished(draft.copy),
    }
    return render(request, "builder/discard.html", context)


@never_cache
def download(request: CohortRequest) -> HttpResponse:
    """The working copy as a programme file: what the screens edit, the file can say."""
    answer = HttpResponse(draft_of(request).text.encode(), content_type="application/toml; charset=utf-8")
    name = f"{request.cohort.programme.slug}-draft.toml"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
