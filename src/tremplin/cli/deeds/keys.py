"""The file of keys beside backups: there is one for an installation, and it is written over.

Backups are kept for months, and each of them stays as it was. The keys to what they say of people must not: a key that
was destroyed has to be gone. So they lie beside the backups in one file that every backup writes anew.
"""

import fcntl
import io
import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from tremplin.core import keyring
from tremplin.core.errors import UserError
from tremplin.core.keyring import Keyring

_NAME = re.compile(r"[0-9A-Za-z]{1,64}/[0-9A-Za-z]{2}/[0-9A-Za-z]{1,64}")
_LARGEST = 1024 * 1024


def folder() -> Path:
    return Path(settings.PERSONAL_KEYS)


@contextmanager
def held() -> Iterator[Keyring]:
    """The keyring of this installation, made when there is none; one backup at a time may change it."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder() / ".backups.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield keyring.read(folder()) or Keyring()


def file_of(ring_name: str, place: Path) -> Path:
    """The file of keys in the folder `place`; named by its installation, since several may share the folder."""
    return place / f"keys-{ring_name[:8]}.tremplin"


def write(target: Path) -> None:
    """Write over `target` with every key of single people that there is now: whole or not at all."""
    draft = target.with_name(f".{target.name}-{os.getpid()}")
    try:
        number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(number, "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
                for name, path in _kept():
                    with suppress(FileNotFoundError):  # destroyed since we looked
                        content, day = path.read_bytes(), int(path.stat().st_mtime)
                        info = tarfile.TarInfo(name)
                        info.size, info.mode, info.mtime = len(content), 0o600, day
                        tar.addfile(info, io.BytesIO(content))
            stream.flush()
            os.fsync(stream.fileno())
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)


def _kept() -> Iterator[tuple[str, Path]]:
    yield keyring.NAME, folder() / keyring.NAME
    for path in sorted(folder().glob("*/??/*")):
        name = path.relative_to(folder()).as_posix()
        if _NAME.fullmatch(name) and path.is_file():
            yield name, path


def ring_for(name: str, *, given: Path | None, place: Path) -> tuple[Keyring, Path | None]:
    """The keyring called `name`, and the file of keys that it was in: none for this installation's own.

    Its own goes first, since what was destroyed here has to stay so. Otherwise the file that was `given`, or the one
    in the folder `place`. Raises UserError when no keys can be had, or they are another installation's.
    """
    own = keyring.read(folder())
    if own is not None and own.name == name:
        return own, None
    file = given or file_of(name, place)
    if not file.is_file():
        raise UserError(
            f"The keys to what people wrote are missing: there is no file {file}.",
            "Give the newest one with --keys FILE. Without any, --without-keys restores numbers, dates and states, and "
            "nothing that anybody wrote, names included. Nothing was changed.",
        )
    found = ring_in(file)
    if found.name != name:
        raise UserError(
            f"{file} holds the keys of another installation.",
            f"The file for this backup is called {file_of(name, place).name}. Nothing was changed.",
        )
    return found, file


def ring_in(file: Path) -> Keyring:
    """The keyring in a file of keys. Raises UserError for what is no such file."""
    for name, content, _day in _members(file):
        if name == keyring.NAME:
            try:
                return keyring.load(content)
            except ValueError:
                break
    raise _no_keys(file)


def unpack(file: Path, target: Path) -> None:
    """Put every key of a file of keys into the new folder `target`, each with its day. Raises UserError."""
    target.mkdir(mode=0o700)
    for name, content, day in _members(file):
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as stream:
            stream.write(content)
        os.utime(path, (day, day))


def _members(file: Path) -> Iterator[tuple[str, bytes, int]]:
    try:
        with tarfile.open(file, mode="r:") as tar:
            for info in tar:
                content = tar.extractfile(info) if info.isreg() else None
                known = info.name == keyring.NAME or (_NAME.fullmatch(info.name) and info.size <= _LARGEST)
                if content is None or not known:
                    raise _no_keys(file)
                yield info.name, content.read(), int(info.mtime)
    except (tarfile.TarError, EOFError) as error:
        raise _no_keys(file) from error


def _no_keys(file: Path) -> UserError:
    return UserError(
        f"{file} is no whole file of keys.",
        "Name the file keys-….tremplin that lies beside the newest backup. Nothing was changed.",
    )
