"""Who reads what, what they think of it, and whom they must not read."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tremplin.applications.models import Application, Snapshot
from tremplin.blinding.models import RedactedCopy
from tremplin.core.models import Record
from tremplin.programmes.models import Cohort


class AssignmentState(models.TextChoices):
    ASSIGNED = "assigned"
    SUBMITTED = "submitted"
    CONFLICT = "conflict"
    RELEASED = "released"


class Assignment(Record):
    """One read that one reviewer owes to one application.

    `ref` is the only name under which a reviewer meets the application: nothing else links it to a person.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="assignments")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="assignments")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments"
    )
    state = models.CharField(max_length=12, choices=AssignmentState.choices, default=AssignmentState.ASSIGNED)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["cohort", "reviewer", "state"], name="assignment_queue"),
            models.Index(fields=["cohort", "state", "application"], name="assignment_progress"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "reviewer"], name="one_read_a_reviewer"),
            models.CheckConstraint(
                condition=models.Q(state__in=AssignmentState.values), name="known_assignment_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="assigned") | models.Q(closed_at__isnull=False),
                name="closed_read_has_a_time",
            ),
        ]


class Review(Record):
    """What one reviewer found: a draft until it is submitted, always about the copy of the snapshot that was on screen.

    `scores` maps each criterion to a score of its rubric or to "cannot_judge": an answer, not a gap.
    """

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="review")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="reviews")
    # The copy that was on screen; None once the words are gone, and their copies with them.
    copy = models.ForeignKey(RedactedCopy, null=True, on_delete=models.SET_NULL, related_name="reviews")
    scores = models.JSONField(default=dict)
    comment = models.TextField(blank=True)
    private_note = models.TextField(blank=True)
    recognised = models.BooleanField(default=False)
    seconds = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["submitted_at"], name="review_by_day")]

    @property
    def minutes(self) -> int:
        """The time it took, in whole minutes, at least one."""
        return max(1, round(self.seconds / 60))


class DeclaredConflict(Record):
    """A reviewer who must not read an application, and why. The reason is for organisers alone."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="declared_conflicts")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="declared_conflicts")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="declared_conflicts"
    )
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "reviewer"], name="one_conflict_a_pair")
        ]


class ReviewerProfile(Record):
    """What a reviewer can take on in one cohort. Without a profile: an even share, in every language."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="reviewer_profiles")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviewer_profiles"
    )
    capacity = models.PositiveIntegerField(null=True)
    languages = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "reviewer"], name="one_reviewer_profile")
        ]
