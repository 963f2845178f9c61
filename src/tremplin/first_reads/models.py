"""What all reviewers of a cohort read first, what each found, and what they said to each other about it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tremplin.applications.models import Application
from tremplin.blinding.models import RedactedCopy
from tremplin.core.models import Record
from tremplin.programmes.models import Cohort


class Counting(models.TextChoices):
    """What becomes of these reads in the selection."""

    SHARED = "shared"
    NONE = "none"


class FirstReads(Record):
    """The texts that every reviewer of a cohort reads before all others. How they count is fixed by opening them.

    `holds`: a reviewer's own list begins only when they have read these.
    """

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="first_reads")
    note = models.TextField(blank=True)
    counting = models.CharField(max_length=10, choices=Counting.choices, default=Counting.SHARED)
    holds = models.BooleanField(default=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(counting__in=Counting.values), name="known_counting_of_first_reads"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(opened_at__isnull=False),
                name="first_reads_close_after_opening",
            ),
        ]


class Piece(Record):
    """One text of the set: an application by its finished copy, or answers that organisers wrote themselves."""

    first_reads = models.ForeignKey(FirstReads, on_delete=models.CASCADE, related_name="pieces")
    application = models.ForeignKey(
        Application, null=True, on_delete=models.CASCADE, related_name="first_pieces"
    )
    # The copy when the set was opened; a later correction of the same version is read instead.
    copy = models.ForeignKey(RedactedCopy, null=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(max_length=5)
    texts = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first_reads", "application"], name="one_piece_an_application")
        ]


class FirstRead(Record):
    """What one reviewer found in one piece. `tied`: they must not judge it, so it counts as done without scores."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="reads")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="first_reads"
    )
    scores = models.JSONField(default=dict)
    comment = models.TextField(blank=True)
    seconds = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    shown = models.CharField(max_length=20)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    tied = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["piece", "reviewer"], name="one_first_read_a_reviewer"),
            models.CheckConstraint(
                condition=models.Q(tied=False) | models.Q(submitted_at__isnull=False),
                name="tied_first_read_is_done",
            ),
        ]


class LetGo(Record):
    """A reviewer whose own list begins although they have not read the set."""

    first_reads = models.ForeignKey(FirstReads, on_delete=models.CASCADE, related_name="let_go")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first_reads", "reviewer"], name="let_go_once")
        ]


class Remark(Record):
    """One thing that somebody said in the discussion of a piece."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()


class Agreed(Record):
    """How organisers read one criterion of a piece after the discussion: the level, and why."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="agreed")
    criterion = models.CharField(max_length=60)
    score = models.IntegerField(null=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["piece", "criterion"], name="one_agreed_reading_a_criterion")
        ]
