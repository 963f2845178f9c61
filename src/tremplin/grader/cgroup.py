"""A memory limit for all processes of a box together, where this process may make control groups.

Versions 1 and 2. RLIMIT_AS holds one process and is multiplied by forking; only a control group (or the
watchdog, a little later) sees the sum.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_numbers = itertools.count(1)
_NAME = re.compile(r"tremplin-box-(\d+)-\d+")


@dataclass(frozen=True)
class Place:
    """A folder below which this process can make memory groups."""

    version: int
    folder: Path


@dataclass
class Group:
    version: int
    folder: Path

    def admit(self, pid: int) -> None:
        (self.folder / "cgroup.procs").write_text(str(pid))

    def limit(self, memory_mb: int, processes: int = 64) -> None:
        """Set what the group may hold; `OSError` if the kernel or the permissions refuse."""
        amount = str(memory_mb << 20)
        if self.version == 1:
            names = ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"]
            with contextlib.suppress(
                OSError
            ):  # the sum cannot be set below its part, nor the part above the sum
                (self.folder / names[1]).write_text(amount)
            (self.folder / names[0]).write_text(amount)
            with contextlib.suppress(OSError):  # absent where swap accounting is off
                (self.folder / names[1]).write_text(amount)
            return
        (self.folder / "memory.max").write_text(amount)
        for name, value in (("memory.swap.max", "0"), ("pids.max", str(processes + 4))):
            with contextlib.suppress(OSError):
                (self.folder / name).write_text(value)

    def out_of_memory(self) -> bool:
        name = "memory.oom_control" if self.version == 1 else "memory.events"
        match = re.search(r"^oom_kill (\d+)$", _read(self.folder / name), re.MULTILINE)
        return match is not None and int(match[1]) > 0

    def peak_mb(self) -> int:
        name = "memory.max_usage_in_bytes" if self.version == 1 else "memory.peak"
        text = _read(self.folder / name).strip()
        return int(text) >> 20 if text.isdigit() else 0

    def remove(self) -> None:
        """Remove the emptied group. The kernel may need a moment to let go of the last process."""
        for pause in (0, 0.005, 0.02, 0.1, 0.3):
            time.sleep(pause)
            try:
                self.folder.rmdir()
            except FileNotFoundError:
                return
            except OSError:
                continue
            return


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def candidates(root: Path = _ROOT, membership: str | None = None) -> list[Place]:
    """Folders worth trying, most specific first: our own group, then the root of the hierarchy."""
    lines = (membership if membership is not None else _read(Path("/proc/self/cgroup"))).splitlines()
    own: dict[str, str] = {}
    for line in lines:
        _, controllers, path = line.split(":", 2)
        own |= dict.fromkeys(controllers.split(",") if controllers else [""], path.lstrip("/"))
    places = []
    if "memory" in own:
        places += [Place(1, root / "memory" / own["memory"]), Place(1, root / "memory")]
    if "" in own and (root / "cgroup.controllers").exists():
        places += [Place(2, root / own[""]), Place(2, root)]
    return list(dict.fromkeys(places))


def find(given: Path | None = None) -> Place | None:
    """Return a folder in which a limited group can be made, by making one and removing it again."""
    if given is not None:
        version = 2 if (given / "cgroup.controllers").exists() else 1
        places = [Place(version, given)]
    else:
        places = candidates()
    for place in places:
        _sweep(place)
        try:
            make(place, 64).remove()
        except OSError:
            continue
        return place
    return None


def make(place: Place, memory_mb: int | None, processes: int = 64) -> Group:
    """Make a group with its limits set, or none yet; `OSError` if the kernel or the permissions refuse."""
    folder = place.folder / f"tremplin-box-{os.getpid()}-{next(_numbers)}"
    folder.mkdir()
    group = Group(place.version, folder)
    try:
        if memory_mb is not None:
            group.limit(memory_mb, processes)
    except OSError:
        group.remove()
        raise
    return group


def _sweep(place: Place) -> None:
    """Remove groups left by a process that was killed; a group in use refuses to go."""
    with contextlib.suppress(OSError):
        for folder in place.folder.iterdir():
            match = _NAME.fullmatch(folder.name)
            if match and not Path("/proc", match[1]).exists():
                with contextlib.suppress(OSError):
                    folder.rmdir()
