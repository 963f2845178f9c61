"""Files as they come: any separator, encoding and line end; workbooks; and what is no table at all."""

import os
from pathlib import Path

import pytest
import xlsxwriter

from tests.cli.sheets.tables import book, of, put
from tremplin.cli.sheets.faults import Faults, Wrong
from tremplin.cli.sheets.reading import Row, letter, read

ROWS = (("Code", "Note", "Prénom"), ("k7p2", "7,5", "Zoë"), ("m3x9", "8", "Łukasz"))


def lines(separator: str, end: str = "\n") -> str:
    return "".join(separator.join(row) + end for row in ROWS)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_separator_and_line_end_is_understood(tmp_path: Path, separator: str, end: str) -> None:
    sheet = of(tmp_path, lines(separator, end))
    assert sheet.headings == ROWS[0]
    assert [row.cells for row in sheet.rows] == list(ROWS[1:])


def test_a_comma_in_quotation_marks_is_part_of_the_cell(tmp_path: Path) -> None:
    sheet = of(tmp_path, 'Code,Note\nk7p2,"7,5"\nm3x9,"8,25"\n')
    assert sheet.column(1) == ["7,5", "8,25"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_any_encoding_of_unicode_is_understood(tmp_path: Path, encoding: str) -> None:
    sheet = of(tmp_path, lines(";").encode(encoding))
    assert sheet.headings == ROWS[0]
    assert sheet.column(2) == ["Zoë", "Łukasz"]


def test_a_file_of_an_old_windows_program_is_understood_and_said(tmp_path: Path) -> None:
    sheet = of(tmp_path, "Code;Évaluateur\nk7p2;Œuvre – 5 €\n".encode("cp1252"))
    assert sheet.headings[1] == "Évaluateur"
    assert sheet.rows[0].cells[1] == "Œuvre – 5 €"
    assert any("Windows-1252" in note for note in sheet.notes)


def test_what_excel_says_of_its_separator_is_heard(tmp_path: Path) -> None:
    sheet = of(tmp_path, "sep=|\r\nCode|Note; remarks\r\nk7p2|a; b\r\n")
    assert sheet.headings == ("Code", "Note; remarks")
    assert sheet.rows[0].number == 3


def test_rows_have_the_numbers_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    """A blank line counts, and so does a cell of several lines: as one row."""
    sheet = of(tmp_path, 'Code;Why\nk7p2;"two\nlines"\n\n;\nm3x9;one\n')
    assert [row.number for row in sheet.rows] == [2, 5]
    assert "2 blank rows left out" in sheet.notes


def test_a_title_above_the_headings_is_passed_over(tmp_path: Path) -> None:
    sheet = of(tmp_path, "Candidatures 2027;;\n;;\nCode;Note;Avis\nk7p2;7;bon\nm3x9;6;moyen\n")
    assert sheet.headings == ("Code", "Note", "Avis")
    assert sheet.rows[0] == Row(4, ("k7p2", "7", "bon"))


def test_columns_that_share_a_heading_can_still_be_told_apart(tmp_path: Path) -> None:
    sheet = of(tmp_path, "Code;Note;Note;;\nk7p2;7;6;x;\n")
    assert sheet.headings == ("Code", "Note", "Note (2)", "column D")
    assert any("“Note”" in note for note in sheet.notes)


def test_a_file_without_headings_names_its_columns_by_letters(tmp_path: Path) -> None:
    sheet = read(str(put(tmp_path, "k7p2;7\nm3x9;8\n")), Faults(), headings=False)
    assert (sheet.headings, len(sheet.rows), sheet.label(1)) == (("A", "B"), 2, "B")


def test_a_row_with_a_cell_too_many_is_named(tmp_path: Path) -> None:
    faults = Faults()
    body = "".join(f"k{number},fine\n" for number in range(9))
    read(str(put(tmp_path, f"Code,Remark\n{body}k9,yes, indeed\n")), faults)
    with pytest.raises(
        Wrong,
        match=r"row 11: there are 3 cells, and 2 headings\. Perhaps a text or a figure there holds a “,”",
    ):
        faults.stop_if_any()


@pytest.mark.parametrize("text", ["code,reviewer,mark\n{}", "mark,code,reviewer\n{}"])
def test_figures_cut_in_two_at_their_decimal_comma_are_never_taken_for_whole_ones(
    tmp_path: Path, text: str
) -> None:
    """A file of commas written by hand in French: 8,5 is two cells, and 8 would be read."""
    first = text.startswith("mark")
    marks = ["8,5", "6", "7,25", "4,0", "6,5"]
    rows = "".join(f"{mark},k{at},R1\n" if first else f"k{at},R1,{mark}\n" for at, mark in enumerate(marks))
    with pytest.raises(Wrong, match=r"cut in two at their decimal comma\. Row 2 has 8 in column"):
        of(tmp_path, text.format(rows))


def test_whole_figures_side_by_side_are_two_columns_where_each_has_a_heading(tmp_path: Path) -> None:
    assert of(tmp_path, "code,R1,R2\nk1,8,5\nk2,6,7\n").headings == ("code", "R1", "R2")


def test_a_quotation_mark_that_nobody_closes_is_named(tmp_path: Path) -> None:
    path = put(tmp_path, 'Code,Why\nk7p2,good\nm3x9,"never closed\nq1,x\nq2,y\n')
    with pytest.raises(Wrong, match="row 3 and never closed"):
        read(str(path), Faults())


def test_what_guards_a_cell_from_running_is_taken_off_again(tmp_path: Path) -> None:
    """Our own CSV puts an apostrophe before what looks like a formula."""
    sheet = of(tmp_path, "Code;Why\nk7p2;'=1+1\nm3x9;'tis fine\n")
    assert sheet.column(1) == ["=1+1", "'tis fine"]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"%PDF-1.7\n...", "list.csv", "is a PDF, not a table"),
        (b"\x89PNG\r\n\x1a\n", "list.xlsx", "is a picture"),
        (b"", "list.csv", "is empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "list.csv", "is empty"),
        (b"PK\x03\x04 but cut", "list.xlsx", "is damaged"),
        (b"<html><table><tr><td>Code</td></tr></table>", "export.xls", "is a web page"),
        (b'{"code": "k7p2"}', "list.json", "is JSON"),
        (b"\x00\x01\x02\x03binary\x81\x8d" * 40, "list.dat", "bytes that are no text"),
        (b"Code;Note\n", "list.csv", "has headings and no row below them"),
        (b";;\n;;\n", "list.csv", "holds no row"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old.xls", "cannot be read as a workbook"),
    ],
)
def test_what_is_no_table_is_told_with_what_to_do(
    tmp_path: Path, content: bytes, name: str, said: str
) -> None:
    with pytest.raises(Wrong, match=said) as told:
        read(str(put(tmp_path, content, name)), Faults())
    assert name in told.value.message
    assert told.value.remedy


