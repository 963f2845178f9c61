"""Mentors, pairings, and the check-ins that both sides answer."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tremplin.core.models import Record
from tremplin.programmes.models import Cohort
from tremplin.selection.models import Scholar

WORDS_LIMIT = 2000
NOTE_LIMIT = 1000


class MentorProfile(Record):
    """What a mentor offers to one cohort."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="mentor_profiles")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentor_profiles"
    )
    capacity = models.PositiveSmallIntegerField(default=1)
    topics = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    about = models.TextField(blank=True, max_length=WORDS_LIMIT)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "user"], name="one_mentor_profile_a_cohort"),
            models.CheckConstraint(condition=models.Q(capacity__lte=20), name="mentor_capacity_sane"),
        ]


class MatchWish(Record):
    """What a scholar wishes of a mentor."""

    scholar = models.OneToOneField(Scholar, on_delete=models.CASCADE, related_name="match_wish")
    topics = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    note = models.TextField(blank=True, max_length=WORDS_LIMIT)
    version = models.PositiveIntegerField(default=0)


class Pairing(Record):
    """One scholar with one mentor. It ends when they part; a scholar has one that has not ended."""

    scholar = models.ForeignKey(Scholar, on_delete=models.PROTECT, related_name="pairings")
    mentor = models.ForeignKey(MentorProfile, on_delete=models.PROTECT, related_name="pairings")
    explanation = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scholar"], condition=models.Q(ended_at__isnull=True), name="one_mentor_at_a_time"
            )
        ]


class Side(models.TextChoices):
    SCHOLAR = "scholar"
    MENTOR = "mentor"


class CheckInAnswer(Record):
    """What one side of a pairing said at one check-in. Drafts are kept; a sent answer is not changed."""

    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="answers")
    code = models.CharField(max_length=60)
    side = models.CharField(max_length=10, choices=Side.choices)
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pairing", "code", "side"], name="one_answer_a_side"),
            models.CheckConstraint(condition=models.Q(side__in=Side.values), name="known_side"),
        ]


class Concern(Record):
    """A raised hand: silence, two answers that do not agree, words for the organisers alone.

    An organiser closes it with a word; silence also ends when the answer comes, and then there is no word.
    """

    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="concerns")
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    detail = models.JSONField(default=dict)
    closed_at = models.DateTimeField(null=True)
    closing_note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pairing", "code", "kind"], name="one_concern_a_kind")
        ]
