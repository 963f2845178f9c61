"""Every row, unchanged, between the database in use and a file of SQLite: for backups, and into a larger database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.db.migrations.recorder import MigrationRecorder

FILE = "moving_file"
ROWS = 500


def from_sqlite(path: Path) -> int:
    """Fill the empty default database with the rows of the SQLite file at `path`; how many there were.

    The file is brought to this version first. All rows go over in one transaction in which foreign keys are
    checked at the end, so their order does not matter; afterwards the sequences continue where ids end.
    """
    with _opened(path):
        call_command("migrate", database=FILE, interactive=False, verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        with transaction.atomic():
            moved = _move(FILE, DEFAULT_DB_ALIAS)
            _continue_sequences()
        return moved


def to_sqlite(path: Path) -> int:
    """Write the rows of the default database, as they are at one moment, into the new SQLite file at `path`."""
    with _opened(path):
        _lay_out()
        with connections[FILE].cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys=OFF")  # the rows agree already, in whatever order they come
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            with transaction.atomic(using=FILE):
                return _move(DEFAULT_DB_ALIAS, FILE)


@contextmanager
def _opened(path: Path) -> Iterator[None]:
    """The file as a database, under the alias FILE."""
    connections.databases[FILE] = _settings_for(path)
    try:
        yield
    finally:
        connections[FILE].close()
        del connections[FILE]
        del connections.databases[FILE]


def _lay_out() -> None:
    """The tables of this version in the empty file, at once instead of step by step, and that no step is due."""
    with connections[FILE].schema_editor() as editor:
        for model in _tables():
            if not model._meta.auto_created:  # made with the model that it joins
                editor.create_model(model)
    done = MigrationRecorder(connections[FILE])
    done.ensure_schema()
    for app, name in MigrationRecorder(connection).applied_migrations():
        done.record_applied(app, name)


def _settings_for(path: Path) -> dict[str, Any]:
    """Like the default's settings, so that nothing that Django expects is missing."""
    plain = {**connections.databases["default"], "ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}
    return {**plain, "OPTIONS": {}, "HOST": "", "PORT": "", "USER": "", "PASSWORD": ""}


def _tables() -> list[type[models.Model]]:
    """Every table of ours and Django's, join tables included."""
    chosen = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return [model for model in chosen if not model._meta.proxy]


def _move(source: str, target: str) -> int:
    for model in _tables():
        model._base_manager.using(target).all().delete()  # what migrations filled in by themselves
    return sum(_copy(model, source, target) for model in _tables())


def _copy(model: type[models.Model], source: str, target: str) -> int:
    into = connections[target]
    fields = [field.attname for field in model._meta.concrete_fields]
    columns = ", ".join(into.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields)
    rows = model._base_manager.using(source).order_by("pk").values_list(*fields)
    places = ", ".join(["%s"] * len(fields))
    insert = f"INSERT INTO {into.ops.quote_name(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608
    moved = 0
    with into.cursor() as cursor:
        batch: list[list[Any]] = []
        for row in rows.iterator(ROWS):
            pairs = zip(model._meta.concrete_fields, row, strict=True)
            batch.append([field.get_db_prep_save(value, into) for field, value in pairs])
            if len(batch) == ROWS:
                cursor.executemany(insert, batch)
                moved, batch = moved + len(batch), []
        if batch:
            cursor.executemany(insert, batch)
    return moved + len(batch)


def _continue_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _tables()):
            cursor.execute(statement)
