"""Decisions about decisions, without a database: who gets a place, in which order, and until when."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.errors import Message
from tremplin.core.states import State
from tremplin.core.text import say
from tremplin.programmes.schema import Plan

OutcomeCode = Literal["offer", "waitlist", "decline", "undrawn"]
BANDS: tuple[str, ...] = ("admit", "lottery", "decline")

PROPOSAL_STATES: Mapping[str, State] = {
    "listed": State(
        "listed",
        gettext_lazy("Listed, not drawn yet"),
        gettext_lazy("Being prepared"),
        gettext_lazy("Read everybody’s chance. Then the places are drawn, once."),
        "warn",
    ),
    "proposed": State(
        "proposed",
        gettext_lazy("Proposed"),
        gettext_lazy("Being prepared"),
        gettext_lazy("One organiser reads and signs the list; another one confirms it."),
        "warn",
    ),
    "signed": State(
        "signed",
        gettext_lazy("Signed, waits for a second person"),
        gettext_lazy("Being prepared"),
        gettext_lazy(
            "Another organiser reads the list and confirms it. Any change takes the signature away."
        ),
        "warn",
    ),
    "confirmed": State(
        "confirmed",
        gettext_lazy("Confirmed"),
        gettext_lazy("Decided"),
        gettext_lazy("Mails wait in the outbox to be released. Places that come free go down the waitlist."),
        "ok",
    ),
    "told": State(
        "told",
        gettext_lazy("Confirmed, and everyone is told"),
        gettext_lazy("Decided"),
        gettext_lazy("The mails have been released. Places that come free go down the waitlist."),
        "ok",
    ),
}

OUTCOMES: Mapping[str, State] = {
    "undecided": State(
        "undecided",
        gettext_lazy("Not decided"),
        gettext_lazy("Not decided yet"),
        gettext_lazy(
            "You need not do anything. We write to you when the decisions are out, whatever the answer is."
        ),
        "info",
    ),
    "offer": State(
        "offer",
        gettext_lazy("Offer open"),
        gettext_lazy("A place is yours if you want it"),
        gettext_lazy("Accept or decline before the offer ends: after that it goes to the next person."),
        "ok",
    ),
    "accepted": State(
        "accepted",
        gettext_lazy("Accepted"),
        gettext_lazy("You accepted: the place is yours"),
        gettext_lazy("Your desk shows what to do first, one thing at a time."),
        "ok",
    ),
    "declined": State(
        "declined",
        gettext_lazy("Declined the offer"),
        gettext_lazy("You declined the place"),
        gettext_lazy("Somebody else can have it now. You may apply to a later edition."),
        "info",
    ),
    "expired": State(
        "expired",
        gettext_lazy("Offer expired"),
        gettext_lazy("The offer ended without an answer"),
        gettext_lazy(
            "The place went to the next person. If something kept you from answering, write to us soon."
        ),
        "stop",
    ),
    "withdrawn": State(
        "withdrawn",
        gettext_lazy("Gave the place back"),
        gettext_lazy("The place was given back"),
        gettext_lazy("Nothing more happens here. You may apply to a later edition."),
        "info",
    ),
    "waitlist": State(
        "waitlist",
        gettext_lazy("On the waitlist"),
        gettext_lazy("You are on the waitlist"),
        gettext_lazy("When somebody declines, the next person gets the place, and we write at once."),
        "warn",
    ),
    "left": State(
        "left",
        gettext_lazy("Left the waitlist"),
        gettext_lazy("You left the waitlist"),
        gettext_lazy("We no longer keep you in mind for this edition."),
        "info",
    ),
    "closed": State(
        "closed",
        gettext_lazy("Waitlist closed"),
        gettext_lazy("The waitlist is closed"),
        gettext_lazy("All places are taken. You came very near."),
        "info",
    ),
    "decline": State(
        "decline",
        gettext_lazy("Declined"),
        gettext_lazy("No place this time"),
        gettext_lazy("What the readers saw stands below. You may apply again: it never counts against you."),
        "info",
    ),
}

HEARD: Mapping[str, Message] = {
    "telephone": gettext_lazy("by telephone"),
    "mail": gettext_lazy("in writing"),
    "in-person": gettext_lazy("in person"),
}
"""How an organiser learned of an answer, as the end of “you told us …”."""

REOPENED: Mapping[str, Message] = {
    "not-said": gettext_lazy("you had not declined it"),
    "slip": gettext_lazy("declining was a mistake"),
    "news": gettext_lazy("something has changed since"),
}
"""Why a declined offer is open again, as the end of “because …”."""

DECISION_STATES: Mapping[str, State] = {
    "offer": State(
        "offer",
        gettext_lazy("Offer a place"),
        gettext_lazy("A place"),
        gettext_lazy("An offer is made when the list is confirmed."),
        "ok",
    ),
    "waitlist": State(
        "waitlist",
        gettext_lazy("Waitlist"),
        gettext_lazy("Waitlist"),
        gettext_lazy("Gets an offer when a place comes free."),
        "warn",
    ),
    "decline": State(
        "decline",
        gettext_lazy("No place"),
        gettext_lazy("No place this time"),
        gettext_lazy("Is told what the readers saw."),
        "info",
    ),
    "undrawn": State(
        "undrawn",
        gettext_lazy("Waits for the draw"),
        gettext_lazy("Not decided yet"),
        gettext_lazy("Is decided when the places are drawn."),
        "warn",
    ),
    "outside": State(
        "outside",
        gettext_lazy("Not in the draw"),
        gettext_lazy("Not decided yet"),
        gettext_lazy("May follow on the waitlist behind those who draw."),
        "info",
    ),
}

OVERRIDE_STATES: Mapping[str, State] = {
    "waits": State(
        "waits",
        gettext_lazy("Waits for a second person"),
        gettext_lazy("Not decided yet"),
        gettext_lazy("Another organiser agrees or refuses. The list cannot be signed before."),
        "warn",
    ),
    "agreed": State(
        "agreed",
        gettext_lazy("Agreed by two people"),
        gettext_lazy("Decided by hand"),
        gettext_lazy("It holds whatever scores and draw say, until two people change it again."),
        "ok",
    ),
    "refused": State(
        "refused",
        gettext_lazy("Refused"),
        gettext_lazy("Not changed"),
        gettext_lazy("Nothing was changed. It is kept with the reason."),
        "info",
    ),
    "dropped": State(
        "dropped",
        gettext_lazy("Taken back"),
        gettext_lazy("Not changed"),
        gettext_lazy("Nothing was changed."),
        "info",
    ),
}

SCHOLAR_STATES: Mapping[str, State] = {
    "enrolled": State(
        "enrolled",
        gettext_lazy("Enrolled"),
        gettext_lazy("You are a scholar"),
        gettext_lazy("Your desk shows what to do next."),
        "ok",
    ),
    "paused": State(
        "paused",
        gettext_lazy("Paused"),
        gettext_lazy("Your time here is paused"),
        gettext_lazy("Deadlines wait for you. Tell us when you are back."),
        "warn",
    ),
    "completed": State(
        "completed",
        gettext_lazy("Completed"),
        gettext_lazy("You have completed the programme"),
        gettext_lazy("We ask you now and then what came of it."),
        "ok",
    ),
    "left": State(
        "left",
        gettext_lazy("Left the programme"),
        gettext_lazy("You left the programme"),
        gettext_lazy("Your records stay open to you."),
        "info",
    ),
}


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome of one application; `position` on the waitlist from 1."""

    code: str
    outcome: OutcomeCode
    position: int | None = None


