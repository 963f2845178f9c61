"""What Python 3.11 does not offer of the Linux kernel, by ctypes: namespaces, mounts, Landlock, a seccomp filter.

Read inside boxes as a plain module beside `zygote.py`, so it imports nothing of Tremplin. Each function is a
thin skin over one manual page, which it names, and raises `OSError` where the kernel refuses.
"""

from __future__ import annotations

import ctypes
import os
import struct

NEWNS, NEWUTS, NEWIPC, NEWUSER = 0x00020000, 0x04000000, 0x08000000, 0x10000000
NEWPID, NEWNET = 0x20000000, 0x40000000
NOSUID, NODEV = 2, 4
_RECURSIVE, _PRIVATE = 1 << 14, 1 << 18

_HUGE_PAGES, _COLLAPSE = 14, 25
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2  # prctl(2)
# Landlock's numbers are the same on every architecture.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION, _PATH_BENEATH = 1, 1

# landlock(7). Everything that changes files; each by the version of Landlock that first knows it.
_WRITE_FILE, _TRUNCATE, _IOCTL = 1 << 1, 1 << 14, 1 << 15
_MAKE_DEVICES = 1 << 6 | 1 << 11
_CHANGES = {
    1: sum(1 << bit for bit in (1, 4, 5, 6, 7, 8, 9, 10, 11, 12)),
    2: 1 << 13,
    3: _TRUNCATE,
    5: _IOCTL,
}
_TCP = 1 << 0 | 1 << 1
_ABSTRACT_SOCKETS_AND_SIGNALS = 1 << 0 | 1 << 1

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Leave the namespaces named; see unshare(2)."""
    _checked(_libc.unshare(ctypes.c_int(flags)), "unshare")


def children_here_again(own_pidfd: int) -> None:
    """After `unshare(NEWPID)` and one fork: put the next children into our own namespace again; see setns(2)."""
    _checked(_libc.setns(ctypes.c_int(own_pidfd), ctypes.c_int(NEWPID)), "setns")


def keep_mounts_to_ourselves() -> None:
    """What is mounted from here on is seen by nobody else; see mount_namespaces(7)."""
    _checked(_libc.mount(b"none", b"/", None, ctypes.c_ulong(_RECURSIVE | _PRIVATE), None), "mount private")


def scratch(place: str, megabytes: int) -> None:
    """An empty folder in memory over `place`, open to all; see tmpfs(5)."""
    options = f"size={megabytes}m,mode=1777".encode()
    flags = ctypes.c_ulong(NOSUID | NODEV)
    _checked(_libc.mount(b"tmpfs", place.encode(), b"tmpfs", flags, options), f"mount {place}")


def in_huge_pages(start: int, length: int) -> bool:
    """Gather a stretch of our own memory in huge pages: a fork copies one entry for each instead of 512.

    See MADV_HUGEPAGE and MADV_COLLAPSE (Linux 6.1) in madvise(2). Nothing changes but the speed.
    """
    place, size = ctypes.c_void_p(start), ctypes.c_size_t(length)
    done: int = _libc.madvise(place, size, _HUGE_PAGES) or _libc.madvise(place, size, _COLLAPSE)
    return done == 0


def no_new_privileges() -> None:
    """See PR_SET_NO_NEW_PRIVS in prctl(2); what follows needs it."""
    _checked(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no_new_privs")


def filter_calls(program: bytes) -> None:
    """Install a seccomp filter; see seccomp(2). `program` is an array of struct sock_filter, eight bytes each."""
    code = ctypes.create_string_buffer(program, len(program))
    fprog = ctypes.create_string_buffer(struct.pack("@HP", len(program) // 8, ctypes.addressof(code)))
    _checked(_libc.prctl(_SECCOMP, _FILTER, fprog, 0, 0), "seccomp")


def landlock_version() -> int:
    """Which version of Landlock the kernel has, 0 for none; see landlock_create_ruleset(2)."""
    version: int = _libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    return max(0, version)


def change_only_below(folders: tuple[str, ...], devices: tuple[str, ...]) -> int:
    """Let this process and its children change files below `folders` alone, and write to `devices`.

    From version 4 also no TCP, from 6 neither abstract sockets nor signals to others. The version, 0 for none.
    """
    version = landlock_version()
    if not version:
        return 0
    changes = sum(bits for since, bits in _CHANGES.items() if since <= version)
    attributes = struct.pack(
        "=QQQ", changes, _TCP if version >= 4 else 0, _ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0
    )[: 24 if version >= 6 else 16 if version >= 4 else 8]
    ruleset = _checked(
        _libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0)),
        "landlock_create_ruleset",
    )
    try:
        for place in folders:
            _allow(ruleset, place, changes & ~_MAKE_DEVICES)
        for place in devices:
            _allow(ruleset, place, changes & (_WRITE_FILE | _TRUNCATE | _IOCTL))
        _checked(_libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)), "landlock_restrict_self")
    finally:
        os.close(ruleset)
    return version


def _allow(ruleset: int, place: str, rights: int) -> None:
    """See landlock_add_rule(2)."""
    number = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = struct.pack("=Qi", rights, number)
        _checked(
            _libc.syscall(_ADD_RULE, ruleset, ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0)),
            "landlock_add_rule",
        )
    finally:
        os.close(number)
