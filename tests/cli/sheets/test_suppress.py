"""`tremplin suppress`: counts, or people to count, into a table that gives nobody away."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.sheets.conftest import Tremplin
from tests.cli.sheets.tables import put
from tremplin.methods.disclosure import show

COUNTS = ((12, 9, 1), (30, 28, 3), (7, 6, 0), (55, 61, 4))
ROWS = ("Bretagne", "Occitanie", "Grand Est", "Île-de-France")
SUPPRESS = ("suppress", "regions.csv", "--yes")


@pytest.fixture
def regions(tmp_path: Path) -> Path:
    rows = "".join(
        f"{name};{';'.join(map(str, counts))};{sum(counts)}\n"
        for name, counts in zip(ROWS, COUNTS, strict=True)
    )
    return put(tmp_path, f"Région;Femmes;Hommes;Autre;Total\n{rows}Total;104;104;8;216\n", "regions.csv")


def grid(folder: Path, name: str = "regions-public.csv") -> list[list[str]]:
    return list(csv.reader((folder / name).read_text("utf-8-sig").splitlines()))


def test_the_table_is_what_the_method_shows(tmp_path: Path, tremplin: Tremplin, regions: Path) -> None:
    told = tremplin(*SUPPRESS)
    assert told.status == 0, told.err
    shown = show(COUNTS)
    assert shown.by is not None
    assert f"Hidden: {len(shown.by.codes)} counts." in told.out
    assert "can work out none of them" in told.out
    found = grid(tmp_path)
    assert found[0] == ["Région", "Femmes", "Hommes", "Autre", "Total"]
    for row, counts in zip(found[1:], shown.cells, strict=False):
        assert row[1:4] == ["hidden" if count is None else str(count) for count in counts]
    content = json.loads((tmp_path / "regions-public.json").read_text())
    assert content["rows"]["Grand Est"] == list(shown.cells[2])


def test_what_is_published_holds_no_exact_count_of_a_hidden_cell(
    tmp_path: Path, tremplin: Tremplin, regions: Path
) -> None:
    tremplin(*SUPPRESS)
    for name in ("regions-public.csv", "regions-public.json", "regions-public.html"):
        text = (tmp_path / name).read_text()
        assert "216" not in text
        assert "61" not in text.replace("#61", "")


def test_people_are_counted_and_their_names_stay(tmp_path: Path, tremplin: Tremplin) -> None:
    people = [(f"Name {n} Surname", "NSEW"[n % 4], "FHX"[n % 3 if n % 7 else 2]) for n in range(120)]
    rows = "".join(
        f"{name},{region},{gender if name != 'Name 3 Surname' else ''}\n" for name, region, gender in people
    )
    put(tmp_path, f"Nom,Région,Genre\n{rows}", "people.csv")
    told = tremplin("suppress", "people.csv", "--rows", "Région", "--by", "Genre", "--yes")
    assert told.status == 0, told.err
    assert "120 people" in told.out
    assert "1 empty answer counted as “not said”" in told.out
    for path in tmp_path.glob("people-public.*"):
        assert "Surname" not in path.read_text()
    assert tremplin("suppress", "people.csv", "--rows", "Région").status == 2


def test_a_total_that_does_not_add_up_is_told(tmp_path: Path, tremplin: Tremplin, regions: Path) -> None:
    regions.write_text(regions.read_text().replace(";216", ";215").replace("9;1;22", "9;1;23"))
    told = tremplin(*SUPPRESS)
    assert told.status == 1
    assert "row 2, column E “Total”: the total says 23, and the counts add up to 22." in told.err
    assert "row 6, column E “Total”: the total says 215, and the counts add up to 216." in told.err


def test_a_table_of_hardly_anybody_shows_nothing(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "group;yes;no\na;1;2\nb;3;1\n", "regions.csv")
    told = tremplin(*SUPPRESS)
    assert "nothing of such a table can be shown" in told.out
    assert {cell for row in grid(tmp_path)[1:] for cell in row[1:]} == {"hidden"}


def test_a_column_with_a_value_for_each_person_is_no_table(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "code,city\n" + "".join(f"c{n},town {n}\n" for n in range(60)), "people.csv")
    told = tremplin("suppress", "people.csv", "--rows", "code", "--by", "city", "--yes")
    assert told.status == 1
    assert "Group them first" in told.err
