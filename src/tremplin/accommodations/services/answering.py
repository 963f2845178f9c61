"""What the accommodation officer can do with a request: answer it, part by part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.accommodations import vault
from tremplin.accommodations.models import Kind, Part, PartState, Request, RequestState
from tremplin.accommodations.rules import may_speak
from tremplin.accommodations.services.common import (
    add,
    clean_words,
    held_for_officer,
    log,
    require_seen,
    tell_applicant,
)
from tremplin.applications.services.more_time import give_time, take_time_back
from tremplin.core import once as once_keys
from tremplin.core.errors import Conflict, Invalid
from tremplin.people.models import User


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of one part. `until`: for more time that is granted."""

    kind: Kind
    granted: bool
    reason: str = ""
    until: datetime | None = None


@transaction.atomic
def answer(
    *,
    request: Request,
    words: str,
    decisions: Sequence[Decision],
    seen: int,
    actor: User,
    once: str,
    now: datetime,
) -> Request:
    """Answer in words and decide of parts, also of some that were not asked for: they are offered. All sealed.

    `seen` is the version of the request that was on the page. A second press changes nothing. Once the decisions
    are out nothing can be granted or refused any more; an answer in words can still be given, and ends the waiting.

    Order: permission, and nobody answers themselves; the key; nothing was added since; each part with its reason,
    more time as a deadline of the person's own; the sealed words; the room's own log; a mail to the person that
    says that there is an answer. Raises NotAllowed, Conflict, Stale; Invalid under “words” or a part's field.
    """
    held = held_for_officer(request, actor)
    if not once_keys.first(f"accommodations.answer:{held.ref}:{once}" if once else "", now=now):
        return held
    require_seen(held, seen)
    in_time = may_speak(held.cohort.dates, now)
    if decisions and not in_time:
        raise Conflict(
            _("The decisions are out, so nothing can be granted or refused any more."),
            _("You can still answer in words."),
        )
    text = clean_words(words, required="" if in_time else _("Write an answer."))
    if not text and not decisions:
        raise Invalid({"words": [_("Write an answer, or decide of a part.")]})
    for decision in decisions:
        _decide(held, decision, actor, now)
    add(held, text, by_officer=True, now=now)
    held.version += 1
    held.answered_at = now
    left = in_time and Part.objects.filter(request=held, state=PartState.OPEN).exists()
    held.state = RequestState.WAITING if left else RequestState.ANSWERED
    held.save(update_fields=["version", "answered_at", "state"])
    log(request=held, actor=actor, verb="accommodations.answered", now=now)
    tell_applicant(held, f"{held.ref}:{held.version}", now)
    return held


def _decide(request: Request, decision: Decision, actor: User, now: datetime) -> None:
    kind = decision.kind
    part = Part.objects.filter(request=request, kind=kind).first()
    if part is None:
        part = Part(request=request, kind=kind, asked=False, created_at=now)
    part.request = request
    needed = "" if decision.granted else _("Say why not: a no without a reason cannot be understood.")
    reason = clean_words(decision.reason, field=f"{kind}_reason", required=needed)
    if kind == Kind.TIME:
        _move_deadline(request, decision, part, actor, now)
    part.state = PartState.GRANTED if decision.granted else PartState.DECLINED
    vault.seal_reason(part, reason)
    part.save()


def _move_deadline(request: Request, decision: Decision, part: Part, actor: User, now: datetime) -> None:
    """More time is a deadline of one's own; a no takes back what this room had given."""
    if not decision.granted:
        if part.state == PartState.GRANTED:
            take_time_back(application=request.application, actor=actor, now=now)
        return
    if decision.until is None:
        raise Invalid({"day": [_("Choose until when.")]})
    give_time(application=request.application, until=decision.until, why=None, actor=actor, now=now)
