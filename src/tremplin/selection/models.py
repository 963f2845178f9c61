"""Decisions, the draw, offers, and the scholars who come of them."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tremplin.applications.models import Application
from tremplin.core.models import Record
from tremplin.programmes.models import Cohort


class ScholarState(models.TextChoices):
    ENROLLED = "enrolled"
    PAUSED = "paused"
    COMPLETED = "completed"
    LEFT = "left"


class Scholar(Record):
    """Someone who accepted an offer: the person that mentoring, stipends, training and projects are about."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="scholars")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="scholarships")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="scholar")
    state = models.CharField(max_length=12, choices=ScholarState.choices, default=ScholarState.ENROLLED)
    extension_weeks = models.PositiveSmallIntegerField(default=0)
    agreed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["cohort", "user"], name="one_scholar_a_cohort")]
