"""`tremplin calibrate`: marks in either form, corrected as the method does, told with their doubt."""

import csv
import random
import re
from pathlib import Path

import pytest

from tests.cli.sheets.conftest import Tremplin
from tests.cli.sheets.tables import put
from tremplin.methods.calibration import Criterion, Judgement, Read, calibrate, calibrate_rubric


def marks() -> list[Read]:
    chance = random.Random(7)
    shift = {f"R{number}": chance.gauss(0, 1) for number in range(6)}
    return [
        Read(f"D{person:02}", reader, round(2 * (6 + person / 10 + shift[reader] + chance.gauss(0, 1))) / 2)
        for person in range(24)
        for reader in chance.sample(sorted(shift), 3)
    ]


READS = marks()
CALIBRATE = ("calibrate", "marks.csv", "--yes")


def long(folder: Path) -> None:
    rows = "".join(f"{read.applicant};{read.reviewer};{read.score}\n" for read in READS).replace(".", ",")
    put(folder, f"Dossier;Évaluateur·rice;Note (sur 10)\n{rows}", "marks.csv")


def wide(folder: Path) -> None:
    readers = sorted({read.reviewer for read in READS})
    given = {(read.applicant, read.reviewer): str(read.score) for read in READS}
    rows = [[person, *(given.get((person, reader), "") for reader in readers)] for person, _reader in given]
    unique = {row[0]: row for row in rows}.values()
    heads = ["code", *(f"Reviewer {reader}" for reader in readers)]
    put(folder, "\n".join(",".join(row) for row in [heads, *unique]), "marks.csv")


def written(folder: Path, name: str = "marks-calibrated.csv") -> list[dict[str, str]]:
    return list(csv.DictReader((folder / name).read_text("utf-8-sig").splitlines()))


@pytest.mark.parametrize("form", [long, wide])
def test_both_forms_give_what_the_method_gives(tmp_path: Path, tremplin: Tremplin, form: object) -> None:
    assert callable(form)
    form(tmp_path)
    told = tremplin(*CALIBRATE)
    assert told.status == 0, told.err
    assert "24 applicants, 6 reviewers, 72 marks." in told.out
    made = calibrate(READS, level=0.9, step=0.5)
    rows = written(tmp_path)
    assert [row["code"] for row in rows] == [row.applicant for row in made.estimates]
    for row, estimate in zip(rows, made.estimates, strict=True):
        assert float(row["score"]) == pytest.approx(estimate.estimate, abs=1e-4)
        assert float(row["low"]) == pytest.approx(estimate.low, abs=1e-4)
        assert row["why"].count(" gave ") == estimate.reads
    harsh = min(made.severities, key=lambda row: row.shift).reviewer
    assert harsh in written(tmp_path, "marks-reviewers.csv")[0]["reviewer"]


def test_what_it_writes_leads_on_to_a_selection(tmp_path: Path, tremplin: Tremplin) -> None:
    long(tmp_path)
    tremplin(*CALIBRATE)
    told = tremplin("select", "marks-calibrated.csv", "--places", "5", "--yes")
    assert told.status == 0, told.err
    assert "24 applicants, 5 places" in told.out


def by_criteria(folder: Path, *, scale: float = 1) -> list[Judgement]:
    """Two marks a reading; every seventh reading could not judge rigour."""
    found = [
        Judgement(
            read.applicant,
            read.reviewer,
            {
                "Ideas": read.score - 1,
                "Rigour": None if number % 7 == 0 else scale * (read.score + number % 2),
            },
        )
        for number, read in enumerate(READS)
    ]
    rows = [
        (row.applicant, row.reviewer, *("" if mark is None else str(mark) for mark in row.marks.values()))
        for row in found
    ]
    text = "".join(";".join(row) + "\n" for row in rows).replace(".", ",")
    put(folder, f"applicant;reviewer;Ideas;Rigour\n{text}", "marks.csv")
    return found


CRITERIA = (*CALIBRATE, "--columns", "score=Ideas+Rigour")


@pytest.mark.parametrize("weights", [{"Ideas": 1.0, "Rigour": 1.0}, {"Ideas": 3.0, "Rigour": 1.0}])
def test_several_marks_of_a_reading_are_criteria_with_weights(
    tmp_path: Path, tremplin: Tremplin, weights: dict[str, float]
) -> None:
    judged = by_criteria(tmp_path)
    said = ",".join(f"{name.upper()}={weight:g}" for name, weight in weights.items())
    told = tremplin(*CRITERIA, "--weights", said)
    assert told.status == 0, told.err
    wanted = [Criterion(name, weight) for name, weight in weights.items()]
    made = calibrate_rubric(judged, wanted, level=0.9)
    rows = written(tmp_path)
    assert [row["code"] for row in rows] == [row.applicant for row in made.estimates]
    for row, estimate in zip(rows, made.estimates, strict=True):
        assert float(row["score"]) == pytest.approx(estimate.estimate, abs=1e-4)
        seen = {one.criterion: one.estimate for one in made.profile(estimate.applicant)}
        assert float(row["in Ideas"]) == pytest.approx(seen["Ideas"], abs=1e-4)
    assert "24 applicants, 6 reviewers, 72 readings." in told.out
    assert "Rigour: weight " in told.out
    assert "; 11 times not judged" in told.out
    told = tremplin("select", "marks-calibrated.csv", "--places", "5", "--yes")
    assert told.status == 0, told.err
    assert "score  C “score”" in told.out


def test_criteria_on_scales_far_apart_are_pointed_at(tmp_path: Path, tremplin: Tremplin) -> None:
    by_criteria(tmp_path, scale=10)
    told = tremplin(*CRITERIA)
    assert "so that the one counts far more: bring them to one scale, or set --weights" in told.out


