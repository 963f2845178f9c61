"""Rows that can be doubled: no constraint helps the engine to look better than it is."""

from typing import ClassVar

from django.db import models


class Submission(models.Model):
    """A form that somebody sent."""

    key = models.CharField(max_length=80)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key"], name="bench_submission_key")]


class Effect(models.Model):
    """What the job of a submission did."""

    key = models.CharField(max_length=80)
    attempt = models.PositiveSmallIntegerField()
