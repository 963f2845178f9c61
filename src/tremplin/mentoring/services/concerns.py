"""Raised hands: silence, disagreement, words in confidence. An organiser lowers each with a word."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.mentoring.models import NOTE_LIMIT, Concern, Pairing, Side
from tremplin.mentoring.plan import plan_of
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role, require


def raise_concern(
    pairing: Pairing, code: str, kind: str, detail: Mapping[str, Any], *, now: datetime
) -> tuple[Concern, bool]:
    """Raise a hand once. For deeds of this stage, inside their transaction. Returns it, and whether it is new."""
    concern, created = Concern.objects.get_or_create(
        pairing=pairing, code=code, kind=kind, defaults={"created_at": now, "detail": dict(detail)}
    )
    if created:
        log(
            cohort=pairing.scholar.cohort,
            actor=None,
            verb="mentoring.hand-raised",
            subject=concern,
            now=now,
            kind=kind,
            checkin=code,
        )
    return concern, created


def lower_silence(pairing: Pairing, code: str, side: Side, *, actor: User, now: datetime) -> None:
    """An answer that came after all ends the silence; nobody has to close it by hand."""
    for concern in Concern.objects.select_for_update().filter(
        pairing=pairing, code=code, kind=f"silent-{side}", closed_at__isnull=True
    ):
        concern.closed_at = now
        concern.save(update_fields=["closed_at"])
        log(
            cohort=pairing.scholar.cohort,
            actor=actor,
            verb="mentoring.hand-lowered",
            subject=concern,
            now=now,
        )


def tell_organisers(concern: Concern, pairing: Pairing, *, now: datetime) -> None:
    """Someone wrote to the organisers alone: tell each that there is something to read, and nothing of it."""
    cohort = pairing.scholar.cohort
    sides = {pairing.scholar.user_id, pairing.mentor.user_id}
    values = {
        "link": cohort_url(cohort, "mentoring:answers", ref=pairing.ref, code=concern.code),
        "title": next(item.title for item in plan_of(cohort).checkins if item.code == concern.code),
    }
    for organiser in people_with(cohort, Role.ORGANISER).filter(is_active=True).exclude(pk__in=sides):
        key = f"confidence:{concern.ref}:{organiser.ref}"
        mail.send(cohort=cohort, code="note-in-confidence", to=organiser, values=values, now=now, key=key)


@transaction.atomic
def close_concern(*, concern: Concern, actor: User, note: str, now: datetime) -> Concern:
    """An organiser has looked, and says what was done. Nobody closes a hand that concerns themselves.

    Raises NotAllowed, Invalid, Conflict.
    """
    cohort = concern.pairing.scholar.cohort
    require(actor, cohort, Role.ORGANISER)
    if actor.pk in {concern.pairing.scholar.user_id, concern.pairing.mentor.user_id}:
        raise NotAllowed(_("You are one side of this pairing, so another organiser has to close this."))
    if not note.strip():
        raise Invalid({"note": [_("Say in a sentence what was done.")]})
    if len(note.strip()) > NOTE_LIMIT:
        raise Invalid({"note": [_("Use at most %(limit)s characters.") % {"limit": NOTE_LIMIT}]})
    row = Concern.objects.select_for_update().get(pk=concern.pk)
    if row.closed_at is not None:
        raise Conflict(_("Someone has closed this already."))
    row.closed_at, row.closing_note = now, note.strip()
    row.save(update_fields=["closed_at", "closing_note"])
    log(cohort=cohort, actor=actor, verb="mentoring.hand-lowered", subject=row, now=now)
    return row
