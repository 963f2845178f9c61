"""`tremplin restore`."""

import argparse
import shutil
import tempfile
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from tremplin import __version__
from tremplin.cli.deeds import archive, databases, moving, readiness
from tremplin.cli.deeds.backup import ASIDE
from tremplin.core import clock
from tremplin.core.errors import UserError
from tremplin.web import assets


def run(args: argparse.Namespace) -> int:
    """Unpack and check everything; change places; bring it to this version; let go what is over by now."""
    if not args.path.is_file():
        raise UserError(f"There is no file {args.path}.", "Name a file that “tremplin backup” wrote.")
    readiness.check_folder()
    with readiness.alone():
        if databases.holds_work() and not args.replace:
            raise UserError(
                "This installation holds people's work, which a restore would replace.",
                "Add --replace to keep it aside and restore, or set TREMPLIN_DATA_DIR to a new folder.",
            )
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=readiness.home()) as folder:
            staging = Path(folder)
            manifest = archive.extract(args.path, staging)
            check(manifest)
            aside = install(manifest, staging)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        assets.gather()
        if apps.is_installed("tremplin.privacy"):
            call_command("let_go")  # what was over when, or since, the backup was made
    print(f"Restored what was backed up on {manifest.made_at} with Tremplin {manifest.tremplin}.")
    if aside:
        print(f"What was here before is kept in: {', '.join(aside)}")
    return 0


def check(manifest: archive.Manifest) -> None:
    """Raises UserError for a backup that this version, or this kind of database, cannot take."""
    unknown = databases.unknown(manifest.migrations)
    if _numbers(manifest.tremplin) > _numbers(__version__) or unknown:
        step = f" (it has the step {unknown[0]})" if unknown else ""
        raise UserError(
            f"This backup was made with Tremplin {manifest.tremplin}, which knows more than this one{step}.",
            f"Install Tremplin {manifest.tremplin} or newer; this is {__version__}. Nothing was changed.",
        )
    if manifest.database == "postgresql" and connection.vendor == "sqlite":
        raise UserError(
            "This is a backup of a PostgreSQL database, and this installation uses SQLite.",
            "Set TREMPLIN_DATABASE_URL to an empty PostgreSQL database. Nothing was changed.",
        )


def install(manifest: archive.Manifest, staging: Path) -> list[str]:
    """Set aside what is here and put the unpacked backup in its place; where the old things are."""
    now = clock.now()
    home, aside = readiness.home(), readiness.home() / f"{ASIDE}{now:%Y%m%d-%H%M%S}"
    kept = []
    connection.close()
    moved = [path for path in home.iterdir() if _belongs(path)]
    if moved:
        aside.mkdir(mode=0o700)
        kept.append(str(aside))
    for path in moved:
        path.rename(aside / path.name)
    for path in (staging / "data").iterdir() if (staging / "data").is_dir() else []:
        path.rename(home / path.name)
    kept += _install_database(manifest, staging)
    for name in ("static",):
        shutil.rmtree(aside / name, ignore_errors=True)
    return kept


def _install_database(manifest: archive.Manifest, staging: Path) -> list[str]:
    source = staging / archive.DATABASE_FILES[manifest.database]
    if connection.vendor == "sqlite":
        source.rename(Path(str(connection.settings_dict["NAME"])))
        return []
    schema = databases.set_schema_aside(clock.now())
    if manifest.database == "postgresql":
        databases.load_dump(source)
    else:
        moving.from_sqlite(source)
    return [f"schema {schema}"] if schema else []


def _belongs(path: Path) -> bool:
    """Whether a thing in the data folder is the installation's, and not ours or an older one's."""
    return path.name != readiness.LOCK and not path.name.startswith((ASIDE, "."))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
