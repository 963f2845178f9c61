"""Applications: a draft that forgives, and the snapshot that counts."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from tremplin.core.ids import new_ref
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
    name = models.CharField(max_length=200, blank=True)
    search = models.CharField(max_length=600, blank=True)
    version = models.PositiveIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)
    saved_at = models.DateTimeField()
    # The number of the snapshot that counts, 0 before the first; and the draft's version when it was made.
    sent = models.PositiveIntegerField(default=0)
    sent_version = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    # Pseudonyms are made from this and from nothing that a reviewer could guess.
    blind_key = models.CharField(max_length=10, default=new_ref, editable=False)
    # What people wrote stands last in the row, so that lists need not read past it.
    eligibility = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    # Question → [version, page]: when its answer last changed, and in which window.
    touched = models.JSONField(default=dict)
    # Question → the text that a second window sent for an answer that had changed meanwhile.
    aside = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["cohort", "state", "submitted_at"], name="application_board"),
            models.Index(fields=["cohort", "-created_at", "-id"], name="application_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "applicant"], name="one_application_a_person"),
            models.CheckConstraint(
                condition=models.Q(state__in=ApplicationState.values), name="known_application_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="submitted") | models.Q(submitted_at__isnull=False, sent__gte=1),
                name="submitted_has_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="withdrawn") | models.Q(withdrawn_at__isnull=False),
                name="withdrawn_has_a_time",
            ),
        ]

    @property
    def share(self) -> float:
        """How much is answered, as a share of one."""
        return self.progress / 100

    @property
    def unsent_changes(self) -> bool:
        """Whether the draft says something else than what was sent."""
        return self.state == ApplicationState.SUBMITTED and self.version > self.sent_version


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

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A snapshot is written once and never changed.")
        super().save(*args, **kwargs)


class AnswerFile(models.Model):
    """A file given as the answer to a question. One that was replaced stays while a snapshot counts on it."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files")
    question = models.CharField(max_length=60)
    file = models.OneToOneField(StoredFile, on_delete=models.CASCADE, related_name="+")
    current = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "question"],
                condition=models.Q(current=True),
                name="one_current_file_a_question",
            )
        ]
