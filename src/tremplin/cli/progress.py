"""A bar for long work: what, how far, and the simulated day; plain lines where there is no terminal."""

import sys
import time
from datetime import datetime
from typing import TextIO

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
