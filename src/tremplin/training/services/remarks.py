"""What is said about code: a question of the scholar, an answer of the mentor or an organiser."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core import once
from tremplin.core.errors import Invalid, NotAllowed
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.roles import Role, roles_of
from tremplin.selection.services.scholars import require_taking_part
from tremplin.training.models import LabSubmission, Remark
from tremplin.training.queries.scholars import visible_scholars
from tremplin.training.rules.remarks import REMARK


@transaction.atomic
def remark(
    *, submission: LabSubmission, line: int, text: str, actor: User, now: datetime, key: str = ""
) -> Remark | None:
    """Say something about `submission`, on a line of its code or, with 0, on all of it; the same `key` says it once.

    The scholar may, their mentor, and organisers; observers read. None where `key` was seen before.
    Raises NotAllowed, Invalid.
    """
    _require_part(submission, actor)
    text = text.strip()
    if not text:
        raise Invalid({"text": [_("Write what you want to ask or say.")]})
    if len(text) > REMARK:
        raise Invalid({"text": [_("This is too long: 2,000 characters at most.")]})
    if not 0 <= line <= len(submission.code.splitlines()):
        raise Invalid({"line": [_("The code has no such line.")]})
    if not once.first(f"remark:{submission.ref}:{actor.pk}:{key}" if key else "", now=now):
        return None
    row = Remark.objects.create(submission=submission, author=actor, line=line, text=text, created_at=now)
    log(
        cohort=submission.scholar.cohort,
        actor=actor,
        verb="training.remarked",
        subject=row,
        now=now,
        lab=submission.lab,
    )
    return row


@transaction.atomic
def take_back_remark(*, remark: Remark, actor: User, now: datetime) -> None:
    """Take one's own words back. Raises NotAllowed."""
    if remark.author_id != actor.pk:
        raise NotAllowed(_("Only who wrote it can take it back."))
    log(
        cohort=remark.submission.scholar.cohort,
        actor=actor,
        verb="training.remark-taken-back",
        subject=remark,
        now=now,
    )
    remark.delete()


def _require_part(submission: LabSubmission, actor: User) -> None:
    scholar = submission.scholar
    if scholar.user_id == actor.pk:
        require_taking_part(scholar, actor)
        return
    helps = roles_of(actor, scholar.cohort) & {Role.ORGANISER, Role.MENTOR}
    if not helps or not visible_scholars(actor, scholar.cohort).filter(pk=scholar.pk).exists():
        raise NotAllowed(_("The scholar, their mentor and organisers talk about code."))
