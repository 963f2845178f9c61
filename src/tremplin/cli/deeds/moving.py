"""From SQLite to PostgreSQL: every row, unchanged, when an installation outgrows one machine."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, models, transaction

SOURCE = "moving_source"
ROWS = 500


def from_sqlite(path: Path) -> int:
    """Fill the empty default database with the rows of the SQLite file at `path`; how many there were.

    The file is brought to this version first. All rows go over in one transaction in which foreign keys are
    checked at the end, so their order does not matter; afterwards the sequences continue where ids end.
    """
    connections.databases[SOURCE] = _settings_for(path)
    try:
        call_command("migrate", database=SOURCE, interactive=False, verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        with transaction.atomic():
            for model in _tables():
                model._base_manager.all().delete()  # what migrations filled in by themselves
            moved = sum(_copy(model) for model in _tables())
            _continue_sequences()
        return moved
    finally:
        connections[SOURCE].close()
        del connections[SOURCE]
        del connections.databases[SOURCE]


def _settings_for(path: Path) -> dict[str, Any]:
    """Like the default's settings, so that nothing that Django expects is missing."""
    plain = {**connections.databases["default"], "ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}
    return {**plain, "OPTIONS": {}, "HOST": "", "PORT": "", "USER": "", "PASSWORD": ""}


def _tables() -> list[type[models.Model]]:
    """Every table of ours and Django's, join tables included."""
    chosen = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return [model for model in chosen if not model._meta.proxy]


def _copy(model: type[models.Model]) -> int:
    fields = [field.attname for field in model._meta.concrete_fields]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields)
    rows = model._base_manager.using(SOURCE).order_by("pk").values_list(*fields)
    places = ", ".join(["%s"] * len(fields))
    insert = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608
    moved = 0
    with connection.cursor() as cursor:
        batch: list[list[Any]] = []
        for row in rows.iterator(ROWS):
            pairs = zip(model._meta.concrete_fields, row, strict=True)
            batch.append([field.get_db_prep_save(value, connection) for field, value in pairs])
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
