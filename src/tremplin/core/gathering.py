"""Rows of several tables in one answer of the database, as JSON: what took twenty questions takes one."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, QuerySet, Subquery, TextField, Value
from django.db.models.functions import JSONObject
from django.db.models.sql.compiler import SQLCompiler


class Collected(Aggregate):
    """Rows of another table in one value."""

    allow_distinct = False
    output_field = TextField()
    on_postgresql = ""

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        words = {"function": self.on_postgresql, "template": "%(function)s(%(expressions)s)::text"}
        return self.as_sql(compiler, connection, **words)


class Pairs(Collected):
    """An object: in each row a name and what belongs to it."""

    function = "json_group_object"
    on_postgresql = "json_object_agg"


class Items(Collected):
    """A list of what stands in each row."""

    function = "json_group_array"
    on_postgresql = "json_agg"


Told = dict[str, Any]


def gather(
    one: QuerySet[Any], asked: Mapping[str, tuple[QuerySet[Any], Mapping[str, Any]]]
) -> dict[str, list[Told]]:
    """Of each set of rows the facts that are asked, by name: of all sets in one statement, each in its own order.

    `one` finds the one row that the statement is about.
    """
    found: Sequence[str | None] | None = None
    if asked:
        found = (
            one.order_by().values_list(*(_collected(rows, facts) for rows, facts in asked.values())).first()
        )
    texts = found or [None] * len(asked)
    return {name: _in_order(json.loads(text or "[]")) for name, text in zip(asked, texts, strict=True)}


def _collected(rows: QuerySet[Any], facts: Mapping[str, Any]) -> Subquery:
    said = Items(JSONObject(key="pk", **facts))
    of_all = rows.select_related(None).order_by().annotate(all_of_them=Value(1)).values("all_of_them")
    return Subquery(of_all.annotate(said_of_them=said).values("said_of_them"))


def _in_order(rows: list[Told]) -> list[Told]:
    return sorted(rows, key=lambda row: row["key"])


def moment(text: str) -> datetime:
    """A moment as the database writes it into JSON: SQLite keeps UTC and does not say so."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
