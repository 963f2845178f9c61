"""Copying a database out and in, on SQLite and on PostgreSQL."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tremplin.cli.deeds import moving
from tremplin.core.errors import UserError

# Tables that the installation fills by itself: rows in them are nobody's work.
_OWN = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "cache",
    "jobs_schedule",
    "jobs_worker",
}


def snapshot(target: Path) -> None:
    """A consistent copy of the database in the new SQLite file `target`, while others write.

    `VACUUM INTO` holds writers up for some milliseconds; copying the file would not be safe, and SQLite's
    stepwise backup starts anew at each foreign write, so that it never ends on a busy night. What PostgreSQL holds
    is copied row by row: a backup is the same kind of file wherever it was made, and can be restored to either.
    """
    if connection.vendor != "sqlite":
        moving.to_sqlite(target)
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(target)])
    with closing(sqlite3.connect(target)) as copy:
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if verdict != "ok":
        raise UserError(
            "The database is damaged, so this backup would be too.", "Restore the latest good backup."
        )


def applied() -> list[str]:
    """The migrations that this database has seen."""
    return sorted(f"{app}.{name}" for app, name in MigrationLoader(connection).applied_migrations)


def unknown(migrations: Sequence[str]) -> list[str]:
    """Those of `migrations` that this version of Tremplin does not have."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations or ()}
    return sorted(set(migrations) - known)


def holds_work() -> bool:
    """Whether anybody's work is in the database."""
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return False
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - _OWN):
            cursor.execute(f"SELECT 1 FROM {quote(table)} LIMIT 1")  # noqa: S608 (a name from the database itself)
            if cursor.fetchone():
                return True
    return False


def set_schema_aside(now: datetime) -> str:
    """Rename PostgreSQL's schema `public`, if it holds tables, and begin an empty one; the new name or ""."""
    with connection.cursor() as cursor:
        if not connection.introspection.table_names(cursor):
            return ""
        aside = f"replaced_{now:%Y%m%d_%H%M%S}"
        cursor.execute(f"ALTER SCHEMA public RENAME TO {aside}")
        cursor.execute("CREATE SCHEMA public")
    return aside
