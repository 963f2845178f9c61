"""Outcome surveys, and the reports made of them."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tremplin.core.models import Record
from tremplin.programmes import releases
from tremplin.programmes.models import Cohort


class SurveyResponse(Record):
    """One person's answers to one outcome survey. Drafts are kept; a sent one is not changed."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="survey_responses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    survey = models.CharField(max_length=60)
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "user", "survey"], name="one_response_a_survey")
        ]


class OutcomeRelease(releases.Release):
    """What was told of the answers to one survey, or of how many were asked (see `programmes.releases`)."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cohort_ref", "kind", "number"], name="one_outcome_release_a_number"
            )
        ]


class ImpactReport(Record):
    """A report as it was published: its figures never change afterwards."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="impact_reports")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    checksum = models.CharField(max_length=64)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "number"], name="one_report_a_number")
        ]
