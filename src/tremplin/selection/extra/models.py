"""What is kept of a round of extra reads."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tremplin.core.models import Record
from tremplin.programmes.models import Cohort


class ExtraRound(Record):
    """One round. `sent` holds for the reference of each read: that of the application, its chance of being above the
    line, what was not known of its merit, and what would not be known after the read.

    `bands` names who stood in which band before the round. `settled`: the round before changed none, and nothing was
    sent. `by` None: the clock did it.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="extra_rounds")
    number = models.PositiveSmallIntegerField()
    bands = models.CharField(max_length=64)
    asked = models.PositiveIntegerField(default=0)
    sent = models.JSONField(default=dict)
    settled = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "number"], name="one_extra_round_a_number"),
            models.CheckConstraint(
                condition=models.Q(settled=False) | models.Q(asked=0), name="settled_sends_nothing"
            ),
        ]


class ExtraHeldUp(Record):
    """That the clock would send extra reads and no reviewer has room for one, since when; gone when a round goes."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="extra_held_up")
    asked = models.PositiveIntegerField()
