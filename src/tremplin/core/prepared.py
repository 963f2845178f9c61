"""Questions that every page asks, put into SQL once for each process.

Django writes the SQL of a query anew each time it runs, which for a query over five tables takes several times as
long as the database needs to answer it. What is prepared here is written once; later only the values change.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.db.models import query as django_query
from django.db.models.sql import DeleteQuery, UpdateQuery

M = TypeVar("M", bound=Model)
# In the place of each value while the SQL is written. Nothing that a query says by itself looks like them.
_SAMPLES: dict[type, Callable[[int], Any]] = {
    int: lambda number: 1_734_091_265 + number,  # no column of whole numbers is too small for it
    str: lambda number: f"\N{SYMBOL FOR UNIT SEPARATOR}{number}",
    datetime: lambda number: datetime(1999, 12, 31, 23, 59, 59, 123_456, UTC) + timedelta(days=number),
}

_Places = list[tuple[int | None, Any]]


class Prepared(Generic[M]):
    """A query whose shape never changes, such as `Prepared(lambda slug: Cohort.objects.filter(slug=slug), str)`.

    `build` gets one value for each of `kinds` (int, str, datetime) and must treat it as a value alone: the query may
    not look different for another one. Related objects and annotations come along; prefetching does not.
    """

    def __init__(self, build: Callable[..., QuerySet[M]], *kinds: type) -> None:
        self.build, self.kinds = build, kinds
        self.written: dict[str, _Written[M]] = {}

    def __call__(self, *values: Any) -> list[M]:
        """What the query finds with these values."""
        if tuple(map(type, values)) != self.kinds:
            raise TypeError(f"prepared for {self.kinds}, asked with {tuple(map(type, values))}")
        connection = connections[DEFAULT_DB_ALIAS]
        written = self.written.get(connection.vendor)
        if written is None:  # two threads at once write the same
            samples = [_SAMPLES[kind](number) for number, kind in enumerate(self.kinds)]
            written = _Written(self.build(*samples), _adapted(samples, connection), connection)
            self.written[connection.vendor] = written
        return written.rows(_adapted(values, connection), connection)


class PreparedRows:
    """A query for columns instead of objects: `build` ends with `values_list`. Values are values alone, as those of
    `Prepared`.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *kinds: type) -> None:
        self.build, self.kinds = build, kinds
        self.written: dict[str, tuple[str, _Places, list[Any]]] = {}

    def __call__(self, *values: Any) -> list[tuple[Any, ...]]:
        """The columns of each row that the query finds with these values."""
        if tuple(map(type, values)) != self.kinds:
            raise TypeError(f"prepared for {self.kinds}, asked with {tuple(map(type, values))}")
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self.written:
            self.written[connection.vendor] = self._written(connection)
        sql, places, converters = self.written[connection.vendor]
        with ready_cursor(connection) as cursor:
            cursor.execute(sql, _placed(places, _adapted(values, connection)))
            rows = cursor.fetchall()
        return [_converted(list(row), converters, connection) for row in rows] if converters else rows

    def _written(self, connection: BaseDatabaseWrapper) -> tuple[str, _Places, list[Any]]:
        samples = [_SAMPLES[kind](number) for number, kind in enumerate(self.kinds)]
        compiler: Any = self.build(*samples).query.get_compiler(connection=connection)
        sql, written = compiler.as_sql()
        columns = [column for column, *_rest in compiler.select[: compiler.col_count]]
        converters = list(compiler.get_converters(columns).items())
        return *_places(sql, written, _adapted(samples, connection)), converters


def _converted(row: list[Any], converters: list[Any], connection: BaseDatabaseWrapper) -> tuple[Any, ...]:
    for place, (found, expression) in converters:
        for convert in found:
            row[place] = convert(row[place], expression, connection)
    return tuple(row)


class PreparedChange:
    """A change whose shape never is another, such as `PreparedChange(lambda pk, at: (Row.objects.filter(pk=pk),
    {"at": at}), int, datetime)`; how many rows it changed. Values are values alone, as those of `Prepared`.
    """

    def __init__(self, build: Callable[..., tuple[QuerySet[Any], dict[str, Any]]], *kinds: type) -> None:
        self.build, self.kinds = build, kinds
        self.written: dict[str, tuple[str, _Places]] = {}

    def __call__(self, *values: Any) -> int:
        return _run(self, values, self._written)

    def _written(self, samples: Sequence[Any], connection: BaseDatabaseWrapper) -> tuple[str, Sequence[Any]]:
        found, changes = self.build(*samples)
        query: Any = found.query.chain(UpdateQuery)
        query.add_update_values(changes)
        sql, written = query.get_compiler(connection=connection).as_sql()
        return sql, written


