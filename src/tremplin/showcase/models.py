"""The public page of a project, with each field's own consent, and the demo day."""

from typing import ClassVar

from django.db import models

from tremplin.core.models import Record
from tremplin.people.models import Consent
from tremplin.programmes.models import Cohort
from tremplin.projects.models import Project


class PageState(models.TextChoices):
    DRAFT = "draft"
    ASKED = "asked"
    PUBLISHED = "published"


class ShowcasePage(Record):
    """What the public may read of one project. The scholar writes it; an organiser publishes it."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="showcase_page")
    state = models.CharField(max_length=10, choices=PageState.choices, default=PageState.DRAFT)
    shown_name = models.CharField(max_length=200, blank=True)
    before = models.CharField(max_length=300, blank=True)
    learned = models.TextField(blank=True, max_length=3000)
    show_name = models.BooleanField(default=False)
    show_mentor = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    # The texts as they were consented to: what happens to the project later is not public.
    content = models.JSONField(default=dict)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+", null=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(consent__isnull=False),
                name="nothing_public_without_consent",
            )
        ]


class DemoSlot(Record):
    """One talk in the running order of the demo day."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="demo_slots")
    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="demo_slot")
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(default=10)

    class Meta:
        ordering: ClassVar = ["cohort", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "position"], name="one_talk_a_position")
        ]