def settle(
    order: Sequence[str], *, places: int, waitlist: int, overrides: Mapping[str, str] | None = None
) -> list[Settled]:
    """Who gets a place, who waits and who is declined, for people in the `order` in which places are given.

    An override ("offer", "waitlist", "decline") holds whatever the order says; the others share what is left.
    Raises ValueError when more people are forced into places than there are.
    """
    forced = {code: wish for code, wish in (overrides or {}).items() if code in set(order)}
    left = places - sum(1 for wish in forced.values() if wish == "offer")
    if left < 0:
        raise ValueError("more offers than places")
    waiting, found = 0, []
    for code in order:
        wish = forced.get(code)
        if wish == "offer" or (wish is None and left > 0):
            left -= wish is None
            found.append(Settled(code, "offer"))
        elif wish == "waitlist" or (wish is None and waiting < waitlist):
            waiting += 1
            found.append(Settled(code, "waitlist", waiting))
        else:
            found.append(Settled(code, "decline"))
    return found


def before_the_draw(rows: Sequence[Settled], *, kept: Collection[str]) -> list[Settled]:
    """The same while nothing is drawn: settled are those `kept`, whose place is sure or who are decided by hand."""
    return [row if row.code in kept else Settled(row.code, "undrawn") for row in rows]


def draw_code(commitment: str, application_ref: str) -> str:
    """What an application is called in the draw. Fixed by the commitment and by a reference that was made when
    the application was begun, so nobody can try codes until one wins; only who knows the reference finds it."""
    return hashlib.sha256(f"{commitment}|{application_ref}".encode()).hexdigest()[:12]


