"""Processes that live and die together."""

import contextlib
import ctypes
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

logger = logging.getLogger("tremplin.web")

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
LOOK = 0.5
_PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """End this process, politely, when process `parent` ends: nobody would stop it any more."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os.kill(os.getpid(), signal.SIGTERM)


def exit_within(seconds: float) -> None:
    """Everything is done; a thread that some library left behind may hold up the end no longer than this."""
    last = threading.Timer(seconds, os._exit, (0,))
    last.daemon = True
    last.start()


def keep_running(target: Callable[[], None]) -> int:
    """Run `target` in a process of its own, again whenever it ends; the id of the process that sees to it.

    To be called while this process has one thread: then a fork copies nothing half-done, and shares the
    memory of everything that is loaded.
    """
    parent = os.getpid()
    keeper = os.fork()
    if keeper:
        return keeper
    status = 1
    try:
        _keep(target, parent)
        status = 0
    finally:
        os._exit(status)


def _keep(target: Callable[[], None], parent: int) -> None:
    child = 0
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()
        if child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    pause = FIRST_PAUSE
    while not stopping.is_set():
        began = time.monotonic()
        child = _start(target)
        if os.getppid() != parent:
            stop(signal.SIGTERM, None)
        status = _wait(child, parent, stop)
        child = 0
        if stopping.is_set():
            return
        pause = FIRST_PAUSE if time.monotonic() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
        logger.error("the jobs process ended (status %s) and starts again in %.0f s", status, pause)
        stopping.wait(pause)


def _start(target: Callable[[], None]) -> int:
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        die_with(parent)
        target()
        status = 0
    except Exception:
        logger.exception("the jobs process failed")
    finally:
        os._exit(status)


def _wait(child: int, parent: int, stop: Callable[[int, FrameType | None], None]) -> int:
    """Until `child` has ended; if our own parent ends first, the child is told to stop."""
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if os.getppid() != parent:
            stop(signal.SIGTERM, None)
        time.sleep(LOOK / 5)


def end(keeper: int, *, grace: float = 30.0) -> None:
    """Stop what `keep_running` started, and wait for it."""
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(keeper, signal.SIGTERM)
        ends = time.monotonic() + grace
        while time.monotonic() < ends:
            if os.waitpid(keeper, os.WNOHANG)[0]:
                return
            time.sleep(0.05)
        os.kill(keeper, signal.SIGKILL)
