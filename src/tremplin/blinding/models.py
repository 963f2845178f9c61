"""What a reviewer gets instead of an application: copies that are finished before anybody reads, and corrections."""

from typing import Any, ClassVar

from django.db import models

from tremplin.applications.models import Application, Snapshot
from tremplin.core.models import Record


class Maker(models.TextChoices):
    """Whose doing a copy or a correction is."""

    RULES = "rules"
    APPLICANT = "applicant"
    ORGANISER = "organiser"


class RedactedCopy(Record):
    """The texts of one snapshot without what would say whose they are. The one with the highest number is read.

    Each pass of reading has copies of its own: those of the second hold what it opens, and reach nobody before it.
    `texts` maps each question that was answered in free words to what reviewers read. `marks` says, by question,
    what was hidden: where the marker stands, its kind, and where the words stood in the answer; never the words.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="copies")
    pass_number = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveIntegerField()
    maker = models.CharField(max_length=10, choices=Maker.choices)
    actor = models.CharField(max_length=40, blank=True)
    texts = models.JSONField()
    marks = models.JSONField()
    checksum = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["snapshot", "pass_number", "number"], name="one_copy_a_number"),
            models.CheckConstraint(condition=models.Q(maker__in=Maker.values), name="known_maker"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A copy is written once and never changed: make the next one.")
        super().save(*args, **kwargs)


class Correction(Record):
    """Words that are to be hidden in every answer of an application, or shown although the rules would hide them.

    It belongs to the words and not to a version: in a version that is sent later it holds wherever they still stand.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="corrections")
    phrase = models.TextField()
    hide = models.BooleanField()
    maker = models.CharField(max_length=10, choices=Maker.choices)
    actor = models.CharField(max_length=40)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(maker__in=[Maker.APPLICANT, Maker.ORGANISER]), name="known_corrector"
            )
        ]
