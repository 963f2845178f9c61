"""`tremplin match`: wishes or profiles of both sides in, pairs with reasons out."""

import json
from pathlib import Path

import pytest

from tests.cli.sheets.conftest import Tremplin
from tests.cli.sheets.tables import put
from tremplin.cli.sheets import matching
from tremplin.cli.sheets.cells import Unreadable
from tremplin.cli.sheets.hours import spans
from tremplin.methods.matching import STABLE, Rule, match, table

WISHES = {"s1": ["m1", "m2", "m3"], "s2": ["m1", "m3"], "s3": ["m1", "m2"], "s4": ["m2", "m1"]}
RANKS = {"m1": ["s3", "s1", "s2", "s4"], "m2": ["s1", "s3", "s4"], "m3": ["s2", "s1"]}
MATCH = ("match", "scholars.csv", "mentors.csv", "--yes")


@pytest.fixture(autouse=True)
def both(tmp_path: Path) -> None:
    rows = "".join(f"{who};{';'.join([*whom, '', ''][:3])}\n" for who, whom in WISHES.items())
    put(tmp_path, f"Boursier·ère;Vœu 1;Vœu 2;Vœu 3\n{rows}", "scholars.csv")
    rows = "".join(f'{who};2;"{", ".join(whom)}"\n' for who, whom in RANKS.items())
    put(tmp_path, f"Mentor;Capacité;Boursiers préférés\n{rows}", "mentors.csv")


def pairs(folder: Path) -> set[tuple[str, str]]:
    content = json.loads((folder / "scholars-match.json").read_text())
    return {(row["scholar"], row["mentor"]) for row in content["pairs"]}


@pytest.mark.parametrize("rule", ["scholars", "mentors", "welfare", "most", "ranks"])
def test_each_rule_gives_what_the_method_gives(tmp_path: Path, tremplin: Tremplin, rule: Rule) -> None:
    told = tremplin(*MATCH, "--rule", rule)
    assert told.status == 0, told.err
    answer = match(table(WISHES, RANKS, most=dict.fromkeys(RANKS, 2)), rule)
    assert pairs(tmp_path) == set(answer.pairs)
    assert "Wishes" not in told.err


def test_every_rule_has_words() -> None:
    assert set(matching.RULES) >= set(STABLE)


def test_a_conflict_keeps_two_apart(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "scholar;mentor\ns3;m1\n", "conflicts.csv")
    told = tremplin(*MATCH, "--conflicts", "conflicts.csv")
    assert told.status == 0, told.err
    assert ("s3", "m1") not in pairs(tmp_path)
    put(tmp_path, "scholar;mentor\ns3;m7\n", "conflicts.csv")
    assert (
        "row 2, column B “mentor”: “m7” is not in the mentors."
        in tremplin(*MATCH, "--conflicts", "conflicts.csv", "--force").err
    )


def test_an_unknown_wish_is_named_where_it_stands(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "scholar;wish 1;wish 2\ns1;m1;m9\ns1;m2;\n", "scholars.csv")
    put(tmp_path, "mentor;places\nm1;two\nm2;1\n", "mentors.csv")
    told = tremplin(*MATCH)
    assert told.status == 1
    assert "row 2, column C “wish 2”: “m9” is not in mentors.csv." in told.err
    assert "row 3, column A “scholar”: “s1” stands in row 2 already." in told.err
    assert "row 2, column B “places”: “two” is not a number." in told.err


def test_who_is_left_over_is_told_with_the_reason(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "scholar;wish\ns1;m1\ns2;m1\n", "scholars.csv")
    put(tmp_path, "mentor;places\nm1;1\n", "mentors.csv")
    told = tremplin(*MATCH)
    assert told.status == 0
    assert "Without a mentor: s" in told.out
    assert "Why: there are 2 scholars and 1 place." in told.out
    assert "1 mentor without wishes: whoever names them is welcome, as equals" in told.out


def test_profiles_match_by_topics_languages_and_hours_on_real_clocks(
    tmp_path: Path, tremplin: Tremplin
) -> None:
    put(
        tmp_path,
        "scholar,topics,languages,time zone,hours\ns1,nlp:3,en,Europe/Paris,Mon-Fri 17-20\n"
        "s2,vision,fr,Europe/Paris,lun-ven 9h-12h\n",
        "scholars.csv",
    )
    put(
        tmp_path,
        'mentor,topics,languages,time zone,hours\nm1,nlp:3,"en, fr",America/New_York,Mon-Fri 9-17\n'
        "m2,vision,pt,Europe/Paris,Mon-Fri 9-18\n",
        "mentors.csv",
    )
    assert "clocks change with the season" in tremplin(*MATCH).err
    told = tremplin(*MATCH, "--starts", "2027-01-11", "--rule", "weight")
    assert told.status == 0, told.err
    assert pairs(tmp_path) == {("s1", "m1")}
    written = (tmp_path / "scholars-match.csv").read_text("utf-8-sig")
    assert "15 hours a week" in written
    assert "m1: too few hours in common; m2: no language in common" in written
    wrong = tremplin(*MATCH, "--starts", "someday", "--force")
    assert wrong.status == 2


def test_tables_that_say_nothing_to_match_by_are_refused(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "scholar;city\ns1;Lyon\n", "scholars.csv")
    put(tmp_path, "mentor;places\nm1;1\n", "mentors.csv")
    assert "nothing to match by" in tremplin(*MATCH).err


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mon-Fri 9-17", tuple((day, 9.0, 17.0) for day in range(5))),
        ("lun, mer 9h30-12h", ((0, 9.5, 12.0), (2, 9.5, 12.0))),
        ("lundi 9h30-12h", ((0, 9.5, 12.0),)),
        ("du lundi au mercredi 9h à 12h", tuple((day, 9.0, 12.0) for day in range(3))),
        ("Sat 10:15-12; Sun 8-9", ((5, 10.25, 12.0), (6, 8.0, 9.0))),
        ("daily 18-20", tuple((day, 18.0, 20.0) for day in range(7))),
        ("Fri-Mon 8-9", ((0, 8.0, 9.0), (4, 8.0, 9.0), (5, 8.0, 9.0), (6, 8.0, 9.0))),
        ("evenings", None),
        ("Mon 17-9", None),
        ("Mon 9-25", None),
        ("Blursday 9-10", None),
    ],
)
def test_days_and_hours_are_read_in_both_languages(
    text: str, found: tuple[tuple[int, float, float], ...] | None
) -> None:
    if found is None:
        with pytest.raises(Unreadable):
            spans(text)
    else:
        assert spans(text) == found


def test_lists_that_are_too_short_are_named(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "scholar;wish\ns1;m1\ns2;m1\ns3;m2\n", "scholars.csv")
    put(tmp_path, "mentor;places\nm1;1\nm2;2\n", "mentors.csv")
    told = tremplin(*MATCH)
    assert (
        "Why: s1 and s2 need 2 places, and on their lists (m1) there is 1. Lengthen a list, or add a place."
        in told.out
    )