def text_hash(text: str) -> str:
    """Names exactly this text, whatever its line ends."""
    return hashlib.sha256("\n".join(text.split()).encode()).hexdigest()


def agreement(plan: Plan, language: str) -> tuple[str, str]:
    """The agreement in `language`, and its hash."""
    text = say(plan.offer.agreement, language) if plan.offer else ""
    return text, text_hash(text)


def agreement_by_hash(plan: Plan, digest: str) -> str | None:
    """The text that was on screen, None when the agreement says something else by now."""
    for language in plan.programme.languages:
        text, known = agreement(plan, language)
        if known == digest:
            return text
    return None


def answer_by(
    plan: Plan, dates: Mapping[str, datetime], now: datetime, *, promoted: bool = False
) -> datetime:
    """Until when an offer made now is kept: the days that the programme gives, in the first round at least until
    its named date, and never beyond the start of training unless that has passed."""
    days = plan.offer.answer_days if plan.offer else 7
    until = now + timedelta(days=days)
    named = dates.get("offers_answered")
    if named and not promoted:
        until = max(until, named)
    starts = dates.get("training_starts")
    if starts and now < starts:
        until = min(until, starts)
    return until


def is_over(*, answer_by: datetime, grace: timedelta, now: datetime) -> bool:
    """Whether an offer has ended; the silent grace is the same for all."""
    return now > answer_by + grace


def promotes(dates: Mapping[str, datetime], now: datetime) -> bool:
    """Whether a place that comes free still goes down the waitlist: until training starts."""
    starts = dates.get("training_starts")
    return starts is None or now < starts


def feedback_words(plan: Plan, feedback: Mapping[str, object]) -> str:
    """What the readers saw, as a few sentences in the active language."""
    reads, minutes = feedback.get("reads"), feedback.get("minutes")
    levels = feedback.get("levels")
    if not isinstance(reads, int) or not isinstance(levels, Mapping) or plan.review is None:
        return ""
    lines = [
        ngettext("%(count)s person read your application.", "%(count)s people read your application.", reads)
        % {"count": reads}
    ]
    if isinstance(minutes, int) and minutes > 0:
        spent = ngettext(
            "It was read for %(count)s minute in all.", "It was read for %(count)s minutes in all.", minutes
        )
        lines[0] += " " + spent % {"count": minutes}
    for criterion in plan.review.criteria:
        words = {level.score: say(level.label) for level in criterion.levels}
        level = levels.get(criterion.code)
        seen = words.get(level) if isinstance(level, int) else None
        lines.append(
            _("%(criterion)s: %(level)s.")
            % {
                "criterion": say(criterion.label),
                "level": seen or _("could not be judged from what you sent"),
            }
        )
    return "\n".join(lines)


def came_near(*, band: str, standing: str, by_hand: bool) -> bool:
    """Whether somebody who was never offered a place stood above the line or could not be told from it.

    `standing` is the state of their outcome. Not where people set the scores aside: to say what scores said would
    then say something else than what was decided.
    """
    return (
        band in {"admit", "lottery"} and standing in {"waitlist", "left", "closed", "decline"} and not by_hand
    )
