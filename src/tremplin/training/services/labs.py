"""Scholars hand in labs; what could not be graded is graded again."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core import versions
from tremplin.core.errors import Conflict, Invalid, TooMany
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.selection.models import Scholar
from tremplin.selection.services.scholars import require_taking_part
from tremplin.training import grading, queries
from tremplin.training.models import (
    OPEN,
    LabDraft,
    LabSubmission,
    SubmissionState,
)
from tremplin.training.services.common import plan_of
from tremplin.training.tasks import grade_submission

MAX_CODE = 200_000

MAX_QUEUED = 3

LONGEST_KEY = 64


@transaction.atomic
def submit_lab(
    *,
    scholar: Scholar,
    lab: str,
    code: str,
    actor: User,
    now: datetime,
    key: str = "",
    seed: int | None = None,
) -> LabSubmission:
    """Take a scholar's code and put its grading in the queue; nothing of it runs here.

    Order: permission, limits, the submission, the draft goes, its event, the job. The same `key` twice gives the first
    submission, whatever came between. `seed` draws the hidden inputs; left out, it is fresh. Raises NotAllowed,
    Invalid, Conflict, TooMany.
    """
    require_taking_part(scholar, actor)
    if lab not in plan_of(scholar.cohort).labs:
        raise Conflict(_("This programme does not offer that lab."))
    _check_code(code)
    Scholar.objects.select_for_update().get(pk=scholar.pk)  # one after the other, so that the limit holds
    key = key[:LONGEST_KEY]
    known = LabSubmission.objects.filter(scholar=scholar, key=key).first() if key else None
    if known is not None:
        return known
    grading.mend(scholar=scholar, now=now)
    waiting = LabSubmission.objects.filter(scholar=scholar, state__in=OPEN).count()
    if waiting >= MAX_QUEUED:
        raise TooMany(
            _("%(count)s of your submissions are still being graded.") % {"count": waiting},
            _("Wait for a result, then hand in again. Your code is shown below for copying."),
        )
    submission = LabSubmission.objects.create(
        scholar=scholar,
        lab=lab,
        code=code,
        key=key,
        seed=seed if seed is not None else secrets.randbits(62),
        created_at=now,
    )
    LabDraft.objects.filter(scholar=scholar, lab=lab).delete()
    log(
        cohort=scholar.cohort,
        actor=actor,
        verb="training.lab-submitted",
        subject=submission,
        now=now,
        lab=lab,
    )
    _enqueue(submission)
    return submission


@transaction.atomic
def keep_draft(
    *, scholar: Scholar, lab: str, code: str, expected_version: int, actor: User, now: datetime
) -> LabDraft:
    """Keep what a scholar is writing for a lab; handing in takes it away.

    Raises NotAllowed, Conflict, Invalid, Stale.
    """
    require_taking_part(scholar, actor)
    if lab not in plan_of(scholar.cohort).labs:
        raise Conflict(_("This programme does not offer that lab."))
    if code.strip():
        _check_code(code)
    draft, _created = LabDraft.objects.select_for_update().get_or_create(
        scholar=scholar, lab=lab, defaults={"created_at": now, "saved_at": now}
    )
    versions.check(draft, expected_version)
    draft.code, draft.version, draft.saved_at = code, draft.version + 1, now
    draft.save()
    return draft


def _enqueue(submission: LabSubmission) -> None:
    """A job for `submission`, which knows it by its reference from now on."""
    submission.job = grade_submission.enqueue(submission.pk).id
    submission.save(update_fields=["job"])


@transaction.atomic
def grade_again(*, submission: LabSubmission, actor: User, now: datetime) -> bool:
    """Have a submission that could not be graded graded again, with the same seed.

    False, and nothing happens, when it waits or is graded by now: somebody else was quicker.
    Order: permission, the submission, its job, the audit event. Raises NotAllowed.
    """
    cohort = submission.scholar.cohort
    require(actor, cohort, Role.ORGANISER)
    row = LabSubmission.objects.select_for_update().get(pk=submission.pk)
    if row.state != SubmissionState.FAILED:
        return False
    row.state, row.fault, row.note, row.graded_at = SubmissionState.QUEUED, "", "", None
    row.save(update_fields=["state", "fault", "note", "graded_at"])
    _enqueue(row)
    log(cohort=cohort, actor=actor, verb="training.grading-repeated", subject=row, now=now)
    return True


@transaction.atomic
def grade_all_again(*, cohort: Cohort, actor: User, now: datetime) -> int:
    """Have everything of a cohort that could not be graded graded again; how many that were. Raises NotAllowed."""
    require(actor, cohort, Role.ORGANISER)
    count = 0
    for row in queries.failed_gradings(actor, cohort):
        row.scholar.cohort = cohort
        count += grade_again(submission=row, actor=actor, now=now)
    return count


def _check_code(code: str) -> None:
    if not code.strip():
        raise Invalid({"code": [_("Choose a file or paste your code.")]})
    if len(code) > MAX_CODE:
        raise Invalid({"code": [_("The code is too long: 200,000 characters at most.")]})
    if "\0" in code or any("\ud800" <= sign <= "\udfff" for sign in code):
        raise Invalid({"code": [_("This is not text: save your file as UTF-8.")]})
