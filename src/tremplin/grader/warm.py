"""Boxes in milliseconds: zygotes that have loaded the libraries, and boxes forked from them ahead of need.

One zygote for each set of libraries and size of scratch space, started when it is first needed, replaced after so
many boxes (copies of one zygote share its address-space layout) and ended when nothing was graded for a while. It
is started by a thread that lasts as long as this process, because bubblewrap ends with the thread that started it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tremplin.grader import cgroup, protocol
from tremplin.grader.bwrap import Plan, checked_layers, rlimits_of
from tremplin.grader.keeper import Keeper
from tremplin.grader.nursery import Copy, Hatched, Nursery
from tremplin.grader.sandbox import BoxDied, BoxSpec, Unavailable

Key = tuple[tuple[str, ...], int]
_SETTLE_SECONDS = 20.0
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / (1 << 20)
_SPARE_ADDRESSES_MB = 64


@dataclass
class Prepared:
    """A box that waits: confined, in its memory group, and told no limits yet."""

    copy: Copy
    group: cgroup.Group | None

    def discard(self) -> None:
        self.copy.discard()
        if self.group is not None:
            self.group.remove()


class Stable:
    """The zygote of one key, and the boxes forked from it ahead of need."""

    def __init__(self, bwrap: str, key: Key, place: cgroup.Place | None) -> None:
        self._bwrap, self._key, self._place = bwrap, key, place
        self._nursery: Nursery | None = None
        self._waiting: deque[Prepared] = deque()
        self._lock = threading.Lock()
        self.used = time.monotonic()

    @property
    def has_zygote(self) -> bool:
        return self._nursery is not None

    def start(self) -> None:
        """Start the zygote, unless it runs. Takes seconds where it loads torch."""
        if self._nursery is None:
            fresh = Nursery(self._bwrap, *self._key)
            with self._lock:
                self._nursery = fresh

    def take(self) -> tuple[Prepared, frozenset[str]]:
        """A box that waits, or one made now; and what it may see at its root."""
        self.used = time.monotonic()
        with self._lock:
            prepared = self._waiting.popleft() if self._waiting else self._prepare()
            return prepared, prepared.copy.nursery.visible

    def _prepare(self) -> Prepared:
        if self._nursery is None:
            raise Unavailable("the zygote was not started")
        copy = self._nursery.fork()
        return Prepared(copy, self._group_of(copy))

    def _group_of(self, copy: Copy) -> cgroup.Group | None:
        """A memory group that holds the copy, its limit not yet set; `None` leaves it to the watchdog."""
        if self._place is None:
            return None
        try:
            group = cgroup.make(self._place, None)
        except OSError:
            return None
        try:
            group.admit(copy.pid)
        except OSError:
            group.remove()
            return None
        return group

    def refill(self, spare: int, boxes_per_zygote: int) -> None:
        """Have `spare` boxes wait, of a zygote that is not too old."""
        nursery = self._nursery
        if nursery is not None and nursery.served >= boxes_per_zygote:
            self.renew(Nursery(self._bwrap, *self._key))
        with self._lock:
            while self._nursery is not None and len(self._waiting) < spare:
                self._waiting.append(self._prepare())

    def renew(self, fresh: Nursery | None) -> None:
        """Put another zygote, or none, in the place of this one, which ends with its last box."""
        with self._lock:
            old, self._nursery = self._nursery, fresh
            unused = list(self._waiting)
            self._waiting.clear()
        for prepared in unused:
            prepared.discard()
        if old is not None:
            old.retire()


class WarmSandbox:
    """The `Sandbox` that grades labs. Safe to share between threads."""

    def __init__(
        self,
        *,
        bwrap: str | None = None,
        memory_groups: bool = True,
        spare: int = 2,
        boxes_per_zygote: int = 500,
        idle_seconds: float = 600,
    ) -> None:
        self._bwrap = shutil.which("bwrap") or "" if bwrap is None else bwrap
        given = os.environ.get("TREMPLIN_CGROUP")
        self.memory_place = cgroup.find(Path(given) if given else None) if memory_groups else None
        self._spare, self._boxes_per_zygote, self._idle_seconds = spare, boxes_per_zygote, idle_seconds
        self._begin()
        atexit.register(self.close)

    def _begin(self) -> None:
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._stables: dict[Key, Stable] = {}
        self._behind = ThreadPoolExecutor(1, thread_name_prefix="box-stable")
        self._tidier: threading.Timer | None = None

    def open(self, spec: BoxSpec, seconds: float) -> Keeper:
        if not self._bwrap:
            raise Unavailable("bubblewrap is not installed (no `bwrap` on the search path)")
        if self._owner != os.getpid():  # a fork of the process that began: the zygotes are not ours
            self._begin()
        stable = self._stable((spec.libraries, spec.limits.tmp_mb))
        for last in (False, True):  # a zygote may have been killed since it was last used
            try:
                if not stable.has_zygote:
                    self._behind.submit(stable.start).result()
                return self._settled(*stable.take(), spec, seconds)
            except Unavailable:
                stable.renew(None)
                if last:
                    raise
            finally:
                self._behind.submit(self._refill, stable)
        raise AssertionError

    def _stable(self, key: Key) -> Stable:
        with self._lock:
            if self._tidier is None:
                self._wind()
            return self._stables.setdefault(key, Stable(self._bwrap, key, self.memory_place))

    def _wind(self) -> None:
        """Look again after a while whether anything lies idle."""
        self._tidier = threading.Timer(self._idle_seconds, self._tidy)
        self._tidier.daemon = True
        self._tidier.start()

    def _refill(self, stable: Stable) -> None:
        with contextlib.suppress(Unavailable):  # whoever needs a box next is told why there is none
            stable.refill(self._spare, self._boxes_per_zygote)

    def _settled(self, prepared: Prepared, visible: frozenset[str], spec: BoxSpec, seconds: float) -> Keeper:
        """Give a waiting box its limits, and believe that it is closed only when it says so."""
        copy, group, limits = prepared.copy, prepared.group, spec.limits
        keeper = Keeper(
            child=Hatched(copy), printed=(os.fdopen(copy.out, "rb"), os.fdopen(copy.err, "rb")),
            channel=copy.channel, limits=limits, deadline=time.monotonic() + _SETTLE_SECONDS, group=group,
        )  # fmt: skip
        keeper.hold(copy.pid, copy.pidfd)
        try:
            if group is not None:
                group.limit(limits.memory_mb, limits.processes)
            rlimits = rlimits_of(limits, grouped=group is not None, addresses_mb=_addresses_mb(copy.pid))
            settings = {"rlimits": rlimits, "message_bytes": limits.message_mb << 20}
            frame = keeper.exchange(protocol.pack(settings), _SETTLE_SECONDS)
            facts = protocol.unpack(frame, 1 << 20)["ready"]
            plan = Plan([], [], copy.user, rlimits, visible)
            keeper.layers = checked_layers(facts, plan, grouped=group is not None)
            keeper.guard(seconds)
        except BoxDied as death:
            said = keeper.complaint()
            keeper.close()
            raise Unavailable(said or f"the box ended before it was ready ({death})") from None
        except (Unavailable, OSError, protocol.Malformed, KeyError, TypeError) as error:
            keeper.close()
            raise error if isinstance(error, Unavailable) else Unavailable(repr(error)) from error
        return keeper

    def _tidy(self) -> None:
        """End the zygotes that nothing was graded with for a while."""
        with self._lock:
            stables = list(self._stables.values())
            self._wind()
        for stable in stables:
            if time.monotonic() - stable.used >= self._idle_seconds:
                stable.renew(None)

    def close(self) -> None:
        """End every zygote, and with it every box."""
        if self._tidier is not None:
            self._tidier.cancel()
        if self._owner == os.getpid():
            self._behind.shutdown(wait=True, cancel_futures=True)
        if self._owner == os.getpid():
            for stable in self._stables.values():
                stable.renew(None)
        self._begin()


def _addresses_mb(pid: int) -> int:
    """What a process takes of the address space."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
    return int(pages * _PAGE_MB) + _SPARE_ADDRESSES_MB
