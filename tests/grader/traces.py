"""What gradings could leave behind on this machine, counted before and after."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from tremplin.grader import cgroup

_PRIVATE_USERS = 1_900_000_000
_SCRATCH = ("/tmp", "/var/tmp", "/dev/shm")


@dataclass(frozen=True)
class Traces:
    children: int
    zombies: int
    of_private_users: int
    descriptors: int
    threads: int
    mounts: int
    groups: int
    files: int

    def over(self, before: Traces) -> dict[str, int]:
        """What there is more of now."""
        return {
            name: now - getattr(before, name)
            for name, now in vars(self).items()
            if now > getattr(before, name)
        }


def traces() -> Traces:
    processes = [status for path in Path("/proc").glob("[0-9]*/status") if (status := _status(path))]
    descendants = _descendants(processes)
    return Traces(
        children=len(descendants),
        zombies=sum(status["State"].startswith("Z") for status in descendants),
        of_private_users=sum(map(_left_alone, processes)),
        descriptors=len(os.listdir("/proc/self/fd")),
        threads=threading.active_count(),
        mounts=len(Path("/proc/self/mounts").read_text().splitlines()),
        groups=_groups(),
        files=sum(map(_files, _SCRATCH)),
    )


def settled(before: Traces, seconds: float = 5.0) -> dict[str, int]:
    """What there is more of than before, once the kernel has had a moment to let go."""
    until = time.monotonic() + seconds
    while (over := traces().over(before)) and time.monotonic() < until:
        time.sleep(0.05)
    return over


def _status(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _left_alone(status: dict[str, str]) -> bool:
    """Whether a process of a box has lost its parent. Boxes of other test processes have theirs."""
    return int(status["Uid"].split()[0]) >= _PRIVATE_USERS and status["PPid"] == "1"


def _descendants(processes: list[dict[str, str]]) -> list[dict[str, str]]:
    family = {str(os.getpid())}
    found: list[dict[str, str]] = []
    while new := [p for p in processes if p["PPid"] in family and p["Pid"] not in family]:
        family |= {p["Pid"] for p in new}
        found += new
    return found


def _groups() -> int:
    """Groups that this process has made."""
    mine = f"tremplin-box-{os.getpid()}-"
    return sum(
        name.startswith(mine)
        for place in cgroup.candidates()
        if place.folder.is_dir()
        for name in os.listdir(place.folder)
    )


def _files(folder: str) -> int:
    """Files of users that nobody has, and what is named after us. Others write in these places too."""
    count = 0
    for entry in os.scandir(folder):
        try:
            count += (
                entry.stat(follow_symlinks=False).st_uid >= _PRIVATE_USERS or "tremplin-box" in entry.name
            )
        except OSError:
            continue
    return count
