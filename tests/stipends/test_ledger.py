"""The ledger of a cohort: complete, adds up, opens in a spreadsheet without running anything, and is noted."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from tests.cast import Cast
from tests.mentoring.world import crowd
from tests.stipends.world import instalment, through, with_details
from tests.visiting import Clock, content_of, page, signed_in, text_of
from tremplin.core.models import AuditEvent
from tremplin.core.ui.amounts import money
from tremplin.selection.models import Scholar
from tremplin.stipends import ledger, services
from tremplin.stipends.models import Instalment, LedgerEntry


def taken(client: Client, cast: Cast, kind: str) -> bytes:
    answer = client.post(page(cast, "stipends:ledger-file"), {"format": kind})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert (
        f"ledger-{cast.cohort.programme.slug}-{cast.cohort.slug}.{kind}"
        in answer.headers["Content-Disposition"]
    )
    return content_of(answer)


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_an_empty_ledger_says_when_it_begins(cast: Cast, clock: Clock) -> None:
    for role in ("finance", "organiser", "observer"):
        assert "The ledger is empty" in text_of(signed_in(getattr(cast, role)), page(cast, "stipends:ledger"))


def test_every_step_is_a_line_with_who_when_and_why(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    with_details(cast, scholar)
    through(cast, instalment(scholar))
    services.hold(
        instalment=instalment(scholar, "second"),
        reason="The bank is closed",
        actor=cast.organiser,
        now=cast.at("training_starts", days=1),
    )
    text = text_of(signed_in(cast.observer), page(cast, "stipends:ledger"))
    table = text.split('id="ledger"')[1]
    steps = re.findall(r'data-label="Step">([^<]*)<', table)
    assert steps == ["Laid out", "Laid out", "Prepared", "Approved", "Ordered", "Paid", "Held"]
    for words in ("SEPA-1", "The bank is closed", "Fay Finance", "Olive Organiser", "€1,000.00"):
        assert words in table, words


def test_the_sums_are_those_of_the_steps_and_of_the_plan(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    with_details(cast, scholar)
    row = through(cast, instalment(scholar))
    now = cast.at("training_starts", days=2)
    services.came_back(instalment=row, reason="Wrong name", actor=cast.finance, now=now)
    through(cast, row)
    services.cancel(instalment=instalment(scholar, "second"), reason="Left", actor=cast.finance, now=now)
    (sums,) = ledger.totals(cast.cohort)
    assert [(one.state, one.payments, one.amount) for one in sums.states] == [
        ("paid", 1, 100_000),
        ("cancelled", 1, 200_000),
    ]
    assert (sums.laid_out, sums.owed, sums.planned_for, sums.beside_plan) == (300_000, 100_000, 300_000, 0)
    assert sums.adds_up
    text = text_of(signed_in(cast.finance), page(cast, "stipends:ledger"))
    assert "All payments together come to exactly that." in text
    assert "every line was added up" in text


def test_a_state_that_no_step_led_to_is_found(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    Instalment.objects.filter(code="second").update(state="cancelled")
    (sums,) = ledger.totals(cast.cohort)
    assert not sums.adds_up
    assert "do not lead to these sums" in text_of(signed_in(cast.finance), page(cast, "stipends:ledger"))


def test_a_plan_that_was_changed_afterwards_is_said(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    Instalment.objects.filter(code="second").update(amount=150_000)
    (sums,) = ledger.totals(cast.cohort)
    assert sums.beside_plan == -50_000
    text = text_of(signed_in(cast.finance), page(cast, "stipends:ledger"))
    assert re.search(f"differ from it by (<[^>]*>)?{re.escape(money(-50_000, 'EUR'))}", text)


def test_the_csv_ends_each_payment_where_it_stands_and_runs_nothing(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    with_details(cast, scholar)
    through(cast, instalment(scholar))
    scholar.user.name = "=HYPERLINK(1)"
    scholar.user.save()
    services.hold(
        instalment=instalment(scholar, "second"),
        reason="+1 to the bank",
        actor=cast.finance,
        now=cast.at("training_starts", days=1),
    )
    rows = lines(taken(signed_in(cast.finance), cast, "csv"))
    last = {row["payment"]: row for row in rows}
    assert {ref: row["state"] for ref, row in last.items()} == {
        row.ref.upper(): row.state for row in Instalment.objects.all()
    }
    held = last[instalment(scholar, "second").ref.upper()]
    assert (held["scholar"], held["reason"]) == ("'=HYPERLINK(1)", "'+1 to the bank")
    paid = last[instalment(scholar).ref.upper()]
    assert (paid["amount"], paid["currency"], paid["reference"]) == ("1000.00", "EUR", "SEPA-1")
    assert (paid["step"], paid["who"]) == ("paid", "Fay Finance")
    assert paid["at"] == cast.at("training_starts").isoformat(timespec="seconds")
    event = AuditEvent.objects.get(verb="stipends.exported")
    assert (event.actor, event.data) == (cast.finance.ref, {"format": "csv", "rows": len(rows)})


def test_the_workbook_holds_dates_sums_and_text_that_stays_text(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    with_details(cast, scholar)
    services.hold(
        instalment=instalment(scholar), reason="=1+1", actor=cast.finance, now=cast.at("training_starts")
    )
    with zipfile.ZipFile(io.BytesIO(taken(signed_in(cast.organiser), cast, "xlsx"))) as book:
        steps, sums = (book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2))
    assert "<f>" not in steps
    assert "=1+1" in unescape(steps)
    assert re.search(r'<c r="A2" s="\d+"><v>4\d{4}\.?\d*</v>', steps)
    assert re.search(r'<c r="E2" s="\d+"><v>1000', steps)
    assert "Laid out" in steps
    assert re.search(r'<c r="C\d" s="\d+"><v>3000', sums)


def test_the_json_says_what_it_is_and_holds_the_sums(cast: Cast, scholar: Scholar, clock: Clock) -> None:
    found = json.loads(taken(signed_in(cast.observer), cast, "json"))
    assert (found["schema"], found["cohort"]) == ("tremplin-ledger/1", cast.cohort.scope)
    assert found["totals"] == [{"currency": "EUR", "state": "planned", "payments": 2, "minor": 300_000}]
    assert {(step["step"], step["amount"]["minor"]) for step in found["steps"]} == {
        ("laid-out", 100_000),
        ("laid-out", 200_000),
    }


@pytest.mark.django_db(transaction=True)
def test_it_can_be_taken_where_no_test_lends_its_transaction(
    cast: Cast, scholar: Scholar, clock: Clock
) -> None:
    assert len(lines(taken(signed_in(cast.finance), cast, "csv"))) == 2
    assert AuditEvent.objects.get(verb="stipends.exported").data == {"format": "csv", "rows": 2}


@pytest.mark.parametrize("role", ["mentor", "reviewer", "scholar", "stranger"])
def test_nobody_else_reads_or_takes_it(cast: Cast, scholar: Scholar, clock: Clock, role: str) -> None:
    client = signed_in(getattr(cast, role))
    assert client.get(page(cast, "stipends:ledger")).status_code in {403, 404}
    assert client.post(page(cast, "stipends:ledger-file")).status_code in {403, 404}
    assert not AuditEvent.objects.filter(verb="stipends.exported").exists()


def test_no_line_of_another_cohort_stands_in_it(cast: Cast, scholar: Scholar) -> None:
    assert not ledger.keys(cast.rival_cohort, cast.stranger).exists()


def test_it_costs_the_same_with_thirty_scholars(
    cast: Cast, clock: Clock, queries_of: Callable[[Client, str], int]
) -> None:
    client, address = signed_in(cast.finance), page(cast, "stipends:ledger")

    def grow(count: int, prefix: str) -> int:
        crowd(cast, count, prefix=prefix)
        services.plan_instalments(cohort=cast.cohort, now=clock.at)
        for row in Instalment.objects.filter(entries__isnull=True):
            services.hold(instalment=row, reason="x", actor=cast.finance, now=clock.at)
        return max(queries_of(client, f"{address}?page={number}") for number in (1, 2, 3))

    few = grow(1, "one")
    many = grow(30, "many")
    assert many == few
    assert many <= 15
    assert LedgerEntry.objects.count() == 62
    assert "Held" in text_of(client, address, page="3").split('id="ledger"')[1]
    rows = lines(taken(client, cast, "csv"))
    assert len(rows) == 124
