"""Spoken answers over a line that breaks: begun, sent in pieces, put together. `speaking` takes them from there."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.accommodations import vault
from tremplin.accommodations.models import Recording, Request
from tremplin.accommodations.services.common import require_granted
from tremplin.accommodations.services.speaking import give_recording, granted_of, require_spoken
from tremplin.applications.services.common import own_locked, require_not_withdrawn, require_open
from tremplin.core import limits, partial, recordings
from tremplin.core.errors import NotAllowed
from tremplin.core.models import PartialUpload
from tremplin.people.models import User
from tremplin.programmes.roles import Role, require

_BEGINNINGS = limits.Rate("recordings begun", burst=40, refill=timedelta(hours=1))
_FIELD = "recording"


def purpose_of(request: Request, question: str = "") -> str:
    """Under which an upload is kept: of one question, or the beginning that all of a request share."""
    return f"accommodations:{request.ref}:{question}"


def _question_of(part: PartialUpload) -> str:
    return part.purpose.rpartition(":")[2]


@transaction.atomic
def begin(
    *, request: Request, question: str, name: str, size: int, sha256: str, actor: User, now: datetime
) -> PartialUpload:
    """Announce a recording; the same again goes on where it stopped, from any device. Another takes its place.

    Order: permission; the call is open for this person; it was agreed to; not too often; the declared size; the
    row. Raises NotAllowed, Late, Conflict, TooMany, Invalid.
    """
    held = own_locked(request.application, actor)
    require_not_withdrawn(held)
    require_open(held.cohort, now, held.own_deadline, actor)
    kept = granted_of(held)
    require_spoken(held, question)
    limits.require(_BEGINNINGS, actor.ref, now=now)
    part = partial.begin(
        owner_ref=actor.ref,
        purpose=purpose_of(kept, question),
        name=name,
        size=size,
        sha256=sha256,
        max_bytes=settings.RECORDING_LIMIT,
        now=now,
        field=_FIELD,
    )
    if part.stored_ref and not Recording.objects.filter(request=kept, file__ref=part.stored_ref).exists():
        partial.restart(part)  # it was deleted or replaced since: begin anew
    return part


def add(
    *, request: Request, part: PartialUpload, offset: int, content: bytes, actor: User, now: datetime
) -> PartialUpload:
    """Keep the next piece. When this returns, the piece is safe.

    Order: permission; the call is open; it is still agreed to; the offset; at the first piece whether a recording
    begins so; the piece, and how much has arrived.
    Raises NotAllowed, Late, Conflict, `partial.WrongOffset`, Invalid.
    """
    application = request.application
    _require_own(request, part, actor)
    require_not_withdrawn(application)
    require_open(application.cohort, now, application.own_deadline, actor)
    require_granted(request)
    return partial.add(
        part,
        offset=offset,
        content=content,
        refuse=recordings.refusal(_FIELD),
        now=now,
        field=_FIELD,
        lock=vault.lock_of(request),
    )


def finish(*, request: Request, part: PartialUpload, actor: User, now: datetime) -> Recording:
    """Put the pieces together and give the recording, checked and cleaned as one that came in one go.

    Asked again, because the answer was lost on its way, it says the same. What cannot be taken goes.
    Raises NotAllowed, Late, Conflict; `partial.WrongOffset` while something is missing; TooMany; Invalid.
    """
    _require_own(request, part, actor)
    application = request.application
    return partial.complete(
        part,
        field=_FIELD,
        lock=lambda: own_locked(application, actor),
        take=lambda upload: give_recording(
            application=application, question=_question_of(part), upload=upload, actor=actor, now=now
        ),
        again=lambda ref: Recording.objects.filter(request=request.pk, file__ref=ref).first(),
    )


@transaction.atomic
def cancel(*, request: Request, part: PartialUpload, actor: User) -> None:
    """Let an upload that is on its way go. Raises NotAllowed."""
    _require_own(request, part, actor)
    partial.forget(part)


def _require_own(request: Request, part: PartialUpload, actor: User) -> None:
    require(actor, request.application.cohort, Role.APPLICANT)
    own = request.application.applicant_id == actor.pk and part.owner_ref == actor.ref
    if not own or not part.purpose.startswith(purpose_of(request)):
        raise NotAllowed(_("Only the person who asked can do this."))
