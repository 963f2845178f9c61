"""No submission waits for a grading that will never come: what fails for good says so and counts for nothing.

A grading fails for good when the grader itself breaks, when every try of its job failed, when its workers were
killed one after the other, or when somebody discarded the job. The task notes what it lives to see; `mend`
finds the rest, every two minutes and whenever its scholar hands in again.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from tremplin.core.jobs import effects
from tremplin.core.jobs.leases import WORKER_LOST
from tremplin.core.jobs.models import Job, JobState
from tremplin.core.jobs.traces import Trace, trace
from tremplin.grader import Report
from tremplin.programmes.log import log
from tremplin.selection.models import Scholar
from tremplin.training.models import OPEN, Fault, LabSubmission, SubmissionState

LONGEST_NOTE = 300
ALIVE = (JobState.WAITING, JobState.RUNNING)


@transaction.atomic
def fail(*, submission: LabSubmission, fault: Fault, note: str, now: datetime) -> bool:
    """Note that `submission` could not be graded. False when it is no longer waiting for this very job.

    Order: the submission, the audit event with the kind of fault alone.
    """
    waiting = LabSubmission.objects.filter(pk=submission.pk, job=submission.job, state__in=OPEN)
    if not waiting.update(state=SubmissionState.FAILED, fault=fault, note=note[:LONGEST_NOTE], graded_at=now):
        return False
    cohort = submission.scholar.cohort
    log(cohort=cohort, actor=None, verb="training.grading-failed", subject=submission, now=now, fault=fault)
    return True


def mend(*, now: datetime, scholar: Scholar | None = None) -> int:
    """Fail every submission whose job is dead or gone, of all scholars or of one; how many there were."""
    waiting = LabSubmission.objects.filter(state__in=OPEN)
    if scholar is not None:
        waiting = waiting.filter(scholar=scholar)
    alive = Job.objects.filter(state__in=ALIVE).values("ref")
    return sum(_bury(row, now) for row in _in_full(waiting.exclude(job__in=alive)))


def _in_full(rows: QuerySet[LabSubmission]) -> QuerySet[LabSubmission]:
    return rows.select_related("scholar__cohort__programme__institution").defer("code").order_by("pk")


def _bury(submission: LabSubmission, now: datetime) -> bool:
    job = Job.objects.filter(ref=submission.job).first() if submission.job else None
    fault, note = _diagnosis(job)
    return fail(submission=submission, fault=fault, note=note, now=now)


def _diagnosis(job: Job | None) -> tuple[Fault, str]:
    """What became of a job that is not alive."""
    if job is None or job.state == JobState.DONE:
        return Fault.LOST, ""
    if job.state == JobState.DISCARDED:
        return Fault.DROPPED, ""
    last: Trace | None = job.errors[-1] if job.errors else None
    if last is not None and last["exception"] == WORKER_LOST:
        return Fault.WORKER, ""
    return Fault.CRASH, brief(last) if last else ""


def brief(kept: Trace) -> str:
    """One line on an exception: its class and where it rose. Never its message, which may quote what was typed."""
    name = kept["exception"].rpartition(".")[2]
    where = kept["frames"][-1] if kept["frames"] else ""
    return ": ".join(part for part in (name, kept["reason"] or where) if part)


def crashed(submission: LabSubmission, error: Exception, *, now: datetime) -> None:
    """The grading of `submission` broke. Only its last try is the end of it."""
    attempt = effects.current()
    if attempt is None or attempt.job.attempts >= attempt.job.max_attempts:
        note = brief(trace(error, now=now))
        fail(submission=submission, fault=Fault.CRASH, note=note, now=now)


def not_judged(submission: LabSubmission, report: Report, *, now: datetime) -> bool:
    """Whether `report` is no judgement but says that we could not judge; then the submission has failed."""
    if report.status == "error":
        lines = [line for line in report.detail.splitlines() if line.strip()]
        return fail(
            submission=submission, fault=Fault.GRADER, note=lines[-1].strip() if lines else "", now=now
        )
    if report.status == "refused" and report.detail:  # no box to run it in
        return fail(submission=submission, fault=Fault.BOX, note=" ".join(report.detail.split()), now=now)
    return False