class PreparedRemoval:
    """Rows to delete, told by values; none that others point at, and no signals. How many there were."""

    def __init__(self, build: Callable[..., QuerySet[Any]], *kinds: type) -> None:
        self.build, self.kinds = build, kinds
        self.written: dict[str, tuple[str, _Places]] = {}

    def __call__(self, *values: Any) -> int:
        return _run(self, values, self._written)

    def _written(self, samples: Sequence[Any], connection: BaseDatabaseWrapper) -> tuple[str, Sequence[Any]]:
        query: Any = self.build(*samples).query.chain(DeleteQuery)
        sql, written = query.get_compiler(connection=connection).as_sql()
        return sql, written


def ready_cursor(connection: BaseDatabaseWrapper) -> CursorWrapper:
    """A cursor for statements that come again: PostgreSQL keeps them ready for it, SQLite does so for all."""
    found: CursorWrapper = getattr(connection, "ready_cursor", connection.cursor)()
    return found


_Write = Callable[[Sequence[Any], BaseDatabaseWrapper], tuple[str, Sequence[Any]]]


def _run(asked: "PreparedChange | PreparedRemoval", values: tuple[Any, ...], write: _Write) -> int:
    """Run what is written once; how many rows it met."""
    if tuple(map(type, values)) != asked.kinds:
        raise TypeError(f"prepared for {asked.kinds}, asked with {tuple(map(type, values))}")
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor not in asked.written:
        samples = [_SAMPLES[kind](number) for number, kind in enumerate(asked.kinds)]
        asked.written[connection.vendor] = _places(*write(samples, connection), _adapted(samples, connection))
    sql, places = asked.written[connection.vendor]
    with ready_cursor(connection) as cursor:
        cursor.execute(sql, _placed(places, _adapted(values, connection)))
        return int(cursor.rowcount)


_PLACE = re.compile("%s|%%")


def _places(sql: str, written: Sequence[Any], samples: Sequence[Any]) -> tuple[str, _Places]:
    """The statement with its own words in it, and where each value stands among what is left to be given.

    A database that plans a statement once for all values must see what is the same each time: else it could not know
    that an index over waiting jobs alone serves those who ask for waiting jobs.
    """
    if missing := [sample for sample in samples if sample not in written]:
        raise ValueError(f"The statement does not ask for each of its values ({missing}): {sql}")
    values, places = iter(written), _Places()

    def put(found: re.Match[str]) -> str:
        if found[0] != "%s":
            return found[0]
        value = next(values)
        if value not in samples and isinstance(value, int | str) and not isinstance(value, bool):
            return _literal(value)
        places.append((samples.index(value), None) if value in samples else (None, value))
        return found[0]

    return _PLACE.sub(put, sql), places


def _literal(value: int | str) -> str:
    """A word of our own as it stands in a statement, where a percent sign would announce a value."""
    return (
        str(int(value)) if isinstance(value, int) else "'" + value.replace("'", "''").replace("%", "%%") + "'"
    )


def _placed(places: _Places, values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(fixed if place is None else values[place] for place, fixed in places)


def _adapted(values: Sequence[Any], connection: BaseDatabaseWrapper) -> list[Any]:
    """Values as the fields of a query hand them to the database."""
    moment = connection.ops.adapt_datetimefield_value
    return [moment(value) if isinstance(value, datetime) else value for value in values]


class _Written(Generic[M]):
    """A query whose SQL is written, and what makes the objects that Django would make of its rows."""

    def __init__(self, found: QuerySet[M], samples: Sequence[Any], connection: BaseDatabaseWrapper) -> None:
        compiler: Any = found.query.get_compiler(connection=connection)
        sql, written = compiler.as_sql()
        self.sql, self.places = _places(sql, written, samples)
        columns = compiler.select[: compiler.col_count]
        self.converters = list(compiler.get_converters([column for column, *_rest in columns]).items())
        own = compiler.klass_info["select_fields"]
        self.model, self.own = found.model, slice(own[0], own[-1] + 1)
        self.names = [column.target.attname for column, *_rest in compiler.select[self.own]]
        populators: Any = django_query.get_related_populators
        modes = [vars(found)["_fetch_mode"]] if "_fetch_mode" in vars(found) else []  # from Django 6.1 on
        self.related = populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS, *modes)
        self.annotations = list(compiler.annotation_col_map.items())

    def rows(self, values: Sequence[Any], connection: BaseDatabaseWrapper) -> list[M]:
        with ready_cursor(connection) as cursor:
            cursor.execute(self.sql, _placed(self.places, values))
            return [self._made(list(row), connection) for row in cursor.fetchall()]

    def _made(self, row: list[Any], connection: BaseDatabaseWrapper) -> M:
        """As Django's ModelIterable makes it."""
        for place, (converters, expression) in self.converters:
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        made: M = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.own])
        for each in self.related:
            each.populate(row, made)
        for name, place in self.annotations:
            setattr(made, name, row[place])
        return made
