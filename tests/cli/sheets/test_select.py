"""`tremplin select`: from scores with intervals to who has a place, who draws, and why."""

import json
from pathlib import Path
from typing import get_args

import pytest

from tests.cli.sheets.conftest import PUBLIC, Tremplin
from tests.cli.sheets.tables import put
from tremplin.cli.sheets.selecting import BECAUSE
from tremplin.methods.selection.bands import BoundedLine
from tremplin.methods.selection.merit import Merit
from tremplin.methods.selection.outcome import Cause, Scored

PEOPLE = [Scored(f"c{n:02}", 9.0 - 0.3 * n, 8.5 - 0.3 * n, 9.5 - 0.3 * n) for n in range(20)]
SELECT = ("select", "scores.csv", "--places", "6", "--yes")


@pytest.fixture
def scores(tmp_path: Path) -> Path:
    rows = "".join(f"{one.code};{one.estimate:.1f};{one.low:.1f};{one.high:.1f}\n" for one in PEOPLE)
    return put(tmp_path, "Candidat;Moyenne;Borne basse;Borne haute\n" + rows.replace(".", ","), "scores.csv")


def outcome(folder: Path) -> dict[str, tuple[str, str]]:
    content = json.loads((folder / "scores-selection.json").read_text())
    return {row["code"]: (row["band"], row["chance"]) for row in content["applicants"]}


def test_the_bands_are_those_of_the_method(tmp_path: Path, tremplin: Tremplin, scores: Path) -> None:
    told = tremplin(*SELECT)
    assert told.status == 0, told.err
    made = BoundedLine().select(PEOPLE, places=6)
    assert outcome(tmp_path) == {row.code: (row.band, str(row.chance)) for row in made.placed}
    assert f"A place for sure: {len(made.sure)} (" in told.out
    assert f"{made.drawn} places are drawn" in told.out
    assert "Why:" in told.out


def test_the_lottery_leads_on_to_the_draw(tmp_path: Path, tremplin: Tremplin, scores: Path) -> None:
    told = tremplin(*SELECT)
    (line,) = (line.split() for line in told.out.splitlines() if line.startswith("  tremplin draw"))
    words = [word for word in line[1:] if word not in {"--secret", "secret.json"}]
    drawn = tremplin(*words, "--public", PUBLIC, "--yes")
    assert drawn.status == 0, drawn.err
    made = BoundedLine().select(PEOPLE, places=6)
    entries = json.loads((tmp_path / "scores-draw.json").read_text())["list"]["groups"][0]
    assert entries == sorted(f"0{code}" for code in made.lottery)


def test_merit_keeps_its_promise_and_its_chances_can_be_drawn_with(
    tmp_path: Path, tremplin: Tremplin, scores: Path
) -> None:
    told = tremplin(*SELECT, "--rule", "merit")
    assert told.status == 0, told.err
    made = Merit().select(PEOPLE, places=6)
    assert outcome(tmp_path) == {row.code: (row.band, str(row.chance)) for row in made.placed}
    assert "In the worst case within the intervals" in told.out
    drawn = tremplin("draw", "scores-selection.csv", "--places", "6", "--public", PUBLIC, "--yes")
    assert drawn.status == 0, drawn.err
    assert "6 places: chances go from 0 % to 100 %" in drawn.out


def test_ranks_are_best_when_low(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "code;score;low;high\na;1;1;2\nb;5;4;6\nc;9;8;9,5\n", "scores.csv")
    told = tremplin("select", "scores.csv", "--places", "1", "--yes", "--lowest-first", "--rule", "line")
    assert told.status == 0, told.err
    assert outcome(tmp_path)["a"][0] != "not"
    assert outcome(tmp_path)["c"] == ("not", "0")


def test_no_chance_in_the_table_turns_into_a_day(tmp_path: Path, tremplin: Tremplin, scores: Path) -> None:
    """A spreadsheet makes the first of March of 1/3."""
    tremplin(*SELECT)
    assert "/" not in (tmp_path / "scores-selection.csv").read_text("utf-8-sig")


def test_without_intervals_only_the_rule_that_needs_none_is_left(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "code;score\na;7\nb;5\nc;5\n", "scores.csv")
    told = tremplin("select", "scores.csv", "--places", "2", "--yes")
    assert told.status == 1
    assert "no column for low and high" in told.err
    assert tremplin("select", "scores.csv", "--places", "2", "--yes", "--rule", "top").status == 0
    assert outcome(tmp_path) == {"a": ("sure", "1"), "b": ("lottery", "1/2"), "c": ("lottery", "1/2")}


def test_faults_of_rows_are_told_together(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "code;score;low;high\na;7;6;8\na;x;6;8\nb;9;6;8\nc;;1;2\nTotal;5;5;5\n", "scores.csv")
    told = tremplin(*SELECT)
    assert told.status == 1
    assert "row 3, column A “code”: “a” stands in row 2 already." in told.err
    assert "row 3, column B “score”: “x” is not a number." in told.err
    assert "row 4, column B “score”: the interval 6 to 8 does not hold the score 9." in told.err
    assert "row 5, column B “score”: the score is missing." in told.err
    assert "“Total” looks like a row of sums" in told.err


def test_a_rule_that_cannot_be_is_told_with_a_remedy(tremplin: Tremplin, scores: Path) -> None:
    told = tremplin(*SELECT, "--sure-share", "2")
    assert told.status == 1
    assert "give one from 0 to 1" in told.err


def test_every_cause_has_words() -> None:
    assert set(get_args(Cause)) <= set(BECAUSE)
