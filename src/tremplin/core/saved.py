"""Rows whose INSERT and UPDATE are put into SQL once for each process, as `core.prepared` does for questions.

Django writes the statement anew for each row, which takes several times as long as the database needs for it.
Here Django writes the first one of each shape; when the values in it are the row's own, in the order of the columns
and nothing else, later rows change the values alone. Whatever has another shape (an expression, a value that the
database gives) goes Django's way each time. Signals, checks and errors are Django's as ever.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery, UpdateQuery

from tremplin.core.prepared import ready_cursor

Values = tuple[Any, ...]
Statement = tuple[str, Sequence[Any]]
_known: dict[Values, str] = {}


class Saved(models.Model):
    """The base of rows that are often written."""

    class Meta:
        abstract = True

    def _do_insert(self, manager: Any, using: str, fields: Any, returning_fields: Any, raw: bool) -> Any:
        connection, wanted = connections[using], tuple(returning_fields)
        own = not wanted or (
            wanted == (manager.model._meta.auto_field,) and connection.features.can_return_columns_from_insert
        )
        values = None if raw or not own else _of_row(self, fields, connection)
        if values is not None:
            shape = ("insert", manager.model, len(fields), len(wanted))
            sql = _written(connection, shape, values, lambda: _insert(self, fields, wanted, connection))
            if sql:
                with ready_cursor(connection) as cursor:
                    cursor.execute(sql, values)
                    return [cursor.fetchone()] if wanted else []
        inherited: Any = super()
        return inherited._do_insert(manager, using, fields, returning_fields, raw)

    def _do_update(self, base_qs: Any, using: Any, pk_val: Any, values: Any, *how: Any) -> Any:
        _update_fields, forced, *returning = how  # Django 6 gives a third, and waits for another answer
        own = values and not returning and (forced or not base_qs.model._meta.select_on_save)
        done = _change(base_qs, pk_val, values, connections[using]) if own else None
        if done is not None:
            return done
        inherited: Any = super()
        return inherited._do_update(base_qs, using, pk_val, values, *how)


def change(row: models.Model, *names: str) -> bool:
    """Write these columns of `row`; False if it is no longer there. No signals. For rows that are not `Saved`."""
    fields = [field for field in row._meta.concrete_fields if field.name in names]
    values = [(field, None, field.pre_save(row, add=False)) for field in fields]
    base = type(row)._base_manager.using(DEFAULT_DB_ALIAS)
    done = _change(base, row.pk, values, connections[DEFAULT_DB_ALIAS])
    if done is None:
        row.save(update_fields=names)
    return done is not False


def add_if_new(row: models.Model) -> bool:
    """Insert `row`; False if a row with one of its unique values is there.

    Sends no signals. While another transaction is about to add the same, this waits for how that ends.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    counted = row._meta.auto_field
    wanted = (counted,) if counted and connection.features.can_return_columns_from_insert else ()
    fields = [field for field in row._meta.concrete_fields if field is not counted]
    checked: Any = row
    checked._prepare_related_fields_for_save(operation_name="bulk_create")
    values = _of_row(row, fields, connection)
    if values is None:
        raise ValueError("A row with values that the database works out is not added here.")

    def write() -> Statement:
        return _insert(row, fields, wanted, connection, on_conflict=OnConflict.IGNORE)

    sql = _written(connection, ("add", type(row)), values, write)
    with transaction.mark_for_rollback_on_error(using=DEFAULT_DB_ALIAS), ready_cursor(connection) as cursor:
        cursor.execute(*((sql, values) if sql else write()))
        if not wanted:
            return bool(cursor.rowcount)
        given = cursor.fetchone()
    if given:
        (row.pk,) = given
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return bool(given)


def _of_row(row: models.Model, fields: Iterable[Any], connection: BaseDatabaseWrapper) -> Values | None:
    return _adapted(((field, field.pre_save(row, add=True)) for field in fields), connection)


def _adapted(pairs: Iterable[tuple[Any, Any]], connection: BaseDatabaseWrapper) -> Values | None:
    """Values as the database takes them; None if one of them has to be worked out by the database."""
    found = []
    for field, value in pairs:
        if hasattr(value, "resolve_expression"):
            return None
        found.append(field.get_db_prep_save(value, connection=connection))
    return tuple(found)


def _change(base: Any, pk: Any, values: Any, connection: BaseDatabaseWrapper) -> bool | None:
    """Whether the row was there to be changed; None if the statement has to be Django's own."""
    given = _adapted(((field, value) for field, _model, value in values), connection)
    if given is None:
        return None
    nothing = tuple(value is None for value in given)
    shape = ("update", base.model, tuple(field.attname for field, *_rest in values), nothing)
    key = base.model._meta.pk.get_db_prep_value(pk, connection)
    row = (*(each for each in given if each is not None), key)
    sql = _written(connection, shape, row, lambda: _update(base, pk, values, connection))
    if not sql:
        return None
    with ready_cursor(connection) as cursor:
        cursor.execute(sql, row)
        return bool(cursor.rowcount > 0)


def _written(
    connection: BaseDatabaseWrapper, shape: Values, values: Values, write: Callable[[], Statement]
) -> str:
    """The SQL for this shape, with a place for each value; empty if it cannot be had that way."""
    key = (connection.vendor, *shape)
    if key not in _known:
        sql, written = write()
        same = len(written) == len(values) and all(map(_same, written, values))
        _known[key] = sql if same else ""
    return _known[key]


def _same(one: Any, other: Any) -> bool:
    """PostgreSQL's driver wraps JSON, and wrappers are never equal."""
    return bool(getattr(one, "obj", one) == getattr(other, "obj", other))


def _insert(
    row: models.Model, fields: Iterable[Any], wanted: Values, connection: BaseDatabaseWrapper, **how: Any
) -> Statement:
    query: Any = InsertQuery(type(row), **how)
    query.insert_values(list(fields), [row])
    compiler = query.get_compiler(connection=connection)
    compiler.returning_fields = list(wanted)
    [(sql, values)] = compiler.as_sql()
    return sql, values


def _update(base: Any, pk: Any, values: Iterable[Any], connection: BaseDatabaseWrapper) -> Statement:
    query: Any = base.filter(pk=pk).query.chain(UpdateQuery)
    query.add_update_fields(values)
    sql, written = query.get_compiler(connection=connection).as_sql()
    return sql, written
