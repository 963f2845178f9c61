"""The equality survey keeps totals and nothing else.

There is no row for a person, no key to anybody, no moment, and no order: not even someone who holds the whole
database can tell who answered, when, or which answers came together.
"""

from typing import ClassVar

from django.db import models


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


class Release(models.Model):
    """Totals that were shown: when, what, and the digest of it. Never changed, so that nobody can be subtracted.

    `basis` holds the exact counts behind it, sealed: a later release is held against them, and nobody reads them.
    """

    cohort_ref = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    figures = models.JSONField()
    basis = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cohort_ref", "number"], name="one_release_a_number")
        ]


class SpentTicket(models.Model):
    """A ticket that was used: the digest of a random word, handed out without a note of who got it."""

    digest = models.CharField(max_length=64, primary_key=True)
