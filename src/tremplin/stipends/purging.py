"""When what is known of payments goes by itself: where money went soon, the books when the law lets go of them."""

from datetime import datetime

from django.db.models import Min, QuerySet
from django.utils.translation import gettext_lazy as _

from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import DataClass, register
from tremplin.stipends import queries, rules
from tremplin.stipends.models import ERASED, Instalment, PayeeForm


def _named(cohort: Cohort) -> QuerySet[Instalment]:
    """Payments that were made, with the name of who was paid."""
    return Instalment.objects.filter(scholar__cohort=cohort, paid_at__isnull=False).exclude(payee=ERASED)


def _first_book(cohort: Cohort) -> datetime | None:
    first = _named(cohort).aggregate(at=Min("paid_at"))["at"]
    return rules.books_until(first) if first else None


def _purge_books(cohort: Cohort, now: datetime, limit: int) -> int:
    due = _named(cohort).filter(paid_at__year__lt=now.year - rules.KEEP_BOOKS_YEARS).order_by("paid_at", "pk")
    found = list(due.values_list("pk", flat=True)[:limit])
    return Instalment.objects.filter(pk__in=found).update(payee=ERASED, reason="")


def _first_details(cohort: Cohort) -> datetime | None:
    first = queries.kept_details(cohort, settled=True).first()
    return queries.details_go(first) if first else None


BOOKS = register(
    DataClass(
        code="stipends.books",
        what=_("The names of payees in the books"),
        rule=_("The law asks to keep accounting records for ten years after the year of the payment."),
        kept=_("Amounts, days and references, without a name."),
        rows=lambda cohort: [_named(cohort)],
        purge=_purge_books,
        due=_first_book,
    )
)
DETAILS = register(
    DataClass(
        code="stipends.details",
        what=_("Payment details"),
        rule=_("They go three months after the last payment, each scholar’s on a day of their own."),
        kept=_("In the books the payee’s name and the last four signs of the account."),
        rows=lambda cohort: [PayeeForm.objects.filter(scholar__cohort=cohort)],
        due=_first_details,
    )
)
