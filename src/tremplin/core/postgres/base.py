"""Django looks for a backend's DatabaseWrapper in a module of this name."""

import select
from typing import Any

from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

_SOUND = frozenset({TransactionStatus.IDLE, TransactionStatus.INTRANS})


class DatabaseWrapper(base.DatabaseWrapper):
    """Asked before each request whether its connection lives, it listens first.

    A server that ends a connection says so and closes it: both wait on our side, to be read. Where nothing waits,
    a question to the server would learn no more; one asked by each page was a twentieth of an application's CPU.
    """

    def is_usable(self) -> bool:
        return _silent(self.connection) or super().is_usable()


def _silent(connection: Any) -> bool:
    """Whether the connection is open, in no broken transaction, and there is nothing to read: no word of an end."""
    if connection is None or connection.closed or connection.pgconn.transaction_status not in _SOUND:
        return False
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN | select.POLLHUP | select.POLLERR)
    return not poll.poll(0)
