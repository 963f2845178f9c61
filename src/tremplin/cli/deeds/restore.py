"""`tremplin restore`."""

import argparse
import base64
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection

from tremplin import __version__
from tremplin.cli import rehearsed
from tremplin.cli.deeds import archive, databases, keys, moving, readiness
from tremplin.cli.deeds.backup import ASIDE, FILES
from tremplin.core import archived, clock, erasures, personal_keys, sealed
from tremplin.core.errors import UserError
from tremplin.core.keyring import Keyring, place_of
from tremplin.web import assets

STAGING, KEYS = ".restoring-", "keys"
KEPT = frozenset({"personal-keys", erasures.NAME, rehearsed.FOLDER})
"""Stays where it is: what was destroyed or erased since must stay so, and rehearsals have databases of their own."""


def run(args: argparse.Namespace) -> int:
    """Unpack and check everything; change places; bring it to this version; erase again; let go what is over."""
    if not args.path.is_file():
        raise UserError(f"There is no file {args.path}.", "Name a file that “tremplin backup” wrote.")
    archive.require(args.path)
    with leaving_nothing(readiness.home()) as done:
        readiness.check_folder()
        with readiness.alone():
            if databases.holds_work() and not args.replace:
                raise UserError(
                    "This installation holds people's work, which a restore would replace.",
                    "Add --replace to keep it aside and restore, or set TREMPLIN_DATA_DIR to a new folder.",
                )
            _clear_staging()
            with tempfile.TemporaryDirectory(prefix=STAGING, dir=readiness.home()) as folder:
                staging = Path(folder)
                manifest = archive.extract(args.path, staging)
                check(manifest)
                check_database(staging)
                unlocked = unlock(manifest, staging, args)
                since = gather(args.erasures)
                done.append(True)
                aside = install(staging, other_keys=unlocked.other_keys)
            again = _finish(since)
    _tell(manifest, again, unlocked.lost, aside)
    return 0


