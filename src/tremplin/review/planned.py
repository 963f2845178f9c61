"""What organisers assumed of the reading before it began, kept to hold what comes against it."""

from typing import Any

from django.db import models

from tremplin.core.models import Record
from tremplin.programmes.models import Cohort


class CapacityPlan(Record):
    """The plan of a cohort's reading, and what the clock last foresaw. Nothing in it tells of a person.

    `assumptions` and `figures` are those of the day on which it was kept, empty before; `foreseen` are the chances as
    things stood at `foreseen_at`, worked out by the clock so that no desk has to.
    """

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="capacity_plan")
    assumptions: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    figures: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    foreseen: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    foreseen_at = models.DateTimeField(null=True)
    worry = models.BooleanField(default=False)  # the risk that is accepted is passed
