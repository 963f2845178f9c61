"""A worker as a process: runs until a signal says stop, then finishes what it holds."""

import signal
import threading
from collections.abc import Sequence
from types import FrameType

from django.conf import settings

from tremplin.core.jobs.runner import Runner


def all_queues() -> list[str]:
    return list(settings.TASKS["default"]["QUEUES"])


def work(queues: Sequence[str] = ()) -> bool:
    """Run jobs of `queues` (all, if none is named) until SIGTERM or SIGINT. True if nothing was cut off."""
    runner = Runner(list(queues) or all_queues())
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    runner.start()
    while not stop.wait(1.0):
        pass
    return runner.stop()
