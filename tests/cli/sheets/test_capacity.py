"""`tremplin capacity`: a season of reading foreseen from who reads and what waits, with what would help."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.sheets.conftest import Tremplin
from tests.cli.sheets.tables import put
from tremplin.cli.sheets.foreseeing import size_for
from tremplin.methods.capacity import Coming, Reader, Season, Size, advise

CAPACITY = ("capacity", "readers.csv", "papers.csv", "--reads", "2", "--yes")


@pytest.fixture(autouse=True)
def both(tmp_path: Path) -> None:
    rows = "".join(f"R{n};{'10,5' if n % 2 else 8};fr\n" for n in range(4))
    put(tmp_path, f"Évaluatrice;Lectures par semaine;Langues\n{rows}", "readers.csv")
    rows = "".join(f"D{n:02};FR;{n % 3}\n" for n in range(60))
    put(tmp_path, f"Dossier;Langue;Lectures\n{rows}", "papers.csv")


def test_the_outlook_is_that_of_the_method(tmp_path: Path, tremplin: Tremplin) -> None:
    told = tremplin(*CAPACITY, "--days", "7")
    assert told.status == 0, told.err
    readers = tuple(Reader(f"R{n}", 10.5 if n % 2 else 8, frozenset({"fr"})) for n in range(4))
    made = advise(Season(2, 7.0, {"fr": (20, 20)}, readers, Coming(60, by_language={"fr": 60})))
    content = json.loads((tmp_path / "readers-capacity.json").read_text())
    assert content["somebody short of reads"] == made.now.short.value
    assert [one["kind"] for one in content["remedies"]] == [one.kind for one in made.remedies]
    assert "What would bring that below 5 %" in told.out
    assert "Most in need: fr, 4 reviewers" in told.out


def test_where_there_is_time_enough_nothing_is_needed(tremplin: Tremplin) -> None:
    told = tremplin(*CAPACITY, "--days", "200")
    assert told.status == 0, told.err
    assert "nothing is needed" in told.out


def test_before_anything_has_come_an_expectation_will_do(tmp_path: Path, tremplin: Tremplin) -> None:
    words = ("capacity", "readers.csv", "--days", "60", "--yes")
    assert "How many applications will there be?" in tremplin(*words).err
    assert "cannot be" in tremplin(*words, "--expected", "many").err
    told = tremplin(*words, "--expected", "80-120", "--closes-in", "14")
    assert told.status == 0, told.err
    wrong = tremplin(*CAPACITY, "--days", "9", "--expected", "20-30", "--force")
    assert wrong.status == 2
    assert "of whom 60 have come" in wrong.err


def test_faults_are_told(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "reviewer;reads per week\nR1;ten\nR1;5\nR2;-3\n", "readers.csv")
    told = tremplin(*CAPACITY, "--days", "9")
    assert told.status == 1
    for fault in (
        "row 2, column B “reads per week”: “ten” is not a number.",
        "row 3, column A “reviewer”: “R1” stands in row 2 already.",
        "row 4, column B “reads per week”: “-3” reads a week cannot be.",
    ):
        assert fault in told.err
    assert tremplin(*CAPACITY, "--days", "9", "--risk", "0").status == 2


def test_with_hundreds_who_have_a_most_fewer_seasons_are_simulated() -> None:
    """Each of them is lived through apart: two thousand seasons of five hundred take minutes and gigabytes."""
    free = tuple(Reader(f"R{number}", 5.0) for number in range(500))
    capped = tuple(replace(reader, most=75) for reader in free)
    season = Season(3, 40.0, {"": (9, 0, 0)}, free, Coming(9))
    assert size_for(season) == Size()
    assert size_for(replace(season, readers=capped[:60])) == Size()
    assert size_for(replace(season, readers=capped)).runs == 400
    assert size_for(replace(season, readers=capped * 10)).runs == 400
