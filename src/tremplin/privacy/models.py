"""What keeps data from going by itself: a hold, with its reason and its end."""

from typing import ClassVar

from django.db import models

from tremplin.core.models import Record
from tremplin.programmes.models import Cohort


class Hold(Record):
    """A legal reason for which one class of data of a cohort stays longer, until a day.

    `kept` is the code of the class. The reason names a law or a claim, never a person. A hold is not deleted: it is
    lifted, or its day comes.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="holds")
    kept = models.CharField(max_length=60)
    reason = models.TextField()
    until = models.DateTimeField()
    placed_by = models.CharField(max_length=10)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["cohort", "lifted_at", "until"], name="holds_in_force")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cohort", "kept"], condition=models.Q(lifted_at__isnull=True), name="one_hold_a_class"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="hold_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("created_at")), name="hold_ends_after_it_began"
            ),
        ]
