"""Who sees what in a programme: for everybody, before anybody writes a word."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import render

from tremplin.core.errors import Message
from tremplin.privacy.queries.retention import rule_words
from tremplin.programmes.http import CohortRequest
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import classes
from tremplin.programmes.roles import Role
from tremplin.programmes.sight import Sight, sights

AUDIENCES = (Role.REVIEWER, Role.ORGANISER, Role.OFFICER, Role.MENTOR, Role.FINANCE, Role.OBSERVER)


def audiences(request: CohortRequest) -> HttpResponse:
    """Each audience with what it sees and what it does not; what nobody sees; until when anything is kept."""
    cohort = request.cohort
    if cohort.rehearsal and not request.roles:
        raise Http404
    found = sights(cohort)
    context = {
        "audiences": [
            (role, seen, [sight for sight in found if sight not in seen and not sight.public])
            for role in AUDIENCES
            if (seen := [sight for sight in found if role in sight.seen_by])
        ],
        "public": [sight for sight in found if sight.public],
        "nobody": [sight for sight in found if not sight.public and not sight.seen_by],
        "until": _until(cohort, found),
        "profile": cohort.profile,
    }
    return render(request, "privacy/audiences.html", context)


def _until(cohort: Cohort, found: list[Sight]) -> list[tuple[Message, str, datetime | None, Message]]:
    """What goes by itself and when, without how much there is: of the stages that this programme runs."""
    stages = {page.partition(":")[0] for sight in found for page in sight.pages}
    return [
        (kept.what, rule_words(kept, cohort), kept.first_day(cohort) if kept.limit else None, kept.kept)
        for kept in classes()
        if kept.stage in stages
    ]
