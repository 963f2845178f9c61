"""Files that open with one person's key alone (`core.personal_keys`): destroyed, it takes them with it everywhere.

A sealed file says in its head which key opens it. Then follow pieces, each sealed for its place among all of them, so
that a player can begin in the middle, and nobody can cut, lengthen or rearrange what is heard.
"""

import hashlib
import hmac
import io
import os
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.storage import default_storage

from tremplin.core.errors import UserError
from tremplin.core.personal_keys import LOST, Key, Lock, broken, key_of

SUFFIX = ".sealed"
"""How the stored name of such a file ends."""
_MARK = b"tremplin-sealed-1\n"
_SALT, _PIECE, _TAG = 16, 64 * 1024, 16


class Lost(UserError):
    """The key to a file is gone, and the file with it."""

    status = 410

    def __init__(self) -> None:
        super().__init__(LOST)


def seal(source: IO[bytes], target: IO[bytes], *, size: int, lock: Lock, key: Key) -> None:
    """Write `size` bytes of `source`, sealed with `key`, which `lock` names."""
    salt = os.urandom(_SALT)
    target.write(_MARK + f"{lock.shelf}/{lock.handle}/{key.mark.hex()}\n".encode() + salt)
    cipher, pieces = AESGCM(_way(key.ways[0], salt)), -(-size // _PIECE)
    for number in range(pieces):
        target.write(cipher.encrypt(_nonce(number), source.read(_PIECE), _place(number, pieces)))


def sealed(content: bytes, *, lock: Lock, key: Key) -> bytes:
    """The same of something short."""
    target = io.BytesIO()
    seal(io.BytesIO(content), target, size=len(content), lock=lock, key=key)
    return target.getvalue()


def opened(path: str) -> IO[bytes]:
    """The stored file at `path`, sealed or not, to be read from anywhere in it.

    Raises FileNotFoundError; Lost when its key is gone; SealBroken when it was changed, or no key of ours opens it.
    """
    if not path.endswith(SUFFIX):
        return default_storage.open(path)
    found = _Opened(path)
    if not found.has_key:
        found.close()
        raise Lost
    return io.BufferedReader(found, _PIECE)


def size_of(path: str) -> int:
    """How many bytes the stored file at `path` has, before they were sealed. It needs no key."""
    if not path.endswith(SUFFIX):
        return int(default_storage.size(path))
    with _Opened(path) as found:
        return found.size


class _Opened(io.RawIOBase):
    """A sealed file as its reader sees it: what was sealed, piece by piece."""

    def __init__(self, path: str) -> None:
        super().__init__()
        held = self._held = default_storage.open(path)
        if held.readline() != _MARK:
            held.close()
            raise broken()
        shelf, handle, mark = held.readline().decode("ascii").strip().split("/")
        salt = held.read(_SALT)
        self._start: int = held.tell()
        body = int(held.size) - self._start
        self._pieces = -(-body // (_PIECE + _TAG))
        self.size: int = max(0, body - self._pieces * _TAG)
        self._at, self._number, self._piece = 0, -1, b""
        key = key_of(Lock(shelf, handle))
        ways = key.ways if key is not None and key.mark.hex() == mark else ()
        self._ciphers = [AESGCM(_way(way, salt)) for way in ways]

    @property
    def has_key(self) -> bool:
        return bool(self._ciphers)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        number, within = divmod(self._at, _PIECE)
        if self._at >= self.size:
            return 0
        found = self._open(number)[within : within + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        if not self.closed:
            self._held.close()
        super().close()

    def _open(self, number: int) -> bytes:
        """One piece; the last one that was opened is kept, since readers go on where they were."""
        if number != self._number:
            self._held.seek(self._start + number * (_PIECE + _TAG))
            self._piece = self._decrypted(number, self._held.read(_PIECE + _TAG))
            self._number = number
        return self._piece

    def _decrypted(self, number: int, value: bytes) -> bytes:
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(_nonce(number), value, _place(number, self._pieces))
            except InvalidTag:
                continue
        raise broken()


def _way(way: bytes, salt: bytes) -> bytes:
    """A key of this file alone, under which each number is used once."""
    return hmac.new(way, b"file/" + salt, hashlib.sha256).digest()


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _place(number: int, pieces: int) -> bytes:
    return f"{number}/{pieces}".encode()
