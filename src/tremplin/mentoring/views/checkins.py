"""Check-ins from each side, what organisers read of both, and raised hands."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Invalid, Stale
from tremplin.core.pages import paginate
from tremplin.core.text import whole
from tremplin.core.ui.posting import show_refusal
from tremplin.core.ui.typed import typed_into
from tremplin.mentoring import queries, services
from tremplin.mentoring.forms import NoteForm
from tremplin.mentoring.models import CheckInAnswer, Concern, Pairing, Side
from tremplin.mentoring.states import CONCERNS, STATES
from tremplin.mentoring.views.common import pairing_or_404
from tremplin.programmes.answer_form import AnswersForm, answer_words
from tremplin.programmes.http import CohortRequest, cohort_url


@typed_into
def check_in(request: CohortRequest, ref: str, code: str) -> HttpResponse:
    """Answer one check-in. “Save” keeps a draft in any state; “Send” says what is missing, and keeps it too."""
    row = pairing_or_404(request, ref)
    side = services.side_of(row, request.user)
    line = _line(request, row, side, code)
    questions = services.plan_of(request.cohort).questions
    form = AnswersForm(questions, initial=line.mine.answers if line.mine else {})
    status, stored = 200, None
    if request.method == "POST":
        form = AnswersForm(questions, request.POST)
        status, stored = _keep(request, row, code, form)
        if status == 302:
            return HttpResponseRedirect(cohort_url(request.cohort, "mentoring:pairing", ref=row.ref))
        line = _line(request, pairing_or_404(request, ref), side, code)
    mine = line.mine
    context = {
        "form": form,
        "pairing": row,
        "side": side,
        "line": line,
        "state": STATES[line.phase],
        "version": mine.version if mine else 0,
        "stored": _words(questions, stored.answers) if stored else [],
        "both": _both(row, request, code, side, mine) if mine and line.phase == "sent" else [],
        "writes": line.phase in {"open", "late"} or (line.phase != "sent" and mine is not None),
        "other_sent": line.mentor_sent if side == Side.SCHOLAR else line.scholar_sent,
    }
    return render(request, "mentoring/check_in.html", context, status=status)


def _line(request: CohortRequest, row: Pairing, side: Side | None, code: str) -> queries.CheckInLine:
    lines = queries.check_ins(row, request.cohort, side, now=clock.now())
    found = next((line for line in lines if line.slot.checkin.code == code), None)
    if found is None:
        raise Http404
    return found


def _words(questions: Any, answers: dict[str, str]) -> list[tuple[Any, str]]:
    return [(question, answer_words(question, answers.get(question.code, ""))) for question in questions]


def _both(
    row: Pairing, request: CohortRequest, code: str, side: Side, mine: CheckInAnswer
) -> list[tuple[Any, str, str]]:
    """One's own answers beside those that the other side shares."""
    questions = services.plan_of(request.cohort).questions
    theirs = queries.other_side_answers(row, request.cohort, code, side)
    return [
        (question, words, answer_words(question, theirs.get(question.code, "")))
        for question, words in _words(questions, mine.answers)
    ]


def _keep(
    request: CohortRequest, row: Pairing, code: str, form: AnswersForm
) -> tuple[int, CheckInAnswer | None]:
    """Save or send. The status to answer with, and what another tab has stored meanwhile."""
    sending = "send" in request.POST
    deed = services.send_answers if sending else services.save_answers
    try:
        deed(
            pairing=row,
            code=code,
            answers=form.answers(),
            expected_version=whole(request.POST.get("_version")),
            actor=request.user,
            now=clock.now(),
        )
    except Invalid as refusal:
        form.show_errors(refusal.errors)
        return 422, None
    except Stale as stale:
        form.show_errors({"": [str(stale)]})
        return 409, stale.current if isinstance(stale.current, CheckInAnswer) else None
    messages.success(request, _("Sent. Thank you.") if sending else _("Saved as a draft."))
    return 302, None


@never_cache
def answers(request: CohortRequest, ref: str, code: str) -> HttpResponse:
    """What both sides sent, private answers included, for organisers; each look is written to the log."""
    return _answers_page(request, pairing_or_404(request, ref), code)


def _answers_page(
    request: CohortRequest, row: Pairing, code: str, *, refused: tuple[str, NoteForm] | None = None
) -> HttpResponse:
    line = _line(request, row, None, code)
    services.log_reading(pairing=row, code=code, actor=request.user, now=clock.now())
    both = [
        (found, _said(found.question, found.scholar), _said(found.question, found.mentor))
        for found in queries.both_sides(row, request.cohort, code)
    ]
    hands = queries.concerns_about(row, code)
    forms = {hand.ref: NoteForm(prefix=hand.ref) for hand in hands}
    if refused:
        forms[refused[0]] = refused[1]
    context = {
        "pairing": row,
        "line": line,
        "both": both,
        "hands": [(hand, CONCERNS.get(hand.kind, hand.kind), forms[hand.ref]) for hand in hands],
        "form": refused[1] if refused else None,
    }
    return render(request, "mentoring/answers.html", context, status=422 if refused else 200)


def _said(question: Any, value: str | None) -> str | None:
    return None if value is None else answer_words(question, value)


def concerns(request: CohortRequest) -> HttpResponse:
    """Raised hands, open ones first. What was written is read on the page of the check-in."""
    page = paginate(queries.visible_concerns(request.cohort), request)
    plan = services.plan_of(request.cohort)
    titles = {checkin.code: checkin.title for checkin in plan.checkins}
    labels = {question.code: question.label for question in plan.questions}
    rows = [
        (
            row,
            CONCERNS.get(row.kind, row.kind),
            titles.get(row.code, row.code),
            [labels.get(code, code) for code in row.detail.get("questions", [])],
            request.user.pk in {row.pairing.scholar.user_id, row.pairing.mentor.user_id},
        )
        for row in page.object_list
    ]
    return render(request, "mentoring/concerns.html", {"page": page, "rows": rows})


def close_concern(request: CohortRequest, ref: str) -> HttpResponse:
    """Lower a raised hand, with a word on what was done. Without one, the page where it is lowered."""
    row: Concern = get_object_or_404(queries.visible_concerns(request.cohort), ref=ref)
    row.pairing.scholar.cohort = request.cohort
    if request.method != "POST":
        where = cohort_url(request.cohort, "mentoring:answers", ref=row.pairing.ref, code=row.code)
        return HttpResponseRedirect(where)
    form = NoteForm(request.POST, prefix=row.ref)
    try:
        services.close_concern(
            concern=row, actor=request.user, note=str(form["note"].value() or ""), now=clock.now()
        )
    except Invalid as refusal:
        if form.is_valid():
            show_refusal(form, refusal)
        return _answers_page(request, row.pairing, row.code, refused=(row.ref, form))
    messages.success(request, _("Closed."))
    return HttpResponseRedirect(cohort_url(request.cohort, "mentoring:concerns"))
