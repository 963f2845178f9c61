"""How a scholar comes to pause, take part again, complete or leave. No database."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.errors import Message
from tremplin.selection.models import ScholarState as S

STEPS: dict[S, frozenset[S]] = {
    S.ENROLLED: frozenset({S.PAUSED, S.COMPLETED, S.LEFT}),
    S.PAUSED: frozenset({S.ENROLLED, S.LEFT}),
    S.COMPLETED: frozenset({S.ENROLLED}),
    S.LEFT: frozenset(),
}
NOTHING_TO_GIVE_BACK = gettext_lazy(
    "The programme was completed, so there is no place to give back any more."
)


def may_follow(before: S, after: S) -> bool:
    """Whether `after` is a step from `before`. Leaving is the end: the place may be somebody else's by now."""
    return after in STEPS[before]


def steps_from(state: S) -> list[S]:
    """The steps that an organiser can offer, in the order of their weight."""
    return [step for step in (S.ENROLLED, S.PAUSED, S.COMPLETED, S.LEFT) if may_follow(state, step)]


def pause_fault(
    since: datetime, *, now: datetime, agreed_at: datetime, pauses: Sequence[Sequence[str]]
) -> Message:
    """Why a pause cannot have begun at `since`; empty when it can."""
    if since > now:
        return _("A pause begins today or began earlier.")
    if since < agreed_at:
        return _("This day lies before the scholar accepted their place.")
    if any(since < datetime.fromisoformat(ended) for _began, ended in pauses):
        return _("This day lies before the end of an earlier pause.")
    return ""
