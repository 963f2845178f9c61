"""What a rehearsal found."""

from django.db import models

from tremplin.core.models import Record
from tremplin.programmes.models import Cohort


class Rehearsal(Record):
    """One run: its seed, how many people, up to which moment, and the report it ended with."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="rehearsal_run")
    seed = models.PositiveBigIntegerField()
    applicants = models.PositiveIntegerField()
    until = models.DateTimeField()
    report = models.JSONField(default=dict)
    seconds = models.FloatField(default=0)