def test_a_file_that_is_not_there_names_the_one_that_was_meant(tmp_path: Path) -> None:
    put(tmp_path, "x", "candidates.csv")
    with pytest.raises(Wrong) as told:
        read(str(tmp_path / "candidate.csv"), Faults())
    assert told.value.remedy == "Did you mean candidates.csv?"
    with pytest.raises(Wrong, match="is a folder"):
        read(str(tmp_path), Faults())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    path = put(tmp_path, "Code\nk7p2\n")
    path.chmod(0)
    with pytest.raises(Wrong, match="may not be read"):
        read(str(path), Faults())


def test_a_workbook_gives_numbers_days_and_text_as_they_are_shown(tmp_path: Path) -> None:
    path = book(
        tmp_path / "b.xlsx", {"A": [("Code", "Note", "n"), (7, 0.1 + 0.2, True), ("007", 12.0, None)]}, down=2
    )
    sheet = read(str(path), Faults())
    assert [row.number for row in sheet.rows] == [4, 5]
    assert sheet.rows[0].cells == ("7", "0.3", "yes")
    assert sheet.rows[1].cells == ("007", "12", "")


def test_of_several_sheets_the_one_that_is_meant_must_be_named(tmp_path: Path) -> None:
    path = book(
        tmp_path / "b.xlsx",
        {"Call": [("Code",), ("a1",)], "Panel": [("Code",), ("b2",)], "old": [("x",), ("y",)]},
        hidden=["old"],
    )
    with pytest.raises(Wrong, match="has 2 sheets: “Call” and “Panel”"):
        read(str(path), Faults())
    assert read(f"{path}#panel", Faults()).rows[0].cells == ("b2",)
    assert read(f"{path}#1", Faults()).rows[0].cells == ("a1",)
    with pytest.raises(Wrong, match="has no sheet “Jury”"):
        read(f"{path}#Jury", Faults())
    with pytest.raises(Wrong, match="has no sheets"):
        read(f"{put(tmp_path, 'Code', 'c.csv')}#Jury", Faults())


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    assert [letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def two_rows_of_headings(path: Path, readers: int) -> Path:
    """“Dossier” beside “Évaluateurs”, and below that one R1, R2, …: merged, as people like it."""
    with xlsxwriter.Workbook(path) as made:
        page = made.add_worksheet("Notes")
        page.merge_range(0, 0, 1, 0, "Dossier")
        page.merge_range(0, 1, 0, readers, "Évaluateurs")
        page.write_row(1, 1, [f"R{number}" for number in range(1, readers + 1)])
        for row in range(9):
            page.write_row(2 + row, 0, [f"TR-{row}", *range(1, readers + 1)])
    return path


@pytest.mark.parametrize("readers", [2, 3, 6])
def test_headings_in_two_rows_are_joined(tmp_path: Path, readers: int) -> None:
    sheet = read(str(two_rows_of_headings(tmp_path / "book.xlsx", readers)), Faults())
    assert sheet.headings == ("Dossier", *(f"R{number}" for number in range(1, readers + 1)))
    assert len(sheet.rows) == 9
    assert sheet.rows[0].number == 3


def test_the_upper_heading_tells_lower_ones_apart(tmp_path: Path) -> None:
    rows = "".join(f"T{n};{n};oui;{n};non\n" for n in range(5))
    sheet = of(tmp_path, f"Dossier;R1;;R2;\n;Note;Avis;Note;Avis\n{rows}")
    assert sheet.headings == ("Dossier", "R1 Note", "R1 Avis", "R2 Note", "R2 Avis")
    assert "the headings are in rows 1 and 2" in sheet.notes


@pytest.mark.parametrize(
    "text",
    [
        "Code;Note;\nT1;abs;malade\nT2;5;\nT3;6;\nT4;7;\n",
        "Code;;Note\nT1;x;4\nT2;y;5\nT3;z;6\nT4;z;6\n",
        "Code;Avis;\nT1;oui;a\nT2;non;b\nT3;oui;c\nT4;oui;c\n",
    ],
)
def test_a_first_row_of_data_is_no_second_row_of_headings(tmp_path: Path, text: str) -> None:
    assert len(of(tmp_path, text).rows) == 4


def test_a_merged_cell_is_read_in_each_of_its_rows(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as made:
        page = made.add_worksheet("Notes")
        page.write_row(0, 0, ("Candidat", "Évaluateur", "Note"))
        for number in range(3):
            page.merge_range(1 + 2 * number, 0, 2 + 2 * number, 0, f"C{number}")
            page.write_row(1 + 2 * number, 1, ("R1", 5))
            page.write_row(2 + 2 * number, 1, ("R2", 6))
    sheet = read(str(tmp_path / "book.xlsx"), Faults())
    assert sheet.column(0) == ["C0", "C0", "C1", "C1", "C2", "C2"]
    assert "what merged cells say is read in each row that they span" in sheet.notes


def test_a_workbook_with_a_password_says_so(tmp_path: Path) -> None:
    """A locked XLSX is another kind of file altogether, in which the library sees nothing that it knows."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0")
    path = put(
        tmp_path, head + "Root Entry\0EncryptedPackage".encode("utf-16-le").ljust(512, b"\0"), "marks.xlsx"
    )
    with pytest.raises(Wrong, match=r"marks.xlsx is locked with a password.") as told:
        read(str(path), Faults())
    assert "save a copy without one" in told.value.remedy
