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
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Final

from tremplin.core.errors import UserError

GRACE = 7
NAME = "backups.keys"
_HEAD: Final = b"tremplin-keyring-1\n"
_IDENT, _PLACE, _KEY, _DIGEST = 16, 8, 16, 32
_STATE = struct.Struct(f">{_IDENT}sII")
_LINE = struct.Struct(f">{_PLACE}s{_KEY}sI")


@dataclass(slots=True)
class Keyring:
    """Keys by place. `idle`: since which day (its ordinal) a key is not needed; none for those that are.

    `ident` is random and told by every backup, so that keys of another installation are known as such. `turn` counts
    backups: a keyring that is older than a backup cannot open all of it. `day`: the ordinal of the last one.
    """

    ident: bytes = field(default_factory=lambda: secrets.token_bytes(_IDENT))
    turn: int = 0
    day: int = 0
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
        """Drop the keys that have been idle for longer than `GRACE` days; how many went.

        A clock that was set back does not bring days back.
        """
        self.day = max(self.day, today.toordinal())
        self.idle = {place: self.idle.get(place, self.day) for place in self.keys if place not in needed}
        over = [place for place, since in self.idle.items() if self.day - since > GRACE]
        for place in over:
            del self.keys[place], self.idle[place]
        return len(over)

    def dump(self) -> Iterator[bytes]:
        """The file, piece by piece. Places are in order, so that it does not tell what came when."""
        digest = hashlib.sha256()
        state = _STATE.pack(self.ident, self.turn, self.day)
        for piece in (_HEAD, state, *(self._line(place) for place in sorted(self.keys))):
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
    start = len(_HEAD) + _STATE.size
    whole = body.startswith(_HEAD) and len(body) >= start and hashlib.sha256(body).digest() == digest
    if not whole or (len(body) - start) % _LINE.size:
        raise ValueError("no whole keyring")
    ident, turn, day = _STATE.unpack(body[len(_HEAD) : start])
    ring = Keyring(ident, turn, day)
    for place, key, since in _LINE.iter_unpack(body[start:]):
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
            f"Take it from the newest file of keys, with: tar -xf keys-….tremplin -C {folder} {NAME}",
        ) from None


def write(folder: Path, ring: Keyring) -> None:
    """Write over the keyring in `folder`: whole or not at all, its owner's alone, and on the disk."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    overwrite(folder / NAME, lambda file: file.writelines(ring.dump()))


def overwrite(path: Path, fill: Callable[[IO[bytes]], object]) -> None:
    """Put a new file in the place of `path`, whole or not at all, and write over what the old one held."""
    draft = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(number, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        with ExitStack() as stack:
            old = stack.enter_context(path.open("r+b")) if path.exists() else None
            draft.rename(path)
            if old is not None:
                _blank(old)
    finally:
        draft.unlink(missing_ok=True)


def clear_drafts(path: Path) -> None:
    """Remove what was left when somebody was stopped while they wrote `path`. Nobody else may be at it."""
    for draft in path.parent.glob(f".{path.name}-*"):
        with suppress(FileNotFoundError), draft.open("r+b") as file:
            _blank(file)
        draft.unlink(missing_ok=True)


def _blank(file: IO[bytes]) -> None:
    """Zeros over all of a file that has lost its name, so that its blocks do not keep the keys."""
    size = os.fstat(file.fileno()).st_size
    file.seek(0)
    file.write(b"\0" * size)
    file.flush()
    os.fsync(file.fileno())
