"""The board as a file: the filter holds, no formula runs, memory stays small, the log knows."""

import csv
import io
import json
import re
import time
import tracemalloc
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.applications.conftest import begin, send, write
from tests.applications.crowd import crowd
from tests.cast import Cast
from tests.visiting import content_of, page
from tremplin.applications import queries, services
from tremplin.applications.exports import sheet_name, table
from tremplin.applications.models import Application
from tremplin.applications.workbook import LONGEST_CELL, as_workbook
from tremplin.core.cells import safe_cell
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
    columns = table(cast.cohort, [])
    content = b"".join(as_workbook([(sent, None, [])], columns, sheet="Sheet", zone=ZoneInfo("Europe/Paris")))
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


_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def book_of(content: bytes) -> dict[str, list[dict[int, Any]]]:
    """Sheet → rows → column → value, as a spreadsheet reads them: a cell with a format of a date is a date."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
        parts = {name: book.read(name) for name in book.namelist()}
    styles = ElementTree.fromstring(parts["xl/styles.xml"])
    formats = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{_SHEET}numFmt")}
    cells = styles.find(f"{_SHEET}cellXfs")
    assert cells is not None
    dated = [str(formats.get(one.get("numFmtId"))).startswith("yyyy") for one in cells]
    names = [
        one.get("name", "") for one in ElementTree.fromstring(parts["xl/workbook.xml"]).iter(f"{_SHEET}sheet")
    ]
    found = {}
    for number, name in enumerate(names, 1):
        sheet = ElementTree.fromstring(parts[f"xl/worksheets/sheet{number}.xml"])
        found[name] = [
            {_place(cell.get("r", "")): _value(cell, dated) for cell in row}
            for row in sheet.iter(f"{_SHEET}row")
        ]
    return found


def _place(reference: str) -> int:
    letters = reference.rstrip("0123456789")
    place = 0
    for letter in letters:
        place = 26 * place + ord(letter) - ord("A") + 1
    return place - 1


def _value(cell: ElementTree.Element, dated: list[bool]) -> Any:
    if cell.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{_SHEET}t"))
    number = float(cell.findtext(f"{_SHEET}v") or "nan")
    if dated[int(cell.get("s", "0"))]:
        return datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=number)
    return number


def by_header(content: bytes) -> tuple[dict[str, Any], dict[str, str]]:
    """The first row of a workbook by its headers, and the code of each header."""
    (first, second) = book_of(content).values()
    heads = first[0]
    codes = {row[0]: row[1] for row in second[1:]}
    return {heads[place]: value for place, value in first[1].items()}, codes


def test_dates_in_a_workbook_are_dates_by_the_clock_of_the_cohort_which_the_header_names(
    cast: Cast, organiser: Client, draft: Application
) -> None:
    now = cast.at("call_opens", days=1)
    send(write(draft, now), now)
    row, codes = by_header(taken(organiser, cast, format="xlsx"))
    local = now.astimezone(ZoneInfo("Europe/Paris")).replace(tzinfo=UTC, second=0, microsecond=0)
    assert abs(row["Sent (Paris)"] - local) < timedelta(seconds=1)
    assert codes["Sent (Paris)"] == "sent"
    assert row["State"] == "Sent"
    assert row["Language"] == "English"
    assert row["Answered, in per cent"] == 100.0


def test_the_headers_are_words_in_the_language_of_the_reader_and_the_second_sheet_has_the_codes(
    cast: Cast, organiser: Client, sent: Application
) -> None:
    cast.organiser.language = "fr"
    cast.organiser.save()
    organiser.post("/language/", {"language": "fr"})
    content = taken(organiser, cast, format="xlsx", answers="on")
    row, codes = by_header(content)
    assert row["État"] == "Envoyée"
    assert codes["État"] == "state"
    assert set(codes.values()) >= {"reference", "door:adult", "door:hours", "country", "motivation"}
    [label] = [q.label["fr"] for q in cast.cohort.plan.application.questions() if q.code == "country"]
    assert codes[label] == "country"
    assert row[label] == "Sénégal"


def test_a_workbook_has_a_header_that_stays_a_filter_and_widths(
    cast: Cast, organiser: Client, sent: Application
) -> None:
    sheet, _cells = cells_of(taken(organiser, cast, format="xlsx", answers="on"))
    assert re.search(r'<pane [^>]*ySplit="1"[^>]*state="frozen"', sheet)
    columns = len(
        table(cast.cohort, [q for q in cast.cohort.plan.application.questions() if q.kind != "file"])
    )
    last = re.search(r'<autoFilter ref="A1:([A-Z]+)2"/>', sheet)
    assert last is not None
    assert _place(last[1]) == columns - 1
    assert sheet.count("<col ") >= 5
    assert 'width="60.7' in sheet


def test_figures_and_days_that_were_answered_are_figures_and_days(cast: Cast, sent: Application) -> None:
    [question] = [q for q in cast.cohort.plan.application.questions() if q.code == "country"]
    asked = [
        question.model_copy(update={"code": "born", "kind": "date", "label": {"en": "Born"}}),
        question.model_copy(update={"code": "year", "kind": "number", "label": {"en": "Year"}}),
        question.model_copy(update={"code": "odd", "kind": "number", "label": {"en": "Odd"}}),
    ]
    snapshot = queries.snapshots_that_count(cast.cohort).get()
    snapshot.answers = {"born": "1999-12-31", "year": "2 019", "odd": "=1+1"}
    columns = table(cast.cohort, asked)
    content = b"".join(as_workbook([(sent, snapshot, [])], columns, sheet="Sheet", zone=UTC))
    row, _codes = by_header(content)
    assert row["Born"].date() == date(1999, 12, 31)
    assert row["Year"] == 2019.0
    assert row["Odd"] == "=1+1"
    assert "<f>" not in cells_of(content)[0]


def test_what_was_answered_at_the_doors_is_in_every_file_drafts_included(
    cast: Cast, organiser: Client, draft: Application
) -> None:
    [line] = rows_of(taken(organiser, cast))
    assert (line["door:adult"], line["door:hours"]) == ("Yes", "35")
    row, codes = by_header(taken(organiser, cast, format="xlsx"))
    [head] = [head for head, code in codes.items() if code == "door:hours"]
    assert row[head] == 35.0
    found = json.loads(taken(organiser, cast, format="json"))
    assert found["applications"][0]["doors"] == {"adult": "yes", "hours": "35"}
    assert [door["code"] for door in found["doors"]] == ["adult", "hours"]


def test_an_export_asks_no_more_queries_for_more_rows(
    cast: Cast, organiser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    crowd(cast, 1)
    taken(organiser, cast, answers="on")
    with django_assert_max_num_queries(20) as one:
        taken(organiser, cast, answers="on")
    crowd(cast, 29)
    with django_assert_max_num_queries(20) as thirty:
        taken(organiser, cast, answers="on")
    assert len(thirty) <= len(one)
