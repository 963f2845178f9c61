"""A bar for long work: what, how far, and the simulated day; plain lines where there is no terminal."""

import sys
import threading
import time
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Self, TextIO

WIDTH = 28


class Bar:
    """Progress of one rehearsal from its first to its last simulated day."""

    def __init__(self, label: str, starts: datetime, ends: datetime, out: TextIO = sys.stdout) -> None:
        self.label, self.starts, self.ends, self.out = label, starts, ends, out
        self.live = out.isatty()
        self._began = self._drawn = time.monotonic()
        if not self.live:
            print(f"{label} …", file=out, flush=True)

    def __call__(self, at: datetime) -> None:
        """Draw the bar at the simulated moment `at`, ten times a second at most."""
        now = time.monotonic()
        if self.live and now - self._drawn > 0.1:
            self._drawn = now
            self._draw(at)

    def done(self) -> None:
        """Finish the line with the time it took."""
        seconds = time.monotonic() - self._began
        if self.live:
            self._draw(self.ends)
            print(f"  {seconds:.0f} s", file=self.out, flush=True)
        else:
            print(f"{self.label}: {seconds:.0f} s", file=self.out, flush=True)

    def _draw(self, at: datetime) -> None:
        whole = (self.ends - self.starts).total_seconds() or 1.0
        share = min(1.0, max(0.0, (at - self.starts).total_seconds() / whole))
        full = round(share * WIDTH)
        line = f"\r  {self.label:<32} [{'#' * full}{'.' * (WIDTH - full)}] {share:4.0%}  {at:%d %b %Y}"
        print(line, end="", file=self.out, flush=True)


class Working:
    """Says that work goes on which cannot tell how far it is: from the first second on, with the seconds it takes.

    A screen that goes away meanwhile (a closed window, a reader that has left) costs the telling, never the work.
    """

    PATIENCE = 1.0

    def __init__(self, label: str, out: TextIO | None = None) -> None:
        self.label, self.out = label, out or sys.stderr
        self._ended = threading.Event()
        self._drawn = self._live = False
        self._teller = threading.Thread(target=self._tell, daemon=True)

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        self._teller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._teller.join()
        if self._drawn and self._live:
            self._say("\r" + " " * (WIDTH + len(self.label) + 16) + "\r")

    def _tell(self) -> None:
        """A block that goes to and fro: it moves as long as the work does."""
        if self._ended.wait(self.PATIENCE):
            return
        with suppress(OSError, ValueError):
            self._live = self.out.isatty()
        if not self._live:
            self._drawn = self._say(f"{self.label} …\n")
            return
        step = 0
        while not self._ended.wait(0.1):
            place = abs((step % (2 * (WIDTH - 4))) - (WIDTH - 4))
            bar = "." * place + "####" + "." * (WIDTH - 4 - place)
            seconds = time.monotonic() - self._began
            self._drawn = self._say(f"\r  {self.label} [{bar}] {seconds:.0f} s")
            if not self._drawn:
                return
            step += 1

    def _say(self, text: str) -> bool:
        """Whether there was anybody to say it to: a stream that is closed raises ValueError, a gone one OSError."""
        try:
            print(text, end="", file=self.out, flush=True)
        except (OSError, ValueError):
            return False
        return True
