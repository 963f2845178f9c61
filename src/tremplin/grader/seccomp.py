"""The system calls a box may not make, as a classic BPF program for `bwrap --seccomp`.

A deny list by hand, for x86-64 and aarch64: what would open new kernel surface (namespaces, mounts, bpf,
io_uring, keyrings, tracing), leave the network namespace (AF_VSOCK is not covered by it) or hold memory
that no limit sees (memfd, System V segments, message queues). The names and numbers below are those of
the kernel's own tables; aarch64 uses the generic numbering.
"""

from __future__ import annotations

import platform
import struct
from dataclasses import dataclass

ALLOW = 0x7FFF0000
KILL = 0x80000000
EPERM = 0x00050000 | 1
ENOSYS = 0x00050000 | 38

_LOAD, _JUMP_EQUAL, _JUMP_SET, _JUMP_GREATER_EQUAL, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24
_X32_BIT = 0x40000000
_AF_UNIX = 1
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C

# Absent from the kernel as far as the box can tell: callers then take their older path.
_HIDDEN = {
    "clone3": (435, 435), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}  # fmt: skip

# name: (x86-64, aarch64); None where the architecture has no such call.
_DENIED: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467), "statmount": (457, 457), "listmount": (458, 458),
    "unshare": (272, 97), "setns": (308, 268),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "adjtimex": (159, 171), "sethostname": (170, 161),
    "setdomainname": (171, 162), "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None),
    "syslog": (103, 116), "vhangup": (153, 58), "personality": (135, 92),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    "mknod": (133, None), "mknodat": (259, 33), "uselib": (134, None), "ustat": (136, None),
    "sysfs": (139, None), "_sysctl": (156, None), "lookup_dcookie": (212, 18),
    "remap_file_pages": (216, 234), "vmsplice": (278, 75), "move_pages": (279, 239),
    "migrate_pages": (256, 238), "memfd_create": (319, 279), "memfd_secret": (447, 447),
    "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
}  # fmt: skip

_CLONE = (56, 220)
_SOCKET = (41, 198)
_SOCKETPAIR = (53, 199)
_IOCTL = (16, 29)


@dataclass(frozen=True)
class Architecture:
    column: int
    audit: int
    has_x32: bool


ARCHITECTURES = {
    "x86_64": Architecture(0, 0xC000003E, True),
    "aarch64": Architecture(1, 0xC00000B7, False),
}


class UnknownArchitecture(Exception):
    """No list of system calls has been written for this machine."""


def program(machine: str | None = None) -> bytes:
    """Return the filter as an array of `struct sock_filter`, ready for `bwrap --seccomp FD`."""
    name = machine or platform.machine()
    if name not in ARCHITECTURES:
        raise UnknownArchitecture(name)
    architecture = ARCHITECTURES[name]
    column = architecture.column
    code = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_JUMP_EQUAL, architecture.audit, 1, 0),
        _step(_RETURN, KILL),
        _step(_LOAD, _NUMBER),
    ]
    if architecture.has_x32:
        code += [_step(_JUMP_GREATER_EQUAL, _X32_BIT, 0, 1), _step(_RETURN, KILL)]
    for verdict, table in ((ENOSYS, _HIDDEN), (EPERM, _DENIED)):
        for numbers in table.values():
            number = numbers[column]
            if number is not None:
                code += [_step(_JUMP_EQUAL, number, 0, 1), _step(_RETURN, verdict)]
    for numbers in (_SOCKET, _SOCKETPAIR):
        code += _unless_equal(numbers[column], _FIRST_ARGUMENT, _AF_UNIX)
    code += _if_any_bit(_CLONE[column], _FIRST_ARGUMENT, _NEW_NAMESPACES)
    for request in (_TIOCSTI, _TIOCLINUX):
        code += _if_equal(_IOCTL[column], _SECOND_ARGUMENT, request)
    code.append(_step(_RETURN, ALLOW))
    return b"".join(code)


def denied_names() -> tuple[str, ...]:
    return tuple(sorted({*_HIDDEN, *_DENIED}))


def number_of(name: str, machine: str) -> int | None:
    return {**_DENIED, **_HIDDEN}[name][ARCHITECTURES[machine].column]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _guarded(number: int, argument: int, test: bytes) -> list[bytes]:
    """On system call `number`: load one argument, apply `test` (skip one step to let it pass), refuse."""
    return [
        _step(_JUMP_EQUAL, number, 0, 4),
        _step(_LOAD, argument),
        test,
        _step(_RETURN, EPERM),
        _step(_LOAD, _NUMBER),
    ]


def _unless_equal(number: int, argument: int, wanted: int) -> list[bytes]:
    return _guarded(number, argument, _step(_JUMP_EQUAL, wanted, 1, 0))


def _if_equal(number: int, argument: int, refused: int) -> list[bytes]:
    return _guarded(number, argument, _step(_JUMP_EQUAL, refused, 0, 1))


def _if_any_bit(number: int, argument: int, bits: int) -> list[bytes]:
    return _guarded(number, argument, _step(_JUMP_SET, bits, 0, 1))
