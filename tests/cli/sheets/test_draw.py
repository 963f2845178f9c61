"""`tremplin draw` and `tremplin verify`: from a list of codes to a draw that anybody can check."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.cli.sheets.conftest import PUBLIC, Tremplin
from tests.cli.sheets.tables import book, put
from tremplin.methods import lottery

CODES = [f"TR-{number:03}" for number in range(20)]


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    rows = "".join(
        f"{code};{'tirage' if place % 2 else 'refus'};p{place}@example.org\n"
        for place, code in enumerate(CODES)
    )
    return put(tmp_path, f"N° de dossier;Avis;Courriel\n{rows}", "list.csv")


DRAW = ("draw", "list.csv", "--places", "3", "--yes")


def test_a_sealed_draw_is_made_and_holds(tmp_path: Path, tremplin: Tremplin, listed: Path) -> None:
    sealed = tremplin("draw", "--seal", "secret.json")
    assert sealed.status == 0
    secret = json.loads((tmp_path / "secret.json").read_text())["secret"]
    seal = lottery.commitment(secret)
    assert seal in sealed.out
    drawn = tremplin(*DRAW, "--secret", "secret.json")
    assert (drawn.status, drawn.err) == (0, "")
    assert seal in drawn.out
    assert "20 entries, 3 places: each has the same chance, 15 %." in drawn.out
    assert "Courriel” (e-mail addresses, which are never needed)" in drawn.out
    checked = tremplin("verify", "list-draw.json", "--sealed", seal, "--list", "list.csv", "--yes")
    assert checked.status == 0
    assert "the draw holds" in checked.out
    assert "The seal is the one that was published before." in checked.out


def test_the_published_digest_of_the_list_is_checked_too(
    tmp_path: Path, tremplin: Tremplin, listed: Path
) -> None:
    assert tremplin(*DRAW, "--public", PUBLIC).status == 0
    digest = lottery.loads((tmp_path / "list-draw.json").read_text()).listing.digest
    as_copied = f" {digest[:32].upper()} {digest[32:]} "
    told = tremplin("verify", "list-draw.json", "--listed", as_copied)
    assert told.status == 0
    assert "The list is the one whose SHA-256 was published before." in told.out
    other = tremplin("verify", "list-draw.json", "--listed", "0" * 64)
    assert other.status == 1
    assert "The list is not the one that was published before." in other.out
    for option in ("--listed", "--sealed"):
        part = tremplin("verify", "list-draw.json", option, digest[:60])
        assert part.status == 2
        assert f"{option} {digest[:60]} is not a SHA-256" in part.err


def test_what_is_published_holds_no_word_of_the_list_but_codes(
    tmp_path: Path, tremplin: Tremplin, listed: Path
) -> None:
    assert tremplin(*DRAW, "--public", PUBLIC).status == 0
    made = lottery.loads((tmp_path / "list-draw.json").read_text())
    assert set(made.entries) == {code.replace("-", "").lower() for code in CODES}
    for name in ("list-draw.json", "list-draw.html", "list-draw.csv"):
        text = (tmp_path / name).read_text()
        assert "example.org" not in text
        assert "tirage" not in text
    page = (tmp_path / "list-draw.html").read_text()
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert all(f"<b>{code}</b>" in page for code in made.entries)


def test_the_order_is_that_of_the_method_and_stands_beside_the_rows_of_the_list(
    tmp_path: Path, tremplin: Tremplin, listed: Path
) -> None:
    tremplin(*DRAW, "--public", PUBLIC)
    rows = [line.split(",") for line in (tmp_path / "list-draw.csv").read_text("utf-8-sig").splitlines()]
    seed = lottery.loads((tmp_path / "list-draw.json").read_text()).seed
    assert rows[0] == ["code", "code in the draw", "chance", "order", "outcome", "row"]
    codes = [code.replace("-", "").lower() for code in CODES]
    assert [row[1] for row in rows[1:]] == sorted(codes, key=lambda code: lottery.key(seed, code))
    assert [row[4] for row in rows[1:]] == ["drawn"] * 3 + [f"reserve {number}" for number in range(1, 18)]
    assert {row[2] for row in rows[1:]} == {"0.15"}
    assert all(CODES[int(row[5]) - 2] == row[0] for row in rows[1:])


def test_the_draw_can_be_among_some_of_the_rows(tmp_path: Path, tremplin: Tremplin, listed: Path) -> None:
    done = tremplin(*DRAW, "--public", PUBLIC, "--only", "avis=Tirage")
    assert "only the 10 of 20 rows" in done.out
    assert len(lottery.loads((tmp_path / "list-draw.json").read_text()).entries) == 10
    assert (
        tremplin("verify", "list-draw.json", "--list", "list.csv", "--only", "avis=tirage", "--yes").status
        == 0
    )
    wrong = tremplin("verify", "list-draw.json", "--list", "list.csv", "--yes")
    assert wrong.status == 1
    assert "In list.csv, but not in the draw: tr000" in wrong.out
    assert (
        "It says “refus”, “tirage”." in tremplin(*DRAW, "--public", PUBLIC, "--only", "avis=x", "--force").err
    )


def test_a_draw_that_was_touched_does_not_hold(tmp_path: Path, tremplin: Tremplin, listed: Path) -> None:
    tremplin(*DRAW, "--public", PUBLIC)
    path = tmp_path / "list-draw.json"
    content = json.loads(path.read_text())
    content["chosen"] = content["chosen"][::-1]
    path.write_text(json.dumps(content, sort_keys=True, separators=(",", ":")) + "\n")
    told = tremplin("verify", "list-draw.json")
    assert told.status == 1
    assert "The seed gives other places." in told.out
    assert "does not hold" in told.out


def test_without_randomness_that_nobody_could_choose_there_is_no_draw(
    tremplin: Tremplin, listed: Path
) -> None:
    told = tremplin(*DRAW)
    assert told.status == 2
    assert "tremplin draw --seal secret.json" in told.err
    assert "says no value" in tremplin(*DRAW, "--public", "EuroMillions").err
    put(listed.parent, "no secret", "notes.txt")
    assert "holds no secret" in tremplin(*DRAW, "--secret", "notes.txt").err
    assert "no file" in tremplin(*DRAW, "--secret", "none.json").err


def test_a_secret_and_a_public_number_together_are_kept_to_what_was_promised(
    tmp_path: Path, tremplin: Tremplin, listed: Path
) -> None:
    sealed = tremplin("draw", "--seal", "secret.json", "--public", "EuroMillions 2027-01-29")
    assert "will also depend on EuroMillions 2027-01-29" in sealed.out
    assert "no promise" in tremplin("draw", "--seal", "other.json", "--public", "Lotto=7").err
    assert "was promised" in tremplin(*DRAW, "--secret", "secret.json").err
    assert "was promised" in tremplin(*DRAW, "--secret", "secret.json", "--public", "Lotto=7").err
    drawn = tremplin(*DRAW, "--secret", "secret.json", "--public", PUBLIC)
    assert drawn.status == 0, drawn.err
    made = lottery.loads((tmp_path / "list-draw.json").read_text())
    assert made.commitment in sealed.out
    assert made.reveal.values == (PUBLIC.partition("=")[2],)
    assert f"Look up yourself: {PUBLIC.replace('=', ' = ')}." in tremplin("verify", "list-draw.json").out


def test_entries_can_have_chances_of_their_own(tmp_path: Path, tremplin: Tremplin) -> None:
    put(
        tmp_path,
        "code;chance\n"
        + "".join(f"c{n:03};{c}\n" for n, c in enumerate(["1", "1/3", "1/3", "1/3", "25 %", "0,75", "0"])),
        "list.csv",
    )
    told = tremplin("draw", "list.csv", "--yes", "--public", PUBLIC)
    assert told.status == 0, told.err
    made = lottery.loads((tmp_path / "list-draw.json").read_text())
    assert made.places == 3
    assert "c000" in made.chosen
    assert "c006" not in made.chosen
    assert abs(made.probabilities["c001"] - Fraction(1, 3)) < Fraction(1, 900_000)
    wrong = tremplin("draw", "list.csv", "--places", "2", "--yes", "--public", PUBLIC, "--force")
    assert "add up to 3, and that is not the places" in wrong.err


def test_so_many_of_each_group_are_drawn(tmp_path: Path, tremplin: Tremplin) -> None:
    put(
        tmp_path,
        "code;Région\n" + "".join(f"c{n:03};{'Nord' if n % 3 else 'Sud'}\n" for n in range(12)),
        "list.csv",
    )
    words = ("draw", "list.csv", "--group", "region", "--yes", "--public", PUBLIC)
    assert "names no group" in tremplin(*words, "--places", "Est=2").err
    assert "How many places are there for “Sud”?" in tremplin(*words, "--places", "Nord=2").err
    told = tremplin(*words, "--places", "nord=2,sud=1", "--reserve", "2", "--control", "3")
    assert told.status == 0, told.err
    made = lottery.loads((tmp_path / "list-draw.json").read_text())
    assert sorted(int(code[1:]) % 3 > 0 for code in made.chosen) == [False, True, True]
    assert len(made.control) == 3
    assert "To compare with later" in told.out


def test_a_dry_run_writes_and_reveals_nothing(tmp_path: Path, tremplin: Tremplin, listed: Path) -> None:
    told = tremplin(*DRAW[:-1], "--public", PUBLIC, "--dry-run")
    assert told.status == 0
    assert "nothing was written" in told.out
    assert "Drawn" not in told.out
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


def test_nobody_to_confirm_is_a_reason_to_stop(tmp_path: Path, tremplin: Tremplin, listed: Path) -> None:
    told = tremplin(*DRAW[:-1], "--public", PUBLIC)
    assert told.status == 1
    assert "say that these are right with --yes" in told.err
    named = tremplin(*DRAW[:-1], "--public", PUBLIC, "--columns", "code=N° de dossier")
    assert named.status == 0


def test_names_and_addresses_do_not_go_into_a_draw(tmp_path: Path, tremplin: Tremplin, listed: Path) -> None:
    told = tremplin(*DRAW, "--public", PUBLIC, "--columns", "code=Courriel")
    assert told.status == 1
    assert "e-mail addresses, and the file of a draw is published" in told.err
    put(tmp_path, "Code;n\nRobin Hood;1\nLittle John;2\nWill Scarlet;3\n", "list.csv")
    assert "seems to hold names" in tremplin(*DRAW, "--public", PUBLIC).err
    assert tremplin(*DRAW, "--public", PUBLIC, "--not-names").status == 0


def test_a_list_without_codes_gets_some(tmp_path: Path, tremplin: Tremplin) -> None:
    book(tmp_path / "people.xlsx", {"S": [("Name", "City"), ("Robin Hood", "=1+1"), ("Little John", "York")]})
    assert tremplin("draw", "people.xlsx", "--new-codes").status == 0
    text = (tmp_path / "people-codes.csv").read_text("utf-8-sig")
    assert text.splitlines()[0] == "code,Name,City"
    assert len({line.split(",")[0] for line in text.splitlines()[1:]}) == 2
    told = tremplin("draw", "people-codes.csv", "--places", "1", "--yes", "--public", PUBLIC)
    assert told.status == 0, told.err


def test_all_faults_of_a_list_are_told_at_once(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "Code;n\nA-12;1\n–;2\n;3\nA-12;4\na12;5\na.1.2;6\nTotal;19\n", "list.csv")
    told = tremplin(*DRAW, "--public", PUBLIC)
    assert told.status == 1
    for fault in (
        "row 4, column A “Code”: the code of the entry is missing.",
        "row 3, column A “Code”: “–” cannot be a code of a draw",
        "row 5, column A “Code”: “A-12” stands in row 2 already.",
        "row 8, column A “Code”: “Total” looks like a row of sums.",
    ):
        assert fault in told.err
    assert "Nothing was written." in told.err
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


def test_short_codes_get_zeros_and_stay_apart(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "Code;n\n7;1\nB8;2\n12;3\n", "list.csv")
    assert tremplin(*DRAW, "--public", PUBLIC).status == 0
    assert lottery.loads((tmp_path / "list-draw.json").read_text()).entries == ("0007", "0012", "00b8")
    put(tmp_path, "Code;n\n7;1\n007;2\n", "list.csv")
    assert "“007” is “7” of row 2 but for signs." in tremplin(*DRAW, "--public", PUBLIC, "--force").err


def test_a_list_without_headings_is_noticed(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "k7p2xy\nm3x9qw\nb8d2zz\n", "list.csv")
    told = tremplin(*DRAW, "--public", PUBLIC)
    assert told.status == 1
    assert "--no-headings" in told.err
    done = tremplin(*DRAW, "--public", PUBLIC, "--no-headings")
    assert done.status == 0
    assert "3 entries, 3 places" in done.out


def test_ten_thousand_entries_take_no_time_worth_a_word(tmp_path: Path, tremplin: Tremplin) -> None:
    put(tmp_path, "code\n" + "".join(f"app{number:05}\n" for number in range(10_000)), "list.csv")
    told = tremplin("draw", "list.csv", "--places", "75", "--yes", "--public", PUBLIC)
    assert told.status == 0
    assert "and 55 more" in told.out
    page = (tmp_path / "list-draw.html").read_text()
    assert "The first 400 of 10,000 entries" in page
    assert len(page) < 100_000


@pytest.mark.parametrize(
    ("content", "said"),
    [("{}", "does not have the fields of a draw"), ("no", "is not JSON"), ("\xff", "is not JSON")],
)
def test_what_is_no_draw_is_told(tmp_path: Path, tremplin: Tremplin, content: str, said: str) -> None:
    put(tmp_path, content, "x.json")
    told = tremplin("verify", "x.json")
    assert told.status == 1
    assert said in told.out
    assert "There is no file" in tremplin("verify", "none.json").err
