"""`tremplin assign`: two tables in, reads handed out, shortfalls with their reasons."""

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.cli.sheets.conftest import Tremplin
from tests.cli.sheets.tables import put

ASSIGN = ("assign", "papers.csv", "readers.csv", "--yes")
TOPICS = ("nlp", "vision", "rl")


@pytest.fixture(autouse=True)
def both(tmp_path: Path) -> None:
    rows = "".join(f"D{n:02};{'fr' if n % 2 else 'en'};{TOPICS[n % 3]}\n" for n in range(18))
    put(tmp_path, f"Dossier;Langue;Thèmes\n{rows}", "papers.csv")
    rows = "".join(f"R{n};{'fr' if n < 3 else 'fr, en'};{TOPICS[n % 3]};{12}\n" for n in range(8))
    put(tmp_path, f"Évaluatrice;Langues;Domaines;Plafond\n{rows}", "readers.csv")


def pairs(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "papers-assigned.csv").read_text("utf-8-sig").splitlines()))


def test_everybody_is_read_within_loads_and_languages(tmp_path: Path, tremplin: Tremplin) -> None:
    told = tremplin(*ASSIGN)
    assert told.status == 0, told.err
    rows = pairs(tmp_path)
    assert set(Counter(row["application"] for row in rows).values()) == {3}
    assert max(Counter(row["reviewer"] for row in rows).values()) <= 12
    assert not [
        row for row in rows if int(row["application"][1:]) % 2 == 0 and row["reviewer"] in {"R0", "R1", "R2"}
    ]
    assert "No assignment with as many reads has a greater sum: that is proven." in told.out


def test_the_worst_off_application_can_be_lifted_first(tmp_path: Path, tremplin: Tremplin) -> None:
    rows = "".join(f"D{n:02};R{m};{(n * 7 + m * 3) % 10 / 10}\n" for n in range(18) for m in range(8))
    put(tmp_path, f"application;reviewer;score\n{rows}", "expertise.csv")
    plain = tremplin(*ASSIGN, "--expertise", "expertise.csv")
    told = tremplin(*ASSIGN, "--expertise", "expertise.csv", "--fair", "--force")
    assert (plain.status, told.status) == (0, 0), told.err
    assert "The worst-off application was lifted from " in told.out
    sums: defaultdict[str, float] = defaultdict(float)
    for row in pairs(tmp_path):
        sums[row["application"]] += float(row["score"])
    lifted = float(told.out.split(" lifted from ")[1].split(" to ")[1].split(" ")[0])
    assert min(sums.values()) == pytest.approx(lifted, abs=1e-3)


def test_expertise_conflicts_and_what_is_given_are_kept(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "application;reviewer\nD01;R0\n", "conflicts.csv")
    put(tmp_path, "application;reviewer\nD03;R1\n", "kept.csv")
    put(tmp_path, "application;reviewer;score\nD01;R1;5,5\nD01;R0;9\nD05;R2;4\n", "expertise.csv")
    told = tremplin(
        *ASSIGN, "--conflicts", "conflicts.csv", "--kept", "kept.csv", "--expertise", "expertise.csv"
    )
    assert told.status == 0, told.err
    found = {(row["application"], row["reviewer"]): row for row in pairs(tmp_path)}
    assert ("D01", "R0") not in found
    assert found["D01", "R1"]["score"] == "5.5"
    assert found["D03", "R1"]["given before"] == "yes"


def test_reads_that_cannot_be_given_are_told_with_the_reason(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "Dossier;Langue\nD1;pt\nD2;fr\n", "papers.csv")
    told = tremplin(*ASSIGN)
    assert told.status == 0
    assert "3 reads missing: nobody can read its language (pt) (D1)" in told.out
    assert json.loads((tmp_path / "papers-assigned.json").read_text())["missing"] == {"D1": 3}
    assert "nobody can read its language" in (tmp_path / "papers-assigned.html").read_text()


def test_limits_that_clash_are_named(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "reviewer;max;min\nR1;100;100\nR2;3;0\n", "readers.csv")
    told = tremplin(*ASSIGN)
    assert told.status == 1
    assert "There is no such assignment" in told.err
    assert "R1" in told.err


def test_faults_of_all_tables_are_told_together(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "Dossier;Langue\nD1;fr\nD1;en\n", "papers.csv")
    put(tmp_path, "reviewer;max\nR01;many\nR01;3\n", "readers.csv")
    put(tmp_path, "application;reviewer\nD1;R1\nd01;R01\n", "conflicts.csv")
    told = tremplin(*ASSIGN, "--conflicts", "conflicts.csv")
    assert told.status == 1
    for fault in (
        "papers.csv cannot be used as it is: 1 fault.",
        "row 3, column A “Dossier”: “D1” stands in row 2 already.",
        "readers.csv cannot be used as it is: 2 faults.",
        "conflicts.csv cannot be used as it is: 2 faults.",
        "row 2, column B “reviewer”: “R1” is not in readers.csv. Did you mean “R01”?",
        "row 3, column A “application”: “d01” is not in papers.csv.",
    ):
        assert fault in told.err
    assert not list(tmp_path.glob("papers-assigned.*"))


