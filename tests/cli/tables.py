"""The tables of the site as a database describes them."""

import json
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model


def described() -> str:
    """Each table with its columns, keys, constraints and indexes, the same for the same tables."""
    # Of other apps we have no migrations to keep; Django itself makes the keys of theirs wider when it migrates.
    models = [model for model in apps.get_models(include_auto_created=True) if _is_ours(model)]
    with connection.cursor() as cursor:
        found = {model._meta.db_table: _table(cursor, model._meta.db_table) for model in models}
    return json.dumps(found, indent=1, sort_keys=True)


def _table(cursor: Any, name: str) -> dict[str, Any]:
    asked = connection.introspection
    constraints = asked.get_constraints(cursor, name)
    return {
        "columns": {
            column.name: [str(column.type_code), column.null_ok, column.display_size]
            for column in asked.get_table_description(cursor, name)
        },
        # SQLite numbers what has no name by its place in the text of the table.
        "unnamed": sorted(_said(rule) for key, rule in constraints.items() if _is_numbered(key)),
        "named": {key: _said(rule) for key, rule in constraints.items() if not _is_numbered(key)},
    }


def _is_ours(model: type[Model]) -> bool:
    return model.__module__.startswith("tremplin.")


def _is_numbered(key: str) -> bool:
    return key.startswith(("fk_", "__unnamed_constraint_", "sqlite_autoindex_", "__primary__"))


def _said(rule: dict[str, Any]) -> str:
    return json.dumps(
        {key: value for key, value in rule.items() if key != "definition"}, default=str, sort_keys=True
    )
