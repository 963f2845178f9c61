import hashlib
import json
from pathlib import Path

import pytest

from tremplin.methods import lottery

CODES = ["k3xa", "b7qz", "m1td", "c9vw", "z0ef"]


def test_a_draw_orders_codes_by_the_hash_of_seed_and_code() -> None:
    result = lottery.draw(CODES, seed="open sesame", places=2)
    keys = {code: hashlib.sha256(("open sesame|" + code).encode()).hexdigest() for code in CODES}
    assert list(result.order) == sorted(CODES, key=keys.__getitem__)
    assert result.chosen == result.order[:2]


def test_the_order_in_which_entries_arrive_changes_nothing() -> None:
    forward, backward = lottery.draw(CODES, seed="s", places=2), lottery.draw(CODES[::-1], seed="s", places=2)
    assert forward == backward


def test_a_file_verifies_by_itself_and_against_the_published_commitment() -> None:
    text = lottery.dumps(lottery.draw(CODES, seed="s", places=2))
    assert lottery.verify(text)
    assert lottery.verify(text, published=lottery.commitment("s"))
    assert not lottery.verify(text, published=lottery.commitment("another"))


def test_the_file_carries_nothing_but_codes_and_hashes() -> None:
    content = json.loads(lottery.dumps(lottery.draw(CODES, seed="s", places=2)))
    assert sorted(content) == ["chosen", "commitment", "entries", "format", "order", "places", "rule", "seed"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seed", "other"),
        ("commitment", "0" * 64),
        ("places", 3),
        ("entries", [*CODES[1:], "evil"]),
        ("entries", sorted([*CODES, "evil"])),
        ("order", sorted(CODES)),
        ("chosen", ["b7qz", "c9vw"]),
        ("format", "tremplin-draw/0"),
        ("places", True),
        ("places", -1),
        ("entries", "k3xa"),
        ("extra", "field"),
    ],
)
def test_any_change_to_the_file_is_found(field: str, value: object) -> None:
    content = json.loads(lottery.dumps(lottery.draw(CODES, seed="s", places=2)))
    content[field] = value
    assert not lottery.verify(json.dumps(content, sort_keys=True, separators=(",", ":")) + "\n")


def test_a_file_gives_back_its_draw_and_a_broken_one_says_why() -> None:
    made = lottery.draw(CODES, seed="s", places=2)
    assert lottery.loads(lottery.dumps(made)) == made
    with pytest.raises(ValueError, match="not JSON"):
        lottery.loads("draw")


def test_a_file_that_is_not_canonical_does_not_verify() -> None:
    content = json.loads(lottery.dumps(lottery.draw(CODES, seed="s", places=2)))
    assert lottery.faults(json.dumps(content, indent=1)) == ("the file is not in its canonical form",)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '"draw"'])
def test_what_is_not_a_draw_file_does_not_verify(text: str) -> None:
    assert not lottery.verify(text)


@pytest.mark.parametrize("codes", [["Ada Lovelace"], ["a@example.org"], ["abc"], ["k3xa", "k3xa"]])
def test_entries_that_could_name_somebody_or_stand_twice_are_refused(codes: list[str]) -> None:
    with pytest.raises(ValueError):
        lottery.draw(codes, seed="s", places=1)


def test_a_draw_needs_a_seed_and_more_places_than_entries_choose_everybody() -> None:
    with pytest.raises(ValueError):
        lottery.draw(CODES, seed="", places=1)
    assert set(lottery.draw(CODES, seed="s", places=9).chosen) == set(CODES)


def test_every_entry_has_the_same_chance_over_many_seeds() -> None:
    wins = dict.fromkeys(CODES, 0)
    for number in range(4000):
        for code in lottery.draw(CODES, seed=f"seed {number}", places=2).chosen:
            wins[code] += 1
    # Each expects 1600 with a standard deviation of 31; four of them is one false alarm in 3000 runs.
    assert all(abs(count - 1600) < 125 for count in wins.values()), wins


def test_fresh_seeds_are_long_and_never_the_same() -> None:
    seeds = {lottery.new_seed() for _ in range(100)}
    assert len(seeds) == 100
    assert all(len(seed) == 64 for seed in seeds)


def test_anybody_can_verify_a_file_by_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "draw.json"
    file.write_text(lottery.dumps(lottery.draw(CODES, seed="s", places=2)))
    assert lottery.main([str(file), lottery.commitment("s")]) == 0
    assert capsys.readouterr().out == "The draw holds.\n"
    assert lottery.main([str(file), lottery.commitment("t")]) == 1
    assert "published before" in capsys.readouterr().out
    assert lottery.main([]) == 2
