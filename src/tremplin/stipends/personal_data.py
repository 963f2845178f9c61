"""What stipends keep about a person: their payments with every step, and that there are payment details."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tremplin.core import archived
from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.people.models import User
from tremplin.people.personal_data import Keeping, register
from tremplin.stipends import erasing
from tremplin.stipends.models import ERASED, Instalment, InstalmentState, LedgerEntry, PayeeForm


def _instalments(user: User) -> QuerySet[Instalment]:
    return (
        Instalment.objects.filter(scholar__user=user)
        .select_related("scholar__cohort__programme__institution", "scholar__cohort__version")
        .prefetch_related("entries")
        .order_by("due", "pk")
    )


def _export(user: User) -> dict[str, Any]:
    """Payments and where they stand. An account number is not put into a file that travels: the page shows it."""
    forms = PayeeForm.objects.filter(scholar__user=user).select_related(
        "scholar__cohort__programme__institution"
    )
    return {
        "payments": [
            {
                "cohort": row.scholar.cohort.scope,
                "code": row.code,
                "amount": row.amount,
                "currency": row.currency,
                "due": row.due,
                "state": row.state,
                "reference": row.reference,
                "reason": row.reason,
                "paid_at": row.paid_at,
                "steps": [
                    {"at": entry.at, "from": entry.before, "to": entry.after, "note": entry.note}
                    for entry in row.entries.all()
                ],
            }
            for row in _instalments(user)
        ],
        "payment_details": [
            {
                "cohort": row.scholar.cohort.scope,
                "account_ends_in": row.last_four,
                "changed_at": row.changed_at,
            }
            for row in forms.defer("details", "holder").order_by("pk")
        ],
    }


def _reasons(user: User) -> Sequence[Message]:
    paid = {row.scholar.cohort_id: row.scholar.cohort for row in _instalments(user) if _counts(row)}
    return [
        _("You were paid by %(programme)s, or will be: the law asks to keep such books.")
        % {"programme": say(cohort.plan.programme.name)}
        for cohort in paid.values()
    ]


def _counts(row: Instalment) -> bool:
    return row.state != InstalmentState.CANCELLED


register(
    Keeping(
        app="stipends",
        export=_export,
        reasons=_reasons,
        traces=erasing.traces,
        holdings=erasing.holdings,
        erase=erasing.erase,
    )
)
archived.declare(PayeeForm, "last_four")
archived.declare(Instalment, "reason", "reference", payee=ERASED)
archived.declare(LedgerEntry, "actor_name", "note")
