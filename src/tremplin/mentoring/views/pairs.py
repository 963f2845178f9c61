"""Who is with whom: the list, the proposal, one pairing, its end."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core import clock
from tremplin.core.errors import Invalid
from tremplin.core.pages import paginate
from tremplin.core.text import say
from tremplin.core.ui.amounts import number, percent
from tremplin.core.ui.posting import posted, show_refusal
from tremplin.mentoring import queries, rules, services
from tremplin.mentoring.forms import ReasonForm
from tremplin.mentoring.glances import Line, this_week
from tremplin.mentoring.models import MentorProfile, Pairing, Side
from tremplin.mentoring.states import STATES
from tremplin.mentoring.views.common import page, pairing_or_404, side_in
from tremplin.methods.matching import Fit, Why
from tremplin.programmes.apart import roles_afterwards
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role

_PICK = "mentor-"


def pairings(request: CohortRequest) -> HttpResponse:
    """Who is with whom and how it goes; for a scholar or a mentor of one, straight to their own pairing."""
    cohort, now = request.cohort, clock.now()
    rows = queries.visible_pairings(request.user, cohort)
    roles = roles_afterwards(request.user, cohort)
    reader = not roles.isdisjoint(queries.READERS)
    if not reader:
        own = list(rows[:2])
        if len(own) == 1:
            return HttpResponseRedirect(cohort_url(cohort, "mentoring:pairing", ref=own[0].ref))
    shown = paginate(rows, request)
    organiser = Role.ORGANISER in roles
    context = {
        "page": shown,
        "lines": queries.board(shown.object_list, cohort, now=now),
        "reader": reader,
        "unpaired": list(queries.unpaired(cohort)) if organiser else [],
        "mentors": list(queries.mentors(cohort)) if organiser else [],
        "silent": list(queries.mentors_without_offer(cohort)) if organiser else [],
        "open_concerns": _open_concerns(request) if organiser else 0,
    }
    return render(request, "mentoring/pairings.html", context)


def _open_concerns(request: CohortRequest) -> int:
    return queries.visible_concerns(request.cohort).filter(closed_at__isnull=True).count()


def propose(request: CohortRequest) -> HttpResponse:
    """The pairs that the matching proposes, each with its reasons; organisers may choose others."""
    if request.method == "POST":
        _make_pairs(request)
        return HttpResponseRedirect(cohort_url(request.cohort, "mentoring:pairings"))
    proposal = queries.proposal(request.cohort, now=clock.now())
    chosen = {pair.scholar.ref: pair for pair in proposal.pairs}
    people = sorted(
        (scholar for scholar in (*proposal.left_over, *(pair.scholar for pair in proposal.pairs))),
        key=lambda scholar: (scholar.user.name, scholar.pk),
    )
    rows = [
        {
            "scholar": scholar,
            "field": f"{_PICK}{scholar.ref}",
            "wish": getattr(scholar, "match_wish", None),
            "why": _why(request, chosen[scholar.ref].fit) if scholar.ref in chosen else "",
            "passed": _passed(proposal.passed.get(scholar.ref, [])),
            "options": [
                (option.mentor.ref, _option_words(request, option), option is chosen.get(scholar.ref))
                for option in _with_choice(proposal, scholar.ref, chosen)
            ],
        }
        for scholar in people
    ]
    return render(
        request, "mentoring/propose.html", {"rows": rows, "room": any(row["options"] for row in rows)}
    )


def _with_choice(
    proposal: queries.Proposal, scholar_ref: str, chosen: dict[str, queries.Proposed]
) -> list[queries.Proposed]:
    """The mentors to choose from, the proposed one as the very object that was proposed."""
    mine = chosen.get(scholar_ref)
    return [
        mine if mine and option.mentor.ref == mine.mentor.ref else option
        for option in proposal.options[scholar_ref]
    ]


def _topics(request: CohortRequest, codes: Any) -> str:
    labels = {topic.code: topic.label for topic in services.plan_of(request.cohort).topics}
    return ", ".join(say(labels[code]) for code in codes if code in labels)


def _why(request: CohortRequest, fit: Fit) -> str:
    """Why two people fit, in a few words."""
    topics, hours = _topics(request, fit.shared_topics), round(fit.shared_hours or 0)
    parts = [_("Topics: %(topics)s.") % {"topics": topics} if topics else _("No common topic named.")]
    text = ngettext("%(count)s common working hour a week.", "%(count)s common working hours a week.", hours)
    return " ".join([*parts, text % {"count": number(hours)}])


def _passed(rows: list[tuple[MentorProfile, Why]]) -> list[str]:
    """Who would fit better, and why it is not to be: a sentence a reason, of at most three people each."""
    words = {
        "full": _("Would fit better, but is full with scholars who fit better still: %(names)s."),
        "lot": _("Would fit better, but the lot gave the place to another: %(names)s."),
    }
    names = {reason: [mentor.user.name for mentor, why in rows if why == reason][:3] for reason in words}
    return [text % {"names": ", ".join(names[reason])} for reason, text in words.items() if names[reason]]


def _option_words(request: CohortRequest, option: queries.Proposed) -> str:
    """A mentor in the list of choices: name, fit, and what stands in the way."""
    obstacles = {
        "language": _("no common language"),
        "hours": _("no common working hours"),
        "conflict": _("the same person"),
    }
    found = obstacles.get(option.fit.obstacle)
    return f"{option.mentor.user.name} · {found or percent(option.fit.score)}"


def _make_pairs(request: CohortRequest) -> None:
    chosen = {
        name.removeprefix(_PICK): str(value)
        for name, value in request.POST.items()
        if name.startswith(_PICK) and value
    }
    done = services.make_pairs(
        cohort=request.cohort,
        chosen=chosen,
        actor=request.user,
        now=clock.now(),
        once=request.POST.get("once", ""),
    )
    if done.made:
        text = ngettext("%(count)s pair made.", "%(count)s pairs made.", done.made)
        messages.success(request, text % {"count": number(done.made)})
    elif not done.refused and not done.again:
        messages.info(request, _("No pair was chosen, so none was made."))
    for reason in done.refused:
        messages.warning(request, reason)


def pairing(request: CohortRequest, ref: str) -> HttpResponse:
    """One pairing: who they are to each other, and its check-ins."""
    row, now = pairing_or_404(request, ref), clock.now()
    side = side_in(row, request)
    context = {
        "pairing": row,
        "side": side,
        "other": _other(row, side),
        "window": _window(row, side, now),
        "topics": _topics(request, row.explanation.get("topics", [])),
        "week": _week(request, row, side, now),
        "lines": [
            (line, STATES[line.phase]) for line in queries.check_ins(row, request.cohort, side, now=now)
        ],
        "organiser": Role.ORGANISER in request.roles,
        "reads": Role.ORGANISER in request.roles and side is None,
    }
    return render(request, "mentoring/pairing.html", context)


def _week(request: CohortRequest, row: Pairing, side: Side | None, now: datetime) -> list[Line]:
    """The scholar's week, for those who look on while the pair lasts; scholars have it on their own desk."""
    if row.ended_at or side == Side.SCHOLAR:
        return []
    return this_week(request.user, request.cohort, [row.scholar], now=now).get(row.scholar_id, [])


