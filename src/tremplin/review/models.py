"""Who reads what, what they think of it, and whom they must not read."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from tremplin.applications.models import Application, Snapshot
from tremplin.blinding.models import RedactedCopy
from tremplin.core.models import Record
from tremplin.programmes.models import Cohort
from tremplin.review.news import News as News
from tremplin.review.news import NewsKind as NewsKind
from tremplin.review.planned import CapacityPlan as CapacityPlan


class AssignmentState(models.TextChoices):
    ASSIGNED = "assigned"
    SUBMITTED = "submitted"
    CONFLICT = "conflict"
    PASSED = "passed"
    RELEASED = "released"
    CLOSED = "closed"


class SharingOut(Record):
    """One act of giving out reads: who did it, when, and what nobody could be given. Undone at most once."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="sharings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    pass_number = models.PositiveSmallIntegerField(default=1)
    missing = models.PositiveIntegerField(default=0)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["cohort", "-created_at"], name="sharings_by_time")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="undone_by_somebody",
            )
        ]


class SharedLoad(models.Model):
    """How many reads one reviewer got in one sharing-out, whatever became of them since."""

    sharing = models.ForeignKey(SharingOut, on_delete=models.CASCADE, related_name="loads")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reads = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sharing", "reviewer"], name="one_load_a_sharing")
        ]


class Assignment(Record):
    """One read that one reviewer owes to one application.

    `ref` is the only name under which a reviewer meets the application: nothing else links it to a person.
    `pass_number`: 2 where it is read a second time, with what the programme file opens then.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="assignments")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="assignments")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments"
    )
    pass_number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=AssignmentState.choices, default=AssignmentState.ASSIGNED)
    closed_at = models.DateTimeField(null=True)
    # The sharing-out that gave it last; None for what was handed on since.
    sharing = models.ForeignKey(SharingOut, null=True, on_delete=models.SET_NULL, related_name="reads")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["cohort", "reviewer", "state"], name="assignment_queue"),
            models.Index(fields=["cohort", "state", "application"], name="assignment_progress"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "reviewer", "pass_number"], name="one_read_a_reviewer"
            ),
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


class TieSetAside(Record):
    """A computed conflict that an organiser found to be none, for one pair and one kind of tie. It can be ended."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="ties_set_aside")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="ties_set_aside")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ties_set_aside"
    )
    kind = models.CharField(max_length=20)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "reviewer", "kind"],
                condition=models.Q(ended_at__isnull=True),
                name="one_tie_set_aside_once",
            )
        ]


class SecondPass(Record):
    """That a cohort reads some applications a second time, and which. One stands; one that was undone is kept.

    Who is in it was worked out from the merit of the first pass when it was opened, and stays so.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="second_passes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    applications = models.ManyToManyField(Application, related_name="second_passes")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cohort"], condition=models.Q(undone_at__isnull=True), name="one_second_pass"
            )
        ]


class ReadingClosed(Record):
    """That the reading of a cohort is over, since its decisions are made: no read is given out any more."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="reading_closed")
    reads = models.PositiveIntegerField()


class ReviewerProfile(Record):
    """What a reviewer can take on in one cohort. Without a profile: an even share, in every language.

    `hours` a week and days away make a limit of their own, see `rules.room`. `institutions` are the reviewer's own
    and `avoids` others that they must not judge people of, one a line: what they wrote, never shown to reviewers.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="reviewer_profiles")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviewer_profiles"
    )
    capacity = models.PositiveIntegerField(null=True)
    hours = models.PositiveSmallIntegerField(null=True)  # a week, as they said; None: they did not
    languages = models.JSONField(default=list)
    away_from = models.DateField(null=True)
    away_until = models.DateField(null=True)
    left_at = models.DateTimeField(null=True)
    institutions = models.TextField(blank=True)
    avoids = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "reviewer"], name="one_reviewer_profile"),
            models.CheckConstraint(
                condition=models.Q(away_from__isnull=True, away_until__isnull=True)
                | models.Q(away_from__lte=models.F("away_until")),
                name="away_from_before_until",
            ),
        ]


class AskKind(models.TextChoices):
    """Why organisers are to look again."""

    SHOWS = "shows"
    HIDES = "hides"
    BROKEN = "broken"
    COPIED = "copied"
    SAFETY = "safety"
    OTHER = "other"


class Ask(Record):
    """“Please look again”: what a reviewer asks organisers about what they read, and the answer.

    `waits`: the read is put aside until the answer is there. The answer is kept as the reviewer gets it, blinded.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="asks")
    kind = models.CharField(max_length=10, choices=AskKind.choices)
    words = models.TextField(blank=True)
    waits = models.BooleanField(default=False)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["assignment", "answered_at"], name="ask_open")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=AskKind.values), name="known_ask"),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True) | ~models.Q(answered_by=""),
                name="answered_ask_has_somebody",
            ),
        ]


class Hard(models.TextChoices):
    """What a text may speak of that is hard to read."""

    VIOLENCE = "violence"
    ABUSE = "abuse"
    LOSS = "loss"
    ILLNESS = "illness"
    SELF_HARM = "self-harm"
    WAR = "war"
    HATE = "hate"
    OTHER = "other"


class ContentNote(Record):
    """That the text of an application speaks of something hard, said before it opens. Never shown to its writer."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="content_notes")
    kind = models.CharField(max_length=10, choices=Hard.choices)
    noted_by = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "kind"], name="one_note_a_kind"),
            models.CheckConstraint(condition=models.Q(kind__in=Hard.values), name="known_content_note"),
        ]
