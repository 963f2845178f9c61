"""What a reviewer is to hear of, gathered until their morning."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tremplin.core.models import Record
from tremplin.programmes.models import Cohort


class NewsKind(models.TextChoices):
    """What there is to be told: texts that all read first, an answer to what was asked, reads that others gave up."""

    FIRST = "first"
    ANSWERED = "answered"
    HANDED = "handed"


class News(Record):
    """How many things of one kind wait to be told to a reviewer, and when they were last told of any."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="reviewer_news")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=NewsKind.choices)
    many = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "reviewer", "kind"], name="one_news_a_kind"),
            models.CheckConstraint(condition=models.Q(kind__in=NewsKind.values), name="known_news"),
        ]
