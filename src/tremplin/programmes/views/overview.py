"""The programme as organisers see it: its dates, what counts from them, and moving one."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tremplin.core import clock
from tremplin.core.errors import Invalid
from tremplin.programmes import consequences, queries, services
from tremplin.programmes.dates import LABELS, date_words
from tremplin.programmes.facts import all_dates, date_row
from tremplin.programmes.forms import DateForm
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.roles import Role
from tremplin.programmes.rules import PARTS, frozen, immovable
from tremplin.programmes.states import call_state, distance


def overview(request: CohortRequest) -> HttpResponse:
    """Where the programme stands: the journey, all dates, people, mails, law and file."""
    cohort, now = request.cohort, clock.now()
    rows = [
        {
            "row": date_row(cohort, code),
            "code": code,
            "label": LABELS[code],
            "distance": distance(at, now),
            "along": consequences.counting_from(cohort, code),
            "movable": not (code == "call_opens" and at <= now),
        }
        for code, at in cohort.dates.items()
    ]
    context = {
        "state": call_state(cohort, now),
        "rows": rows,
        "timeline": all_dates(cohort),
        "now": now,
        "people": [
            (role.label, count) for role, count in queries.people_counts(cohort, request.user) if count
        ],
        "fixed": [PARTS[part] for part in frozen(cohort.dates, now)],
        "profile": cohort.profile,
        "organiser": Role.ORGANISER in request.roles,
        "latest": queries.newest_version_number(cohort),
    }
    return render(request, "programmes/overview.html", context)


@never_cache
def date(request: CohortRequest, code: str) -> HttpResponse:
    """Move a date: first where to and why, then what follows from it, then it is done."""
    cohort, now = request.cohort, clock.now()
    if code not in cohort.dates:
        raise Http404
    form = DateForm(request.POST or None, cohort=cohort, code=code, initial=DateForm.start(cohort, code))
    context = {
        "form": form,
        "code": code,
        "label": LABELS[code],
        "at": cohort.dates[code],
        "words": date_words(cohort, cohort.dates[code]),
        "seen": request.POST.get("seen") or cohort.dates[code].isoformat(),
        "along": consequences.counting_from(cohort, code),
        "fixed": immovable(code, cohort.dates[code], datetime.max.replace(tzinfo=now.tzinfo), now),
        "people": consequences.in_sentence(queries.concerned_by(cohort, code).count()),
    }
    if request.method == "POST" and form.is_valid():
        return _move(request, form, context)
    status = 422 if request.method == "POST" else 200
    return render(request, "programmes/date.html", context, status=status)


def _move(request: CohortRequest, form: DateForm, context: dict[str, object]) -> HttpResponse:
    """Show what follows, or do it. What cannot be stands at its field."""
    cohort, code, to = request.cohort, form.code, form.moment()
    try:
        services.check_move(cohort=cohort, code=code, to=to, now=clock.now())
        if "confirm" in request.POST:
            return _do(request, form, to)
    except Invalid as fault:
        for texts in fault.errors.values():
            for text in texts:
                form.add_error("day", text)
        return render(request, "programmes/date.html", context, status=422)
    follows = consequences.of_moving(cohort, code, to)
    sent = [(name, request.POST.get(name, "")) for name in form.fields if request.POST.get(name)]
    context |= {"to_words": date_words(cohort, to), "follows": follows, "sent": sent}
    return render(request, "programmes/date_check.html", context)


def _do(request: CohortRequest, form: DateForm, to: datetime) -> HttpResponse:
    cohort, now = request.cohort, clock.now()
    services.move_date(
        cohort=cohort,
        code=form.code,
        to=to,
        actor=request.user,
        now=now,
        reason=form.reasons(),
        seen=parse_datetime(request.POST.get("seen", "")),
        tell=form.cleaned_data["tell"],
        once=request.POST.get("once", ""),
    )
    messages.success(
        request,
        _("“%(label)s” is now %(date)s.") % {"label": LABELS[form.code], "date": date_words(cohort, to)},
    )
    return HttpResponseRedirect(cohort_url(cohort, "programmes:overview"))
