"""Which column is which, in two languages, and what happens where that cannot be told."""

from pathlib import Path

import pytest

from tests.cli.sheets.conftest import Tremplin
from tests.cli.sheets.tables import of, put
from tremplin.cli.sheets import cells, reading_plan
from tremplin.cli.sheets.columns import Chosen, Column, folded, guess, parse, readable
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.privacy import personal

CODE = Column("applicant", "code of the applicant", cells.CODE, ("applicant", "code", "candidat", "dossier"))
READER = Column("reviewer", "code of the reviewer", cells.CODE, ("reviewer", "évaluateur", "évaluatrice"))
SCORE = Column("score", "mark", cells.NUMBER, ("score", "mark", "note"))
MARKS = Column("marks", "marks of a reviewer", cells.NUMBER, ("reviewer", "note", "lecteur"), many=True)


def places(chosen: Chosen) -> dict[str, tuple[int, ...]]:
    return dict(chosen.places)


@pytest.mark.parametrize(
    "headings",
    [
        ("Applicant", "Reviewer", "Score"),
        ("CANDIDAT", "Évaluateur·rice", "Note"),
        ("N° de dossier", "Évaluatrice", "Note (sur 10)"),
        ("applicant_code", "reviewer-id", "Final mark"),
        ("Candidat", "Evaluateur", "Nots"),
    ],
)
def test_headings_are_known_in_both_languages(tmp_path: Path, headings: tuple[str, ...]) -> None:
    rows = "".join(f"a{n};r{n % 3};{n}\n" for n in range(9))
    sheet = of(tmp_path, ";".join(headings) + "\n" + rows)
    found = guess(sheet, [CODE, READER, SCORE], {})
    assert places(found)["applicant"] == (0,)
    assert places(found)["reviewer"] == (1,)
    assert places(found)["score"] == (2,)


def test_a_heading_that_its_cells_belie_is_not_believed(tmp_path: Path) -> None:
    sheet = of(tmp_path, "Code;Note;Score final\na1;good;7\na2;weak;5\n")
    assert places(guess(sheet, [CODE, SCORE], {}))["score"] == (2,)


@pytest.mark.parametrize(
    "heading", ["Lectures faites", "Reads done", "Reads per week", "Lectures par semaine"]
)
def test_reads_that_are_done_are_not_reads_that_are_wanted(tmp_path: Path, heading: str) -> None:
    sheet = of(tmp_path, f"Dossier;{heading}\nD1;1\nD2;2\n")
    assert "reads" not in places(guess(sheet, reading_plan.APPLICATIONS, {}))
    wanted = of(tmp_path, "Dossier;Nombre de lectures\nD1;3\nD2;2\n")
    assert places(guess(wanted, reading_plan.APPLICATIONS, {}))["reads"] == (1,)


def test_a_heading_that_can_mean_nothing_else_is_believed_in_the_end(tmp_path: Path) -> None:
    """Or faults in most cells of a column would be told as the lack of that column."""
    sheet = of(tmp_path, "Code;Score\na1;good\na2;weak\na3;7\n")
    assert places(guess(sheet, [CODE, SCORE], {}))["score"] == (1,)


def test_figures_with_three_decimals_are_what_the_file_says(tmp_path: Path) -> None:
    for text, found in (
        ("a,b\nx,5.123\ny,6.250\n", 1),
        ("a;b\nx;5,123\ny;6,250\n", 1),
        ("a;b\nx;5.123\ny;6.250\n", 0),
    ):
        sheet = of(tmp_path, text)
        assert readable(sheet.column(1), cells.NUMBER, sheet.decimal) == found


