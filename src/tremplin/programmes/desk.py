"""What a stage tells the desk: the page where each person sees what needs them now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from tremplin.core.errors import Message
from tremplin.core.outbox.models import BatchState
from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.people.models import User
from tremplin.programmes.apart import CAUSES, cause
from tremplin.programmes.dates import EXPLANATIONS, LABELS
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import batches, mails_at_hand
from tremplin.programmes.roles import Role
from tremplin.programmes.states import distance

_NEAR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Card:
    """One thing on a person's desk. `line` is one sentence on what happens next."""

    title: Message
    line: Message
    href: str
    action: Message = ""
    due: datetime | None = None
    urgency: Literal["now", "soon", "calm", "done"] = "calm"
    figures: tuple[tuple[Message, str], ...] = ()
    links: tuple[tuple[Message, str, str], ...] = ()
    """What else is at hand: what it is, what it says, where it leads."""


class Phase(StrEnum):
    """The stretches of the journey by which a long navigation is sorted, in their order."""

    ORGANISE = "organise"
    CALL = "call"
    SELECTION = "selection"
    COHORT = "cohort"
    TRAINING = "training"
    RESULTS = "results"


PHASE_LABELS: dict[Phase, Message] = {
    Phase.ORGANISE: pgettext_lazy("phase", "Organise"),
    Phase.CALL: pgettext_lazy("phase", "Call"),
    Phase.SELECTION: pgettext_lazy("phase", "Selection"),
    Phase.COHORT: pgettext_lazy("phase", "Cohort"),
    Phase.TRAINING: pgettext_lazy("phase", "Training"),
    Phase.RESULTS: pgettext_lazy("phase", "Results"),
}


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the cohort's navigation, shown to those who hold one of `roles`."""

    phase: Phase
    label: Message
    url: str
    roles: frozenset[Role]


NAV: tuple[NavItem, ...] = (
    NavItem(
        Phase.ORGANISE,
        gettext_lazy("Programme"),
        "programmes:overview",
        frozenset({Role.ORGANISER, Role.OBSERVER}),
    ),
    NavItem(Phase.ORGANISE, gettext_lazy("People"), "programmes:people", frozenset({Role.ORGANISER})),
    NavItem(Phase.ORGANISE, gettext_lazy("Mails"), "programmes:outbox", frozenset({Role.ORGANISER})),
)


def cards(*, cohort: Cohort, actor: User, roles: frozenset[Role], now: datetime) -> list[Card]:
    """For organisers: mails that wait or failed, and the date that comes next."""
    if Role.ORGANISER not in roles:
        return []
    waiting, failed = mails_at_hand(cohort, actor)
    found = _apart(cohort, actor, now)
    if waiting:
        found.append(_waiting(cohort, actor, waiting))
    if failed:
        found.append(_failed(cohort, failed))
    following = next(((code, at) for code, at in cohort.dates.items() if at > now), None)
    if following:
        found.append(_date(cohort, *following, now))
    return found


def _apart(cohort: Cohort, actor: User, now: datetime) -> list[Card]:
    """For whom the rooms of the selection are shut: why, as long as there is a selection."""
    why = cause(cohort, actor)
    starts = cohort.dates.get("training_starts")
    if not why or (starts and now > starts):
        return []
    return [
        Card(
            title=_("You stand apart from the selection"),
            line=CAUSES[why],
            href=cohort_url(cohort, "programmes:apart"),
            action=_("What follows from it"),
        )
    ]


def _waiting(cohort: Cohort, actor: User, count: int) -> Card:
    open_ones = batches(cohort, actor).filter(state=BatchState.OPEN)[:2]
    line = ngettext(
        "%(count)s mail waits. It leaves when one of you has looked at it and sent it.",
        "%(count)s mails wait. They leave when one of you has looked at them and sent them.",
        count,
    )
    one = open_ones[0] if len(open_ones) == 1 else None
    page = (
        cohort_url(cohort, "programmes:batch", ref=one.ref)
        if one
        else cohort_url(cohort, "programmes:outbox")
    )
    return Card(
        title=say(one.title) if one else _("Mails wait for you"),
        line=line % {"count": number(count)},
        href=page,
        action=pgettext("mail", "Look at them"),
        urgency="now",
    )


def _failed(cohort: Cohort, count: int) -> Card:
    line = ngettext(
        "%(count)s person has not got a mail. Mend the address, or reach them in another way.",
        "%(count)s people have not got a mail. Mend the addresses, or reach them in another way.",
        count,
    )
    return Card(
        title=_("Mails could not be sent"),
        line=line % {"count": number(count)},
        href=cohort_url(cohort, "programmes:outbox"),
        action=_("See which"),
        urgency="soon",
    )


def _date(cohort: Cohort, code: str, at: datetime, now: datetime) -> Card:
    near = at - now <= _NEAR
    return Card(
        title=_("Next: %(date)s") % {"date": LABELS[code]},
        line=_("%(explanation)s That is %(distance)s.")
        % {"explanation": EXPLANATIONS[code], "distance": distance(at, now)},
        href=cohort_url(cohort, "programmes:overview"),
        action=_("See all dates"),
        due=at,
        urgency="soon" if near else "calm",
    )
