"""What pages of decisions share: the version that was on screen, words for states and for changes by hand."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
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


SHOWN = 20
"""Changes that are listed where they wait: when one is answered, the next comes up."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The changes by hand that wait for a second person: how many, the oldest of them, how many more there are."""

    count: int
    lines: list[ChangeLine]

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


def waiting_lines(changes: QuerySet[Override], cohort: Cohort) -> Waiting | None:
    """None where nothing waits."""
    found = list(changes[: SHOWN + 1])
    count = len(found) if len(found) <= SHOWN else changes.count()
    return Waiting(count, change_lines(found[:SHOWN], cohort)) if found else None


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
