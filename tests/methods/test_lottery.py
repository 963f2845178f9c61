"""Draws: promised before, revealed after, the same in two languages, with the chances they say."""

import copy
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.methods import second_draw
from tremplin.methods import lottery
from tremplin.methods.lottery.__main__ import main
from tremplin.methods.selection.rounding import to_units

CODES = ["k3xa", "b7qz", "m1td", "c9vw", "z0ef"]
MANY = [f"c{number:04}" for number in range(24)]
CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
VERIFIER = Path(__file__).parents[2] / "src/tremplin/selection/static/selection/verify-draw.mjs"


def sealed(secret: str = "s") -> tuple[lottery.Promise, lottery.Reveal]:
    return lottery.seal(secret), lottery.Reveal(secret)


def run(listing: lottery.Listing, secret: str = "s") -> lottery.Draw:
    promise, reveal = sealed(secret)
    return lottery.run(listing, promise=promise, reveal=reveal)


def uneven() -> lottery.Listing:
    units = to_units([(1 + at % 5) * 6 / 70 for at in range(24)], places=6, codes=MANY)
    chances = dict(zip(MANY, units, strict=True))
    halves = [{code: chances[code] for code in part} for part in (MANY[:10], MANY[10:])]
    return lottery.by_chances(halves, reserve=5, control=6)


LISTS: dict[str, Callable[[], lottery.Listing]] = {
    "equal": lambda: lottery.equal(MANY, places=5, reserve=4, control=7),
    "nobody": lambda: lottery.equal([], places=0),
    "strata": lambda: lottery.strata([(MANY[:9], 2), (MANY[9:], 6)], reserve=2, control=50),
    "panels": lambda: lottery.by_panels(
        [MANY[:6], MANY[6:14], MANY[14:]], [(1, 2, 3), (2, 2, 2), (0, 0, 6)], [5, 7, 11], reserve=1, control=3
    ),
    "chances": uneven,
}


def test_a_draw_orders_codes_by_the_hash_of_seed_and_code() -> None:
    result = lottery.draw(CODES, secret="open sesame", places=2)
    promise = json.dumps(
        {"listed": "", "sealed": hashlib.sha256(b"open sesame").hexdigest(), "sources": []},
        separators=(",", ":"),
    )
    commitment = hashlib.sha256(promise.encode()).hexdigest()
    seed = hashlib.sha256(f"{commitment}|open sesame".encode()).hexdigest()
    keys = {code: hashlib.sha256(f"{seed}|{code}".encode()).hexdigest() for code in CODES}
    assert list(result.order) == sorted(CODES, key=keys.__getitem__)
    assert (result.chosen, result.commitment, result.seed) == (result.order[:2], commitment, seed)


def test_the_order_in_which_entries_arrive_changes_nothing() -> None:
    assert lottery.draw(CODES, secret="s", places=2) == lottery.draw(CODES[::-1], secret="s", places=2)


@pytest.mark.parametrize("kind", LISTS)
def test_a_file_holds_gives_back_its_draw_and_names_nobody(kind: str) -> None:
    made = run(LISTS[kind]())
    text = lottery.dumps(made)
    assert lottery.faults(text, published=made.commitment) == ()
    assert lottery.loads(text) == made
    assert not lottery.verify(text, published=lottery.commitment("another"))
    assert not set(made.chosen) & set(made.reserve)
    assert not set(made.control) & set(made.chosen)
    names = {"format", "commitment", "promise", "reveal", "list", "seed", "panel", "chosen"}
    assert set(json.loads(text)) == names | {"reserve", "control", "probabilities"}


@pytest.mark.parametrize("kind", LISTS)
def test_whoever_may_yet_get_a_place_comes_last_in_the_control_order(kind: str) -> None:
    made = run(replace(LISTS[kind](), control=1000))
    outside = [code for code in made.control if code not in made.reserve]
    assert list(made.control[: len(outside)]) == outside
    for part in (outside, [code for code in made.control if code in made.reserve]):
        assert part == sorted(part, key=lambda code: lottery.key(made.seed, "control", code))
    able = {code for code, chance in made.probabilities.items() if chance}
    assert set(made.control) == able - set(made.chosen)


