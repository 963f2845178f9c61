"""Secrets of an installation: made once, complete, and for their owner alone."""

import os
import secrets
import threading
from pathlib import Path

import pytest
from pytest_django import Settings

from tremplin.core import keyfile, sealed
from tremplin.core.keyfile import made_once


def make() -> str:
    return secrets.token_urlsafe(48)


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = made_once(tmp_path / "new" / "secret", make)
    assert len(first) == 64
    assert made_once(tmp_path / "new" / "secret", make) == first


def test_only_its_owner_may_read_it_whatever_the_umask(tmp_path: Path) -> None:
    os.umask(0)
    made_once(tmp_path / "secret", make)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_all_who_begin_at_once_end_up_with_the_same_secret(tmp_path: Path) -> None:
    """Each makes one of its own, and nobody has one that is not kept: what they sign would be lost."""
    together = threading.Barrier(8)
    got: list[str] = []

    def slowly() -> str:
        together.wait(10)  # nobody keeps theirs before everybody has begun
        return make()

    threads = [
        threading.Thread(target=lambda: got.append(made_once(tmp_path / "secret", slowly))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert set(got) == {(tmp_path / "secret").read_text()}
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_crash_while_it_is_made_leaves_none_that_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_number: int) -> None:
        raise OSError("The power went out.")

    with monkeypatch.context() as dark:
        dark.setattr(keyfile.os, "fsync", crash)
        with pytest.raises(OSError, match="power"):
            made_once(tmp_path / "secret", make)
    assert not (tmp_path / "secret").exists()
    assert len(made_once(tmp_path / "secret", make)) == 64


def test_a_seal_opens_after_a_restart(tmp_path: Path, settings: Settings) -> None:
    settings.SEAL_KEYS = tmp_path / "seal-keys"
    sealed.keys.cache_clear()
    try:
        kept = sealed.seal("FR76 3000", context="a/b/c")
        sealed.keys.cache_clear()
        assert sealed.unseal(kept, context="a/b/c") == "FR76 3000"
    finally:
        sealed.keys.cache_clear()
