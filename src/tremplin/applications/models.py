"""Applications: a draft that forgives, and the snapshot that counts."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from tremplin.core.ids import new_ref
from tremplin.core.models import Record, StoredFile
from tremplin.core.outbox.models import Batch
from tremplin.programmes.models import Cohort, ProgrammeVersion


class ApplicationState(models.TextChoices):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    EXCLUDED = "excluded"  # by the organisers, for a `Cause`: nobody reads it


class Application(Record):
    """One person's application to one cohort. `answers` is the draft: any state, nothing thrown away."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="applications")
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications"
    )
    state = models.CharField(max_length=12, choices=ApplicationState.choices, default=ApplicationState.DRAFT)
    language = models.CharField(max_length=5, default="en")
    name = models.CharField(max_length=200, blank=True)
    search = models.CharField(max_length=600, blank=True)
    version = models.PositiveIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)
    # How many required answers are missing, and the codes of the sections they stand in: never a word of a draft.
    lacking = models.PositiveSmallIntegerField(default=0)
    lacks = models.JSONField(default=list)
    saved_at = models.DateTimeField()
    # The number of the snapshot that counts, 0 before the first; and the draft's version when it was made.
    sent = models.PositiveIntegerField(default=0)
    sent_version = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)  # when what was written went, and the name with it: see `gone`
    # Active writing time: the pauses between saves, short ones only, added up. The one figure that is kept of it.
    writing_seconds = models.PositiveIntegerField(default=0)
    # Until when this person may write, where they have more time than everybody: see `Extension`.
    own_deadline = models.DateTimeField(null=True)
    # Pseudonyms are made from this and from nothing that a reviewer could guess.
    blind_key = models.CharField(max_length=10, default=new_ref, editable=False)
    # What was chosen in the answers that count, as keys such as “country:SN”, so that lists can be narrowed by it.
    picked = models.JSONField(default=dict)
    # Door → the hours a week that commitments leave free, so that lists can be narrowed by them; and by which doors and
    # days of training that was computed: see `services.freeing`.
    freed = models.JSONField(default=dict)
    freed_by = models.CharField(max_length=16, blank=True)
    # What people wrote stands last in the row, so that lists need not read past it.
    eligibility = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    # Question → in which version its answer last changed, in which window, and when: see `rules.touches`.
    touched = models.JSONField(default=dict)
    # Question → the text that a second window sent for an answer that had changed meanwhile.
    aside = models.JSONField(default=dict)
    # What was taken over from an earlier application, if the writer chose so: see `rules.earlier`.
    carried = models.JSONField(default=dict)
    # Questions whose answer is not held to its limit of length.
    uncounted = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["cohort", "state", "submitted_at"], name="application_board"),
            models.Index(fields=["cohort", "-created_at", "-id"], name="application_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "applicant"], name="one_application_a_person"),
            models.CheckConstraint(
                condition=models.Q(state__in=ApplicationState.values), name="known_application_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="submitted") | models.Q(submitted_at__isnull=False, sent__gte=1),
                name="submitted_has_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="withdrawn") | models.Q(withdrawn_at__isnull=False),
                name="withdrawn_has_a_time",
            ),
        ]

    @property
    def share(self) -> float:
        """How much is answered, as a share of one."""
        return self.progress / 100

    @property
    def nameless(self) -> str:
        """What lists show in the place of a name that is gone: the reference, which the log knows too."""
        return f"({self.ref.upper()})"

    @property
    def gone(self) -> bool:
        """Whether what was written went: its time was over, or the person asked."""
        return self.name == self.nameless

    @property
    def unsent_changes(self) -> bool:
        """Whether the draft says something else than what was sent and counts."""
        return self.state == ApplicationState.SUBMITTED and self.differs

    @property
    def differs(self) -> bool:
        """Whether the draft has changed since anything was sent, or nothing ever was."""
        return not self.sent or self.version > self.sent_version

    @property
    def changed_since_sent(self) -> frozenset[str]:
        """The questions whose answers are not those that count."""
        if not self.unsent_changes:
            return frozenset()
        return frozenset(
            code for code, (version, *_more) in self.touched.items() if version > self.sent_version
        )


class Snapshot(Record):
    """The frozen copy made on submit. The latest one of an application is what is read; none ever changes."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="snapshots")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=5)
    answers = models.JSONField()
    checksum = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["application", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "number"], name="one_snapshot_a_number")
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A snapshot is written once and never changed.")
        super().save(*args, **kwargs)


class AnswerFile(models.Model):
    """A file given as the answer to a question. One that was replaced stays while a snapshot counts on it."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files")
    question = models.CharField(max_length=60)
    file = models.OneToOneField(StoredFile, on_delete=models.CASCADE, related_name="+")
    current = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "question"],
                condition=models.Q(current=True),
                name="one_current_file_a_question",
            )
        ]