def changes(value: Any) -> list[Any]:
    """Other values in the place of one, of the same kind and of others."""
    if isinstance(value, str):
        return ["", "0" * 64, value[::-1] + "x", 7]
    if isinstance(value, int):
        return [value + 1, -1, True, 0.5, None] if value is not True else []
    if isinstance(value, list):
        return [[*value, *value[:1]] if value else ["x"], value[1:] if value else [1], value[::-1], "x", None]
    return [{}, [], None]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(one for name, below in inner for one in leaves(below, (*path, name)))]


@pytest.mark.parametrize("kind", LISTS)
def test_a_second_program_written_from_the_description_alone_works_out_the_same_file(kind: str) -> None:
    listing = LISTS[kind]()
    promise = lottery.seal("s", [lottery.Source("text", "the weather of Sunday, é")])
    made = lottery.run(listing, promise=promise, reveal=lottery.Reveal("s", ("rain, 4 °C",)))
    text = lottery.dumps(made)
    assert second_draw.holds(text, commitment=promise.commitment, listed=listing.digest)
    assert not second_draw.holds(text, commitment=promise.commitment, listed="0" * 64)
    assert not second_draw.holds(text.replace('"rain', '"snow'), commitment=promise.commitment)


@pytest.mark.parametrize("kind", LISTS)
def test_whatever_is_changed_in_a_file_is_found(kind: str) -> None:
    listing = LISTS[kind]()
    promise = lottery.seal("s", listed=listing.digest)
    content = json.loads(lottery.dumps(lottery.run(listing, promise=promise, reveal=lottery.Reveal("s"))))
    tried = 0
    for path in leaves(content)[1:]:
        for number in range(5):
            other = copy.deepcopy(content)
            place = other
            for step in path[:-1]:
                place = place[step]
            options = changes(place[path[-1]])
            if number >= len(options) or options[number] == place[path[-1]]:
                continue
            place[path[-1]] = options[number]
            tried += 1
            text = json.dumps(other, sort_keys=True, separators=(",", ":")) + "\n"
            assert lottery.faults(text), (path, options[number])
    assert tried > 40


def test_every_fault_is_named() -> None:
    made = run(LISTS["equal"]())
    content = json.loads(lottery.dumps(made))
    content["chosen"], content["control"], content["reveal"]["secret"] = [], [], "another"
    found = lottery.faults(json.dumps(content), published="0" * 64)
    assert "the secret is not the one that was sealed" in found
    assert "the commitment is not the one that was published before" in found
    content["reveal"]["secret"] = "s"
    found = lottery.faults(json.dumps(content))
    assert found == ("the seed gives other places", "the seed gives another control order")


def test_a_file_that_is_not_canonical_does_not_verify() -> None:
    content = json.loads(lottery.dumps(lottery.draw(CODES, secret="s", places=2)))
    assert lottery.faults(json.dumps(content, indent=1)) == ("the file is not in its canonical form",)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '"draw"', "[" * 100_000])
def test_what_is_not_a_draw_file_does_not_verify(text: str) -> None:
    assert not lottery.verify(text)
    with pytest.raises(ValueError):
        lottery.loads(text)


@pytest.mark.parametrize("codes", [["Ada Lovelace"], ["a@example.org"], ["abc"], ["k3xa", "k3xa"]])
def test_entries_that_could_name_somebody_or_stand_twice_are_refused(codes: list[str]) -> None:
    with pytest.raises(ValueError):
        lottery.draw(codes, secret="s", places=1)


def test_a_draw_needs_a_seed_and_more_places_than_entries_choose_everybody() -> None:
    with pytest.raises(ValueError, match="needs a seed"):
        lottery.draw(CODES, secret="", places=1)
    with pytest.raises(ValueError, match="negative"):
        lottery.draw(CODES, secret="s", places=-1)
    assert set(lottery.draw(CODES, secret="s", places=9).chosen) == set(CODES)


@pytest.mark.parametrize("kind", ["equal", "strata", "panels", "chances"])
def test_everybody_is_drawn_as_often_as_the_draw_says(kind: str) -> None:
    listing, runs = LISTS[kind](), 3000
    wins = dict.fromkeys(MANY, 0)
    for number in range(runs):
        made = run(listing, f"secret {number}")
        for code in made.chosen:
            wins[code] += 1
    assert sum(made.probabilities.values()) == made.places
    for code, chance in made.probabilities.items():
        spread = (runs * float(chance * (1 - chance))) ** 0.5
        # Four and a half standard deviations: one false alarm in some 1,500 such tests, and the seeds are fixed.
        assert abs(wins[code] - runs * chance) <= 4.5 * spread, (code, chance, wins[code])


