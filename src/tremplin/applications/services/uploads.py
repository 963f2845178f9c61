"""Files as answers: one for each question, replaceable, kept as long as something counts on them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.applications.models import AnswerFile, Application, Snapshot
from tremplin.applications.rules.answers import FileAnswer
from tremplin.applications.rules.form import question_of
from tremplin.applications.services.common import own_locked, refresh, require_not_withdrawn, require_open
from tremplin.core import files, partial
from tremplin.core.errors import Invalid
from tremplin.core.models import StoredFile
from tremplin.core.prepared import Prepared
from tremplin.people.models import User
from tremplin.programmes.schema import Question


@transaction.atomic
def attach_file(
    *, application: Application, question: str, upload: "UploadedFile[Any]", actor: User, now: datetime
) -> AnswerFile:
    """Give a file as the answer to a question, in place of the one that was there.

    Order: permission, the call is open, the file's content and size, the old file goes (unless what was sent
    counts on it), the new one is stored. Raises NotAllowed, Late, Conflict, Invalid under the question's code.
    """
    held = own_locked(application, actor)
    require_not_withdrawn(held)
    require_open(held.cohort, now, held.own_deadline, actor)
    asked = file_question(held, question)
    stored = files.store(
        upload,
        owner_ref=actor.ref,
        kinds=set(asked.files),
        max_bytes=settings.UPLOAD_LIMIT,
        now=now,
        field=question,
    )
    _let_go(held, question)
    kept = AnswerFile.objects.create(application=held, question=question, file=stored)
    held.answers[question] = FileAnswer(
        file=stored.ref, name=stored.given_name, kind=stored.kind, size=stored.size, sha256=stored.sha256
    )
    _save(held, question, now)
    return kept


@transaction.atomic
def detach_file(*, application: Application, question: str, actor: User, now: datetime) -> Application:
    """Take the file of a question back. What was sent keeps its own. Raises NotAllowed, Late, Conflict, Invalid."""
    held = own_locked(application, actor)
    require_not_withdrawn(held)
    require_open(held.cohort, now, held.own_deadline, actor)
    file_question(held, question)
    _let_go(held, question)
    held.answers.pop(question, None)
    _save(held, question, now)
    return held


def file_question(application: Application, code: str) -> Question:
    """The question `code`, which asks for a file. Raises Invalid when it does not."""
    found = question_of(application.cohort.plan.application, code)
    if found is None or found[1].kind != "file":
        raise Invalid({code: [_("The form asks for no file here.")]})
    return found[1]


def _save(application: Application, question: str, now: datetime) -> None:
    application.version += 1
    application.touched[question] = [application.version, ""]
    application.saved_at = now
    columns = refresh(application)
    application.save(update_fields=["answers", "touched", "version", "saved_at", *columns])


def _let_go(application: Application, question: str) -> None:
    """The present file of a question stops being the answer, and goes unless the last snapshot names it."""
    row = (
        AnswerFile.objects.select_related("file")
        .filter(application=application, question=question, current=True)
        .first()
    )
    if row is None:
        return
    sent = Snapshot.objects.filter(application=application, number=application.sent).first()
    if sent and row.file.ref in _files_in(sent.answers):
        row.current = False
        row.save(update_fields=["current"])
    else:
        _discard(row.file)


def discard_replaced(application: Application, answers: Mapping[str, Any]) -> None:
    """Remove replaced files that the newest snapshot does not name."""
    named = _files_in(answers)
    for row in _REPLACED(application.pk):
        if row.file.ref not in named:
            _discard(row.file)


_REPLACED = Prepared(
    lambda application: AnswerFile.objects.select_related("file").filter(
        application=application, current=False
    ),
    int,
)


def put_back(application: Application) -> None:
    """The files that the answers name are in use again; those that they name no more go."""
    named = _files_in(application.answers)
    rows = list(AnswerFile.objects.select_related("file").filter(application=application))
    for row in rows:
        if row.file.ref not in named:
            _discard(row.file)
    back = [row.pk for row in rows if row.file.ref in named]
    AnswerFile.objects.filter(pk__in=back).update(current=True)


def discard_all(application: Application) -> None:
    """Remove every file of an application that goes, and what is on its way to it."""
    partial.forget_of(f"applications:{application.ref}:")
    for row in AnswerFile.objects.select_related("file").filter(application=application):
        _discard(row.file)


def _files_in(answers: Mapping[str, Any]) -> set[str]:
    return {answer["file"] for answer in answers.values() if isinstance(answer, dict)}


def _discard(file: StoredFile) -> None:
    """Delete the row now, and the content once the transaction has held."""
    path = file.path
    file.delete()
    transaction.on_commit(lambda: default_storage.delete(path))
