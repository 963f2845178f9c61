"""A scholar's plan that lives, the journal, and labs handed in."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tremplin.core.models import Record
from tremplin.selection.models import Scholar


class Syllabus(Record):
    """A scholar's own plan; `weeks` is the plan in force, earlier ones are kept as versions.

    A week is `{"week": 3, "goal": "…", "hours": 30, "resources": [{"title", "url", "required"}], "labs": ["…"],
    "done": "no" | "partly" | "yes", "spent": 28, "note": "…"}`.
    """

    scholar = models.OneToOneField(Scholar, on_delete=models.CASCADE, related_name="syllabus")
    weeks = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()


class SyllabusVersion(models.Model):
    """The plan as it stood after a re-plan, and why it changed. Never changed."""

    syllabus = models.ForeignKey(Syllabus, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    weeks = models.JSONField()
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["syllabus", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["syllabus", "number"], name="one_syllabus_version_a_number")
        ]


class Audience(models.TextChoices):
    DRAFT = "draft"
    COHORT = "cohort"
    PUBLIC = "public"


class JournalEntry(Record):
    """One week's post: what was done, what was hard, what changed in the plan."""

    scholar = models.ForeignKey(Scholar, on_delete=models.CASCADE, related_name="journal")
    week = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    language = models.CharField(max_length=5, default="en")
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.DRAFT)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scholar", "week"], name="one_journal_entry_a_week"),
            models.CheckConstraint(
                condition=models.Q(audience="draft") | models.Q(published_at__isnull=False),
                name="published_entry_has_a_time",
            ),
        ]


class LabDraft(Record):
    """Code that a scholar is writing on a lab’s page and has not handed in yet; it goes when they do."""

    scholar = models.ForeignKey(Scholar, on_delete=models.CASCADE, related_name="lab_drafts")
    lab = models.CharField(max_length=60)
    code = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scholar", "lab"], name="one_lab_draft_a_lab")
        ]


class SubmissionState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    GRADED = "graded"
    FAILED = "failed"


OPEN = (SubmissionState.QUEUED, SubmissionState.RUNNING)
"""A submission that waits for its result. Somewhere a living job works for it: see `grading`."""


class Fault(models.TextChoices):
    """Why a submission could not be graded. Each is ours: none says anything about the code."""

    BOX = "box"
    GRADER = "grader"
    CRASH = "crash"
    WORKER = "worker"
    DROPPED = "dropped"
    LOST = "lost"


class LabSubmission(Record):
    """Code that a scholar handed in for a lab. The best of all submissions counts; none is thrown away.

    `job` is the reference of the job that grades it; `note` says of a fault, to staff, where it happened. `key` is
    that of the form or the program that handed it in: sent twice, it is one submission.
    """

    scholar = models.ForeignKey(Scholar, on_delete=models.CASCADE, related_name="submissions")
    lab = models.CharField(max_length=60)
    code = models.TextField()
    state = models.CharField(max_length=10, choices=SubmissionState.choices, default=SubmissionState.QUEUED)
    seed = models.PositiveBigIntegerField()
    report = models.JSONField(default=dict)
    score = models.FloatField(null=True)
    graded_at = models.DateTimeField(null=True)
    job = models.CharField(max_length=10, blank=True)
    key = models.CharField(max_length=64, blank=True)
    fault = models.CharField(max_length=10, choices=Fault.choices, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["scholar", "lab"], name="submissions_by_lab"),
            models.Index(
                fields=["scholar"],
                condition=models.Q(state__in=["queued", "running"]),
                name="submissions_that_wait",
            ),
            models.Index(fields=["scholar"], condition=models.Q(state="failed"), name="submissions_failed"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scholar", "key"], condition=~models.Q(key=""), name="one_submission_a_key"
            ),
            models.CheckConstraint(
                condition=(models.Q(state="failed") & ~models.Q(fault=""))
                | (~models.Q(state="failed") & models.Q(fault="")),
                name="failed_grading_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=0, score__lte=1),
                name="score_is_a_share",
            ),
        ]


class Remark(Record):
    """What somebody said about a submission: on a line of its code, or on all of it (`line` 0).

    Scholars ask here, mentors and organisers answer. A remark is never changed; its author may take it back.
    """

    submission = models.ForeignKey(LabSubmission, on_delete=models.CASCADE, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    line = models.PositiveIntegerField(default=0)
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["submission", "line", "created_at", "pk"]
