"""The queue: one row a job, one row a schedule, one row a running worker."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tremplin.core.models import Record


class JobState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    DISCARDED = "discarded", _("Discarded")


class Job(Record):
    """Work to do outside a request. `ref` is the id that the tasks API hands out.

    A worker holds a job by a lease: `lease_token` names the holder's attempt, `lease_until` ends it
    unless the holder's heartbeat moves it. Only the holder of the token may settle the job.
    """

    task = models.CharField(max_length=200)
    queue = models.CharField(max_length=32, default="default")
    priority = models.SmallIntegerField(default=0)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    key = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    run_after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=5)
    lease_seconds = models.PositiveIntegerField(default=60)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    workers = models.JSONField(default=list)
    started_at = models.DateTimeField(null=True, blank=True)
    last_attempted_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    errors = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state="waiting") & ~Q(key=""), name="job_one_waiting_a_key"
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_known_state"),
            models.CheckConstraint(
                condition=~Q(state="running") | (~Q(lease_token="") & Q(lease_until__isnull=False)),
                name="job_running_is_leased",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["queue", "-priority", "run_after", "id"],
                condition=Q(state="waiting"),
                name="job_next",
            ),
            models.Index(fields=["queue", "lease_until"], condition=Q(state="running"), name="job_leases"),
            models.Index(fields=["state", "finished_at"], name="job_by_state"),
        ]


class Schedule(models.Model):
    """When a periodic task runs next. Whoever moves `next_run_at` enqueues the job, in one transaction."""

    name = models.CharField(max_length=200, primary_key=True)
    next_run_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True, blank=True)


class Worker(models.Model):
    """A worker process that is alive, so that a page can say when none is."""

    name = models.CharField(max_length=100, primary_key=True)
    queues = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