def test_chances_keep_each_group_at_its_expected_number_rounded() -> None:
    listing = uneven()
    expected = sum(Fraction(chance, 1_000_000) for chance in listing.chances[0])
    seen = {sum(code in listing.groups[0] for code in run(listing, f"{at}").chosen) for at in range(200)}
    assert seen == {int(expected), int(expected) + 1}


def test_a_stratum_gets_its_places_and_a_panel_its_seats() -> None:
    made = run(LISTS["strata"]())
    assert sum(code in MANY[:9] for code in made.chosen) == 2
    drawn = {run(LISTS["panels"](), f"{at}").panel for at in range(60)}
    assert drawn == {0, 1, 2}


def test_a_reserve_by_chances_goes_on_in_proportion_and_leaves_out_who_has_none() -> None:
    listing = lottery.by_chances(
        [{"aaaa": 1_000_000, "bbbb": 0, "cccc": 700_000, "dddd": 300_000}], control=9
    )
    made = run(listing)
    assert "bbbb" not in made.order + made.control
    assert len(made.order) == 3


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: lottery.by_chances([{"aaaa": 1_000_001}]), "between 0 and 1,000,000"),
        (lambda: lottery.by_chances([{"aaaa": 500_000}]), "whole number of places"),
        (lambda: lottery.by_panels([["aaaa"]], [(2,)], [1]), "more of a group than there are"),
        (lambda: lottery.by_panels([["aaaa"]], [(1, 1)], [1]), "how many it takes of each group"),
        (lambda: lottery.by_panels([["aaaa"]], [(1,), (0,)], [1, 1]), "different numbers of places"),
        (lambda: lottery.by_panels([["aaaa"]], [(1,)], [0]), "positive whole numbers"),
        (lambda: lottery.by_panels([["aaaa"]], [], []), "needs panels"),
        (lambda: lottery.equal(CODES, places=1, control=-1), "cannot be negative"),
    ],
)
def test_a_list_that_cannot_be_drawn_from_says_why(make: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make()


def test_a_promise_of_the_list_binds_it() -> None:
    listing = lottery.equal(CODES, places=2)
    promise = lottery.seal("s", listed=listing.digest)
    assert lottery.run(listing, promise=promise, reveal=lottery.Reveal("s")).chosen
    with pytest.raises(ValueError, match="not the one that was promised"):
        lottery.run(lottery.equal(CODES, places=3), promise=promise, reveal=lottery.Reveal("s"))


def test_rfc_3797_section_6_test_vector() -> None:
    """Eastlake 2004, section 6: ten of 25 from three public sources; the MD5 values and picks that it prints."""
    values = [lottery.rfc3797_value(row) for row in ([9319], [2, 5, 12, 8, 10], [9, 18, 26, 34, 41, 45])]
    text = "".join(f"{value}/" for value in values)
    assert text == "9319./2.5.8.10.12./9.18.26.34.41.45./"
    first = hashlib.md5(b"\0\0" + text.encode() + b"\0\0", usedforsecurity=False).hexdigest().upper()
    assert first == "990DD0A5692A029A98B5E01AA28F3459"
    assert lottery.rfc3797_picks(values, 25, 10) == [17, 7, 2, 16, 25, 23, 8, 24, 19, 13]


def test_public_sources_decide_together_with_the_secret_and_must_be_in_their_form() -> None:
    sources = [
        lottery.Source("rfc3797", "Loto, 7 May 2027, numbers drawn"),
        lottery.Source("drand", f"{CHAIN}/5000000"),
    ]
    promise = lottery.seal("s", sources)
    signature = "ab" * 48
    listing = lottery.equal(MANY, places=5)
    one = lottery.run(listing, promise=promise, reveal=lottery.Reveal("s", ("2.5.8.", signature)))
    two = lottery.run(listing, promise=promise, reveal=lottery.Reveal("s", ("2.5.9.", signature)))
    assert one.commitment == two.commitment
    assert one.chosen != two.chosen
    assert lottery.faults(lottery.dumps(one), published=promise.commitment) == ()
    assert lottery.drand_randomness(signature) == hashlib.sha256(bytes.fromhex(signature)).hexdigest()
    for values, words in (
        (("5.2.8.", signature), "rising numbers"),
        (("2.5.8.", "zz"), "signature in hex"),
        (("2.5.8.",), "2 sources were promised, 1 values"),
        (("", signature), "is missing"),
        (("2.5.8.", signature[:-1] + "|"), "holds a bar"),
    ):
        with pytest.raises(ValueError, match=words):
            lottery.run(listing, promise=promise, reveal=lottery.Reveal("s", values))
    with pytest.raises(ValueError, match="chain hash and round"):
        lottery.seal("s", [lottery.Source("drand", "latest")])
    with pytest.raises(ValueError, match="one of rfc3797, drand, text"):
        lottery.seal("s", [lottery.Source("dice", "ours")])


def test_fresh_secrets_are_long_and_never_the_same() -> None:
    secrets = {lottery.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(secret) == 64 for secret in secrets)


def test_anybody_can_verify_a_file_by_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "draw.json"
    file.write_text(lottery.dumps(lottery.draw(CODES, secret="s", places=2)))
    assert main([str(file), lottery.commitment("s")]) == 0
    assert capsys.readouterr().out == "The draw holds.\n"
    assert main([str(file), lottery.commitment("t")]) == 1
    assert "published before" in capsys.readouterr().out
    assert main([]) == 2


def node(path: Path, *published: str) -> subprocess.CompletedProcess[str]:
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not installed; tests/browser checks the same verifier in Chromium")
    return subprocess.run(
        [found, str(VERIFIER), str(path), *published], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("kind", LISTS)
def test_the_verifier_in_javascript_works_out_the_same_file_byte_for_byte(kind: str, tmp_path: Path) -> None:
    sources = [lottery.Source("text", "Été 2027: „Loto“ \x7f ☃"), lottery.Source("rfc3797", "x")]
    promise = lottery.seal("geheim ☃", sources)
    made = lottery.run(LISTS[kind](), promise=promise, reveal=lottery.Reveal("geheim ☃", ("é☃𝄞", "2.5.")))
    file = tmp_path / "draw.json"
    file.write_text(lottery.dumps(made), "utf-8")
    told = node(file, made.commitment)
    assert (told.stdout, told.stderr) == ("holds\n", "")
    file.write_text(lottery.dumps(made).replace('"places"', '"places" ').replace(",", ", ", 1), "utf-8")
    assert "canonical form" in node(file, made.commitment).stdout


def test_the_verifier_in_javascript_finds_what_was_changed(tmp_path: Path) -> None:
    content = json.loads(lottery.dumps(run(LISTS["panels"]())))
    file = tmp_path / "draw.json"
    for name, value, said in (
        ("chosen", content["chosen"][::-1], "chosen"),
        ("seed", "0" * 64, "seed"),
        ("panel", (content["panel"] + 1) % 3, "panel"),
        ("probabilities", {}, "probabilities"),
        ("reveal", {"secret": "t", "values": []}, "secret"),
    ):
        file.write_text(json.dumps({**content, name: value}, sort_keys=True, separators=(",", ":")) + "\n")
        told = node(file, "")
        assert (told.returncode, said in told.stdout) == (1, True), told
    assert "commitment published" in node(file, "0" * 64).stdout


def test_the_verifiers_look_at_the_published_list_and_at_the_form_of_a_round(tmp_path: Path) -> None:
    listing, signature = uneven(), "a1" * 48
    promise = lottery.seal("s", [lottery.Source("drand", f"{'5' * 64}/7")])
    made = lottery.run(listing, promise=promise, reveal=lottery.Reveal("s", (signature,)))
    text = lottery.dumps(made)
    file = tmp_path / "draw.json"
    file.write_text(text)
    assert node(file, made.commitment, listing.digest).stdout.strip() == "holds"
    assert lottery.verify(text, published=made.commitment, listed=listing.digest)
    assert main([str(file), made.commitment, listing.digest]) == 0
    assert "list published" in node(file, made.commitment, "0" * 64).stdout
    assert lottery.faults(text, listed="0" * 64) == ("the list is not the one that was published before",)
    assert main([str(file), made.commitment, "0" * 64]) == 1
    file.write_text(text.replace(signature, signature[:-1]))
    assert "drand" in node(file, made.commitment).stdout
    assert "the value of a drand round is its signature in hex" in lottery.faults(file.read_text())


def test_the_verifier_in_javascript_fits_on_a_page() -> None:
    assert len(VERIFIER.read_text("utf-8").splitlines()) <= 60
