"""Keys of one person each, which can be destroyed: what was sealed with one is gone then, in every copy of it.

A key is a file of its own beside the database, and `tremplin backup` leaves it out: a backup holds what was sealed,
but never the key, so that destroying the key reaches into every backup. What is sealed here opens only with that
key and a key of the installation (`core.sealed`) together. Files carry a day and no hour.

A stage keeps its keys on a shelf, each under a name that belongs to one person there, and declares which of them its
rows need (`register`). Keys that no row needs any more are swept away; rows whose key is missing are counted.
"""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy

from tremplin.core.keyfile import made_once
from tremplin.core.sealed import SealBroken, key_file, new_key
from tremplin.core.sealed import keys as installation_keys

LOST = gettext_lazy(
    "This cannot be opened any more: its key is gone. What still matters has to be said again."
)
_MARK, _NONCE = 8, 12
_WORD = re.compile(r"^[0-9A-Za-z]{1,64}$")
_UNSETTLED = timedelta(days=2)  # a key may be made a moment before the row that it opens


class Lock(NamedTuple):
    """Which key opens something: its shelf and its name there; `day`: the day that its file carries, if not today."""

    shelf: str
    handle: str
    day: datetime | None = None


class Key(NamedTuple):
    """A person's key: by which mark what it sealed is known, and what opens it with each key of the installation."""

    mark: bytes
    ways: tuple[bytes, ...]


Names = Callable[[], Mapping[str, Collection[str]]]


class _Stage(NamedTuple):
    wanted: Names
    in_use: Names


_stages: list[_Stage] = []


def register(wanted: Names, *, in_use: Names | None = None) -> None:
    """Declare the names, shelf by shelf, that keys of a stage may have: its rows' own. An empty shelf is named too.

    `in_use`: those under which something is sealed by now, where that is not so of every row.
    """
    _stages.append(_Stage(wanted, in_use or wanted))


def folder() -> Path:
    return Path(settings.PERSONAL_KEYS)


def handles(person: str, *, context: str) -> tuple[str, ...]:
    """Names under which something of `person` may be kept: nobody without the installation's keys can make them.

    One for each key, the newest first: keep under the first, look under all.
    """
    said = f"handle/{context}/{person}".encode()
    return tuple(hmac.new(key, said, hashlib.sha256).hexdigest() for key in installation_keys())


def seal(text: str, *, shelf: str, handle: str, now: datetime, place: str = "") -> bytes:
    """`text`, to be opened only with the key that `handle` has on `shelf`; the key is made when there is none.

    `place` ("table/ref/field") says where it stands, and must be given again to open it.
    """
    nonce = os.urandom(_NONCE)
    key = key_for(Lock(shelf, handle), now=now)
    cipher = AESGCM(key.ways[0])
    return key.mark + nonce + cipher.encrypt(nonce, text.encode(), _context(shelf, handle, place))


def unseal(value: bytes, *, shelf: str, handle: str, place: str = "") -> str | None:
    """The text under a seal; None once its key is destroyed, also where another took its place.

    Raises SealBroken where no key of the installation opens it, or it was sealed for another place.
    """
    key, found = key_of(Lock(shelf, handle)), bytes(value)
    mark, nonce, sealed = found[:_MARK], found[_MARK : _MARK + _NONCE], found[_MARK + _NONCE :]
    if key is None or mark != key.mark:
        return None
    for way in key.ways:
        with suppress(InvalidTag):
            return AESGCM(way).decrypt(nonce, sealed, _context(shelf, handle, place)).decode()
    raise broken()


def broken() -> SealBroken:
    return SealBroken(
        "A sealed value cannot be opened.",
        f"Put the file {key_file()} back as it was when the value was sealed (backups hold it).",
    )


def key_for(lock: Lock, *, now: datetime) -> Key:
    """The key to seal with, made when there is none."""
    path = _path(lock.shelf, lock.handle)
    made_once(path, new_key)
    _blur(path, lock.day or now)
    key = key_of(lock)
    if key is None:
        raise broken()
    return key


def key_of(lock: Lock) -> Key | None:
    """The key that is there by now; None once it is destroyed."""
    secret = _secret(_path(lock.shelf, lock.handle))
    if not secret:
        return None
    mark = hashlib.sha256(f"mark/{secret}".encode()).digest()[:_MARK]
    return Key(mark, tuple(_way(installation, secret) for installation in installation_keys()))


def destroy(shelf: str, names: Iterable[str]) -> None:
    """Write over the keys and delete them. Those that are gone already stay gone.

    The name goes first, so that nothing can be sealed any more with what is about to be destroyed.
    """
    for handle in names:
        path = _path(shelf, handle)
        gone = path.with_name(f".{handle}-{secrets.token_hex(4)}")
        with suppress(FileNotFoundError):
            path.rename(gone)
            _shred(gone)


def _shred(path: Path) -> None:
    with path.open("r+b", buffering=0) as file:
        file.write(b"\0" * path.stat().st_size)
        os.fsync(file.fileno())
    path.unlink()


def destroy_later(lock: Lock) -> None:
    """Destroy a key once the caller's transaction has held; what fails then is left to `tidy`."""
    transaction.on_commit(lambda: destroy(lock.shelf, [lock.handle]), robust=True)


def sweep(shelf: str, *, wanted: Collection[str], now: datetime) -> int:
    """Destroy keys to which nothing belongs: a deed that was broken off left them; how many."""
    before = (now - _UNSETTLED).timestamp()
    left = [path.name for path in _keys(shelf) if path.name not in wanted and path.stat().st_mtime < before]
    destroy(shelf, left)
    for path in (folder() / _checked(shelf)).glob(
        "??/.*"
    ):  # somebody was stopped while they made or destroyed it
        if path.stat().st_mtime < before:
            _shred(path)
    return len(left)


def tidy(*, now: datetime) -> int:
    """Sweep every shelf that is declared; how many keys went. Again, it changes nothing."""
    return sum(
        sweep(shelf, wanted=wanted, now=now) for stage in _stages for shelf, wanted in stage.wanted().items()
    )


def missing() -> int:
    """How many keys rows need that are not there: what they sealed cannot be opened."""
    return sum(
        not _secret(_path(shelf, handle))
        for stage in _stages
        for shelf, names in stage.in_use().items()
        for handle in names
    )


def _keys(shelf: str) -> Iterator[Path]:
    return (path for path in (folder() / _checked(shelf)).glob("??/*") if _WORD.match(path.name))


def _path(shelf: str, handle: str) -> Path:
    """Where a key lies: some hundred to a folder, so that no folder grows long."""
    return folder() / _checked(shelf) / _checked(handle)[:2] / handle


def _secret(path: Path) -> str:
    """What the key file holds; nothing when there is none, or it was written over."""
    try:
        return path.read_text("ascii").strip("\0\n ")
    except FileNotFoundError:
        return ""


def _checked(word: str) -> str:
    if not _WORD.match(word):
        raise ValueError("A name of a key is letters and figures.")
    return word


def _blur(path: Path, now: datetime) -> None:
    """Leave the day of the deed on the file and its folder, and not the hour."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    folder().chmod(0o700)
    for place in (path, path.parent, path.parent.parent, folder()):
        os.utime(place, (day, day))


def _way(installation: bytes, secret: str) -> bytes:
    return hmac.new(installation, f"personal/{secret}".encode(), hashlib.sha256).digest()


def _context(shelf: str, handle: str, place: str) -> bytes:
    return "/".join(["personal", shelf, handle, *([place] if place else [])]).encode()