def _finish(since: "Since") -> int:
    """Bring what was put in place to this version and this day; how much of it was erased again."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    assets.gather()
    sealed.keys.cache_clear()  # the keys came with the backup
    again = erasures.repeat(since.entries, keys=since.keys)
    if apps.is_installed("tremplin.privacy"):
        call_command("let_go")  # what was over when, or since, the backup was made
    return again


def _tell(manifest: archive.Manifest, again: int, unreadable: int, aside: list[str]) -> None:
    print(f"Restored what was backed up on {manifest.made_at} with Tremplin {manifest.tremplin}.")
    print(f"Filled: {readiness.home()}")
    if again:
        print(f"Erased again, since the backup is older: {again}.")
    if unreadable:
        print(f"Texts and files that stay empty, since their keys were destroyed: {unreadable}.")
    if lost := personal_keys.missing():
        print(f"Keys of people that are missing: {lost}. What they sealed has to be asked for again.")
    if aside:
        print(f"What was here before is kept in: {', '.join(aside)}")
    print("Next, with the same settings (“tremplin migrate” has been done):")
    print("  tremplin doctor    # says what is missing here")
    print("  tremplin serve")


@contextmanager
def leaving_nothing(home: Path) -> Iterator[list[bool]]:
    """Takes back what only the attempt made in `home`, unless a word in the list says that it is being filled."""
    before = {path.name for path in home.iterdir()} if home.is_dir() else None
    made = [folder for folder in (home, *home.parents) if not folder.exists()]
    filling: list[bool] = []
    try:
        yield filling
    finally:
        if not filling:
            connection.close()
            for path in home.iterdir() if home.is_dir() else []:
                if path.name not in (before or set()) and _of_an_attempt(path):
                    path.unlink()
            with suppress(OSError):  # somebody else put something there meanwhile
                for folder in made:
                    folder.rmdir()


def _of_an_attempt(path: Path) -> bool:
    """The lock, and the empty database that merely asking for it makes."""
    database = Path(str(connection.settings_dict["NAME"])) if connection.vendor == "sqlite" else None
    return path.name == readiness.LOCK or (database is not None and path.name.startswith(database.name))


def _clear_staging() -> None:
    """What a restore that was killed had unpacked; nobody else is at it, since this one is alone."""
    for folder in readiness.home().glob(f"{STAGING}*"):
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Since:
    """What was erased here, or elsewhere, and the keys under which that was noted."""

    entries: set[erasures.Entry]
    keys: tuple[bytes, ...]


def gather(lists: Sequence[Path]) -> Since:
    """Every erasure that is known before anything changes. Raises UserError for a list that cannot be read."""
    here = readiness.home() / erasures.NAME
    entries = set[erasures.Entry]()
    for path in [*lists, *([here] if here.exists() else [])]:
        if not path.is_file():
            raise UserError(f"There is no file {path}.", f"Name a file {erasures.NAME}. Nothing was changed.")
        entries |= erasures.read(path)
    if databases.holds_work():
        with suppress(DatabaseError):  # damaged, or of a version before there were any
            entries |= erasures.rows()
    keys = tuple[bytes, ...]()
    with suppress(FileNotFoundError, AttributeError):
        keys = tuple(base64.urlsafe_b64decode(line) for line in sealed.key_file().read_text("ascii").split())
    return Since(entries, keys)


def check(manifest: archive.Manifest) -> None:
    """Raises UserError for a backup that this version, or this kind of database, cannot take."""
    unknown = databases.unknown(manifest.migrations)
    if _numbers(manifest.tremplin) > _numbers(__version__) or unknown:
        step = f" (it has the step {unknown[0]})" if unknown else ""
        raise UserError(
            f"This backup was made with Tremplin {manifest.tremplin}, which knows more than this one{step}.",
            f"Install Tremplin {manifest.tremplin} or newer; this is {__version__}. Nothing was changed.",
        )


@dataclass(frozen=True, slots=True)
class Unlocked:
    """Whether the keys that are here go aside, since others came along or none are wanted; how much stays empty."""

    other_keys: bool
    lost: int


def unlock(manifest: archive.Manifest, staging: Path, args: argparse.Namespace) -> Unlocked:
    """Make what was unpacked readable again, as far as there are keys. Raises UserError when there are none."""
    if args.without_keys:
        ring, file = Keyring(), None
    else:
        place = args.path.absolute().parent
        ring, file = keys.ring_for(manifest, given=args.keys, place=place, older=args.older_keys)
    if file is not None:
        keys.unpack(file, staging / KEYS)
    lost = archived.reopen(staging / archive.DATABASE, ring).lost
    for path in sorted((staging / "data" / FILES).rglob("*")):
        if path.is_file():
            name = path.relative_to(staging / "data").as_posix()
            content = path.read_bytes()
            found = archived.open_file(content, place_of("files", name, "content"), ring)
            lost += found is None
            if found != content:
                path.write_bytes(found or b"")
    return Unlocked(args.without_keys or file is not None, lost)


def check_database(staging: Path) -> None:
    """Raises UserError for a database that was damaged when it was backed up: its digest would still be right."""
    file = staging / archive.DATABASE
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True)) as database:
            said = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        raise archive.damaged("its database cannot be read") from error
    if said != ("ok",):
        raise archive.damaged("its database is damaged")


def install(staging: Path, *, other_keys: bool) -> list[str]:
    """Set aside what is here and put the unpacked backup in its place; where the old things are.

    With `other_keys` the keys change places too, for those that were unpacked, or for none.
    """
    now = clock.now()
    home, aside = readiness.home(), readiness.home() / f"{ASIDE}{now:%Y%m%d-%H%M%S}"
    kept = []
    connection.close()
    moved = [path for path in home.iterdir() if _belongs(path) or (other_keys and path == keys.folder())]
    if moved:
        aside.mkdir(mode=0o700)
        kept.append(str(aside))
    for path in moved:
        path.rename(aside / path.name)
    for path in (staging / "data").iterdir() if (staging / "data").is_dir() else []:
        path.rename(home / path.name)
    if (staging / KEYS).exists():
        (staging / KEYS).rename(keys.folder())
    kept += _install_database(staging)
    for name in ("static",):
        shutil.rmtree(aside / name, ignore_errors=True)
    return kept


def _install_database(staging: Path) -> list[str]:
    source = staging / archive.DATABASE
    if connection.vendor == "sqlite":
        source.rename(Path(str(connection.settings_dict["NAME"])))
        return []
    schema = databases.set_schema_aside(clock.now())
    moving.from_sqlite(source)
    return [f"schema {schema}"] if schema else []


def _belongs(path: Path) -> bool:
    """Whether a thing in the data folder is the installation's, and not ours or an older one's."""
    return path.name not in {readiness.LOCK, *KEPT} and not path.name.startswith((ASIDE, "."))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
