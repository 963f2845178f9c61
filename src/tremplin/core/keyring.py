"""The keys of what backups seal: one for each value, in one file, which is in no backup.

Each value of a person in a backup (`core.archived`) has a key of its own, by the place where it stands. The keys lie
in one file beside the database. A place that says nothing any more, because its person was erased or its days are
over, needs its key no longer; after `GRACE` days the key goes, and with it what every older backup says in that
place. The days are for whoever restored an older backup by mistake and goes back: what was written since is still
known to newer backups, and must not lose its keys in between.
"""

import hashlib
import os
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from tremplin.core.errors import UserError

GRACE = 7
NAME = "backups.keys"
_HEAD: Final = b"tremplin-keyring-1\n"
_IDENT, _PLACE, _KEY, _DIGEST = 16, 8, 16, 32
_LINE = struct.Struct(f">{_PLACE}s{_KEY}sI")


@dataclass(slots=True)
class Keyring:
    """Keys by place. `idle`: since which day (its ordinal) a key is not needed; none for those that are.

    `ident` is random and told by every backup, so that keys of another installation are known as such.
    """

    ident: bytes = field(default_factory=lambda: secrets.token_bytes(_IDENT))
    keys: dict[bytes, bytes] = field(default_factory=dict)
    idle: dict[bytes, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.ident.hex()

    def key(self, place: bytes) -> bytes | None:
        return self.keys.get(place)

    def need(self, place: bytes) -> bytes:
        """The key of a place that says something; made when there is none."""
        found = self.keys.get(place)
        if found is None:
            found = self.keys[place] = secrets.token_bytes(_KEY)
        return found

    def settle(self, needed: set[bytes], today: date) -> int:
        """Drop the keys that have been idle for longer than `GRACE` days; how many went."""
        day = today.toordinal()
        self.idle = {place: self.idle.get(place, day) for place in self.keys if place not in needed}
        over = [place for place, since in self.idle.items() if day - since > GRACE]
        for place in over:
            del self.keys[place], self.idle[place]
        return len(over)

    def dump(self) -> Iterator[bytes]:
        """The file, piece by piece. Places are in order, so that it does not tell what came when."""
        digest = hashlib.sha256()
        for piece in (_HEAD, self.ident, *(self._line(place) for place in sorted(self.keys))):
            digest.update(piece)
            yield piece
        yield digest.digest()

    def _line(self, place: bytes) -> bytes:
        return _LINE.pack(place, self.keys[place], self.idle.get(place, 0))


def place_of(table: str, row: object, column: str) -> bytes:
    """The name under which a value's key is kept."""
    return hashlib.blake2b(f"{table}/{row}/{column}".encode(), digest_size=_PLACE).digest()


def load(content: bytes) -> Keyring:
    """Raises ValueError for what is no whole keyring."""
    body, digest = content[:-_DIGEST], content[-_DIGEST:]
    lines = body[len(_HEAD) + _IDENT :]
    whole = body.startswith(_HEAD) and hashlib.sha256(body).digest() == digest
    if not whole or len(lines) % _LINE.size:
        raise ValueError("no whole keyring")
    ring = Keyring(ident=body[len(_HEAD) : len(_HEAD) + _IDENT])
    for place, key, since in _LINE.iter_unpack(lines):
        ring.keys[place] = key
        if since:
            ring.idle[place] = since
    return ring


def read(folder: Path) -> Keyring | None:
    """The keyring in `folder`; None when there is none. Raises UserError when it is damaged."""
    path = folder / NAME
    try:
        return load(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        raise UserError(
            f"{path} is damaged: backups could not be opened with it.",
            "Put it back from the file of keys beside the newest backup (“tremplin restore” says which).",
        ) from None


def write(folder: Path, ring: Keyring) -> None:
    """Write over the keyring in `folder`: whole or not at all, its owner's alone, and on the disk."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f".{NAME}-{os.getpid()}"
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(number, "wb") as file:
        file.writelines(ring.dump())
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / NAME)
