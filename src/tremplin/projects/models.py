"""A scholar's open-source project: milestones, the publication checklist, and the gate before the public page."""

from typing import ClassVar

from django.db import models

from tremplin.core.models import Record
from tremplin.selection.models import Scholar


class Project(Record):
    """What a scholar designs and publishes."""

    scholar = models.OneToOneField(Scholar, on_delete=models.CASCADE, related_name="project")
    title = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True, max_length=2000)
    description = models.TextField(blank=True)
    repository = models.URLField(max_length=500, blank=True)
    demo = models.URLField(max_length=500, blank=True)
    licence = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=5, default="en")
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()


class MilestoneState(models.TextChoices):
    OPEN = "open"
    HANDED_IN = "handed-in"
    ACCEPTED = "accepted"
    RETURNED = "returned"


class MilestoneReport(Record):
    """What a scholar shows for one milestone, and what the mentor says of it. `draft` is the scholar's alone."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="milestones")
    code = models.CharField(max_length=60)
    state = models.CharField(max_length=12, choices=MilestoneState.choices, default=MilestoneState.OPEN)
    body = models.TextField(blank=True)
    draft = models.TextField(blank=True)
    feedback = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    handed_in_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "code"], name="one_report_a_milestone"),
            models.CheckConstraint(
                condition=models.Q(state="open") | models.Q(handed_in_at__isnull=False),
                name="handed_in_has_a_time",
            ),
        ]


class ChecklistMark(models.Model):
    """One line of the publication checklist: what the scholar says, with where to see it, and who confirmed it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="marks")
    code = models.CharField(max_length=60)
    evidence = models.CharField(max_length=500)
    at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=10, blank=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "code"], name="one_mark_a_line")]
