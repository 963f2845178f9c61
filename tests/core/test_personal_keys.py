"""A key of one person: destroyed, it takes what it sealed with it, in every copy."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from tremplin.core import personal_keys, sealed
from tremplin.core.personal_keys import Lock
from tremplin.core.sealed import SealBroken

NOW = datetime(2027, 3, 4, 15, 26, 53, tzinfo=UTC)
HANDLE, OTHER = "a" * 64, "b" * 64


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.PERSONAL_KEYS = tmp_path / "personal-keys"
    return tmp_path / "personal-keys"


def seal(text: str = "said in confidence", handle: str = HANDLE) -> bytes:
    return personal_keys.seal(text, shelf="COHORT", handle=handle, now=NOW)


def unseal(value: bytes, handle: str = HANDLE) -> str | None:
    return personal_keys.unseal(value, shelf="COHORT", handle=handle)


def test_what_was_sealed_opens_again_and_reads_as_nothing() -> None:
    value = seal()
    assert unseal(value) == "said in confidence"
    assert b"confidence" not in value
    assert seal() != value


def test_a_destroyed_key_leaves_nothing_to_open(folder: Path) -> None:
    value = seal()
    personal_keys.destroy("COHORT", [HANDLE, OTHER])
    assert unseal(value) is None
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    personal_keys.destroy("COHORT", [HANDLE])
    again = seal("said anew")
    assert unseal(again) == "said anew"
    assert unseal(value) is None  # a new key for the same person opens nothing old


def test_a_value_moved_to_another_person_does_not_open() -> None:
    mine = seal()
    seal(handle=OTHER)
    assert unseal(mine, handle=OTHER) is None
    forged = seal(handle=OTHER)[:8] + mine[8:]  # as if it bore the mark of their key
    with pytest.raises(SealBroken):
        unseal(forged, handle=OTHER)


def test_the_key_of_a_person_alone_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    value = seal()
    monkeypatch.setattr(personal_keys, "installation_keys", lambda: (b"x" * 32,))
    with pytest.raises(SealBroken):
        unseal(value)


def test_older_keys_of_the_installation_still_open_and_find(monkeypatch: pytest.MonkeyPatch) -> None:
    value, before = seal(), personal_keys.handles("ada", context="test")
    monkeypatch.setattr(personal_keys, "installation_keys", lambda: (b"n" * 32, *sealed.keys()))
    assert unseal(value) == "said in confidence"
    names = personal_keys.handles("ada", context="test")
    assert names[1:] == before
    assert len(set(names)) == 2


def test_a_handle_says_nothing_and_differs_from_place_to_place() -> None:
    (here,) = personal_keys.handles("zoe", context="one")
    (there,) = personal_keys.handles("zoe", context="two")
    assert here != there
    assert "zoe" not in here


def test_files_are_private_and_know_the_day_and_not_the_hour(folder: Path) -> None:
    seal()
    day = NOW.replace(hour=0, minute=0, second=0).timestamp()
    for path in (folder, *folder.rglob("*")):
        assert path.stat().st_mtime == day
    assert folder.stat().st_mode & 0o077 == 0
    (key,) = (path for path in folder.rglob("*") if path.is_file())
    assert key.stat().st_mode & 0o077 == 0


def test_keys_to_which_nothing_belongs_go_after_some_days(folder: Path) -> None:
    kept, left = seal(), seal(handle=OTHER)
    assert personal_keys.sweep("COHORT", wanted={HANDLE}, now=NOW) == 0
    assert personal_keys.sweep("COHORT", wanted={HANDLE}, now=NOW + timedelta(days=3)) == 1
    assert unseal(kept) == "said in confidence"
    assert unseal(left, handle=OTHER) is None
    assert personal_keys.sweep("OTHER", wanted=(), now=NOW) == 0


def test_a_name_that_would_lead_elsewhere_is_refused() -> None:
    for shelf, handle in (("..", HANDLE), ("COHORT", "../x"), ("", HANDLE)):
        with pytest.raises(ValueError, match="letters and figures"):
            personal_keys.seal("text", shelf=shelf, handle=handle, now=NOW)


def test_a_value_opens_only_where_it_was_sealed() -> None:
    value = personal_keys.seal("no", shelf="COHORT", handle=HANDLE, now=NOW, place="part/1/reason")
    assert personal_keys.unseal(value, shelf="COHORT", handle=HANDLE, place="part/1/reason") == "no"
    for place in ("part/2/reason", "part/1/text", ""):
        with pytest.raises(SealBroken):
            personal_keys.unseal(value, shelf="COHORT", handle=HANDLE, place=place)


def test_what_is_left_of_a_deed_that_was_broken_off_goes_too(folder: Path) -> None:
    seal()
    key = next(path for path in folder.rglob("*") if path.is_file())
    key.rename(key.with_name(f".{key.name}-abcd"))  # stopped between taking the name away and writing over it
    assert personal_keys.key_of(Lock("COHORT", HANDLE)) is None
    personal_keys.sweep("COHORT", wanted={HANDLE}, now=NOW + timedelta(days=1))
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1
    personal_keys.sweep("COHORT", wanted={HANDLE}, now=NOW + timedelta(days=3))
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_key_that_was_written_over_opens_and_seals_nothing(folder: Path) -> None:
    value = seal()
    key = next(path for path in folder.rglob("*") if path.is_file())
    key.write_bytes(b"\0" * key.stat().st_size)
    assert unseal(value) is None
    with pytest.raises(SealBroken):
        seal("said anew")


def test_each_stage_declares_its_keys_so_that_others_are_swept_and_missing_ones_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(personal_keys, "_stages", [])
    personal_keys.register(lambda: {"COHORT": {HANDLE}})
    personal_keys.register(lambda: {"OTHER": {OTHER}, "EMPTY": set()}, in_use=lambda: {"OTHER": set()})
    assert personal_keys.missing() == 1
    kept = seal()
    personal_keys.seal("left", shelf="COHORT", handle=OTHER, now=NOW)
    personal_keys.seal("left", shelf="EMPTY", handle=OTHER, now=NOW)
    personal_keys.seal("kept", shelf="OTHER", handle=OTHER, now=NOW)
    personal_keys.seal("of nobody who is here", shelf="UNKNOWN", handle=OTHER, now=NOW)
    assert personal_keys.missing() == 0
    assert personal_keys.tidy(now=NOW + timedelta(days=1)) == 0
    assert personal_keys.tidy(now=NOW + timedelta(days=3)) == 2
    assert unseal(kept) == "said in confidence"
    assert personal_keys.key_of(Lock("OTHER", OTHER))
    assert personal_keys.key_of(Lock("UNKNOWN", OTHER))
