"""What an administrator may do to a job that failed."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tremplin.core import audit
from tremplin.core.errors import Conflict
from tremplin.core.jobs.models import Job, JobState

SCOPE = "installation"


def retry(*, job: Job, actor: str, now: datetime) -> None:
    """Give a failed job a full set of attempts again, from now, and log who did.

    Raises Conflict if it is no longer failed, or if a newer job waits to do the same work.
    """
    try:
        with transaction.atomic():
            _from_failed(job, state=JobState.WAITING, attempts=0, run_after=now, finished_at=None)
            _log(job, actor=actor, verb="jobs.retried", now=now)
    except IntegrityError as error:
        raise Conflict(
            _("A newer job is already waiting to do the same work."), _("Discard this one.")
        ) from error


def discard(*, job: Job, actor: str, now: datetime) -> None:
    """Decide that a failed job need not be done any more, and log who did."""
    with transaction.atomic():
        _from_failed(job, state=JobState.DISCARDED, finished_at=now)
        _log(job, actor=actor, verb="jobs.discarded", now=now)


def _from_failed(job: Job, **changes: object) -> None:
    if not Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(**changes):
        raise Conflict(
            _("This job is no longer failed: someone else dealt with it, or it was tried again."),
            _("Look at the list again."),
        )


def _log(job: Job, *, actor: str, verb: str, now: datetime) -> None:
    audit.record(scope=SCOPE, actor=actor, verb=verb, subject=job, now=now, data={"task": job.task})
