"""Applications: a draft that forgives, and the snapshot that counts."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tremplin.core.models import Record, StoredFile
from tremplin.programmes.models import Cohort, ProgrammeVersion


class ApplicationState(models.TextChoices):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class Application(Record):
    """One person's application to one cohort. `answers` is the draft: any state, nothing thrown away."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="applications")
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications"
    )
    state = models.CharField(max_length=12, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    language = models.CharField(max_length=5, default="en")
    eligibility = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["cohort", "state", "submitted_at"], name="application_board")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "applicant"], name="one_application_a_person"),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(submitted_at__isnull=False) | models.Q(state="withdrawn"),
                name="submitted_has_a_time",
            ),
        ]


class Snapshot(Record):
    """The frozen copy made on submit. The latest one of an application is what is read; none ever changes."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="snapshots")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=5)
    answers = models.JSONField()
    checksum = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["application", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "number"], name="one_snapshot_a_number")
        ]


class AnswerFile(models.Model):
    """A file given as the answer to a question."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files")
    question = models.CharField(max_length=60)
    file = models.OneToOneField(StoredFile, on_delete=models.CASCADE, related_name="+")
