"""Grading, in a worker: the code runs in the grader's box, never in this process."""

from datetime import timedelta

from tremplin.core import clock
from tremplin.core.jobs.task import periodic, task
from tremplin.curriculum import loader
from tremplin.grader import grade
from tremplin.training import grading
from tremplin.training.models import LabSubmission, SubmissionState


@task(queue_name="grading")
def grade_submission(pk: int) -> None:
    """Grade one submission and keep its report. Graded twice it gives the same result: the seed is stored."""
    waiting = LabSubmission.objects.filter(pk=pk).exclude(state=SubmissionState.GRADED)
    if not waiting.update(state=SubmissionState.RUNNING, fault="", note="", graded_at=None):
        return
    submission = LabSubmission.objects.select_related("scholar__cohort__programme__institution").get(pk=pk)
    try:
        report = grade(loader.lab(submission.lab), submission.code, seed=submission.seed)
    except Exception as error:
        grading.crashed(submission, error, now=clock.now())
        raise
    if not grading.not_judged(submission, report, now=clock.now()):
        keep_report(submission, report.to_json(), report.score)


def keep_report(submission: LabSubmission, report: str, score: float) -> None:
    """Store what the grader found, once."""
    LabSubmission.objects.filter(pk=submission.pk).exclude(state=SubmissionState.GRADED).update(
        state=SubmissionState.GRADED, report=report, score=score, graded_at=clock.now(), fault="", note=""
    )


@periodic(every=timedelta(minutes=2))
@task(attempts=1)
def mend_gradings() -> None:
    """Fail what waits for a job that will never come."""
    grading.mend(now=clock.now())
