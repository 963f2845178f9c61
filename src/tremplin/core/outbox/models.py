"""The outbox: every mail is a row first, in the transaction of the deed that it tells of."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tremplin.core.models import Record


class BatchState(models.TextChoices):
    OPEN = "open", _("Being prepared")
    RELEASED = "released", _("About to be sent")
    SENT = "sent", _("Handed over")
    CANCELLED = "cancelled", _("Cancelled")


class MessageState(models.TextChoices):
    WAITING = "waiting", _("Waiting for release")
    QUEUED = "queued", _("On its way out")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be sent")
    CANCELLED = "cancelled", _("Cancelled")
    LEFT_OUT = "left_out", _("Left out")


class Batch(Record):
    """Mails that go out together, after a person has looked at them.

    `title` is a text in several languages: whoever prepares a batch and whoever reads of it may speak two.
    `release` names one release: an undo changes it, so that what was set going for the undone release
    finds nothing to do.
    """

    scope = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=80)
    title = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.OPEN)
    opened_by = models.CharField(max_length=40, blank=True)
    released_by = models.CharField(max_length=40, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    release_after = models.DateTimeField(null=True, blank=True)
    release = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="batch_known_state")
        ]


class OutboxMessage(Record):
    """One mail to one person. `key` names its occasion, `message_id` is made from the key once.

    `queued_at` is the date that the mail carries, whichever attempt gets through.
    """

    scope = models.CharField(max_length=120)
    key = models.CharField(max_length=250, unique=True)
    batch = models.ForeignKey(Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="messages")
    to = models.EmailField(max_length=254)
    to_ref = models.CharField(max_length=40, blank=True, db_index=True)
    reply_to = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=5)
    kind = models.CharField(max_length=80)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=MessageState.choices)
    release_after = models.DateTimeField(null=True, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="message_known_state"),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(batch__isnull=False), name="message_waits_in_a_batch"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["scope", "state", "created_at"], name="message_by_scope"),
            models.Index(fields=["batch", "state"], name="message_by_batch"),
        ]
