"""The working copy of a programme file: what organisers change together until they publish it.

Its text always reads as a programme file. What somebody has typed and what does not fit yet stands beside it, so
that nothing is lost and everything can still be looked at.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.db import models

from tremplin.core.models import Record
from tremplin.programmes.models import Cohort, ProgrammeVersion
from tremplin.programmes.schema import LANGUAGES


def words_in(typed: Mapping[str, Sequence[str]]) -> list[str]:
    """The words among the fields of an item, in whichever language."""
    return [
        text
        for name, texts in typed.items()
        if name.rsplit("_", 1)[-1] in LANGUAGES
        for text in texts
        if text.strip()
    ]


class WorkingCopy(Record):
    """One a cohort. `number` counts its changes; `changed_by` is the reference of an organiser."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="working_copy")
    base = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="+")
    """The version that it began from, or was last laid upon."""
    text = models.TextField()
    number = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=40, blank=True)


class Step(models.Model):
    """How the text stood before a change, for taking the change back. The last fifty are kept."""

    copy = models.ForeignKey(WorkingCopy, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    """The number of the working copy that the change led to."""
    deed = models.CharField(max_length=40)
    item = models.CharField(max_length=90, blank=True)
    text = models.TextField()
    at = models.DateTimeField()
    by = models.CharField(max_length=40)

    class Meta:
        ordering: ClassVar = ["copy", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["copy", "number"], name="one_step_a_number")]


class Unfinished(Record):
    """What somebody typed into an item and what could not be taken over yet; one an item and person."""

    copy = models.ForeignKey(WorkingCopy, on_delete=models.CASCADE, related_name="unfinished")
    item = models.CharField(max_length=90)
    """“question:full_name”; “new-question:you:7GQ2MZ0K4T” for one that is still to be added to a section, with the
    name under which its page began it."""
    by = models.CharField(max_length=40)
    by_name = models.CharField(max_length=200, blank=True)
    values = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["copy", "item", "by"], name="one_unfinished_a_person_and_item")
        ]

    @property
    def new_kind(self) -> str:
        """What it would become, “question” or “section”, for one that is still to be added."""
        return self.item.partition(":")[0].removeprefix("new-")

    @property
    def is_new(self) -> bool:
        """Whether it is still to be added."""
        return self.item.startswith("new-")

    @property
    def new_section(self) -> str:
        return self.item.split(":")[1]

    @property
    def began(self) -> str:
        """Under which name the page of something new began it."""
        return self.item.split(":")[2] if self.is_new else ""

    @property
    def place(self) -> str:
        """Where lists show it: beside its item, or at the end of the list that it is to be added to."""
        return self.item.rpartition(":")[0] if self.is_new else self.item

    @property
    def said(self) -> list[str]:
        """The words among what was typed, so that nobody has to open the form to read them."""
        return words_in(self.values)
