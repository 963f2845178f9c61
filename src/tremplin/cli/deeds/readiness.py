"""Whether this installation can run, asked before it does: each refusal is a sentence and a remedy."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tremplin.cli import faults
from tremplin.core.errors import UserError
from tremplin.core.jobs.process import all_queues

LEAST_FREE = 64 * 1024 * 1024
LOCK = "in-use.lock"


def home() -> Path:
    path: Path = settings.CONFIG.home
    return path


def check_folder() -> None:
    """The data folder exists (made if need be), can be written, and has room. Raises UserError."""
    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UserError(
            f"The data folder {folder} cannot be made: {error.strerror}.",
            "Set TREMPLIN_DATA_DIR to a folder that this account may write.",
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UserError(
            f"The data folder {folder} cannot be written by this account.",
            "Give the account that runs Tremplin write access to it and everything in it.",
        )
    if shutil.disk_usage(folder).free < LEAST_FREE:
        raise UserError(
            f"The disk that holds {folder} is full: less than {LEAST_FREE // 1024 // 1024} MB are free.",
            faults.DISK_FULL.remedy,
        )


def check_access() -> None:
    """The database answers and can be written. Raises UserError, or the database's own error."""
    if connection.vendor == "sqlite":
        _check_sqlite_files(Path(str(connection.settings_dict["NAME"])))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout=3000")
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("ROLLBACK")
        else:
            cursor.execute("SHOW transaction_read_only")
            if cursor.fetchone()[0] == "on":
                raise UserError(
                    "The database accepts no writes: it is a standby, or set to read-only.",
                    "Point TREMPLIN_DATABASE_URL to the primary server.",
                )
    connection.close()


def _check_sqlite_files(path: Path) -> None:
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        if file.exists() and not os.access(file, os.R_OK | os.W_OK):
            raise UserError(
                f"The database file {file} is read-only for this account.", faults.READ_ONLY.remedy
            )


def check_database() -> None:
    """Access, and every migration applied. Raises UserError."""
    check_access()
    todo = pending()
    if todo:
        raise UserError(
            f"The database is not ready for this version: {len(todo)} migration steps have not been applied.",
            "If it holds data, make a backup with the version that ran until now; then run: tremplin migrate",
        )


def untouched() -> bool:
    """Whether nothing was ever put into the database."""
    return not connection.introspection.table_names()


def pending() -> list[str]:
    """The migrations that are still to apply."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def known_queues(words: str) -> list[str]:
    """The queues named in a comma-separated list, all for an empty one. Raises UserError."""
    wanted = [word.strip() for word in words.split(",") if word.strip()]
    unknown = [word for word in wanted if word not in all_queues()]
    if unknown:
        raise UserError(
            f"There is no queue “{unknown[0]}”.", f"The queues are: {', '.join(sorted(all_queues()))}."
        )
    return wanted or all_queues()


@contextmanager
def in_use() -> Iterator[None]:
    """Hold the data folder as in use; any number of programs may. Raises UserError while it is restored."""
    with _locked(fcntl.LOCK_SH, "A restore is under way in this data folder.", "Wait until it is done."):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Hold the data folder alone. Raises UserError while any Tremplin runs on it."""
    with _locked(
        fcntl.LOCK_EX,
        "Tremplin is running on this data folder.",
        "Stop “tremplin serve” and every worker first.",
    ):
        yield


@contextmanager
def _locked(how: int, message: str, remedy: str) -> Iterator[IO[Any]]:
    with (home() / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, how | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError(message, remedy) from error
        yield lock