def chances(folder: Path) -> dict[tuple[str, str], float]:
    rows = csv.DictReader((folder / "papers-chances.csv").read_text("utf-8-sig").splitlines())
    return {(row["application"], row["reviewer"]): float(row["probability"]) for row in rows}


@pytest.mark.parametrize("spread", [(), ("--spread", "70%")])
def test_pairs_can_be_left_to_chance_under_a_cap(
    tmp_path: Path, tremplin: Tremplin, spread: tuple[str, ...]
) -> None:
    told = tremplin(*ASSIGN, "--cap", "0,7", *spread, "--seed", "5")
    assert told.status == 0, told.err
    odds = chances(tmp_path)
    assert max(odds.values()) <= 0.7
    sums: defaultdict[str, float] = defaultdict(float)
    for (paper, _reader), share in odds.items():
        sums[paper] += share
    assert sums == pytest.approx(dict.fromkeys(sums, 3), abs=1e-4)
    first = pairs(tmp_path)
    for row in first:
        assert float(row["probability"]) == odds[row["application"], row["reviewer"]]
    assert set(Counter(row["application"] for row in first).values()) == {3}
    assert "no pair had a chance above 70 %" in told.out
    tremplin(*ASSIGN, "--cap", "0.7", *spread, "--seed", "5", "--force")
    assert pairs(tmp_path) == first
    tremplin(*ASSIGN, "--cap", "0.7", *spread, "--seed", "6", "--force")
    assert pairs(tmp_path) != first
    assert chances(tmp_path) == odds


def test_without_a_seed_nobody_can_foresee_what_chance_draws(tmp_path: Path, tremplin: Tremplin) -> None:
    seeds = set()
    for _turn in range(2):
        told = tremplin(*ASSIGN, "--cap", "0.7", "--force")
        seeds.add(json.loads((tmp_path / "papers-assigned.json").read_text())["seed"])
        assert f"--seed {max(seeds)}" in told.out or f"--seed {min(seeds)}" in told.out
    assert len(seeds) == 2


def test_spreading_lets_more_pairs_come_up_and_says_what_that_costs(
    tmp_path: Path, tremplin: Tremplin
) -> None:
    rows = "".join(f"D{n:02};R{m};{(n * 7 + m * 3) % 10 / 10}\n" for n in range(18) for m in range(8))
    put(tmp_path, f"application;reviewer;score\n{rows}", "expertise.csv")
    given = (*ASSIGN, "--expertise", "expertise.csv", "--cap", "0.9")
    tremplin(*given)
    plain = chances(tmp_path)
    told = tremplin(*given, "--spread", "0.9", "--force")
    assert len(chances(tmp_path)) > len(plain)
    assert "which is 90 % of the greatest" in told.out
    assert "nothing was spread further" not in told.out
    assert "so nothing was spread further" in tremplin(*given, "--spread", "0.9999999", "--force").out


def test_reads_that_nobody_can_give_are_told_when_chance_decides_too(
    tmp_path: Path, tremplin: Tremplin
) -> None:
    (tmp_path / "papers.csv").write_text("Dossier;Langue;Thèmes\nD1;pt;nlp\nD2;fr;nlp\n", "utf-8")
    told = tremplin(*ASSIGN, "--cap", "0.7")
    assert told.status == 0, told.err
    assert "3 reads missing: nobody can read its language (pt) (D1)" in told.out


def test_a_cap_that_is_too_low_says_how_high_it_must_be(tmp_path: Path, tremplin: Tremplin) -> None:
    told = tremplin(*ASSIGN, "--cap", "0.5")
    assert told.status == 1
    assert "9 applications (D00, D02, D04, D06, D08 and 4 more) cannot have all reads" in told.err
    assert "Allow --cap 0.6 or more" in told.err
    assert tremplin(*ASSIGN, "--cap", "0.6").status == 0
    assert tremplin(*ASSIGN, "--cap", "1.5").status == 2


def test_what_chance_cannot_do_is_refused_with_a_remedy(tmp_path: Path, tremplin: Tremplin) -> None:
    assert tremplin(*ASSIGN, "--cap", "0.7", "--fair").status == 2
    put(tmp_path, "application;reviewer;score\nD01;R1;-2\nD02;R4;3\n", "expertise.csv")
    told = tremplin(*ASSIGN, "--expertise", "expertise.csv", "--spread", "0.9")
    assert "row 2, column C “score”: the score “-2” is below 0" in told.err
    put(tmp_path, "Évaluatrice;Minimum;Thèmes\nR1;2;nlp\nR2;;nlp\nR3;;rl\n", "readers.csv")
    told = tremplin(*ASSIGN, "--spread", "0.9")
    assert "asks for least loads, which --spread cannot promise" in told.err
    put(tmp_path, "Évaluatrice\nR1\nR2\nR3\nR4\nR5\n", "readers.csv")
    told = tremplin(*ASSIGN, "--cap", "0.9")
    assert told.status == 2
    assert "Give --expertise FILE, or a column of topics in both tables." in told.err
    assert not list(tmp_path.glob("papers-assigned.*"))
