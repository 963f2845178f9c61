"""Stipends: instalments, who did what to each, and the ledger that ends at *paid*."""

from typing import Any, ClassVar, Never

from django.db import models

from tremplin.core.models import Record
from tremplin.selection.models import Scholar

DETAILS_CHANGED = "details-changed"
"""The note of a ledger entry that nobody typed; pages say it in words."""
ERASED = "—"
"""In the place of a payee's name when the law does not ask to keep it any more."""


class InstalmentState(models.TextChoices):
    PLANNED = "planned"
    PREPARED = "prepared"
    APPROVED = "approved"
    ORDERED = "ordered"
    PAID = "paid"
    HELD = "held"
    CANCELLED = "cancelled"


class Instalment(Record):
    """One payment to one scholar. Amounts are in minor units and never change once prepared."""

    scholar = models.ForeignKey(Scholar, on_delete=models.PROTECT, related_name="instalments")
    code = models.CharField(max_length=60)
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    gate = models.CharField(max_length=60, blank=True)
    """The check-in that it waits for; empty for none, or when an organiser opened it (the ledger says so)."""
    due = models.DateTimeField()
    state = models.CharField(max_length=12, choices=InstalmentState.choices, default=InstalmentState.PLANNED)
    prepared_by = models.CharField(max_length=10, blank=True)
    approved_by = models.CharField(max_length=10, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)
    paid_at = models.DateTimeField(null=True)
    payee = models.CharField(max_length=200, blank=True)
    """Who was paid, by name: books must say it even when the account behind it is erased."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "due"], name="instalments_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scholar", "code"], name="one_instalment_a_code"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="instalment_pays_something"),
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("prepared_by")),
                name="two_people_for_money",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "ordered", "paid"])
                | (~models.Q(prepared_by="") & ~models.Q(approved_by="")),
                name="no_money_without_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["ordered", "paid"]) | ~models.Q(payee=""),
                name="money_that_left_went_to_somebody",
            ),
            models.CheckConstraint(
                condition=(models.Q(state="paid") & models.Q(paid_at__isnull=False))
                | (~models.Q(state="paid") & models.Q(paid_at__isnull=True)),
                name="paid_has_a_time",
            ),
        ]

    @property
    def payee_name(self) -> str:
        """Whom this payment goes or went to."""
        return self.payee or self.scholar.user.get_full_name()


class PayeeForm(Record):
    """What finance needs before the first payment. The details themselves are encrypted.

    It goes a while after the last payment: see `rules.details_go`.
    """

    scholar = models.OneToOneField(Scholar, on_delete=models.CASCADE, related_name="payee_form")
    holder = models.BinaryField()
    details = models.BinaryField()
    last_four = models.CharField(max_length=4)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()


class LedgerEntry(models.Model):
    """One line of the ledger: what moved an instalment from one state to the next. Never changed."""

    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    actor = models.CharField(max_length=10, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A ledger entry is written once and never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise TypeError("A ledger entry is never deleted.")
