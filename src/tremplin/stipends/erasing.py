"""What stipends may erase: where money went goes as soon as none is owed; books stay as long as the law asks."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.gathering import moment
from tremplin.people.models import User
from tremplin.people.personal_data import Holding, Trace, Traces
from tremplin.programmes.log import log
from tremplin.programmes.scopes import within
from tremplin.stipends import queries, rules
from tremplin.stipends.models import ERASED, Instalment, PayeeForm


def traces(user: User) -> dict[str, Trace]:
    facts = {"state": "state", "paid_at": "paid_at", "payee": "payee"}
    return {
        "payments": Trace(Instalment.objects.filter(scholar__user=user), "scholar__cohort", facts),
        "details": Trace(PayeeForm.objects.filter(scholar__user=user), "scholar__cohort"),
    }


def holdings(_user: User, now: datetime, told: Traces) -> list[Holding]:
    found: dict[str, list[Instalment]] = {}
    for row in told["payments"]:
        paid_at = moment(row["paid_at"]) if row["paid_at"] else None
        payment = Instalment(state=row["state"], paid_at=paid_at, payee=row["payee"])
        found.setdefault(row["scope"], []).append(payment)
    books = [holding for scope, rows in found.items() for holding in _books(scope, rows, now)]
    return [*books, *(Holding(row["scope"], _("Payment details")) for row in told["details"])]


def _instalments(user: User) -> QuerySet[Instalment]:
    rows = Instalment.objects.filter(scholar__user=user).order_by("due", "pk")
    return rows.select_related("scholar__user", "scholar__cohort__programme__institution")


def _books(scope: str, rows: list[Instalment], now: datetime) -> list[Holding]:
    owed = [row for row in rows if row.state not in rules.OVER]
    if owed:
        text = ngettext("%(count)s payment that is open", "%(count)s payments that are open", len(owed))
        first = _("Pay what is owed, and cancel what is not.")
        return [Holding(scope, text % {"count": len(owed)}, first=first)]
    paid = [row for row in rows if row.paid_at is not None and row.payee != ERASED]
    if not paid:
        return []
    text = ngettext(
        "%(count)s payment with its ledger and the payee’s name",
        "%(count)s payments with their ledger and the payee’s name",
        len(paid),
    )
    until = max(rules.books_until(row.paid_at) for row in paid if row.paid_at)
    if until <= now:
        return [Holding(scope, text % {"count": len(paid)})]
    kept = _("The law asks to keep accounting records.")
    return [Holding(scope, text % {"count": len(paid)}, kept=kept, until=until)]


def erase(user: User, scope: str, now: datetime) -> None:
    """Delete payment details; blank reasons that were written; the name goes from books when their time is over."""
    rows = _instalments(user).filter(within(scope, "scholar__cohort"))
    for row in rows:
        over = row.paid_at is not None and rules.books_until(row.paid_at) <= now
        if over and row.payee != ERASED:
            Instalment.objects.filter(pk=row.pk).update(payee=ERASED)
    Instalment.objects.filter(pk__in=[row.pk for row in rows]).update(reason="")
    for form in PayeeForm.objects.filter(within(scope, "scholar__cohort"), scholar__user=user):
        cohort = form.scholar.cohort
        log(cohort=cohort, actor=None, verb=queries.DETAILS_DELETED, subject=form, now=now)
        form.delete()
