"""The public account of a selection: what organisers write for it, and the reports made of it."""

from typing import ClassVar

from django.db import models

from tremplin.core.models import Record
from tremplin.programmes.models import Cohort


class Words(Record):
    """What organisers say in their own words, by section and language, until and after it is published."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="selection_words")
    sections = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)


class SelectionReport(Record):
    """A report as it was published: nothing in it changes afterwards; a correction is a new one."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="selection_reports")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    checksum = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=10)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "number"], name="one_selection_report_a_number")
        ]
