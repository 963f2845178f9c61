"""Files as answers over a line that breaks: begun, sent in pieces, put together. `uploads` takes them from there."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.models import AnswerFile, Application
from tremplin.applications.services.common import own_locked, require_not_withdrawn, require_open
from tremplin.applications.services.uploads import attach_file, file_question
from tremplin.core import files, limits, partial
from tremplin.core.errors import NotAllowed
from tremplin.core.models import PartialUpload
from tremplin.people.models import User
from tremplin.programmes.roles import Role, require

_BEGINNINGS = limits.Rate("uploads begun", burst=60, refill=timedelta(hours=1))


def purpose_of(application: Application, question: str = "") -> str:
    """Under which an upload is kept: of one question, or the beginning that all of an application share."""
    return f"applications:{application.ref}:{question}"


def question_of_upload(part: PartialUpload) -> str:
    return part.purpose.rpartition(":")[2]


@transaction.atomic
def begin_upload(
    *, application: Application, question: str, name: str, size: int, sha256: str, actor: User, now: datetime
) -> PartialUpload:
    """Announce a file; the same file again goes on where it stopped, from any device. Another takes its place.

    Order: permission, the call is open, not too often, the declared size, the row. Nothing has arrived yet, so
    nothing is checked by content. Raises NotAllowed, Late, Conflict, TooMany, Invalid.
    """
    held = own_locked(application, actor)
    require_not_withdrawn(held)
    require_open(held.cohort, now, held.own_deadline, actor)
    file_question(held, question)
    limits.require(_BEGINNINGS, actor.ref, now=now)
    part = partial.begin(
        owner_ref=actor.ref,
        purpose=purpose_of(held, question),
        name=name,
        size=size,
        sha256=sha256,
        max_bytes=settings.UPLOAD_LIMIT,
        now=now,
        field=question,
    )
    if part.stored_ref and not _is_answer(held, question, part):  # it was taken back since: begin anew
        partial.restart(part)
    return part


def _is_answer(application: Application, question: str, part: PartialUpload) -> bool:
    answer = application.answers.get(question)
    return isinstance(answer, dict) and answer["file"] == part.stored_ref


def add_piece(
    *, application: Application, part: PartialUpload, offset: int, content: bytes, actor: User, now: datetime
) -> PartialUpload:
    """Keep the next piece of a file. When this returns, the piece is safe.

    Order: permission, the call is open, the offset, at the first piece what kind of file it begins; the piece,
    and how much has arrived. Raises NotAllowed, Late, Conflict,
    `partial.WrongOffset`, Invalid.
    """
    _require_own(application, part, actor)
    require_not_withdrawn(application)
    require_open(application.cohort, now, application.own_deadline, actor)
    question = question_of_upload(part)
    refuse = files.refusal(set(file_question(application, question).files), question)
    return partial.add(part, offset=offset, content=content, refuse=refuse, now=now, field=question)


def finish_upload(*, application: Application, part: PartialUpload, actor: User, now: datetime) -> AnswerFile:
    """Put the pieces together and give the file as the answer, checked and cleaned as any other.

    Asked again, because the answer was lost on its way, it says the same. What cannot be taken goes, since
    sending it once more would not mend it.
    Raises NotAllowed, Late, Conflict; `partial.WrongOffset` while something is missing; Invalid.
    """
    _require_own(application, part, actor)
    question = question_of_upload(part)
    return partial.complete(
        part,
        field=question,
        lock=lambda: own_locked(application, actor),
        take=lambda upload: attach_file(
            application=application, question=question, upload=upload, actor=actor, now=now
        ),
        again=lambda ref: AnswerFile.objects.select_related("file").filter(file__ref=ref).first(),
    )


@transaction.atomic
def cancel_upload(*, application: Application, part: PartialUpload, actor: User) -> None:
    """Let an upload that is on its way go. Raises NotAllowed."""
    _require_own(application, part, actor)
    partial.forget(part)


def _require_own(application: Application, part: PartialUpload, actor: User) -> None:
    require(actor, application.cohort, Role.APPLICANT)
    own = application.applicant_id == actor.pk and part.owner_ref == actor.ref
    if not own or not part.purpose.startswith(purpose_of(application)):
        raise NotAllowed(_("Only the person who wrote an application can do this."))
