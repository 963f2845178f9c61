"""Notes that people who came very near can show: a public page each, as long as they want it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tremplin.core.models import Record
from tremplin.programmes.models import Cohort


class Commendation(Record):
    """What a public page says of one person, under the name that they chose.

    `figures` are frozen when it is made: the page says the same when the application itself has gone.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="commendations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="commendations")
    name = models.CharField(max_length=200)
    figures = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "user"], name="one_commendation_a_person")
        ]
