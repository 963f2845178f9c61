"""What a payment is at one moment: whoever approves or orders it takes the step for what they saw, or for nothing."""

import hashlib
from collections.abc import Iterable

from django.db.models import Count

from tremplin.stipends.models import Instalment, LedgerEntry, PayeeForm


def marks_of(rows: Iterable[Instalment]) -> dict[str, str]:
    """By reference: of each payment its own row, how many steps it has taken, and the account it would go to."""
    found = list(rows)
    counted = LedgerEntry.objects.filter(instalment__in=found).order_by().values("instalment")
    steps = dict(counted.annotate(count=Count("pk")).values_list("instalment", "count"))
    forms = PayeeForm.objects.filter(scholar__in={row.scholar_id for row in found})
    accounts = {scholar: account for scholar, *account in forms.values_list("scholar", "ref", "version")}
    return {
        row.ref: _digest(
            row.ref,
            row.state,
            row.amount,
            row.currency,
            row.due,
            steps.get(row.pk),
            accounts.get(row.scholar_id),
        )
        for row in found
    }


def mark_of(row: Instalment) -> str:
    """What this payment is now."""
    return marks_of([row])[row.ref]


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:20]
