"""What an applicant can do: ask, add a word, take everything back."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.accommodations.erased_again import REQUEST
from tremplin.accommodations.models import Kind, Part, Request
from tremplin.accommodations.rules import may_speak
from tremplin.accommodations.services.common import add, clean_words, held_of, log, tell_officers, wait
from tremplin.applications.models import Application
from tremplin.applications.services.common import own_locked, require_not_withdrawn, require_open
from tremplin.core import erasures
from tremplin.core import once as once_keys
from tremplin.core.errors import Conflict, Invalid
from tremplin.people.models import User


@transaction.atomic
def ask(
    *,
    application: Application,
    kinds: Collection[str],
    words: str,
    actor: User,
    once: str,
    now: datetime,
) -> Request:
    """Ask in confidence. The words are sealed; a second press, or a second tab, changes nothing.

    Order: permission; the call is open for this person; what is asked; the request, its parts, the sealed words;
    the room's own log; a mail to each officer that says that there is something to read.
    Raises NotAllowed, Late; Conflict when there is a request already; Invalid.
    """
    held = own_locked(application, actor)
    existing = held_of(held)
    if existing:
        if not once_keys.first(f"accommodations.ask:{held.ref}:{once}" if once else "", now=now):
            return existing
        raise Conflict(
            _("You have already asked, perhaps in another window."),
            _("Go to the page again: there you can add a word."),
        )
    require_not_withdrawn(held)
    require_open(held.cohort, now, held.own_deadline, actor)
    wanted = [kind for kind in Kind if kind in kinds]
    if not wanted:
        raise Invalid({"kinds": [_("Choose at least one thing that would help you.")]})
    needed = _("Say in a few words what would help you.") if Kind.OTHER in wanted else ""
    text = clean_words(words, required=needed)
    once_keys.first(f"accommodations.ask:{held.ref}:{once}" if once else "", now=now)
    request = Request.objects.create(cohort=held.cohort, application=held, waiting_since=now, created_at=now)
    for kind in wanted:
        Part.objects.create(request=request, kind=kind, created_at=now)
    add(request, text, by_officer=False, now=now)
    log(request=request, actor=actor, verb="accommodations.asked", now=now)
    tell_officers(request, f"{request.ref}:1", now)
    return request


@transaction.atomic
def add_word(*, application: Application, words: str, actor: User, once: str, now: datetime) -> Request:
    """Add something to what was asked. A second press adds nothing.

    Order: permission; there is a request; the decisions are not out; the sealed words; it waits for an answer
    again; the room's own log; a mail to each officer. Raises NotAllowed, Conflict, Invalid.
    """
    held = own_locked(application, actor)
    request = held_of(held)
    if request is None:
        raise Conflict(_("You have taken your request back, perhaps in another window."))
    if not may_speak(held.cohort.dates, now):
        raise Conflict(_("The decisions are out, so nothing can be changed any more."))
    text = clean_words(words, required=_("Write what you want to add."))
    if not once_keys.first(f"accommodations.word:{request.ref}:{once}" if once else "", now=now):
        return request
    add(request, text, by_officer=False, now=now)
    wait(request, now)
    log(request=request, actor=actor, verb="accommodations.word-added", now=now)
    tell_officers(request, f"{request.ref}:{request.version}", now)
    return request


@transaction.atomic
def take_back(*, application: Application, actor: User, now: datetime) -> None:
    """Erase the request, every word of both sides and every recording. Time that was given stays; so do answers.

    Order: permission; the room's own log; the line for backups; the rows; the files once it is certain. Nothing
    happens when there is none. Raises NotAllowed.
    """
    held = own_locked(application, actor)
    request = held_of(held)
    if request is None:
        return
    log(request=request, actor=actor, verb="accommodations.taken-back", now=now)
    erasures.note(REQUEST, request.ref, now=now)
    request.delete()