def test_what_stands_before_decimals_can_be_said(tmp_path: Path, tremplin: Tremplin) -> None:
    """A program that writes points in a file of semicolons: three decimals look like thousands."""
    rows = "".join(f"k{at};5.{at}23;4.{at}23;6.{at}23\n" for at in range(1, 9))
    put(tmp_path, f"code;score;low;high\n{rows}")
    asked = tremplin("select", "list.csv", "--places", "2", "--yes")
    assert asked.status == 1
    assert "add --decimal . if the whole file is meant so" in asked.err
    told = tremplin("select", "list.csv", "--places", "2", "--yes", "--decimal", ".")
    assert (told.status, told.err) == (0, "")
    assert "k8" in (tmp_path / "list-selection.csv").read_text()


def test_the_only_column_that_can_be_meant_is_taken(tmp_path: Path) -> None:
    sheet = of(tmp_path, "Ref;Remark;Result\nk7p2;very good work;7\nm3x9;some good work;5\n")
    found = guess(sheet, [CODE, SCORE], {})
    assert places(found) == {"applicant": (0,), "score": (2,)}
    assert found.how == {"applicant": "by its cells", "score": "by its cells"}


def test_two_columns_that_could_be_meant_are_not_chosen_between(tmp_path: Path) -> None:
    sheet = of(tmp_path, "Code;First;Second\nk7p2;7;8\nm3x9;5;6\n")
    with pytest.raises(Wrong, match=r"no column can be told to be the mark \(score\)") as told:
        guess(sheet, [CODE, SCORE], {})
    assert "B “First”, C “Second”" in told.value.message
    assert '--columns "score=First"' in told.value.remedy


def test_what_a_person_names_counts_by_heading_or_letter(tmp_path: Path) -> None:
    sheet = of(tmp_path, "Code;First;Second\nk7p2;7;8\nm3x9;5;6\n")
    assert places(guess(sheet, [CODE, SCORE], {"score": "SECOND"}))["score"] == (2,)
    named = guess(sheet, [CODE, SCORE], {"applicant": "a", "score": "B"})
    assert places(named)["score"] == (1,)
    assert named.all_named
    with pytest.raises(Wrong, match="has no column “Third”"):
        guess(sheet, [CODE, SCORE], {"score": "Third"})


def test_many_columns_can_be_named_at_once(tmp_path: Path) -> None:
    sheet = of(tmp_path, "Code;L1;L2;Age;L4\nk7p2;7;8;30;5\nm3x9;5;6;20;5\n")
    assert places(guess(sheet, [CODE, MARKS], {"marks": "L1:L2+E"}))["marks"] == (1, 2, 4)


def test_what_is_written_for_columns_is_taken_apart() -> None:
    keys = ["applicant", "score", "conflicts.reviewer"]
    assert parse(["applicant=Nom, code,score=Note", "conflicts.reviewer=X"], keys) == {
        "applicant": "Nom, code",
        "score": "Note",
        "conflicts.reviewer": "X",
    }
    with pytest.raises(Wrong, match="cannot be understood") as told:
        parse(["marks=Note"], keys)
    assert told.value.status == 2


def test_headings_are_folded() -> None:
    assert folded("  N° de dossier (code) ") == "n de dossier"
    assert folded("Évaluateur·rice·s") == "evaluateur"
    assert folded("(code)") == "code"


@pytest.mark.parametrize(
    ("heading", "values", "held"),
    [
        ("Contact", ["a@example.org", "b@example.org"], "e-mail addresses"),
        ("Who", ["Ada Lovelace", "Mary Ann O’Neil", "Jean-Luc Dupont"], "names"),
        ("Nom", ["Dupont", "Martin"], "names"),
        ("Téléphone", ["01 02 03"], "addresses"),
        ("Code", ["k7p2", "m3x9"], ""),
        ("Field", ["Computer Science"] * 9, ""),
        ("Nom du projet", ["p1", "p2"], ""),
    ],
)
def test_columns_about_people_are_recognised(
    tmp_path: Path, heading: str, values: list[str], held: str
) -> None:
    sheet = of(tmp_path, f"{heading};n\n" + "".join(f"{value};1\n" for value in values))
    assert personal(sheet, 0) == held
