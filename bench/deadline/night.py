"""One stretch of load on one site, and its books."""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from bench.deadline import ours, theirs
from bench.deadline.people import Applied
from bench.installation import database_family
from bench.load import Tally, percentile, spread
from bench.visitor import Broken

PEAK = 52 / 60  # applications a second
PHONES, AGAIN = 300, 40.0  # and how often each, in seconds, on average
UPLOAD_RATE = 20_000.0
Site = ours.Ours | theirs.Theirs
_TICKS = os.sysconf("SC_CLK_TCK")


class Level(NamedTuple):
    """How much is asked in a second: applications in peaks, looks at the call, saves of open drafts."""

    name: str
    factor: float
    looks: float = 0.0
    autosaves: float = 0.0


def peaks(factor: float) -> Level:
    """So many times the busiest minute. Of 1,500 open drafts each saves every 100 s, above ×5 more often."""
    return Level(f"×{factor:g}", factor, looks=4.4 * factor, autosaves=15.0 * max(1.0, factor / 5))


# About 85 requests a second, 15 of them writes: six of each newcomer, and the autosaves.
HOUSE = Level("85/s", 1, looks=67.0, autosaves=10.0)


async def stream(
    rate: float, seconds: float, deed: Callable[[int], Coroutine[Any, Any, None]], seed: str
) -> None:
    """Start `deed` at random moments, `rate` a second, whether or not earlier ones are done; wait for the last."""
    chance, number, began = random.Random(seed), 0, time.perf_counter()
    due, under_way = began, set()
    while rate and (due := due + chance.expovariate(rate)) < began + seconds:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        under_way.add(asyncio.create_task(deed(number)))
        number += 1
    await asyncio.gather(*under_way)


class Night:
    """One stretch of load on one site, and its books."""

    def __init__(self, site: Site, level: Level, *, first: int, assets: bool = False) -> None:
        self.site, self.level, self.first, self.assets = site, level, first, assets
        self.tally, self.uploads = Tally(), Tally()
        self.applied: list[Applied] = []
        self.kept: dict[str, str] = {}
        self.uploaded: set[str] = set()
        self.broken: list[str] = []
        self.cpu = 0.0

    async def apply(self, number: int) -> None:
        chance = random.Random(f"newcomer-{self.first + number}")
        try:
            done = await self.site.apply(self.first + number, self.tally, chance, 0.7, assets=self.assets)
            self.applied.append(done)
        except Broken as why:
            self.broken.append(str(why))

    async def look(self, number: int) -> None:
        with suppress(Broken):  # counted in the tally
            await self.site.read(number % 5000, self.tally)

    async def autosave(self, number: int) -> None:
        assert isinstance(self.site, ours.Ours)
        with suppress(Broken):
            kept = await self.site.autosave(self.tally, random.Random(f"{self.level.name}-{number}"))
            if kept:
                self.kept[kept.draft] = kept.text

    async def phone(self, number: int, until: float) -> None:
        assert isinstance(self.site, ours.Ours)
        pause = random.Random(f"phone-{number}")
        await asyncio.sleep(number / PHONES * 9.5)  # then all are at it together; later they spread
        while time.perf_counter() < until:
            began = time.perf_counter()
            with suppress(Broken):
                draft = self.site.drafts[-1 - number]
                self.uploaded.add(await self.site.upload(draft, self.uploads, UPLOAD_RATE))
            await asyncio.sleep(max(0.0, AGAIN * pause.uniform(0.5, 1.5) - (time.perf_counter() - began)))

    async def run(self, seconds: float, *, phones: int = 0) -> None:
        until = time.perf_counter() + seconds
        name, level = self.level.name, self.level
        parts = [
            stream(PEAK * level.factor, seconds, self.apply, f"apply-{name}"),
            stream(level.looks, seconds, self.look, f"look-{name}"),
        ]
        if isinstance(self.site, ours.Ours):
            parts.append(stream(level.autosaves, seconds, self.autosave, f"autosave-{name}"))
            parts += [self.phone(number, until) for number in range(phones)]
        await asyncio.gather(*parts)

    def figures(self, seconds: float) -> dict[str, Any]:
        requests = len(self.tally.all()) + self.tally.errors
        slowest = sorted(self.tally.seconds, key=lambda kind: -percentile(self.tally.seconds[kind], 0.95))[:3]
        return {
            "level": self.level.name,
            "factor": self.level.factor,
            "requests": requests,
            "a_second": round(requests / seconds, 1),
            "errors": self.tally.errors + self.uploads.errors,
            "why": _counted(self.tally, self.uploads),
            "all": spread(self.tally.all()),
            "slowest": {kind: spread(self.tally.seconds[kind])["p95"] for kind in slowest},
            "applied": len(self.applied),
            "not_applied": len(self.broken),
            "autosaves": len(self.kept),
            "uploads": len(self.uploaded),
            "cpu_ms_a_request": round(1000 * self.cpu / max(1, requests), 2),
            "lost": self.lost(),
        }

    def lost(self) -> int:
        """What was acknowledged and is not there."""
        if isinstance(self.site, ours.Ours):
            return sum(self.site.lost(self.applied, self.kept, self.uploaded).values())
        stored = self.site.stored()
        return sum(one.person not in stored for one in self.applied)


def _counted(*tallies: Tally) -> dict[str, int]:
    return dict(
        Counter(
            f"{kind}: {reason}"
            for tally in tallies
            for kind, reasons in tally.failures.items()
            for reason in reasons
        )
    )


def cpu_of(pids: Iterable[int]) -> float:
    """CPU seconds of these processes and of their children that have ended."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(word) for word in words[11:15])
    return total / _TICKS


def stretch(
    site: Site, level: Level, *, seconds: float, first: int, phones: int = 0, assets: bool = False
) -> Night:
    """Load for so long; what happened."""
    night = Night(site, level, first=first, assets=assets)
    before = cpu_of([*site.pids(), *database_family()])
    asyncio.run(night.run(seconds, phones=phones))
    night.cpu = cpu_of([*site.pids(), *database_family()]) - before
    return night
