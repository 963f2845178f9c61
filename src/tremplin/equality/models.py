"""Two stores that never meet: anonymous totals, and sealed answers where the law allows to tie them to applications.

Of the anonymous survey there is no row for a person, no key to anybody, no moment, and no order: not even someone who
holds the whole database can tell who answered, when, or which answers came together.

Linked answers are one sealed row for each person. Its handle is made with keys outside the database, its content
opens only with a key of that person alone (`core.personal_keys`), and nothing else stands in it.
"""

import secrets
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy

from tremplin.core.models import Record
from tremplin.programmes import releases
from tremplin.programmes.models import Cohort


class Tally(models.Model):
    """How often one answer was given in one cohort. `question` empty: how many people answered at all."""

    cohort_ref = models.CharField(max_length=10)
    question = models.CharField(max_length=60, blank=True)
    answer = models.CharField(max_length=60, blank=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort_ref", "question", "answer"], name="one_tally_an_answer")
        ]


class Kind(models.TextChoices):
    """Of which store a release is."""

    SURVEY = "survey"
    LINKED = "linked"


class Release(releases.Release):
    """Totals of either store that were shown (see `programmes.releases`)."""

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.SURVEY)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort_ref", "kind", "number"], name="one_release_a_number")
        ]


class SpentTicket(models.Model):
    """A ticket that was used: the digest of a random word, handed out without a note of who got it."""

    digest = models.CharField(max_length=64, primary_key=True)


def _no_order() -> int:
    """Rows are not numbered as they come: their order would say who answered when."""
    return secrets.randbits(62)


class LinkedAnswers(models.Model):
    """What one person answered, sealed. Nothing here can be read, dated or followed without keys kept elsewhere."""

    id = models.BigAutoField(primary_key=True, default=_no_order)
    cohort_ref = models.CharField(max_length=10, db_index=True)
    handle = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()


class Purpose(models.TextChoices):
    """For what linked answers may be counted."""

    FAIRNESS = "fairness", gettext_lazy("To check whether every group had the same chance")
    REPORT = "report", gettext_lazy("To report on the selection")
    COMPLAINT = "complaint", gettext_lazy("To answer a complaint about the selection")


class Unsealing(Record):
    """That linked answers were counted: proposed by one person, confirmed by another, sealed again after a while.

    People are named by their references alone, so that the record outlives their accounts.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    reason = models.TextField()
    proposed_by = models.CharField(max_length=10)
    confirmed_by = models.CharField(max_length=10, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    # Until when it waits for a second person, then until when its figures are shown.
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=10, blank=True)
    release = models.ForeignKey(Release, null=True, on_delete=models.PROTECT, related_name="+")
    held_back = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cohort"], condition=models.Q(ended_at__isnull=True), name="one_unsealing_at_a_time"
            ),
            models.CheckConstraint(
                condition=~models.Q(confirmed_by=models.F("proposed_by")), name="two_people_unseal"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True, confirmed_by="", release__isnull=True)
                | (models.Q(confirmed_at__isnull=False, release__isnull=False) & ~models.Q(confirmed_by="")),
                name="unsealed_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(proposed_by="") & ~models.Q(reason=""), name="unsealing_has_a_reason"
            ),
        ]
