"""What everybody found in one text, what is said about it, and what organisers hold on to."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Invalid
from tremplin.core.pages import paginate
from tremplin.core.text import say
from tremplin.core.ui.charts import Bar
from tremplin.core.ui.posting import posted, show_refusal, status_of
from tremplin.first_reads import queries, rules, services
from tremplin.first_reads.forms import AgreedForm, RemarkForm
from tremplin.first_reads.models import Agreed, Piece
from tremplin.first_reads.views.common import number_of, opened_or_404, piece_or_404
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role
from tremplin.programmes.schema import Criterion
from tremplin.review import rules as review_rules
from tremplin.review.plan import review_plan


@never_cache
def discussion(request: CohortRequest, ref: str) -> HttpResponse:
    """The levels that all chose, drawn; their comments; the thread, where one may say something."""
    found = opened_or_404(request)
    piece = piece_or_404(found, ref)
    reads = queries.discussion(found, piece, request.user)
    form = RemarkForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.remark(
                found=found, piece=piece, actor=request.user, now=clock.now(), **form.cleaned_data
            )
        except Invalid as fault:
            show_refusal(form, fault)
        else:
            messages.success(request, _("Said."))
            return HttpResponseRedirect(cohort_url(request.cohort, "first_reads:discussion", ref=ref))
    agreed = _agreed(piece)
    criteria = review_plan(request.cohort).criteria
    context = {
        "found": found,
        "piece": piece,
        "number": number_of(found, piece),
        "readings": queries.readings(request.cohort, piece),
        "reads": reads,
        "criteria": [_drawn(one, reads, agreed) for one in criteria],
        "comments": [read for read in reads if read.comment],
        "remarks": paginate(queries.remarks_of(piece), request),
        "form": form,
        "organiser": Role.ORGANISER in request.roles,
    }
    return render(request, "first_reads/discussion.html", context, status=status_of(form))


def _agreed(piece: Piece) -> dict[str, Agreed]:
    return {row.criterion: row for row in Agreed.objects.filter(piece=piece.pk)}


def _drawn(criterion: Criterion, reads: list[queries.Found], agreed: dict[str, Agreed]) -> dict[str, Any]:
    """One criterion: a bar for each level, one's own and the agreed one said in words."""
    mine = next((read.scores for read in reads if read.mine), {})
    scores = [read.scores for read in reads]
    levels = {code: row.score for code, row in agreed.items()}
    held = agreed.get(criterion.code)
    return {
        "label": say(criterion.label),
        "bars": [_bar(criterion, step) for step in rules.steps(criterion, scores, mine, levels)],
        "apart": rules.apart(criterion, scores),
        "agreed": review_rules.level_words(criterion, held.score) if held and held.score is not None else "",
        "words": held.words if held else "",
    }


def _bar(criterion: Criterion, step: rules.Step) -> Bar:
    said = [ngettext("%(count)s reader", "%(count)s readers", step.many) % {"count": step.many}]
    if step.mine:
        said.append(_("you"))
    if step.agreed:
        said.append(_("agreed reading"))
    words = review_rules.level_words(criterion, step.score)
    return Bar(words, step.many, " · ".join(said), "ok" if step.agreed else "info" if step.mine else "")


@never_cache
def agreed(request: CohortRequest, ref: str) -> HttpResponse:
    """Hold on to how each criterion of a text is to be read."""
    found = opened_or_404(request)
    piece = piece_or_404(found, ref)
    queries.discussion(found, piece, request.user)
    form = AgreedForm(review_plan(request.cohort), posted(request), agreed=_agreed(piece))
    if request.method == "POST" and form.is_valid():
        try:
            services.agree(
                found=found,
                piece=piece,
                actor=request.user,
                now=clock.now(),
                scores=form.scores(),
                words=form.words(),
            )
        except Invalid as fault:
            show_refusal(form, fault)
        else:
            messages.success(request, _("Saved. Reviewers see it beside what they found."))
            return HttpResponseRedirect(cohort_url(request.cohort, "first_reads:discussion", ref=ref))
    context = {"piece": piece, "number": number_of(found, piece), "form": form}
    return render(request, "first_reads/agreed.html", context, status=status_of(form))
