"""The ledger as a file: CSV, a workbook, or JSON (docs/exports.md)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from tremplin.core import workbook
from tremplin.core.cells import MARK, plain, written
from tremplin.core.ui.amounts import major
from tremplin.core.workbook import Head, Sheet
from tremplin.programmes.models import Cohort
from tremplin.stipends.ledger import Step, Totals
from tremplin.stipends.states import STATES

SCHEMA = "tremplin-ledger/1"


class Column(NamedTuple):
    """One column: its code for programs, its label for people."""

    code: str
    label: str
    width: int
    moment: bool = False


def columns() -> list[Column]:
    return [
        Column("at", _("When"), 17, moment=True),
        Column("payment", _("Payment"), 13),
        Column("instalment", _("Instalment of the plan"), 16),
        Column("scholar", _("Scholar"), 24),
        Column("amount", _("Amount"), 12),
        Column("currency", _("Currency"), 10),
        Column("due", _("Due"), 17, moment=True),
        Column("step", _("Step"), 24),
        Column("state", _("State after it"), 16),
        Column("who", _("Who"), 24),
        Column("reference", _("Payment reference"), 24),
        Column("reason", _("Reason"), 48),
    ]


def _values(step: Step) -> list[Any]:
    row = step.payment
    return [
        step.at,
        row.ref.upper(),
        row.code,
        row.payee_name,
        major(step.amount, step.currency),
        step.currency,
        row.due,
        step.code,
        step.after,
        step.who,
        step.reference,
        str(step.reason),
    ]


def as_csv(steps: Iterable[Step]) -> Iterator[str]:
    """CSV, line by line, its columns named by their codes."""
    yield MARK + written(column.code for column in columns())
    for step in steps:
        yield written(plain(value) for value in _values(step))


def as_workbook(steps: Iterable[Step], totals: Sequence[Totals], *, zone: tzinfo) -> Iterator[bytes]:
    """A workbook: the steps with their words, the sums by state, and the codes of the columns."""
    named = columns()
    heads = [Head(column.label, column.width, column.moment) for column in named]
    sums = [Head(_("State"), 24), Head(_("Payments"), 12), Head(_("Amount"), 14), Head(_("Currency"), 10)]
    names = [Head(_("Column"), 40), Head(_("Code"), 28)]
    return workbook.as_workbook(
        [
            Sheet(_("Ledger"), heads, map(_in_words, steps), held=2, head_height=32),
            Sheet(_("Totals"), sums, _sums(totals)),
            Sheet(_("Columns"), names, ((column.label, column.code) for column in named)),
        ],
        zone=zone,
    )


def _in_words(step: Step) -> list[Any]:
    values = _values(step)
    values[7], values[8] = str(step.said), str(STATES[step.after].staff)
    return values


def _sums(totals: Sequence[Totals]) -> Iterator[list[Any]]:
    for found in totals:
        for one in found.states:
            yield [str(one.said), one.payments, major(one.amount, found.currency), found.currency]
        yield [_("All together"), found.payments, major(found.laid_out, found.currency), found.currency]


def as_json(
    steps: Iterable[Step], totals: Sequence[Totals], *, cohort: Cohort, now: datetime
) -> Iterator[str]:
    """One JSON object, line by line: what it is of, the sums, every step. Amounts in minor units."""
    head = {
        "schema": SCHEMA,
        "cohort": cohort.scope,
        "made_at": _at(now),
        "totals": [
            {"currency": found.currency, "state": one.state, "payments": one.payments, "minor": one.amount}
            for found in totals
            for one in found.states
        ],
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "steps": [\n'
    between = ""
    for step in steps:
        yield between + json.dumps(_one(step), ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def _one(step: Step) -> dict[str, Any]:
    named = zip((column.code for column in columns()), _values(step), strict=True)
    found = {code: _at(value) if isinstance(value, datetime) else value for code, value in named}
    found["amount"] = {"minor": step.amount, "currency": step.currency}
    del found["currency"]
    return found


def _at(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
