"""Spreadsheets as people have them: what no command may take for a person, a group or a mark."""

import csv
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.sheets.conftest import PUBLIC, Tremplin
from tests.cli.sheets.tables import book, put

LISTS: dict[str, tuple[str, ...]] = {
    "code;score;low;high": ("select", "list.csv", "--places", "2"),
    "code;Région": ("draw", "list.csv", "--places", "2", "--public", PUBLIC),
    "Évaluateur;Lectures par semaine": ("capacity", "list.csv", "--expected", "20-30", "--days", "20"),
    "Dossier;Langue": ("assign", "list.csv", "other.csv"),
    "Évaluatrice;Plafond": ("assign", "other.csv", "list.csv"),
    "Boursière;Vœu 1": ("match", "list.csv", "mentors.csv"),
    "Réf;Région;Genre": ("suppress", "list.csv", "--rows", "Région", "--by", "Genre"),
    "Réf;Région;Admis": ("audit", "list.csv", "--by", "Région", "--steps", "Admis"),
}
CELLS = {"Région": "Nord", "Genre": "F", "Admis": "oui", "score": "7", "low": "6", "high": "8", "Vœu 1": "M1",
         "Lectures par semaine": "5", "Langue": "fr", "Plafond": "9"}  # fmt: skip


@pytest.mark.parametrize("headings", LISTS)
@pytest.mark.parametrize("word", ["TOTAL", "Moyenne générale", "Écart-type"])
def test_no_command_takes_a_row_of_sums_for_somebody(
    tmp_path: Path, tremplin: Tremplin, headings: str, word: str
) -> None:
    heads = headings.split(";")
    rows = [[f"A{n:03}", *(CELLS.get(head, "") for head in heads[1:])] for n in range(9)]
    rows.append([word, *("45" for _head in heads[1:])])
    put(tmp_path, "\n".join(";".join(row) for row in [heads, *rows]), "list.csv")
    put(
        tmp_path,
        "code;reviewer\nX1;Y1\nX2;Y2\n" if headings.startswith("É") else "reviewer\nY1\nY2\n",
        "other.csv",
    )
    put(tmp_path, "Mentor;Places\nM1;9\n", "mentors.csv")
    told = tremplin(*LISTS[headings], "--yes")
    assert told.status == 1
    assert f"row 11, column A “{heads[0]}”: “{word}” looks like a row of sums. Remove the row." in told.err
    assert "1 fault." in told.err, "the other cells of that row are no faults of their own"


def test_capitals_accents_and_spaces_make_no_groups(tmp_path: Path, tremplin: Tremplin) -> None:
    names = [
        "Île-de-France",
        "île-de-france",
        unicodedata.normalize("NFD", "Île-de-France"),
        "ILE-DE-FRANCE",
        "Sud",
        "SUD ",
    ]
    rows = "".join(f"P{n};{names[n % 6]};{'x' if n % 4 else ''}\n" for n in range(96))
    put(tmp_path, f"Réf;Région;Admis\n{rows}", "people.csv")
    told = tremplin("audit", "people.csv", "--by", "Région", "--steps", "Admis", "--yes")
    assert told.status == 0, told.err
    assert "“Région”: 96 people in 2 groups." in told.out
    assert "“SUD” with “Sud” count as one" in told.out or "“Sud” with “SUD” count as one" in told.out
    tremplin("suppress", "people.csv", "--rows", "Région", "--by", "Admis", "--yes")
    shown = list(csv.reader((tmp_path / "people-public.csv").read_text("utf-8-sig").splitlines()))
    assert len(shown) == 4  # headings, two regions, the total
    told = tremplin(
        "draw",
        "people.csv",
        "--group",
        "Région",
        "--places",
        "île-de-france=3,Sud=2",
        "--public",
        PUBLIC,
        "--yes",
    )
    assert told.status == 0, told.err


