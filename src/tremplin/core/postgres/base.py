"""Django looks for a backend's DatabaseWrapper in a module of this name."""

import select
from typing import Any

from django.db.backends.postgresql import base, operations
from django.db.backends.utils import CursorWrapper
from psycopg import Cursor
from psycopg.pq import TransactionStatus

_SOUND = frozenset({TransactionStatus.IDLE, TransactionStatus.INTRANS})


class ReadyCursor(Cursor[Any]):
    """The server reads and plans a statement once for each connection and keeps it ready; later only values travel."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
        self.connection.prepare_threshold = 0  # at once, and none of the statements of other cursors
        try:
            return super().execute(query, params, **how)
        finally:
            self.connection.prepare_threshold = None


class DatabaseOperations(operations.DatabaseOperations):
    """Django's; the log of statements shows values also where they travelled apart."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> Any:
        if isinstance(cursor, ReadyCursor):
            return self.compose_sql(sql, params)
        return super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """Asked before each request whether its connection lives, it listens first.

    A server that ends a connection says so and closes it: both wait on our side, to be read. Where nothing waits,
    a question to the server would learn no more; one asked by each page was a twentieth of an application's CPU.
    """

    ops_class = DatabaseOperations

    def get_connection_params(self) -> dict[str, Any]:
        """Statements that are kept ready are planned for all values alike: all that matters is written in them."""
        return {**super().get_connection_params(), "options": "-c plan_cache_mode=force_generic_plan"}

    def is_usable(self) -> bool:
        return _silent(self.connection) or super().is_usable()

    def ready_cursor(self) -> CursorWrapper:
        """As `cursor`, for statements that come again and again with other values: see `ReadyCursor`."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        line: Any = self
        with self.wrap_database_errors:
            cursor: CursorWrapper = line._prepare_cursor(ReadyCursor(line.connection))
        return cursor


def _silent(connection: Any) -> bool:
    """Whether the connection is open, in no broken transaction, and there is nothing to read: no word of an end."""
    if connection is None or connection.closed or connection.pgconn.transaction_status not in _SOUND:
        return False
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN | select.POLLHUP | select.POLLERR)
    return not poll.poll(0)
