"""What applicants ask in confidence, what they are answered, and answers that were spoken.

Words are sealed (see `vault`): the database cannot read them. Who answered stands in the room's own audit log.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy

from tremplin.applications.models import Application
from tremplin.core.models import Record, StoredFile
from tremplin.programmes.models import Cohort


class Kind(models.TextChoices):
    """What one can ask for."""

    TIME = "time", gettext_lazy("More time")
    FORMAT = "format", gettext_lazy("Another format of the form")
    RECORDING = "recording", gettext_lazy("To answer by sound or film instead of text")
    OTHER = "other", gettext_lazy("Something else")


class RequestState(models.TextChoices):
    WAITING = "waiting"
    ANSWERED = "answered"


class Request(Record):
    """What one applicant asked, all of it. Taken back, the row and all that hangs on it is gone."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.WAITING)
    # Grows with whatever either side adds, so that nobody answers what they have not read.
    version = models.PositiveIntegerField(default=1)
    waiting_since = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["cohort", "-state", "waiting_since"], name="accommodation_list")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=RequestState.values), name="known_request_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="answered") | models.Q(answered_at__isnull=False),
                name="answered_has_a_time",
            ),
        ]


class PartState(models.TextChoices):
    OPEN = "open"
    GRANTED = "granted"
    DECLINED = "declined"


class Part(Record):
    """One thing that was asked for, or offered, with its answer. `reason` is sealed."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    asked = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=PartState.choices, default=PartState.OPEN)
    reason = models.BinaryField(default=bytes)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "kind"], name="one_part_a_kind"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="known_part_kind"),
            models.CheckConstraint(condition=models.Q(state__in=PartState.values), name="known_part_state"),
        ]


class Word(Record):
    """Something that one side wrote to the other, sealed."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="words")
    by_officer = models.BooleanField()
    text = models.BinaryField()


class RecordingState(models.TextChoices):
    WAITING = "waiting"
    WRITTEN = "written"
    CONFIRMED = "confirmed"


class Recording(Record):
    """A spoken answer to one question. Its transcript is sealed until the person has confirmed it.

    A voice is an identity: only the person and the accommodation officer ever get the file.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="recordings")
    question = models.CharField(max_length=60)
    file = models.OneToOneField(StoredFile, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=RecordingState.choices, default=RecordingState.WAITING)
    version = models.PositiveIntegerField(default=1)
    transcript = models.BinaryField(default=bytes)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "question"], name="one_recording_a_question"),
            models.CheckConstraint(
                condition=models.Q(state__in=RecordingState.values), name="known_recording_state"
            ),
        ]
