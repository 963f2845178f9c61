"""The file of keys beside backups: there is one for an installation, and it is written over.

Backups are kept for months, and each of them stays as it was. The keys to what they say of people must not: a key that
was destroyed has to be gone. So they lie beside the backups in one file that every backup writes anew.
"""

import fcntl
import hashlib
import io
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.conf import settings

from tremplin.cli.deeds.archive import Manifest
from tremplin.core import keyring
from tremplin.core.errors import UserError
from tremplin.core.keyring import Keyring

_NAME = re.compile(r"[0-9A-Za-z]{1,64}/[0-9A-Za-z]{2}/[0-9A-Za-z]{1,64}")
_END = "whole"


def folder() -> Path:
    return Path(settings.PERSONAL_KEYS)


@contextmanager
def held() -> Iterator[Keyring]:
    """The keyring of this installation, made when there is none; one backup at a time may change it."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder() / ".backups.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        keyring.clear_drafts(folder() / keyring.NAME)
        yield keyring.read(folder()) or Keyring()


def file_of(ring_name: str, place: Path) -> Path:
    """The file of keys in the folder `place`; named by its installation, since several may share the folder."""
    return place / f"keys-{ring_name[:8]}.tremplin"


def write(target: Path) -> None:
    """Write over `target` with every key of single people that there is now: whole or not at all."""
    keyring.clear_drafts(target)
    keyring.overwrite(target, _fill)


def require_older(target: Path, ring: Keyring) -> None:
    """Raises UserError if the file of keys that is there knows more than `ring`: this would be a step back."""
    turn = 0
    with suppress(UserError):  # a damaged one is worth nothing
        turn = ring_in(target).turn if target.exists() else 0
    if turn > ring.turn:
        raise UserError(
            f"{target} is newer than the keys of this installation, and was not written over.",
            "Another copy of this installation backs up to the same folder, or this one was set back. Restore the "
            "newest backup here, or write the keys elsewhere with --keys FOLDER.",
        )


def _fill(stream: IO[bytes]) -> None:
    digest = hashlib.sha256()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, path in _kept():
            with suppress(FileNotFoundError):  # destroyed since we looked
                content, day = path.read_bytes(), int(path.stat().st_mtime)
                _put(tar, name, content, day)
                digest.update(_vouched(name, content))
        _put(tar, _END, digest.hexdigest().encode(), 0)


def _put(tar: tarfile.TarFile, name: str, content: bytes, day: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(content), 0o600, day
    tar.addfile(info, io.BytesIO(content))


def _kept() -> Iterator[tuple[str, Path]]:
    yield keyring.NAME, folder() / keyring.NAME
    for path in sorted(folder().glob("*/??/*")):
        name = path.relative_to(folder()).as_posix()
        if _NAME.fullmatch(name) and path.is_file():
            yield name, path


def ring_for(
    manifest: Manifest, *, given: Path | None, place: Path, older: bool
) -> tuple[Keyring, Path | None]:
    """The keyring that opens a backup, and the file of keys that it was in: none for this installation's own.

    Of this installation's own, the file that was `given` and the one in the folder `place` the newest counts: what was
    destroyed since has to stay so. Raises UserError when no keys can be had, they are another installation's, or
    they are older than the backup and that is not wanted (`older`).
    """
    file = given or file_of(manifest.keyring, place)
    if given and not given.is_file():
        raise UserError(
            f"There is no file {given}.", "Name the newest file keys-….tremplin. Nothing was changed."
        )
    beside = ring_in(file) if file.is_file() else None
    if beside is not None and beside.name != manifest.keyring:
        raise UserError(
            f"{file} holds the keys of another installation.",
            f"The file for this backup is called {file_of(manifest.keyring, place).name}. Nothing was changed.",
        )
    own = _own(manifest.keyring, spare=beside is not None)
    found, source = (own, None) if own and (beside is None or own.turn >= beside.turn) else (beside, file)
    if found is None:
        raise UserError(
            f"The keys to what people wrote are missing: there is no file {file}.",
            "Give the newest one with --keys FILE. Without any, --without-keys restores numbers, dates and states, and "
            "nothing that anybody wrote, names included. Nothing was changed.",
        )
    if found.turn < manifest.turn and not older:
        raise UserError(
            f"The keys {'here' if source is None else f'in {file}'} are older than this backup: not all of it opens.",
            "Give the newest file with --keys FILE, or take --older-keys and lose what was written in between. "
            "Nothing was changed.",
        )
    return found, source


def _own(name: str, *, spare: bool) -> Keyring | None:
    """This installation's keyring, if it is called `name`; with another to `spare`, a damaged one counts for none."""
    try:
        found = keyring.read(folder())
    except UserError:
        if spare:
            return None
        raise
    return found if found is not None and found.name == name else None


def ring_in(file: Path) -> Keyring:
    """The keyring in a whole file of keys. Raises UserError for what is none."""
    found = {name: content for name, content, _day in _members(file) if name == keyring.NAME}
    try:
        return keyring.load(found[keyring.NAME])
    except (KeyError, ValueError):
        raise _no_keys(file) from None


def unpack(file: Path, target: Path) -> None:
    """Put every key of a file of keys into the new folder `target`, each with its day. Raises UserError."""
    target.mkdir(mode=0o700)
    for name, content, day in _members(file):
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.utime(path, (day, day))


def _members(file: Path) -> Iterator[tuple[str, bytes, int]]:
    """Name, content and day of each key; the last member vouches for all others, so that a cut file is none."""
    digest, whole = hashlib.sha256(), False
    try:
        with tarfile.open(file, mode="r:") as tar:
            for info in tar:
                content = tar.extractfile(info) if info.isreg() else None
                read = content.read() if content else b""
                if info.name == _END:
                    whole = read == digest.hexdigest().encode()
                    break
                if content is None or not (info.name == keyring.NAME or _NAME.fullmatch(info.name)):
                    break
                digest.update(_vouched(info.name, read))
                yield info.name, read, int(info.mtime)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise _no_keys(file) from error
    if not whole:
        raise _no_keys(file)


def _vouched(name: str, content: bytes) -> bytes:
    return f"{name}/{hashlib.sha256(content).hexdigest()}\n".encode()


def _no_keys(file: Path) -> UserError:
    return UserError(
        f"{file} is no whole file of keys.",
        "Name the file keys-….tremplin that lies beside the newest backup. Nothing was changed.",
    )
