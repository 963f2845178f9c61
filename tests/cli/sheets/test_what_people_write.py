"""Languages, time zones, days and wishes, as people write them into one table."""

from pathlib import Path

import pytest

from tests.cli.sheets.conftest import Tremplin
from tests.cli.sheets.tables import put
from tremplin.cli.sheets.cells import Unreadable
from tremplin.cli.sheets.columns import folded
from tremplin.cli.sheets.hours import spans
from tremplin.cli.sheets.languages import one, several
from tremplin.cli.sheets.zones import zone


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("FR", ("fr",)),
        ("Français et anglais", ("fr", "en")),
        ("fr/en", ("fr", "en")),
        ("French (fluent), Español; ENG", ("fr", "es", "en")),
        ("fr-FR, en_GB", ("fr", "en")),
        ("estonien & et", ("et",)),
        ("wolof, klingon", ("wo", "klingon")),
        ("", ()),
    ],
)
def test_languages_are_one_however_they_are_written(cell: str, codes: tuple[str, ...]) -> None:
    assert several(cell) == codes


def test_the_language_of_an_application_is_one(tmp_path: Path, tremplin: Tremplin) -> None:
    assert one("Français") == "fr"
    put(tmp_path, "Dossier;Langue\nD1;fr\nD2;fr et en\nD3;en\n", "papers.csv")
    put(tmp_path, "Lectrice;Langues\nR1;français\nR2;anglais\n", "readers.csv")
    told = tremplin("assign", "papers.csv", "readers.csv", "--yes")
    assert "row 3, column B “Langue”: “fr et en” names 2 languages." in told.err


def test_who_writes_a_language_otherwise_reads_it_all_the_same(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "Dossier;Langue\nD1;FR\nD2;Anglais\nD3;french\n", "papers.csv")
    put(tmp_path, "Lectrice;Langues\nR1;français et anglais\nR2;en/fr\nR3;French, English\n", "readers.csv")
    told = tremplin("assign", "papers.csv", "readers.csv", "--yes")
    assert told.status == 0, told.err
    assert "Given: 9." in told.out


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ("europe/paris", "Europe/Paris"),
        ("Paris", "Europe/Paris"),
        ("New York", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("UTC+1", "Etc/GMT-1"),
        ("GMT − 5", "Etc/GMT+5"),
        ("UTC", "UTC"),
    ],
)
def test_time_zones_are_known_by_city_and_by_offset(cell: str, name: str) -> None:
    assert zone(cell) == name


def test_a_zone_that_is_none_is_told_with_its_place(tmp_path: Path, tremplin: Tremplin) -> None:
    with pytest.raises(Unreadable, match="no time zone that is known"):
        zone("Atlantis")
    put(tmp_path, "Boursier;Fuseau horaire;Disponibilités\nS1;Atlantis;lun 9-12\n", "scholars.csv")
    put(tmp_path, "Mentor;Fuseau horaire;Disponibilités\nM1;Paris;lun 9-12\n", "mentors.csv")
    told = tremplin("match", "scholars.csv", "mentors.csv", "--starts", "2027-09-06", "--yes")
    assert "row 2, column B “Fuseau horaire”: “Atlantis” is no time zone that is known." in told.err


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("mardi et jeudi 18h-20h", (1, 3)),
        ("mardi, jeudi 18h-20h", (1, 3)),
        ("Mon and Wed & Fri 9-10", (0, 2, 4)),
        ("lun-mer et ven 9h-10h", (0, 1, 2, 4)),
    ],
)
def test_days_can_be_listed(cell: str, days: tuple[int, ...]) -> None:
    assert tuple(day for day, _from, _to in spans(cell)) == days


@pytest.mark.parametrize("cell", ["mardi", "mardi, jeudi", "mardi et demain 9-10"])
def test_days_without_hours_are_refused(cell: str) -> None:
    with pytest.raises(Unreadable):
        spans(cell)


@pytest.mark.parametrize("cell", ["M1, M2", "M1 > M2", "M1 puis M2", "M1 then M2"])
def test_wishes_stand_in_one_cell_in_several_ways(tmp_path: Path, tremplin: Tremplin, cell: str) -> None:
    put(tmp_path, f"Boursière;Vœux\nS1;{cell.replace(',', '|')}\nS2;M1\n", "scholars.csv")
    put(tmp_path, "Mentor;Choix\nM1;S2\nM2;\n", "mentors.csv")
    told = tremplin("match", "scholars.csv", "mentors.csv", "--yes")
    assert told.status == 0, told.err
    assert "2 pairs. 1 with their choice 1, 1 with their choice 2." in told.out


def test_ligatures_are_letters() -> None:
    assert folded("Vœux") == "voeux"


def test_a_list_of_people_without_options_says_which_options_there_are(
    tmp_path: Path, tremplin: Tremplin
) -> None:
    put(tmp_path, "Nom;Région\nDurand;Nord\nMartin;Sud\n", "people.csv")
    assert "For a list of people, say which columns to compare: --by" in tremplin("audit", "people.csv").err
    assert (
        "For a list of people, say which columns to count: --rows" in tremplin("suppress", "people.csv").err
    )
