"""`tremplin backup`."""

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from tremplin import __version__
from tremplin.cli import rehearsed
from tremplin.cli.deeds import archive, databases, keys, readiness
from tremplin.core import archived, clock, erasures, keyring, sealed, sealed_files
from tremplin.core.errors import UserError
from tremplin.core.keyring import Keyring, place_of

SUFFIX = ".tremplin.tar.gz"
FILES, COPY = "files/", ".backing-up-"
# Made again from the rest, or another backup's business; mails that were written into files instead of being sent;
# keys of one person each, which no copy may outlive; and the list of what was erased, which stands in the database
# and outside of every backup.
LEFT_OUT = frozenset(
    {"static", "tmp", "mail", rehearsed.FOLDER, readiness.LOCK, "personal-keys", erasures.NAME}
)
ASIDE = "replaced-"


def run(args: argparse.Namespace) -> int:
    """Write the backup, read it again, keep its keys, and only then give it its name."""
    target = _target(args.path)
    place = _place_of_keys(args.keys or target.parent)
    readiness.check_folder()
    readiness.check_database()
    if hasattr(settings, "SEAL_KEYS"):
        sealed.keys()  # made now at the latest: under it erasures are noted that this backup does not know of
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    try:
        with readiness.in_use(), keys.held() as ring:
            file = keys.file_of(ring.name, place)
            keys.require_older(file, ring)
            ring.turn, before = ring.turn + 1, set(ring.keys)
            manifest, needed = write(part, ring)
            if archive.verify(part).members != manifest.members:
                raise archive.damaged("it reads otherwise than it was written")
            gone = _settle(ring, before, needed)
            keyring.write(keys.folder(), ring)
            keys.write(file)
            _name(part, target)
    finally:
        part.unlink(missing_ok=True)
    size = target.stat().st_size / 1_000_000
    print(f"Backup written and checked: {target} ({size:.1f} MB, {len(manifest.members)} files).")
    print(f"The keys to what people wrote: {file}, written over by every backup.")
    if gone or ring.idle:
        later = f"{len(ring.idle)} follow within {keyring.GRACE} days"
        print(f"Erased, or over: {gone} texts open in no backup any more; {later}.")
    print(
        "Keep both as you keep a password, and of the keys the newest file alone: what is erased goes with the old."
    )
    return 0


def _settle(ring: Keyring, before: set[bytes], needed: set[bytes]) -> int:
    """Let keys go that are not needed. Raises UserError where none is: that is another database, not an erasure."""
    if before and before.isdisjoint(needed):
        raise UserError(
            "Nothing that earlier backups hold is in this database, and the keys to all of it would be destroyed.",
            "Check TREMPLIN_DATABASE_URL and TREMPLIN_DATA_DIR. If people have really begun anew here, move the folder "
            f"{keys.folder()} away first.",
        )
    return ring.settle(needed, clock.now().date())


def _place_of_keys(place: Path) -> Path:
    """The folder for the file of keys. Raises UserError if it is none, or would be part of the next backup."""
    place = place.absolute()
    if not place.is_dir():
        raise UserError(f"There is no folder {place}.", "Make it first, or keep the keys elsewhere.")
    if place.is_relative_to(readiness.home()):
        raise UserError(
            "Keys inside the data folder die with it, and the next backup would hold them.",
            "Write them to another folder, best on another machine.",
        )
    return place


def write(part: Path, ring: Keyring) -> tuple[archive.Manifest, set[bytes]]:
    """The archive, complete and on the disk, in the new file `part`; the places in it that need their keys.

    The database comes first: every file that a row names was stored before the row, so it is still there.
    """
    manifest = archive.Manifest(
        tremplin=__version__,
        made_at=clock.now().isoformat(timespec="seconds"),
        keyring=ring.name,
        turn=ring.turn,
        migrations=databases.applied(),
    )
    for stale in readiness.home().glob(f"{COPY}*"):  # of a backup that was killed; nobody else is at it
        shutil.rmtree(stale, ignore_errors=True)
    with (
        # Never beside the archive: until it is sealed the copy can be read by everybody who copies that folder.
        tempfile.TemporaryDirectory(prefix=COPY, dir=readiness.home()) as folder,
        part.open("xb") as stream,
    ):
        copy = Path(folder) / "copy"
        databases.snapshot(copy)
        needed = archived.seal(copy, ring)
        writer = archive.Writer(stream, manifest)
        writer.add(archive.DATABASE, copy)
        copy.unlink()
        for name, path in contents(readiness.home()):
            with suppress(FileNotFoundError):  # erased since we looked
                needed |= _add(writer, name, path, ring)
        writer.close()
        stream.flush()
        os.fsync(stream.fileno())
    return manifest, needed


def _add(writer: archive.Writer, name: str, path: Path, ring: Keyring) -> set[bytes]:
    """One file of the data folder; people's files sealed, unless each is sealed with a key of its own already."""
    if not name.startswith(FILES) or name.endswith(sealed_files.SUFFIX):
        writer.add(f"data/{name}", path)
        return set()
    place = place_of("files", name, "content")
    day = path.stat().st_mtime
    writer.add_content(f"data/{name}", archived.seal_file(path.read_bytes(), place, ring), day=day)
    return {place}


def contents(home: Path) -> Iterator[tuple[str, Path]]:
    """Every file of the data folder that cannot be made again, with its name in the archive."""
    for top in sorted(home.iterdir()):
        if _made_again(top.name):
            continue
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(home).as_posix(), path


def _made_again(name: str) -> bool:
    return name in LEFT_OUT or name.startswith((ASIDE, ".", "tremplin.db", "keys-"))


def _target(path: Path) -> Path:
    """The file to write. Raises UserError if it exists, or its folder does not."""
    if path.is_dir():
        path /= f"tremplin-{clock.now():%Y%m%d-%H%M%S}{SUFFIX}"
    path = path.absolute()
    if path.exists():
        raise UserError(
            f"{path} exists already, and a backup never overwrites.", "Give another name, or a folder."
        )
    if not path.parent.is_dir():
        raise UserError(f"There is no folder {path.parent}.", "Make it first, or write the backup elsewhere.")
    if not os.access(path.parent, os.W_OK):
        raise UserError(
            f"The folder {path.parent} cannot be written by this account.", "Write the backup elsewhere."
        )
    if path.parent.is_relative_to(readiness.home()):
        raise UserError(
            "A backup inside the data folder dies with it.",
            "Write it to another folder, best on another machine.",
        )
    return path


def _name(part: Path, target: Path) -> None:
    """Give the finished file its name, unless someone else took it meanwhile."""
    try:
        os.link(part, target)
    except FileExistsError as error:
        raise UserError(
            f"{target} appeared meanwhile, and a backup never overwrites.", "Give another name."
        ) from error
    except OSError:  # a file system without hard links
        if target.exists():
            raise
        part.rename(target)
