"""`tremplin audit`: groups compared, in words with their doubt, never a badge."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.sheets.conftest import Tremplin
from tests.cli.sheets.tables import put
from tremplin.cli.sheets.auditing import WORDS
from tremplin.methods.disparity import CODES, assigned, audit

STEPS = {"Femmes": (210, 208, 12), "Hommes": (280, 277, 40), "Autre": (3, 3, 0)}
SILENT = (30, 29, 1)
AUDIT = ("audit", "steps.csv", "--yes")


@pytest.fixture
def steps(tmp_path: Path) -> Path:
    rows = "".join(f"{name};{';'.join(map(str, row))}\n" for name, row in STEPS.items())
    silent = ";".join(map(str, SILENT))
    return put(tmp_path, f"Groupe;Candidatures;Lus;Admis\n{rows}Non renseigné;{silent}\n", "steps.csv")


def rows(folder: Path, name: str = "steps-audit.csv") -> list[dict[str, str]]:
    return list(csv.DictReader((folder / name).read_text("utf-8-sig").splitlines()))


def test_every_finding_has_words() -> None:
    assert set(WORDS) == set(CODES)


def test_counts_are_compared_as_the_method_does(tmp_path: Path, tremplin: Tremplin, steps: Path) -> None:
    told = tremplin(*AUDIT)
    assert told.status == 0, told.err
    made = audit("Groupe", ("Candidatures", "Lus", "Admis"), STEPS, silent=SILENT, least=5)
    found = rows(tmp_path)
    assert [(row["group"], row["step"]) for row in found] == [(one.group, one.step) for one in made]
    for row, one in zip(found, made, strict=True):
        assert float(row["p"]) == pytest.approx(one.holm, abs=1e-4)
        assert row["finding"].startswith(WORDS[one.code])
    assert "30 did not say" in told.out
    assert "1 group with fewer than 5 people left out." in told.out
    assert "no proof of a wrong" in told.out
    assert "Autre" not in (tmp_path / "steps-audit.html").read_text()


def test_people_are_counted_by_several_attributes_and_steps(tmp_path: Path, tremplin: Tremplin) -> None:
    people = [
        (f"P{n}", "NS"[n % 2], "FH"[n % 3 > 0], "oui" if n % 4 else "", "x" if n % 4 == 1 else "")
        for n in range(80)
    ]
    body = "".join(";".join(row) + "\n" for row in people)
    put(tmp_path, f"Nom;Région;Genre;Entretien;Admis\n{body}", "people.csv")
    told = tremplin(
        "audit", "people.csv", "--by", "Genre", "--by", "region", "--steps", "Entretien,Admis", "--yes"
    )
    assert told.status == 0, told.err
    found = rows(tmp_path, "people-audit.csv")
    assert {row["attribute"] for row in found} == {"Genre", "region"}
    women = next(row for row in found if row["group"] == "F" and row["step"] == "Entretien")
    assert (women["came"], women["of"]) == ("20", "27")
    for path in tmp_path.glob("people-audit.*"):
        assert "P17" not in path.read_text()


def test_chances_are_compared_without_the_luck_of_the_draw(tmp_path: Path, tremplin: Tremplin) -> None:
    people = [("FH"[n % 2], ("1/2", "0,25", "1", "0")[n % 4]) for n in range(40)]
    put(tmp_path, "Genre;Chance\n" + "".join(";".join(row) + "\n" for row in people), "people.csv")
    told = tremplin("audit", "people.csv", "--by", "Genre", "--chance", "Chance", "--yes")
    assert told.status == 0, told.err
    made = assigned([0.5, 0.25, 1.0, 0.0] * 10, [gender for gender, _chance in people])
    found = rows(tmp_path, "people-audit.csv")
    assert [float(row["places expected"]) for row in found] == [one.places for one in made]
    content = json.loads((tmp_path / "people-audit.json").read_text())
    assert "caution" in content


def test_faults_are_told(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "group;applied;admitted\na;10;12\nb;20;3\nb;1;1\n", "steps.csv")
    told = tremplin(*AUDIT)
    assert "row 2, column C “admitted”: 12 came to “admitted”, and 10 to the step before." in told.err
    assert "row 4, column A “group”: “b” stands in row 3 already." in told.err
    put(tmp_path, "group;applied\na;10\nb;20\n", "steps.csv")
    assert "two steps at least" in tremplin(*AUDIT).err
    put(tmp_path, "who;Genre;Read;In\n" + "a;F;;yes\nb;H;yes;yes\n" * 6, "people.csv")
    words = ("audit", "people.csv", "--yes", "--by", "Genre")
    assert "a later step says yes, and this one does not." in tremplin(*words, "--steps", "Read,In").err
    assert "has no column “Seen”" in tremplin(*words, "--steps", "Seen").err
    assert tremplin(*words).status == 2
