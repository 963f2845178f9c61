"""A sealed file: read from anywhere by whoever has its key, and by nobody once that is destroyed."""

import io
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from hypothesis import HealthCheck, given
from hypothesis import settings as fewer
from hypothesis import strategies as st

from tremplin.core import personal_keys, sealed, sealed_files
from tremplin.core.personal_keys import Lock
from tremplin.core.sealed import SealBroken

NOW = datetime(2027, 3, 4, 15, 26, 53, tzinfo=UTC)
LOCK, OTHER = Lock("voices", "REQUEST1"), Lock("voices", "REQUEST2")
PIECE = 64 * 1024
SPOKEN = b"said in confidence " * 12_000  # some pieces, and a last one that is not full


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.PERSONAL_KEYS = tmp_path / "personal-keys"
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


def kept(content: bytes = SPOKEN, *, lock: Lock = LOCK, name: str = "voice.ogg.sealed") -> str:
    value = sealed_files.sealed(content, lock=lock, key=personal_keys.key_for(lock, now=NOW))
    return default_storage.save(name, ContentFile(value))


def read(path: str) -> bytes:
    with sealed_files.opened(path) as file:
        return file.read()


def stored(path: str) -> bytearray:
    with default_storage.open(path) as file:
        return bytearray(file.read())


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_it_reads_as_it_was_and_is_not_stored_so(size: int) -> None:
    content = (SPOKEN * 2)[:size]
    path = kept(content)
    assert read(path) == content
    assert sealed_files.size_of(path) == size
    if size > 20:
        assert b"confidence" not in stored(path)


@fewer(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(start=st.integers(0, len(SPOKEN) + 5), length=st.integers(0, 2 * PIECE))
def test_it_can_be_read_from_anywhere(start: int, length: int) -> None:
    path = kept()
    with sealed_files.opened(path) as file:
        file.seek(start)
        assert file.read(length) == SPOKEN[start : start + length]
        assert file.seek(-3, io.SEEK_END) == len(SPOKEN) - 3
        assert file.read() == SPOKEN[-3:]
    default_storage.delete(path)


def test_without_its_key_nobody_opens_it(folder: Path) -> None:
    path = kept()
    copy = kept(name="copy.ogg.sealed")
    personal_keys.destroy(LOCK.shelf, [LOCK.handle])
    for left in (path, copy):
        with pytest.raises(sealed_files.Lost, match="its key is gone"):
            sealed_files.opened(left)
        assert sealed_files.size_of(left) == len(SPOKEN)
    personal_keys.key_for(LOCK, now=NOW)  # a new key under the same name opens nothing old
    with pytest.raises(sealed_files.Lost):
        read(path)


def test_nothing_in_it_can_be_changed_cut_or_moved() -> None:
    path = kept()
    whole = stored(path)
    head = len(whole) - len(SPOKEN) - 16 * -(-len(SPOKEN) // PIECE)
    piece = PIECE + 16
    changed = whole.copy()
    changed[head + 100] ^= 1
    swapped = whole[:head] + whole[head + piece : head + 2 * piece] + whole[head : head + piece]
    swapped += whole[head + 2 * piece :]
    for number, wrong in enumerate([changed, swapped, whole[:-5], whole[: head + piece], b"no such file"]):
        left = default_storage.save(f"wrong{number}.ogg.sealed", ContentFile(bytes(wrong)))
        with pytest.raises(SealBroken):
            read(left)


def test_the_key_of_somebody_else_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    path = kept()
    personal_keys.key_for(OTHER, now=NOW)
    named = stored(path).replace(LOCK.handle.encode(), OTHER.handle.encode())
    with pytest.raises(sealed_files.Lost):
        read(default_storage.save("other.ogg.sealed", ContentFile(bytes(named))))
    marks = [personal_keys.key_for(lock, now=NOW).mark.hex().encode() for lock in (LOCK, OTHER)]
    with pytest.raises(SealBroken):
        read(default_storage.save("forged.ogg.sealed", ContentFile(bytes(named.replace(*marks)))))
    monkeypatch.setattr(personal_keys, "installation_keys", lambda: (b"x" * 32,))
    with pytest.raises(SealBroken):
        read(path)


def test_older_keys_of_the_installation_still_open(monkeypatch: pytest.MonkeyPatch) -> None:
    path = kept()
    monkeypatch.setattr(personal_keys, "installation_keys", lambda: (b"n" * 32, *sealed.keys()))
    assert read(path) == SPOKEN


def test_a_file_that_is_not_sealed_is_read_as_it_is() -> None:
    path = default_storage.save("plain.txt", ContentFile(b"tremplin-sealed-1\nnot really"))
    assert read(path) == b"tremplin-sealed-1\nnot really"
    assert sealed_files.size_of(path) == os.path.getsize(default_storage.path(path))
    with pytest.raises(FileNotFoundError):
        sealed_files.opened("nowhere.ogg.sealed")
