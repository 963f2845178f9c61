"""Pages of mentoring: offers and wishes, pairings, check-ins, raised hands."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core import clock
from tremplin.core.errors import Conflict, Invalid, Stale
from tremplin.core.pages import paginate
from tremplin.mentoring import queries, services
from tremplin.mentoring.forms import NoteForm, OfferForm, ReasonForm, WishForm
from tremplin.mentoring.models import CheckInAnswer, MatchWish, MentorProfile, Pairing, Side
from tremplin.mentoring.states import CONCERNS, STATES
from tremplin.programmes.answer_form import AnswersForm, answer_words
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role
from tremplin.selection.models import Scholar


def offer(request: CohortRequest) -> HttpResponse:
    """A mentor says what they offer."""
    kept = MentorProfile.objects.filter(cohort=request.cohort, user=request.user).first()
    initial: dict[str, Any] = {"languages": [request.user.language], "capacity": 1, "version": 0}
    if kept:
        fields = ("capacity", "topics", "languages", "about", "version")
        initial = {field: getattr(kept, field) for field in fields}
    form = OfferForm(services.plan_of(request.cohort), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.save_profile(
                cohort=request.cohort,
                actor=request.user,
                capacity=data["capacity"],
                topics=data.get("topics", []),
                languages=data["languages"],
                about=data["about"],
                expected_version=data["version"],
                now=clock.now(),
            )
        except (Invalid, Stale) as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("Saved. The organisers pair you by it."))
            return HttpResponseRedirect(cohort_url(request.cohort, "desk"))
    plan = services.plan_of(request.cohort)
    return _page(request, "mentoring/offer.html", {"form": form, "hours": plan.hours_a_week})


def wish(request: CohortRequest) -> HttpResponse:
    """A scholar says what they wish of a mentor."""
    scholar = get_object_or_404(Scholar, cohort=request.cohort, user=request.user)
    kept = MatchWish.objects.filter(scholar=scholar).first()
    initial: dict[str, Any] = {"languages": [request.user.language], "version": 0}
    if kept:
        initial = {field: getattr(kept, field) for field in ("topics", "languages", "note", "version")}
    form = WishForm(services.plan_of(request.cohort), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.save_wish(
                scholar=scholar,
                actor=request.user,
                topics=data.get("topics", []),
                languages=data["languages"],
                note=data["note"],
                expected_version=data["version"],
                now=clock.now(),
            )
        except (Invalid, Stale) as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("Saved. The organisers pair you by it."))
            return HttpResponseRedirect(cohort_url(request.cohort, "desk"))
    return _page(request, "mentoring/wish.html", {"form": form})


def pairings(request: CohortRequest) -> HttpResponse:
    """Who is with whom, who has nobody, and which hands are raised."""
    page = paginate(
        queries.visible_pairings(request.user, request.cohort).order_by(
            "ended_at", "scholar__user__name", "pk"
        ),
        request,
    )
    staff = Role.ORGANISER in request.roles
    context = {
        "page": page,
        "unpaired": list(queries.unpaired(request.cohort)) if staff else [],
        "mentors": list(queries.mentors(request.cohort)) if staff else [],
        "open_concerns": queries.visible_concerns(request.cohort).filter(closed_at__isnull=True).count()
        if staff
        else 0,
    }
    return render(request, "mentoring/pairings.html", context)


def propose(request: CohortRequest) -> HttpResponse:
    """The pairs that the matching proposes, each with its reasons; ticked ones are made."""
    proposal = queries.proposal(request.cohort, now=clock.now())
    if request.method == "POST":
        made, refused = _make_pairs(request, proposal)
        if made:
            text = ngettext("%(count)s pair made.", "%(count)s pairs made.", made)
            messages.success(request, text % {"count": made})
        for reason in refused:
            messages.warning(request, reason)
        return HttpResponseRedirect(cohort_url(request.cohort, "mentoring:pairings"))
    topics = {topic.code: topic.label for topic in services.plan_of(request.cohort).topics}
    rows = [
        (pair, [topics[code] for code in pair.fit.shared_topics if code in topics]) for pair in proposal.pairs
    ]
    mentors = list(queries.mentors(request.cohort))
    return render(
        request, "mentoring/propose.html", {"rows": rows, "left": proposal.left_over, "mentors": mentors}
    )


def _make_pairs(request: CohortRequest, proposal: queries.Proposal) -> tuple[int, list[str]]:
    """Make the ticked pairs. A pair travels as “scholar:mentor”, so that what was shown is what is made."""
    scholars = {scholar.ref: scholar for scholar in queries.unpaired(request.cohort)}
    mentors = {mentor.ref: mentor for mentor in queries.mentors(request.cohort)}
    fits = {(pair.scholar.ref, pair.mentor.ref): queries.explanation(pair.fit) for pair in proposal.pairs}
    made, refused = 0, []
    for ticked in request.POST.getlist("pair"):
        scholar_ref, _colon, mentor_ref = ticked.partition(":")
        if scholar_ref not in scholars or mentor_ref not in mentors:
            refused.append(_("A pair was no longer possible: someone was paired in the meantime."))
            continue
        try:
            services.pair(
                scholar=scholars[scholar_ref],
                mentor=mentors[mentor_ref],
                actor=request.user,
                explanation=fits.get((scholar_ref, mentor_ref)),
                now=clock.now(),
            )
            made += 1
        except Conflict as conflict:
            refused.append(str(conflict))
    return made, refused


def pairing(request: CohortRequest, ref: str) -> HttpResponse:
    """One pairing: who they are to each other, and its check-ins. Organisers can end it."""
    row = get_object_or_404(queries.visible_pairings(request.user, request.cohort), ref=ref)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_pairing(
                pairing=row, actor=request.user, reason=form.cleaned_data["reason"], now=clock.now()
            )
        except Invalid as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("The pairing has ended. The scholar can be paired again."))
            return HttpResponseRedirect(cohort_url(request.cohort, "mentoring:pairings"))
    side = _side(row, request)
    topics = {topic.code: topic.label for topic in services.plan_of(request.cohort).topics}
    context = {
        "form": form,
        "pairing": row,
        "side": side,
        "topics": [topics[code] for code in row.explanation.get("topics", []) if code in topics],
        "lines": [(line, STATES[line.phase]) for line in queries.check_ins(row, side, now=clock.now())],
    }
    return _page(request, "mentoring/pairing.html", context)


def check_in(request: CohortRequest, ref: str, code: str) -> HttpResponse:
    """Answer one check-in. “Save” keeps a draft in any state; “Send” says what is missing."""
    row = get_object_or_404(queries.visible_pairings(request.user, request.cohort), ref=ref)
    side = services.side_of(row, request.user)
    questions = services.plan_of(request.cohort).questions
    line = next(
        (line for line in queries.check_ins(row, side, now=clock.now()) if line.checkin.code == code), None
    )
    if line is None:
        raise Conflict(_("This programme has no such check-in."))
    mine = line.mine
    form = AnswersForm(questions, initial=mine.answers if mine else {})
    if request.method == "POST":
        form = AnswersForm(questions, request.POST)
        if _keep(request, row, code, form):
            return HttpResponseRedirect(cohort_url(request.cohort, "mentoring:pairing", ref=row.ref))
        mine = CheckInAnswer.objects.filter(pairing=row, code=code, side=side).first()
    theirs = queries.other_side_answers(row, code, side)
    context = {
        "form": form,
        "pairing": row,
        "side": side,
        "line": line,
        "state": STATES[line.phase],
        "version": mine.version if mine else 0,
        "both": [
            (
                question,
                answer_words(question, (mine.answers if mine else {}).get(question.code, "")),
                answer_words(question, theirs.get(question.code, "")),
            )
            for question in questions
        ]
        if line.phase == "sent"
        else [],
        "theirs": theirs,
    }
    return _page(request, "mentoring/check_in.html", context)


def _keep(request: CohortRequest, row: Pairing, code: str, form: AnswersForm) -> bool:
    version = request.POST.get("version", "0")
    deed = services.send_answers if "send" in request.POST else services.save_answers
    try:
        deed(
            pairing=row,
            code=code,
            answers=form.answers(),
            expected_version=int(version) if version.isdigit() else 0,
            actor=request.user,
            now=clock.now(),
        )
    except Invalid as refusal:
        form.show_errors(refusal.errors)
        return False
    except Stale as stale:
        form.show_errors({"": [str(stale)]})
        return False
    messages.success(request, _("Sent. Thank you.") if "send" in request.POST else _("Saved as a draft."))
    return True


def concerns(request: CohortRequest) -> HttpResponse:
    """Raised hands, open ones first."""
    page = paginate(queries.visible_concerns(request.cohort), request)
    titles = {checkin.code: checkin.title for checkin in services.plan_of(request.cohort).checkins}
    labels = {question.code: question.label for question in services.plan_of(request.cohort).questions}
    rows = [
        (
            row,
            CONCERNS.get(row.kind, row.kind),
            titles.get(row.code, row.code),
            [labels.get(code, code) for code in row.detail.get("questions", [])],
        )
        for row in page.object_list
    ]
    return render(request, "mentoring/concerns.html", {"page": page, "rows": rows, "form": NoteForm()})


def close_concern(request: CohortRequest, ref: str) -> HttpResponse:
    """Lower a raised hand, with a word on what was done."""
    row = get_object_or_404(queries.visible_concerns(request.cohort), ref=ref)
    try:
        services.close_concern(
            concern=row, actor=request.user, note=request.POST.get("note", ""), now=clock.now()
        )
    except Invalid as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Closed."))
    return HttpResponseRedirect(cohort_url(request.cohort, "mentoring:concerns"))


def _side(row: Pairing, request: CohortRequest) -> Side | None:
    if row.scholar.user_id == request.user.pk:
        return Side.SCHOLAR
    return Side.MENTOR if row.mentor.user_id == request.user.pk else None


def show(form: forms.Form, refusal: Invalid | Stale) -> None:
    """Put a service's refusal beside the fields it is about."""
    if isinstance(refusal, Stale):
        form.add_error(None, str(refusal))
        return
    for field, texts in refusal.errors.items():
        for text in texts:
            form.add_error(field if field in form.fields else None, text)


def _page(request: CohortRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    errors = context["form"].errors if context["form"].is_bound else {}
    return render(request, template, context, status=422 if errors else 200)