def _other(row: Pairing, side: Side | None) -> Any:
    """The person on the other side, for whoever is on one."""
    return {Side.SCHOLAR: row.mentor.user, Side.MENTOR: row.scholar.user}.get(side) if side else None


def _window(row: Pairing, side: Side | None, now: datetime) -> tuple[str, str] | None:
    """When both are likely to be at work, on the clock of the one who reads."""
    other = _other(row, side)
    if other is None:
        return None
    me = row.scholar.user if side == Side.SCHOLAR else row.mentor.user
    found = rules.common_window(queries.clock_of(me, now), queries.clock_of(other, now))
    if found is None:
        return None
    first, last = (f"{int(hour):02}:{round(hour % 1 * 60):02}" for hour in found)
    return first, last


def end(request: CohortRequest, ref: str) -> HttpResponse:
    """Part a scholar and a mentor, with a word that organisers alone read."""
    row = pairing_or_404(request, ref)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.end_pairing(
                pairing=row, actor=request.user, reason=form.cleaned_data["reason"], now=clock.now()
            )
        except Invalid as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The pairing has ended. The scholar can be paired again."))
            return HttpResponseRedirect(cohort_url(request.cohort, "mentoring:pairings"))
    return page(request, "mentoring/end.html", {"form": form, "pairing": row})