@pytest.mark.parametrize("weights", ["Ideas", "Ideas=two,Rigour=1", "Style=1", "Ideas=0,Rigour=1", "Ideas=2"])
def test_weights_that_cannot_be_are_refused(tmp_path: Path, tremplin: Tremplin, weights: str) -> None:
    by_criteria(tmp_path)
    told = tremplin(*CRITERIA, "--weights", weights)
    assert told.status == 2
    assert "“Rigour”" in told.err
    long(tmp_path)
    assert "a reading has one here" in tremplin(*CALIBRATE, "--weights", "Note=2").err


def test_groups_that_nobody_joins_are_told(tmp_path: Path, tremplin: Tremplin) -> None:
    rows = "".join(f"a{n};R1;{n}\na{n};R2;{n + 1}\nb{n};R3;{n}\nb{n};R4;{n + 2}\n" for n in range(5))
    put(tmp_path, f"applicant;reviewer;mark\n{rows}z1;R1;\n", "marks.csv")
    told = tremplin(*CALIBRATE)
    assert "groups that no reviewer joins" in told.out
    assert "1 applicant without a mark (z1)" in told.out


def test_faults_are_told_with_row_and_remedy(tmp_path: Path, tremplin: Tremplin) -> None:
    rows = "a1;R1;7,5\na1;R1;6\na2;R2;sept\n;R1;5\na3;;5\na4;R2;2027-05-07\na5;R1;n/a\na6;R1;8\na7;R2;9\n"
    put(tmp_path, f"applicant;reviewer;mark\n{rows}", "marks.csv")
    told = tremplin(*CALIBRATE)
    assert told.status == 1
    for fault in (
        "row 3, column C “mark”: “R1” has marked “a1” in row 2 already. Keep the mark that counts.",
        "row 4, column C “mark”: “sept” is not a number.",
        "row 5, column A “applicant”: the code of the applicant is missing.",
        "row 6, column B “reviewer”: the code of the reviewer is missing.",
        "row 7, column C “mark”: “2027-05-07” is a date",
    ):
        assert fault in told.err
    assert "a5" not in told.err
    assert [path.name for path in tmp_path.iterdir()] == ["marks.csv"]


def test_marks_that_compare_nothing_are_refused(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "applicant;reviewer;mark\na1;R1;7\na2;R1;6\na3;R1;5\n", "marks.csv")
    assert "All marks are by one reviewer" in tremplin(*CALIBRATE).err
    put(tmp_path, "applicant;reviewer;mark\na1;R1;7\na1;R2;6\n", "marks.csv")
    assert "only one applicant" in tremplin(*CALIBRATE).err
    assert tremplin(*CALIBRATE, "--level", "200").status == 2


def noisy(folder: Path) -> None:
    """Two hundred marks of eight reviewers, of whom R0 is by far the noisiest."""
    chance = random.Random(3)
    rows = []
    for person in range(60):
        merit = chance.gauss(6, 1.3)
        for reader in chance.sample(range(8), 4):
            mark = round(2 * min(10, max(0, merit + chance.gauss(0, 0.4 if reader else 2.5)))) / 2
            rows.append(f"D{person:02};R{reader};{mark}\n")
    put(folder, "applicant;reviewer;mark\n" + "".join(rows).replace(".", ","), "marks.csv")


def test_it_says_whom_it_lists_and_why(tmp_path: Path, tremplin: Tremplin) -> None:
    long(tmp_path)
    lines = tremplin(*CALIBRATE).out.splitlines()
    at = next(
        place for place, line in enumerate(lines) if line.startswith("Whom the correction moves furthest")
    )
    made = calibrate(READS, level=0.9, step=0.5)
    moved = sorted(made.estimates, key=lambda row: -abs(row.estimate - (row.raw or 0)))[:3]
    for place, row in enumerate(moved):
        assert lines[at + 1 + 2 * place].startswith(
            f"  {row.applicant}: mean of 3 marks {row.raw:.2f}, corrected"
        )
        for read in made.why(row.applicant).readings:
            assert f"{read.reviewer} " in lines[at + 2 + 2 * place]
            assert f"→ {read.corrected:.2f}" in lines[at + 2 + 2 * place]
    assert "To tell their noise and use of the scale takes 150 marks; here are 72." in lines[at - 2]


def test_where_there_are_marks_enough_the_noise_of_reviewers_is_told(
    tmp_path: Path, tremplin: Tremplin
) -> None:
    noisy(tmp_path)
    told = tremplin(*CALIBRATE)
    assert told.status == 0, told.err
    assert "Allowed for: severity, use of the scale and noise of each reviewer" in told.out
    assert "; noisiest: R0 (" in told.out
    rows = {row["reviewer"]: row for row in written(tmp_path, "marks-reviewers.csv")}
    assert float(rows["R0"]["noise against the typical"]) > 1.5
    page = (tmp_path / "marks-calibrated.html").read_text("utf-8")
    assert 'R0 <span class="tag tag-no">noisy</span>' in page
    assert "Allowed for: severity, use of the scale and noise" in page


def test_a_picture_has_as_many_decimals_everywhere_and_says_why(tmp_path: Path, tremplin: Tremplin) -> None:
    long(tmp_path)
    tremplin(*CALIBRATE)
    page = (tmp_path / "marks-calibrated.html").read_text("utf-8")
    figures = re.findall(r'<td class="n" role="cell">(-?[\d.]+) \((-?[\d.]+) to (-?[\d.]+)\)', page)
    assert len(figures) == 24
    assert {len(figure.partition(".")[2]) for row in figures for figure in row} == {2}
    assert page.count(" → ") > 3 * 24
