"""Limits on groups: MERIT within them, panels that keep them, one panel drawn, and all of it checked again."""

import csv
import json
import random
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from tests.cli.sheets.conftest import PUBLIC, Tremplin
from tests.cli.sheets.tables import put
from tremplin.methods import lottery
from tremplin.methods.selection.panels import Aim, Quota, over_panels, pool_of

LIMITS = "Catégorie;Valeur;Au moins;Au plus;Base légale\nRegion;north;2;3;Rules, art. 4\nGender;F;4;;Rules, art. 5\n"
DRAW = ("--limits", "limits.csv", "--places", "8", "--yes")
SEED = ("--public", PUBLIC)


@pytest.fixture(autouse=True)
def people(tmp_path: Path) -> dict[str, dict[str, str]]:
    """Forty applicants; the regions are spelt as people spell them."""
    chance = random.Random(3)
    found, rows = {}, []
    for number in range(40):
        score, half = chance.gauss(6, 1.2), chance.uniform(0.3, 1.2)
        traits = {
            "Region": chance.choice(["North", "South", "South", "West"]),
            "Gender": chance.choice("FMM"),
        }
        spelt = traits["Region"].upper() if number % 3 else traits["Region"]
        rows.append(
            f"T-{100 + number};{score:.2f};{score - half:.2f};{score + half:.2f};{spelt};{traits['Gender']}\n"
        )
        found[f"t{100 + number}"] = traits
    put(tmp_path, "Code;Score;Low;High;Region;Gender\n" + "".join(rows).replace(".", ","), "scored.csv")
    put(tmp_path, LIMITS, "limits.csv")
    return found


