"""Grading, in a worker: the code runs in the grader's box, never in this process."""

from tremplin.core import clock
from tremplin.core.jobs.task import task
from tremplin.curriculum import loader
from tremplin.grader import grade
from tremplin.training.models import LabSubmission, SubmissionState


@task(queue_name="grading")
def grade_submission(pk: int) -> None:
    """Grade one submission and keep its report. Graded twice it gives the same result: the seed is stored."""
    waiting = LabSubmission.objects.filter(pk=pk).exclude(state=SubmissionState.GRADED)
    if not waiting.update(state=SubmissionState.RUNNING):
        return
    submission = LabSubmission.objects.get(pk=pk)
    report = grade(loader.lab(submission.lab), submission.code, seed=submission.seed)
    if report.status == "refused" and report.detail:  # no box to run it in: our fault, and nobody's mark
        waiting.update(state=SubmissionState.FAILED, graded_at=clock.now())
        return
    keep_report(submission, report.to_json(), report.score)


def keep_report(submission: LabSubmission, report: str, score: float) -> None:
    """Store what the grader found, once."""
    LabSubmission.objects.filter(pk=submission.pk).exclude(state=SubmissionState.GRADED).update(
        state=SubmissionState.GRADED, report=report, score=score, graded_at=clock.now()
    )
