"""Keys of one person each, which can be destroyed: what was sealed with one is gone then, in every copy of it.

A key is a file of its own beside the database, and `tremplin backup` leaves it out: a backup holds what was sealed,
but never the key, so that destroying the key reaches into every backup. What is sealed here opens only with that
key and a key of the installation (`core.sealed`) together. Files carry the day and no hour.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from tremplin.core.keyfile import made_once
from tremplin.core.sealed import SealBroken, key_file, new_key
from tremplin.core.sealed import keys as installation_keys

_NONCE = 12
_WORD = re.compile(r"^[0-9A-Za-z]{1,64}$")
_UNSETTLED = timedelta(days=2)  # a key may be made a moment before the row that it opens


def folder() -> Path:
    return Path(settings.PERSONAL_KEYS)


def handles(person: str, *, context: str) -> tuple[str, ...]:
    """Names under which something of `person` may be kept: nobody without the installation's keys can make them.

    One for each key, the newest first: keep under the first, look under all.
    """
    said = f"handle/{context}/{person}".encode()
    return tuple(hmac.new(key, said, hashlib.sha256).hexdigest() for key in installation_keys())


def seal(text: str, *, shelf: str, handle: str, now: datetime) -> bytes:
    """`text`, to be opened only with the key that `handle` has on `shelf`; the key is made when there is none."""
    secret = made_once(_path(shelf, handle), new_key)
    _blur(_path(shelf, handle), now)
    nonce = os.urandom(_NONCE)
    key = _key(installation_keys()[0], secret)
    return nonce + AESGCM(key).encrypt(nonce, text.encode(), _context(shelf, handle))


def unseal(value: bytes, *, shelf: str, handle: str) -> str | None:
    """The text under a seal; None once its key is destroyed. Raises SealBroken where no key of ours opens it."""
    try:
        secret = _path(shelf, handle).read_text("ascii")
    except FileNotFoundError:
        return None
    found = bytes(value)
    for installation in installation_keys():
        with suppress(InvalidTag):
            opened = AESGCM(_key(installation, secret)).decrypt(
                found[:_NONCE], found[_NONCE:], _context(shelf, handle)
            )
            return opened.decode()
    raise SealBroken(
        "A sealed value cannot be opened.",
        f"Put the file {key_file()} back as it was when the value was sealed (backups hold it).",
    )


def destroy(shelf: str, names: Iterable[str]) -> None:
    """Write over the keys and delete them. Those that are gone already stay gone."""
    for handle in names:
        path = _path(shelf, handle)
        with suppress(FileNotFoundError):
            with path.open("r+b", buffering=0) as file:
                file.write(b"\0" * path.stat().st_size)
                os.fsync(file.fileno())
            path.unlink()


def sweep(shelf: str, *, wanted: Collection[str], now: datetime) -> int:
    """Destroy keys to which nothing belongs: a deed that was broken off left them; how many."""
    before = (now - _UNSETTLED).timestamp()
    left = [path.name for path in _keys(shelf) if path.name not in wanted and path.stat().st_mtime < before]
    destroy(shelf, left)
    return len(left)


def _keys(shelf: str) -> Iterator[Path]:
    return (path for path in (folder() / _checked(shelf)).glob("??/*") if _WORD.match(path.name))


def _path(shelf: str, handle: str) -> Path:
    """Where a key lies: some hundred to a folder, so that no folder grows long."""
    return folder() / _checked(shelf) / _checked(handle)[:2] / handle


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


def _key(installation: bytes, secret: str) -> bytes:
    return hmac.new(installation, f"personal/{secret.strip()}".encode(), hashlib.sha256).digest()


def _context(shelf: str, handle: str) -> bytes:
    return f"personal/{shelf}/{handle}".encode()
