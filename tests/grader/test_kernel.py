"""The system calls that no lab needs are refused in every kind of box, by every gate into the kernel."""

from __future__ import annotations

import platform

import pytest

from tests.grader.helpers import QUICK, attack, loot
from tremplin.grader import Lab, grade, seccomp
from tremplin.grader.sandbox import Sandbox

_ASK = """
libc = ctypes.CDLL(None, use_errno=True)
loot = {}
for name, arguments in CALLS.items():
    ctypes.set_errno(0)
    result = libc.syscall(*arguments)
    loot[name] = "done" if result >= 0 else errno.errorcode[ctypes.get_errno()]
"""
_HIDDEN = {"clone3", "io_uring_setup", "io_uring_enter", "io_uring_register"}


def asked(calls: dict[str, tuple[object, ...]], box: Sandbox) -> dict[str, str]:
    answers: dict[str, str] = loot(f"CALLS = {calls!r}\n{_ASK}", sandbox=box)
    return answers


def test_each_call_on_the_list_is_refused(box: Sandbox) -> None:
    machine = platform.machine()
    numbers = {name: seccomp.number_of(name, machine) for name in seccomp.denied_names()}
    calls = {name: (number, 0, 0, 0, 0, 0, 0) for name, number in numbers.items() if number is not None}
    answers = asked(calls, box)
    assert answers == {name: "ENOSYS" if name in _HIDDEN else "EPERM" for name in calls}
    assert len(answers) > 60


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers below are those of x86-64")
def test_calls_are_refused_with_the_arguments_that_would_be_granted(box: Sandbox) -> None:
    answers = asked(
        {
            "unshare(NEWUSER)": (272, 0x10000000), "clone(NEWUSER)": (56, 0x10000011, 0, 0, 0, 0),
            "clone(NEWNET)": (56, 0x40000011, 0, 0, 0, 0), "mount": (165, b"x", b"/tmp", b"tmpfs", 0, 0),
            "process_vm_readv": (310, 1, 0, 0, 0, 0, 0), "add_key": (248, b"user", b"x", b"x", 1, -3),
            "perf_event_open": (298, 0, 0, -1, -1, 0), "memfd_create": (319, b"x", 0),
            "shmget": (29, 0, 4096, 0o1600), "mq_open": (240, b"x", 0o102, 0o600, 0),
            "personality": (135, 0x40000), "socket(VSOCK)": (41, 40, 1, 0), "socket(INET)": (41, 2, 1, 0),
            "socket(NETLINK)": (41, 16, 3, 0), "socketpair(INET)": (53, 2, 1, 0, 0),
            "userfaultfd": (323, 1), "syslog": (103, 3, 0, 0), "ioctl(TIOCSTI)": (16, 0, 0x5412, b"x"),
            "ioctl(TIOCSTI), padded": (16, 0, 0x5412 | 1 << 32, b"x"), "ioctl(TIOCLINUX)": (16, 0, 0x541C, b"x"),
            "kcmp": (312, 1, 1, 0, 0, 0), "ptrace(TRACEME)": (101, 0, 0, 0, 0),
        },
        box,
    )  # fmt: skip
    assert set(answers.values()) == {"EPERM"}, answers


@pytest.mark.skipif(platform.machine() != "x86_64", reason="other gates exist on x86-64 only")
@pytest.mark.parametrize(
    "gate",
    [
        # mov eax, 20 (getpid of the 32-bit table); int 0x80; ret
        "code = bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3])",
        # mov eax, 0x40000027 (getpid of the x32 table); syscall; ret
        "code = bytes([0xb8, 0x27, 0, 0, 0x40, 0x0f, 0x05, 0xc3])",
    ],
    ids=["the 32-bit table", "the x32 table"],
)
def test_the_other_gates_are_shut(tiny: Lab, box: Sandbox, gate: str) -> None:
    body = f"""
import mmap
{gate}
page = mmap.mmap(-1, 4096, prot=7)
page.write(code)
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
loot = x * 7 + 1
"""
    report = grade(tiny, attack(body), seed=1, limits=QUICK, sandbox=box)
    assert not report.check("target").passed
    assert report.check("honest").passed


def test_the_gate_of_this_machine_is_open(tiny: Lab, box: Sandbox) -> None:
    """The machine code of the test above runs: only the call behind it is what ends the box."""
    body = """
import mmap
page = mmap.mmap(-1, 4096, prot=7)
page.write(bytes([0xc3] if os.uname().machine == "x86_64" else [0xc0, 0x03, 0x5f, 0xd6]))
ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
loot = x * 7 + 1
"""
    assert grade(tiny, attack(body), seed=1, limits=QUICK, sandbox=box).check("target").passed


def test_what_labs_need_is_allowed(box: Sandbox) -> None:
    body = """
import subprocess, multiprocessing.pool, socket, mmap, signal, select, tempfile
a, b = socket.socketpair()
a.send(b"x")
with multiprocessing.pool.ThreadPool(2) as pool: sums = pool.map(sum, [[1, 2], [3]])
pid = os.fork()
if pid == 0: os._exit(7)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
with tempfile.TemporaryFile() as f: f.write(b"x")
said = subprocess.run([sys.executable, "-S", "-c", "print(1)"], capture_output=True, text=True).stdout
loot = [b.recv(1) == b"x", sums, code, said]
"""
    assert loot(body, sandbox=box) == [True, [3, 3], 7, "1\n"]
