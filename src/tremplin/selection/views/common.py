"""What pages of decisions share: the version that was on screen, words for states and for changes by hand."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from tremplin.core.errors import Conflict, Message
from tremplin.core.states import State
from tremplin.core.text import whole
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.models import Cohort
from tremplin.selection import rationales, rules
from tremplin.selection.models import Decision, Outcome, Override


def version(request: CohortRequest) -> int:
    """The version of the list that was on screen."""
    return whole(request.POST.get("version"), -1)


def as_it_is_now(request: CohortRequest, refusal: Conflict) -> HttpResponse:
    """Somebody was quicker, or reads came in: the list as it is now says what can be done with it."""
    messages.warning(request, f"{refusal} {refusal.remedy}".strip())
    return HttpResponseRedirect(cohort_url(request.cohort, "selection:room"))


def standing(row: Decision) -> str:
    """The outcome, or before the draw whether somebody takes part in it."""
    return "outside" if row.outcome == Outcome.UNDRAWN and not row.chance else row.outcome


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change by hand, in words."""

    change: Override
    wanted: Message
    why: str
    state: State


def change_lines(changes: Iterable[Override], cohort: Cohort) -> list[ChangeLine]:
    """Changes by hand in words, with what a constraint rests on."""
    return [
        ChangeLine(
            change,
            rationales.WANTED[change.wanted],
            rationales.words(change.code, cohort.profile),
            rules.OVERRIDE_STATES[change.state],
        )
        for change in changes
    ]
