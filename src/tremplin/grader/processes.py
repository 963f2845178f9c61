"""What the processes of a box hold and have used, read from outside it. They all descend from its first."""

from __future__ import annotations

import os
from pathlib import Path

_INODE_BYTES = 1024
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


def held_bytes(init: int) -> int:
    """Memory of every process below `init`, shared pages counted once, and what its scratch folders hold."""
    held = sum(map(_process_bytes, tree(init)))
    return held + sum(_scratch_bytes(init, name) for name in ("tmp", "dev/shm"))


def cpu_ms(init: int) -> int:
    """Processor time of every process below `init`, living or already waited for."""
    return sum(map(_process_ticks, tree(init))) * 1000 // _TICKS


def tree(init: int) -> list[int]:
    found = [init]
    for pid in found:
        found += _children(pid)
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return found
    for thread in threads:
        try:
            found += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split())
        except OSError:
            continue
    return found


def _process_bytes(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:  # resident size, where the kernel does not let us see the proportional one: counts too much
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _process_ticks(pid: int) -> int:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, after_name[11:15]))  # utime, stime, and those of children waited for
    except (OSError, ValueError):
        return 0


def _scratch_bytes(init: int, name: str) -> int:
    try:
        place = os.statvfs(f"/proc/{init}/root/{name}")
    except OSError:
        return 0
    used = (place.f_blocks - place.f_bfree) * place.f_frsize
    return used + (place.f_files - place.f_ffree) * _INODE_BYTES