class Label(Record):
    """A word by which the organisers of a cohort find applications again. Reviewers and applicants see none."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    folded = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "folded"], name="one_label_a_word")
        ]


class DeedKind(models.TextChoices):
    LABEL = "label"
    UNLABEL = "unlabel"
    EXCLUDE = "exclude"
    RESTORE = "restore"


class DeedState(models.TextChoices):
    PLANNED = "planned"
    DONE = "done"
    UNDONE = "undone"


class Deed(Record):
    """Something done to many applications at once: planned, so that it can be looked at; done; perhaps undone."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=DeedKind.choices)
    state = models.CharField(max_length=10, choices=DeedState.choices, default=DeedState.PLANNED)
    actor = models.CharField(max_length=40)
    filters = models.JSONField(default=dict)
    # The label, or why it was excluded: the cause, the door that is not met, a sentence to the person in each language.
    word = models.CharField(max_length=60, blank=True)
    cause = models.CharField(max_length=12, blank=True)
    condition = models.CharField(max_length=60, blank=True)
    reason = models.JSONField(default=dict)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.SET_NULL, related_name="+")
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["cohort", "state", "-done_at"], name="deed_latest")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=DeedKind.values), name="known_deed"),
            models.CheckConstraint(condition=models.Q(state__in=DeedState.values), name="known_deed_state"),
        ]


class DeedRow(models.Model):
    """One application in a deed: as it was seen, and what came of it. `before`: what an undo has to bring back."""

    deed = models.ForeignKey(Deed, on_delete=models.CASCADE, related_name="rows")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    seen = models.CharField(max_length=12)
    outcome = models.CharField(max_length=12, blank=True)
    before = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deed", "application"], name="one_row_a_deed")
        ]


class Labelled(models.Model):
    """That an application has a label, and by which deed."""

    label = models.ForeignKey(Label, on_delete=models.CASCADE, related_name="labelled")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="labelled")
    deed = models.ForeignKey(Deed, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["label", "application"], name="one_label_once")
        ]


class Cause(models.TextChoices):
    """Why an application is set aside: for each there is a mail, and a line on the person's page."""

    DUPLICATE = "duplicate"
    SPAM = "spam"
    CONDITION = "condition"
    WISH = "wish"


class Exclusion(models.Model):
    """Why an application is not read, and what it was before. `condition`: the code of the door that is not met."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="exclusion")
    deed = models.ForeignKey(Deed, null=True, on_delete=models.SET_NULL, related_name="+")
    cause = models.CharField(max_length=12, choices=Cause.choices)
    condition = models.CharField(max_length=60, blank=True)
    reason = models.JSONField(default=dict)
    before = models.CharField(max_length=12)
    at = models.DateTimeField()


class Letter(Record):
    """What organisers wrote to many people: the text in each language, and whom it is for."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    batch = models.OneToOneField(Batch, on_delete=models.CASCADE, related_name="letter")
    texts = models.JSONField()
    filters = models.JSONField(default=dict)
    rows = models.JSONField(default=list)
    once = models.CharField(max_length=60, blank=True)


class ExtensionCause(models.TextChoices):
    """Why an organiser gave more time, in a word that may stand in the log. Never anything about health."""

    TECHNICAL = "technical", gettext_lazy("Something did not work on our side")
    OUTSIDE = "outside", gettext_lazy("Something that the person could not help, such as a power cut")
    OTHER = "other", gettext_lazy("Another reason")


class Extension(Record):
    """More time that one person was given, as a history: the one that is not taken back counts.

    `cause` and `reason` are an organiser's. They are empty where the accommodation officer gave it: why is then
    nobody's business outside of what was said in confidence.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="extensions")
    until = models.DateTimeField()
    cause = models.CharField(max_length=12, choices=ExtensionCause.choices, blank=True)
    reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(ended_at__isnull=True),
                name="one_extension_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(cause__in=["", *ExtensionCause.values]), name="known_extension_cause"
            ),
            models.CheckConstraint(
                condition=~models.Q(cause="") | models.Q(reason=""), name="confidential_has_no_reason"
            ),
        ]


class LateStart(Record):
    """Somebody who has not begun may still begin, after everybody's deadline, and write until a moment.

    As soon as they begin it becomes an `Extension` of their application and the row goes; unused it goes when the
    moment is over. `cause` and `reason` as there.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()
    cause = models.CharField(max_length=12, choices=ExtensionCause.choices, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort", "user"], name="one_late_start_a_person"),
            models.CheckConstraint(
                condition=models.Q(cause__in=["", *ExtensionCause.values]), name="known_late_start_cause"
            ),
            models.CheckConstraint(
                condition=~models.Q(cause="") | models.Q(reason=""), name="confidential_start_has_no_reason"
            ),
        ]


class DoorOutcome(models.TextChoices):
    CAME = "came"
    PASSED = "passed"
    CLOSED = "closed"


class DoorCount(models.Model):
    """How many tried the doors on a day, passed, or were turned away by which: numbers, and nobody's.

    `answer`: what closed the door, where it was one of a list. No time of day, no address, no key to anybody.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    outcome = models.CharField(max_length=8, choices=DoorOutcome.choices)
    door = models.CharField(max_length=60, blank=True)
    answer = models.CharField(max_length=60, blank=True)
    many = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cohort", "day", "outcome", "door", "answer"], name="one_count_a_door_and_day"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=DoorOutcome.values), name="known_door_outcome"
            ),
        ]
