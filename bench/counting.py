"""`python -m bench.counting FILE COMMAND…`: one command of Tremplin, and how often it called services, as JSON.

A service is a function of a module `services` that opens a transaction. Those that a service calls count too.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ContextDecorator
from functools import wraps
from pathlib import Path
from typing import Any

from django.db.transaction import Atomic

calls: Counter[str] = Counter()
atomic: Any = Atomic


plain: Any = ContextDecorator.__call__


def counted(self: Atomic, function: Callable[..., Any]) -> Callable[..., Any]:
    """What `@transaction.atomic` makes of a function, with a count."""
    inner: Callable[..., Any] = plain(self, function)
    name = f"{function.__module__}.{function.__qualname__}"
    if ".services" not in name or function.__name__.startswith("_"):
        return inner

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        calls[name] += 1
        return inner(*args, **kwargs)

    return call


def main(path: str, *words: str) -> int:
    # Only now, and from here: services are declared when their modules are first imported.
    atomic.__call__ = counted
    from tremplin.cli.main import main as command

    status = command(words)
    Path(path).write_text(json.dumps(dict(calls.most_common())), "utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