def written(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def drawn(folder: Path) -> lottery.Draw:
    return lottery.loads((folder / "scored-draw.json").read_text())


def test_merit_within_limits_leads_to_a_draw_of_one_panel_that_holds(
    tmp_path: Path, tremplin: Tremplin, people: dict[str, dict[str, str]]
) -> None:
    told = tremplin("select", "scored.csv", *DRAW, "--rule", "merit")
    assert told.status == 0, told.err
    assert "no rule can promise more, proven" in told.out
    assert (
        "panels of exactly 8 places, each within all limits, give everybody exactly this chance." in told.out
    )
    exact = {
        row["code"]: Fraction(row["chance"])
        for row in json.loads((tmp_path / "scored-selection.json").read_text())["applicants"]
    }
    assert sum(exact.values()) == 8
    told = tremplin("draw", "scored-selection.csv", *DRAW, *SEED)
    assert told.status == 0, told.err
    made = drawn(tmp_path)
    for code, share in made.probabilities.items():
        assert float(share) == pytest.approx(float(exact[code.upper().replace("T", "T-")]), abs=1e-8)
    seats = Counter(people[code]["Region"] for code in made.chosen)
    assert 2 <= seats["North"] <= 3
    assert Counter(people[code]["Gender"] for code in made.chosen)["F"] >= 4
    for row in written(tmp_path / "scored-panels.csv"):
        assert 2 <= int(row["Region: north"]) <= 3
        assert int(row["Gender: F"]) >= 4
    nobody = {row["code"] for row in written(tmp_path / "scored-draw.csv") if float(row["chance"]) == 0}
    assert nobody
    assert not any(
        row["outcome"].startswith(("drawn", "reserve"))
        for row in written(tmp_path / "scored-draw.csv")
        if row["code"] in nobody
    )
    check = (
        "verify",
        "scored-draw.json",
        "--list",
        "scored-selection.csv",
        "--limits",
        "limits.csv",
        "--yes",
    )
    told = tremplin(*check)
    assert told.status == 0, told.out
    assert "Every panel that could have come up keeps the limits of limits.csv." in told.out


@pytest.mark.parametrize("aim", ["leximin", "maximin", "nash"])
def test_without_scores_chances_come_from_the_limits_alone(
    tmp_path: Path, tremplin: Tremplin, people: dict[str, dict[str, str]], aim: Aim
) -> None:
    told = tremplin("draw", "scored.csv", *DRAW, "--aim", aim, *SEED)
    assert told.status == 0, told.err
    quotas = [Quota("Region", "North", 2, 3), Quota("Gender", "F", 4, 8)]
    wanted = over_panels(pool_of(people, quotas, 8), aim=aim).chances()
    found = drawn(tmp_path).probabilities
    assert {code: float(share) for code, share in found.items()} == pytest.approx(
        {code: float(share) for code, share in wanted.items()}, abs=1e-8
    )
    assert f"Aim “{aim}”" in told.out
    page = (tmp_path / "scored-draw.html").read_text("utf-8")
    assert "Limits that every panel keeps" in page
    assert "What holds chances" not in page
    assert ("What holds chances where they are" in told.out) == (aim == "leximin")


def test_chances_can_be_seen_before_anything_is_sealed(tmp_path: Path, tremplin: Tremplin) -> None:
    told = tremplin("draw", "scored.csv", *DRAW, "--dry-run")
    assert told.status == 0, told.err
    assert "Nothing is drawn yet" in told.out
    assert "Next: seal a secret" in told.out
    assert "Drawn, in this order" not in told.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["limits.csv", "scored.csv"]


def test_a_draw_that_breaks_limits_is_found_out(tmp_path: Path, tremplin: Tremplin) -> None:
    tremplin("draw", "scored.csv", *DRAW, *SEED)
    put(tmp_path, LIMITS.replace("north;2;3", "north;3;3"), "limits.csv")
    told = tremplin("verify", "scored-draw.json", "--list", "scored.csv", "--limits", "limits.csv", "--yes")
    assert told.status == 1
    assert (
        "“north” in “Region” must have exactly 3 places (row 2 of limits.csv), and a panel has 2" in told.out
    )
    plain = ("draw", "scored.csv", "--places", "8", "--yes", *SEED, "--force")
    tremplin(*plain)
    told = tremplin("verify", "scored-draw.json", "--list", "scored.csv", "--limits", "limits.csv", "--yes")
    assert "and a panel has 0 to 8" in told.out


def test_limits_that_clash_name_their_rows_and_a_way_out(tmp_path: Path, tremplin: Tremplin) -> None:
    put(
        tmp_path,
        LIMITS.replace("north;2;3", "north;7;8").replace("F;4", "F;0") + "Region;South;6;;Rules\n",
        "limits.csv",
    )
    for words in (("draw", "scored.csv", *DRAW, *SEED), ("select", "scored.csv", *DRAW, "--rule", "merit")):
        told = tremplin(*words)
        assert told.status == 1
        assert "“north” in “Region”" in told.err
        assert "“F” in “Gender”" not in told.err
        assert "See rows 2, 4 of limits.csv." in told.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["limits.csv", "scored.csv"]


def test_faults_of_limits_are_told_with_row_column_and_remedy(tmp_path: Path, tremplin: Tremplin) -> None:
    rows = "Region;Nort;1;2;x\nRegion;South;;;\nregion;West;9;1;y\nGender;M;9;;z\nRegion;WEST;1;;w\nGender;F;two;;z\n"
    put(tmp_path, f"category;value;least;most;basis\n{rows}", "limits.csv")
    told = tremplin("draw", "scored.csv", *DRAW, *SEED)
    assert told.status == 1
    for fault in (
        "row 2, column B “value”: nobody in scored.csv has “Nort” in “Region”. There are “",
        "row 3, column E “basis”: the basis of the limit is missing.",
        "row 4, column C “least”: at least 9 and at most 1 cannot both be. Correct one of both.",
        "row 5, column C “least”: at least 9 and at most 8 cannot both be. There are 8 places in all.",
        "row 6, column B “value”: “WEST” has a limit in row 4 already. Keep one.",
        "row 7, column C “least”: “two” is not a number.",
    ):
        assert fault in told.err
    put(tmp_path, "category;value;least;most;basis\nAge;F;1;;x\n", "limits.csv")
    told = tremplin("draw", "scored.csv", *DRAW, *SEED)
    assert "limits.csv, row 2, column A “category”: scored.csv has no column “Age”." in told.err


def test_options_that_do_not_go_together_are_refused(tremplin: Tremplin) -> None:
    assert tremplin("select", "scored.csv", *DRAW).status == 2
    assert tremplin("draw", "scored.csv", *DRAW, *SEED, "--group", "Region").status == 2
    assert tremplin("verify", "scored-draw.json", "--limits", "limits.csv").status == 2


def test_empty_cells_count_for_no_limit_and_that_is_said(tmp_path: Path, tremplin: Tremplin) -> None:
    text = (tmp_path / "scored.csv").read_text("utf-8")
    put(tmp_path, text.replace(";F\n", ";\n", 1), "scored.csv")
    told = tremplin("draw", "scored.csv", *DRAW, *SEED)
    assert told.status == 0, told.err
    assert "1 row with nothing in “Gender”: no limit on it counts them" in told.out
    assert "Not everywhere may places depend on “Gender”" in told.out
