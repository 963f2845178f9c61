"""Keys of what backups seal: made when needed, gone some days after they are not, and damage is seen."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tremplin.core import keyring
from tremplin.core.errors import UserError
from tremplin.core.keyring import GRACE, Keyring, place_of

TODAY = date(2027, 3, 1)
ESSAY, COMMENT = place_of("application", "abc", "answers"), place_of("review", "xyz", "comment")


def test_a_place_keeps_its_key_and_no_other_place_has_it() -> None:
    ring = Keyring()
    assert ring.need(ESSAY) == ring.need(ESSAY) == ring.key(ESSAY)
    assert ring.need(COMMENT) != ring.need(ESSAY)
    assert ring.key(place_of("application", "abc", "name")) is None


def test_a_key_that_is_not_needed_goes_after_its_days_of_grace_and_not_before() -> None:
    ring = Keyring()
    ring.need(ESSAY), ring.need(COMMENT)
    assert ring.settle({COMMENT}, TODAY) == 0
    assert ring.settle({COMMENT}, TODAY + timedelta(days=GRACE)) == 0
    assert ring.key(ESSAY)
    assert ring.settle({COMMENT}, TODAY + timedelta(days=GRACE + 1)) == 1
    assert ring.key(ESSAY) is None
    assert ring.key(COMMENT)


def test_whoever_goes_back_in_time_and_forth_again_loses_nothing() -> None:
    ring = Keyring()
    key = ring.need(ESSAY)
    ring.settle(set(), TODAY)
    ring.settle({ESSAY}, TODAY + timedelta(days=3))
    ring.settle(set(), TODAY + timedelta(days=4))
    assert ring.settle(set(), TODAY + timedelta(days=GRACE + 3)) == 0
    assert ring.key(ESSAY) == key


def test_what_is_written_is_read_again_and_is_its_owners_alone(tmp_path: Path) -> None:
    ring = Keyring()
    ring.need(ESSAY), ring.need(COMMENT)
    ring.settle({ESSAY}, TODAY)
    keyring.write(tmp_path / "keys", ring)
    again = keyring.read(tmp_path / "keys")
    assert again == ring
    assert (tmp_path / "keys" / keyring.NAME).stat().st_mode & 0o077 == 0
    assert again.settle({ESSAY}, TODAY + timedelta(days=GRACE + 1)) == 1


def test_where_there_is_none_none_is_read_and_a_damaged_one_is_told(tmp_path: Path) -> None:
    assert keyring.read(tmp_path) is None
    ring = Keyring()
    ring.need(ESSAY)
    keyring.write(tmp_path, ring)
    file = tmp_path / keyring.NAME
    whole = file.read_bytes()
    for damaged in (whole[:-5], b"", whole[:50] + b"x" + whole[51:], b"no keyring"):
        file.write_bytes(damaged)
        with pytest.raises(UserError, match="damaged"):
            keyring.read(tmp_path)
