"""The board as a file: the filter holds, no formula runs, memory stays small, the log knows."""

import csv
import io
import json
import re
import time
import tracemalloc
import zipfile
from typing import Any

import pytest
from django.test import Client

from tests.applications.conftest import begin, send, write
from tests.applications.crowd import crowd
from tests.cast import Cast
from tests.visiting import content_of, page
from tremplin.applications import queries, services
from tremplin.applications.exports import LONGEST_CELL, as_workbook, safe_cell, sheet_name
from tremplin.applications.models import Application
from tremplin.core.models import AuditEvent


def taken(organiser: Client, cast: Cast, **words: str) -> bytes:
    answer = organiser.post(page(cast, "applications:export"), words)
    assert answer.status_code == 200
    return content_of(answer)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def cells_of(content: bytes) -> tuple[str, list[str]]:
    """The sheet as it stands in the file, and its cells of text."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    return sheet, re.findall(r'<c [^>]*t="inlineStr"[^>]*><is><t[^>]*>([^<]*)</t></is></c>', sheet)


def test_the_export_follows_the_filter_runs_no_formula_and_is_noted(
    cast: Cast, organiser: Client, draft: Application
) -> None:
    now = cast.at("call_opens", days=1)
    send(write(draft, now, full_name="=HYPERLINK(1)", motivation="+1\n@x"), now)
    begin(cast, cast.scholar)
    rows = rows_of(taken(organiser, cast, state="submitted", answers="on"))
    assert [row["reference"] for row in rows] == [draft.ref.upper()]
    assert rows[0]["name"] == "'=HYPERLINK(1)"
    assert rows[0]["motivation"] == "'+1\n@x"
    assert rows[0]["country"] == "Senegal"
    assert rows[0]["email"] == cast.applicant.email
    event = AuditEvent.objects.get(verb="applications.exported")
    assert event.data == {"format": "csv", "filters": {"state": "submitted"}, "rows": 1, "with_answers": True}
    assert event.actor == cast.organiser.ref
    plain = rows_of(taken(organiser, cast))
    assert len(plain) == 2
    assert "motivation" not in plain[0]


def test_the_export_holds_no_answers_of_those_who_have_not_sent_or_have_withdrawn(
    cast: Cast, organiser: Client, draft: Application
) -> None:
    now = cast.at("call_opens", days=1)
    sent = send(write(draft, now, motivation="Taken back."), now)
    services.withdraw(application=sent, actor=cast.applicant, now=now)
    write(begin(cast, cast.scholar), now, motivation="A draft.")
    rows = rows_of(taken(organiser, cast, answers="on"))
    assert {row["motivation"] for row in rows} == {""}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "  =1", "＝1"])
def test_cells_that_a_spreadsheet_would_run_are_defused(cell: str) -> None:
    assert safe_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Ada", "1-2", "a=b", "é"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert safe_cell(cell) == cell


def test_the_log_does_not_say_whom_one_looked_for(cast: Cast, organiser: Client, draft: Application) -> None:
    taken(organiser, cast, text="ada applicant")
    assert AuditEvent.objects.get(verb="applications.exported").data["filters"] == {"text": "…"}


def test_a_workbook_holds_text_as_text_and_numbers_as_numbers(
    cast: Cast, organiser: Client, draft: Application
) -> None:
    now = cast.at("call_opens", days=1)
    send(write(draft, now, full_name="=HYPERLINK(1)", motivation="https://example.org/x"), now)
    sheet, cells = cells_of(taken(organiser, cast, format="xlsx", answers="on"))
    assert "=HYPERLINK(1)" in cells
    assert "https://example.org/x" in cells
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert re.search(r'<c r="F2"[^>]*><v>100</v></c>', sheet)
    with zipfile.ZipFile(io.BytesIO(taken(organiser, cast, format="xlsx"))) as book:
        assert 'quotePrefix="1"' in book.read("xl/styles.xml").decode()


def test_what_is_longer_than_a_cell_is_cut_and_says_so(cast: Cast, sent: Application) -> None:
    sent.name = "x" * (LONGEST_CELL + 1)
    content = b"".join(as_workbook([(sent, None, [])], [], sheet="Sheet"))
    _sheet, cells = cells_of(content)
    assert max(map(len, cells)) == LONGEST_CELL
    assert any(cell.endswith("[…]") for cell in cells)


def test_json_has_a_version_its_filter_the_questions_and_the_answers_as_stored(
    cast: Cast, organiser: Client, draft: Application
) -> None:
    now = cast.at("call_opens", days=1)
    send(write(draft, now, motivation='Say "=1+1"'), now)
    found: dict[str, Any] = json.loads(taken(organiser, cast, format="json", answers="on", state="submitted"))
    assert found["schema"] == "tremplin-applications/1"
    assert found["cohort"] == cast.cohort.scope
    assert found["filters"] == {"state": "submitted"}
    assert {
        name: question[name]
        for question in found["questions"]
        if question["code"] == "motivation"
        for name in ("code", "kind")
    } == {"code": "motivation", "kind": "long"}
    (one,) = found["applications"]
    assert one["answers"]["motivation"] == 'Say "=1+1"'
    assert one["labels"] == []
    plain = json.loads(taken(organiser, cast, format="json"))
    assert "answers" not in plain["applications"][0]
    assert json.loads(taken(organiser, cast, format="json", text="nobody"))["applications"] == []


def test_labels_go_along(cast: Cast, organiser: Client) -> None:
    rows = crowd(cast, 2)
    now = cast.at("call_opens", days=2)
    for word in ("Zeta", "Alpha"):
        deed = services.plan(
            cohort=cast.cohort,
            actor=cast.organiser,
            kind="label",
            choice=queries.Choice(refs=(rows[0].ref,)),
            now=now,
        )
        services.describe(deed=deed, actor=cast.organiser, now=now, word=word)
        services.carry_out(deed=deed, actor=cast.organiser, now=now)
    assert {row["labels"] for row in rows_of(taken(organiser, cast))} == {"Alpha, Zeta", ""}


def test_a_format_that_does_not_exist_is_csv(cast: Cast, organiser: Client, draft: Application) -> None:
    assert rows_of(taken(organiser, cast, format="exe"))


@pytest.mark.parametrize("name", ["A / B: [x]*?", "'", "x" * 40])
def test_the_sheet_has_a_name_that_a_workbook_allows(
    cast: Cast, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tremplin.applications.exports.say", lambda text: name)
    assert not set(sheet_name(cast.cohort)) & set("[]:*?/\\'")
    assert 0 < len(sheet_name(cast.cohort)) <= 31


def test_ten_thousand_rows_with_answers_take_little_memory(cast: Cast, organiser: Client) -> None:
    crowd(cast, 10_000)
    for kind in ("csv", "json", "xlsx"):
        began, size = time.perf_counter(), 0
        tracemalloc.start()
        answer: Any = organiser.post(page(cast, "applications:export"), {"format": kind, "answers": "on"})
        for part in answer.streaming_content:
            size += len(part)
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        print(f"{kind}: {size / 2**20:.1f} MiB, {time.perf_counter() - began:.1f} s, peak {peak:.1f} MiB")
        assert size > 100_000, kind
        assert peak < 24, kind