def test_signs_do_make_groups(tmp_path: Path, tremplin: Tremplin) -> None:
    rows = "".join(f"P{n:03};{'<18' if n % 2 else '>18'}\n" for n in range(40))
    put(tmp_path, f"Code;Âge\n{rows}", "people.csv")
    told = tremplin("draw", "people.csv", "--only", "âge=<18", "--places", "2", "--public", PUBLIC, "--yes")
    assert "only the 20 of 40 rows" in told.out
    told = tremplin(
        "draw",
        "people.csv",
        "--group",
        "Âge",
        "--places",
        "<18=1,>18=3",
        "--public",
        PUBLIC,
        "--yes",
        "--force",
    )
    assert told.status == 0, told.err
    assert "40 entries, 4 places" in told.out


def marks(rows: Sequence[tuple[str, str, object]], folder: Path) -> None:
    usual: list[tuple[str, str, object]] = [
        (f"a{n}", f"R{k}", 4 + (n * 3 + k) % 5) for n in range(8) for k in range(2)
    ]
    book(folder / "marks.xlsx", {"Notes": [("Candidat", "Évaluateur", "Note"), *usual, *rows]})


def test_codes_of_marks_that_differ_by_capitals_are_told(tmp_path: Path, tremplin: Tremplin) -> None:
    marks([("A1", "R2", 5), ("a2", "r1", 6)], tmp_path)
    told = tremplin("calibrate", "marks.xlsx", "--yes")
    assert "row 18, column A “Candidat”: “A1” differs from “a1” in row 4 by capitals alone." in told.err
    assert "row 19, column B “Évaluateur”: “r1” differs from “R1” in row 3 by capitals alone." in told.err


def test_days_as_spreadsheets_count_them_are_no_marks(tmp_path: Path, tremplin: Tremplin) -> None:
    marks([("a1", "R2", 46514)], tmp_path)
    told = tremplin("calibrate", "marks.xlsx", "--yes")
    assert told.status == 1
    assert "row 18, column C “Note”: “46514” is a day as spreadsheets count them, 2027-05-07." in told.err


def test_a_mark_far_from_all_others_is_pointed_at(tmp_path: Path, tremplin: Tremplin) -> None:
    marks([("a1", "R2", 75)], tmp_path)
    told = tremplin("calibrate", "marks.xlsx", "--yes")
    assert told.status == 0, told.err
    assert "75 in row 18 lies far from nearly all marks, which are 4 to 8: is that right?" in told.out


def test_columns_without_a_cell_are_no_columns(tmp_path: Path, tremplin: Tremplin) -> None:
    put(
        tmp_path,
        "code;score;low;high;;remarque\n" + "".join(f"a{n};{n};;;;\n" for n in range(9)),
        "scores.csv",
    )
    told = tremplin("select", "scores.csv", "--places", "2", "--yes")
    assert "has no column for low and high: the rule “bounded” needs the intervals" in told.err
    told = tremplin("select", "scores.csv", "--places", "2", "--yes", "--rule", "top")
    assert told.status == 0
    assert "Not used" not in told.out


def test_counts_that_are_missing_are_told_and_totals_left_out(tmp_path: Path, tremplin: Tremplin) -> None:
    text = "Région;Candidats;Admis\nNord;120;12\nSud;200;{}\nOuest;;\nTotal;320;21\n"
    put(tmp_path, text.format(9), "counts.csv")
    told = tremplin("audit", "counts.csv", "--yes")
    assert told.status == 0, told.err
    assert "row 4 has no counts and is left out" in told.out
    assert "its row of totals is left out" in told.out
    assert "“Région”: 320 people in 2 groups." in told.out
    put(tmp_path, text.format(""), "counts.csv")
    for command in ("audit", "suppress"):
        told = tremplin(command, "counts.csv", "--yes", "--force")
        assert "row 3, column C “Admis”: the count is missing. Write it; 0 is a number too." in told.err


def test_a_wish_that_is_nobody_names_whom_it_may_mean(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "Boursière;Vœu 1\nS1;m1\n", "scholars.csv")
    put(tmp_path, "Mentor;Places\nM1;1\n", "mentors.csv")
    told = tremplin("match", "scholars.csv", "mentors.csv", "--yes")
    assert "“m1” is not in mentors.csv. Did you mean “M1”? Correct it, or add it there." in told.err
