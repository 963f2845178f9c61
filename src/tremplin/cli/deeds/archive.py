"""The backup file: a gzipped tar whose last member, `manifest.json`, vouches for all others.

database/tremplin.db   the database, also PostgreSQL's, as a file of SQLite; what people wrote is sealed in it
data/…                 everything of the data folder that cannot be made again; people's files are sealed
manifest.json          version, migrations, which keyring opens it, and size and SHA-256 of each member
"""

import gzip
import hashlib
import io
import json
import math
import shutil
import tarfile
import zlib
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from tremplin.core.errors import UserError

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database/tremplin.db"
PIECE = 1024 * 1024
_LARGEST_MANIFEST = 64 * 1024 * 1024

DAMAGED = "This file is not a whole Tremplin backup: {reason}."
USE_ANOTHER = "Use another backup. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Member:
    size: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What a backup says of itself."""

    tremplin: str
    made_at: str
    keyring: str
    turn: int
    migrations: list[str]
    members: dict[str, Member] = field(default_factory=dict)
    format: int = FORMAT

    def dump(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def load(cls, content: bytes) -> "Manifest":
        """Raises UserError for anything that we did not write."""
        try:
            data = json.loads(content)
            data["members"] = {name: Member(**member) for name, member in data["members"].items()}
            manifest = cls(**data)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise damaged("its list of contents cannot be read") from error
        if manifest.format != FORMAT:
            raise UserError(
                f"This backup is of format {manifest.format}; this version reads format {FORMAT}.",
                "Restore it with the version of Tremplin that made it, or a newer one.",
            )
        return manifest


def damaged(reason: str) -> UserError:
    return UserError(DAMAGED.format(reason=reason), USE_ANOTHER)


class Writer:
    """Adds files to a new archive and writes the manifest at its end."""

    def __init__(self, stream: IO[bytes], manifest: Manifest) -> None:
        self.manifest = manifest
        self._tar = tarfile.open(  # noqa: SIM115 (closed in `close`)
            fileobj=stream, mode="w:gz", compresslevel=6, format=tarfile.PAX_FORMAT
        )

    def add(self, name: str, source: Path) -> None:
        """Add one file. It may grow while it is read: only what was there at the start is taken."""
        with source.open("rb") as file:
            stat = source.stat()
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = stat.st_size, int(stat.st_mtime), 0o600
            reader = _Counted(file)
            self._tar.addfile(info, reader)
            self.manifest.members[name] = Member(info.size, reader.digest.hexdigest())

    def add_content(self, name: str, content: bytes, *, day: float) -> None:
        """Add something that is at hand, as a file that was last changed at `day`."""
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = len(content), int(day), 0o600
        self._tar.addfile(info, io.BytesIO(content))
        self.manifest.members[name] = Member(len(content), hashlib.sha256(content).hexdigest())

    def close(self) -> None:
        content = self.manifest.dump()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(content), 0o600
        info.mtime = int(datetime.fromisoformat(self.manifest.made_at).timestamp())
        self._tar.addfile(info, io.BytesIO(content))
        self._tar.close()


class _Counted:
    """A file that is digested as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def require(path: Path) -> None:
    """Raises UserError for a file that cannot be a backup, before anything is asked of the installation."""
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            raise damaged("it is no archive")


def verify(path: Path) -> Manifest:
    """Read the whole archive and compare every member with the manifest. Raises UserError."""
    return _read(path, None)


def extract(path: Path, target: Path) -> Manifest:
    """Unpack an archive into the empty folder `target`, checking each member. Raises UserError, OSError.

    Names are checked by us, links and devices are refused, and no mode or owner is taken over: the standard
    library's safe filter is missing from the Python 3.11.2 of Debian 12.
    """
    return _read(path, target)


def _read(path: Path, target: Path | None) -> Manifest:
    found: dict[str, Member] = {}
    manifest: Manifest | None = None
    room = shutil.disk_usage(target).free if target else math.inf
    try:
        with tarfile.open(path, mode="r|gz") as tar:
            for info in tar:
                content = tar.extractfile(info) if info.isreg() else None
                if content is None or not _plain(info.name) or info.name in found:
                    raise damaged("it holds something that a backup never holds")
                if info.name == MANIFEST:
                    manifest = Manifest.load(content.read(_LARGEST_MANIFEST))
                    continue
                room -= info.size
                if room < 0:
                    raise UserError(
                        "There is not enough room to unpack this backup.",
                        "Free some space. Nothing was changed.",
                    )
                found[info.name] = Member(info.size, _unpack(content, target and target / info.name))
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged("it is cut off or damaged") from error
    return _compared(manifest, found)


def _unpack(content: IO[bytes], file: Path | None) -> str:
    """The digest of a member, which is written to the new file `file`, if one is given."""
    if file is None:
        return _digest(content)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file.open("xb") as output:
        file.chmod(0o600)
        return _digest(content, output)


def _plain(name: str) -> bool:
    pure = PurePosixPath(name)
    if name in {MANIFEST, DATABASE}:
        return True
    parts = pure.parts
    safe = not pure.is_absolute() and ".." not in parts and "\0" not in name and str(pure) == name
    return safe and len(parts) >= 2 and parts[0] == "data"


def _digest(content: IO[bytes], output: IO[bytes] | None = None) -> str:
    digest = hashlib.sha256()
    while piece := content.read(PIECE):
        digest.update(piece)
        if output is not None:
            output.write(piece)
    return digest.hexdigest()


def _compared(manifest: Manifest | None, found: dict[str, Member]) -> Manifest:
    if manifest is None:
        raise damaged("its list of contents is missing")
    if manifest.members != found:
        wrong = sorted(name for name, _member in set(manifest.members.items()) ^ set(found.items()))
        raise damaged(f"{wrong[0]} is missing or altered")
    if DATABASE not in found:
        raise damaged("the database is missing")
    return manifest
