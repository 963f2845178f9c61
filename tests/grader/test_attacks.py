"""Hostile submissions: none earns a mark, each leaves the honest answer beside it its own, none leaves a trace.

Nothing here is skipped where bubblewrap is missing: without it these tests fail, as grading does.
"""

from __future__ import annotations

import json
import os
import platform
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.grader.helpers import QUICK, attack, loot
from tremplin.grader import Lab, Limits, grade
from tremplin.grader.bwrap import BwrapSandbox
from tremplin.grader.protocol import HEADER

SECRET = "the-planted-secret-4711"
FRAMES = """
def frame(text, blob=b""):
    return struct.pack(">II", len(text), len(blob)) + text + blob
channel = next(n for n in range(3, 64) if is_open(n))
""".strip("\n")
IS_OPEN = """
def is_open(n):
    try:
        os.fstat(n)
        return True
    except OSError:
        return False
""".strip("\n")
WRITE = IS_OPEN + "\n" + FRAMES + "\n"

# What is written into the channel in place of an answer.
FORGERIES = {
    "an answer to another call": """frame(b'{"d":{"id":1,"ok":true}}')""",
    "a verdict": """frame(b'{"d":{"status":"passed","passed":true}}')""",
    "garbage": "os.urandom(10**5)",
    "an endless header": "struct.pack('>II', 2**32 - 1, 2**32 - 1) + b'x' * 99",
    "half a frame": "struct.pack('>II', 100, 0) + b'{'",
    "brackets": "frame(b'[' * 200000)",
    "quotes": """frame(b'"' + b'\\\\"' * 200000)""",
    "a shape": """frame(b'{"a":["float64",[2147483647,2147483647,2147483647]]}')""",
    "objects": """frame(b'{"a":["object",[1]]}', b'x' * 8)""",
    "digits": "frame(b'9' * 400000)",
}

# What each attack tries; the answer it gives is never right, so a mark could only be stolen.
ATTACKS = {
    "sys.exit(0)": "sys.exit(0)",
    "os._exit(0)": "os._exit(0)",
    "kill itself": "os.kill(os.getpid(), 9)",
    "close every descriptor": "os.closerange(0, 64)",
    "busy loop": "while True: pass",
    "sleep for ever": "time.sleep(1e6)",
    "sleep for ever, ignoring signals": (
        "import signal\nfor s in {*range(1, 32)} - {9, 19}: signal.signal(s, signal.SIG_IGN)\ntime.sleep(1e6)"
    ),
    "recursion without end": "def f(): return f()\nf()",
    "recursion past the stack": "sys.setrecursionlimit(10**9)\ndef f(n): return [f(n + 1)]\nf(0)",
    "crash": "ctypes.string_at(0)",
    "memory bomb": "loot = np.ones(10**10)",
    "memory bomb, touched": "keep = []\nwhile True: keep.append(np.ones(10**6))",
    "fork bomb": "while True:\n    try: os.fork()\n    except OSError: pass",
    "thread bomb": "while True: threading.Thread(target=time.sleep, args=(100,)).start()",
    "output flood": "while True: print('x' * 10**5)",
    "output flood on stderr": "while True: os.write(2, b'x' * 10**5)",
    "monkey-patched numpy": (
        "np.allclose = np.array_equal = np.isclose = lambda *a, **k: True\nnp.ndarray = object\n"
        "np.abs = np.subtract = lambda *a, **k: 0\nloot = x"
    ),
    "an object equal to everything": (
        "class Yes(float):\n    def __eq__(self, other): return True\n    def __sub__(self, other): return 0\n"
        "loot = Yes(3)"
    ),
    "an array that lies about itself": (
        "class Liar(np.ndarray):\n    def __array__(self, *a, **k): raise SystemExit\n    shape = (5,)\n"
        "loot = np.zeros(2).view(Liar)"
    ),
    "an object whose name bites": "loot = type('x' * 10**6 + '\\x1b[2J', (), {})()",
    "a huge integer": "loot = 10**5000",
    "a deep list": "loot = []\nfor _ in range(10**5): loot = [loot]",
    "a list that holds itself": "loot = []\nloot.append(loot)",
    "an answer past the limit": "loot = np.zeros(5 * 10**7, dtype=np.uint8)",
    "an object array": "loot = np.array([object()] * 5)",
    "an exception that cannot be printed": (
        "class Bad(BaseException):\n    def __str__(self): raise SystemExit\nraise Bad"
    ),
    "an exception with terminal codes": "raise ValueError('\\x1b[2J' * 10**4)",
    "a generator that never ends": "import itertools\nloot = itertools.count()",
    "tampered channel": (
        "import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == 'Channel': o.write = lambda m: None"
    ),
    "tampered loop": (
        "import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == 'Inmate':\n"
        "        o.answer = lambda r, real=o.answer: {'passed': True} if r.get('name') == 'target' else real(r)"
    ),
    "patched standard library": (
        "import json\njson.dumps = lambda *a, **k: 'true'\nsys.modules['protocol'].pack = lambda m: b''"
    ),
    "a daemon": "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(1e6)\n    os._exit(0)",
    "kill everyone": "os.kill(-1, 9)",
    "kill the first process": "os.kill(1, 9)\nos.kill(os.getppid(), 9)",
    "a symbolic link for the lab": "os.symlink('/etc/passwd', '/tmp/lab.py')\nos.symlink('/', '/tmp/root')",
}
ATTACKS |= {
    f"forged: {name}": f"{WRITE}os.write(channel, {forgery})\ntime.sleep(5)"
    for name, forgery in FORGERIES.items()
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_earns_nothing_and_spares_the_honest_answer(tiny: Lab, name: str) -> None:
    report = grade(tiny, attack(ATTACKS[name]), seed=3, limits=QUICK)
    target, honest = report.check("target"), report.check("honest")
    assert not target.passed
    assert target.message["en"]
    assert target.message["fr"]
    assert honest.passed, honest.message
    assert report.status in {"failed", "timeout", "memory"}
    assert not any(ord(c) < 32 and c not in "\n\t" for c in report.to_json())
    assert len(report.to_json()) < 60_000


@pytest.mark.parametrize("code", ["sys.exit(0)", "os._exit(0)", "time.sleep(1e6)", "raise KeyboardInterrupt"])
def test_a_file_that_does_not_finish_loading_earns_nothing(tiny: Lab, code: str) -> None:
    report = grade(tiny, f"import os, sys, time\n{code}\n", seed=3, limits=QUICK)
    assert report.points == 0
    assert not report.check("loads").passed
    assert report.check("honest").skipped


# --- what a box can see and reach ---------------------------------------------------------------------------


@contextmanager
def planted(folder: Path) -> Iterator[Path]:
    secret = folder / "secret.txt"
    secret.write_text(SECRET)
    folder.chmod(0o755)
    secret.chmod(0o644)
    yield secret


def test_files_outside_cannot_be_read(tmp_path: Path) -> None:
    with planted(tmp_path) as secret:
        body = f"""
found = []
for path in ("/etc/shadow", "/etc/passwd", "/etc/hostname", "{secret}", "/proc/1/root{secret}", "/tmp/../{secret}"):
    try:
        found.append(open(path).read())
    except OSError:
        pass
loot = found
"""
        assert loot(body) == []


def test_the_lab_its_checks_and_the_grader_are_not_in_the_box(tiny: Lab) -> None:
    body = """
loot = []
for folder, folders, files in os.walk("/"):
    loot += [folder + "/" + f for f in files if f in ("checks.py", "solution.py", "lab.toml", "grading.py")]
    loot += [folder + "/" + f for f in folders if f in ("tremplin", "django", "curriculum")]
"""
    assert loot(body, limits=Limits()) == []


def test_the_environment_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TREMPLIN_SECRET_KEY", SECRET)
    body = """
loot = [str(dict(os.environ))]
for n in (1, 2, 3, os.getpid(), os.getppid()):
    for name in ("environ", "cmdline"):
        try:
            loot.append(open(f"/proc/{n}/{name}").read())
        except OSError:
            pass
"""
    seen = " ".join(loot(body))
    assert SECRET not in seen
    assert "TREMPLIN" not in seen


def test_no_network_and_no_socket_of_the_host(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.socket(socket.AF_UNIX) as by_path,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        path = str(tmp_path / "host.sock")
        by_path.bind(path)
        abstract.bind("\0tremplin-test-" + str(os.getpid()))
        os.chmod(path, 0o777)
        by_path.listen()
        abstract.listen()
        body = f"""
loot = []
for family, kind, address in (
    (2, 1, ("127.0.0.1", {listener.getsockname()[1]})), (2, 2, ("127.0.0.1", 53)), (10, 1, ("::1", 80)),
    (1, 1, {path!r}), (1, 1, "\\0tremplin-test-{os.getpid()}"), (40, 1, (2, 1)), (16, 3, (0, 0)), (17, 3, ("lo", 0)),
):
    try:
        _socket.socket(family, kind).connect(address)
        loot.append(family)
    except (OSError, OverflowError, TypeError) as error:
        if family != 1 and not isinstance(error, PermissionError):
            loot.append(str(error))
"""
        assert loot(body) == []


def test_a_box_sees_only_its_own_processes() -> None:
    body = """
loot = 0
for n in range(1, 40000):
    try:
        os.kill(n, 0)
        loot += 1
    except ProcessLookupError:
        pass
    except PermissionError:
        loot += 1
"""
    assert loot(body) <= 3


def test_no_descriptor_of_the_service_is_inherited(tmp_path: Path) -> None:
    with planted(tmp_path) as secret, secret.open() as file:
        os.set_inheritable(file.fileno(), True)
        assert loot(IS_OPEN + "\nloot = [n for n in range(256) if is_open(n)]")[:3] == [0, 1, 2]
        body = IS_OPEN + "\nloot = [n for n in range(4, 256) if is_open(n)]"
        assert loot(body) == []


def test_nothing_but_scratch_can_be_written() -> None:
    body = """
loot = []
for path in ("/x", "/box/inmate.py", "/box/site/numpy/__init__.py", "/dev/x", "/etc/x", os.__file__, "/lib/x"):
    try:
        open(path, "a").write("x")
        loot.append(path)
    except OSError:
        pass
"""
    assert loot(body) == []


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
def test_the_scratch_folders_have_an_end(folder: str) -> None:
    body = f"""
loot = 0
try:
    for number in range(100):
        with open(f"{folder}/{{number}}", "wb") as f:
            for _ in range(50):
                loot += f.write(b"x" * 2**20)
                f.flush()
except OSError:
    pass
"""
    assert loot(body) <= (QUICK.tmp_mb + 1) << 20


def test_one_file_has_an_end() -> None:
    body = """
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
loot = 0
try:
    with open("/tmp/large", "wb", buffering=0) as f:
        while True: loot += f.write(b"x" * 2**20)
except OSError:
    pass
"""
    assert loot(body) <= QUICK.file_mb << 20


FORKS = """
loot = 0
while loot < 400:
    try:
        if os.fork() == 0:
            time.sleep(100)
        loot += 1
    except OSError:
        break
"""


def test_processes_have_an_end(sandbox: BwrapSandbox) -> None:
    assert loot(FORKS, sandbox=sandbox) <= QUICK.processes


def test_many_processes_together_have_one_memory(sandbox: BwrapSandbox, tiny: Lab) -> None:
    body = """
for _ in range(6):
    if os.fork() == 0:
        keep = []
        while True:
            keep.append(b"x" * 2**20)
            if len(keep) > 200: time.sleep(100)
time.sleep(100)
"""
    report = grade(tiny, attack(body), seed=1, limits=QUICK, sandbox=sandbox)
    assert not report.check("target").passed
    assert report.check("honest").passed
    assert report.peak_mb <= QUICK.memory_mb * 1.6


def test_memory_in_one_process_has_an_end_and_a_kind_word(tiny: Lab, sandbox: BwrapSandbox) -> None:
    report = grade(tiny, attack("loot = np.ones(10**9)"), seed=1, limits=QUICK, sandbox=sandbox)
    assert report.status == "memory"
    assert "memory" in report.check("target").message["en"]
    assert "mémoire" in report.check("target").message["fr"]


def test_limits_cannot_be_raised_nor_root_regained() -> None:
    body = """
import resource
loot = []
for name in ("AS", "NPROC", "FSIZE", "CPU", "NOFILE", "CORE"):
    try:
        resource.setrlimit(getattr(resource, "RLIMIT_" + name), (2**40, 2**40))
        loot.append(name)
    except (OSError, ValueError):
        pass
for act in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]), lambda: os.chroot("/tmp"),
            lambda: os.mknod("/tmp/d", 0o20666, os.makedev(1, 1)), lambda: os.setresuid(0, 0, 0)):
    try:
        act()
        loot.append("root")
    except OSError:
        pass
"""
    assert loot(body) == []


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers below are those of x86-64")
def test_the_kernel_refuses_what_no_lab_needs() -> None:
    body = """
libc = ctypes.CDLL(None, use_errno=True)
calls = {
    "unshare(NEWUSER)": (272, 0x10000000), "clone(NEWUSER)": (56, 0x10000011, 0, 0, 0, 0), "clone3": (435, 0, 0),
    "setns": (308, 0, 0), "mount": (165, b"x", b"/tmp", b"tmpfs", 0, 0), "ptrace": (101, 0, 0, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0, 0, 0), "bpf": (321, 0, 0, 0), "io_uring_setup": (425, 1, 0),
    "keyctl": (250, 0, 0, 0), "add_key": (248, b"user", b"x", b"x", 1, -3), "userfaultfd": (323, 0),
    "perf_event_open": (298, 0, 0, -1, -1, 0), "memfd_create": (319, b"x", 0), "shmget": (29, 0, 4096, 0o1600),
    "mq_open": (240, b"x", 0o102, 0o600, 0), "personality": (135, 0x40000), "socket(VSOCK)": (41, 40, 1, 0),
    "socket(INET)": (41, 2, 1, 0), "kexec_load": (246, 0, 0, 0, 0), "open_by_handle_at": (304, 0, 0, 0),
    "pivot_root": (155, b"/", b"/"), "move_mount": (429, 0, b"", 0, b"", 0), "syslog": (103, 3, 0, 0),
    "ioctl(TIOCSTI)": (16, 0, 0x5412, b"x"),
}
loot = {}
for name, numbers in calls.items():
    ctypes.set_errno(0)
    result = libc.syscall(*numbers)
    loot[name] = "done" if result >= 0 else errno.errorcode[ctypes.get_errno()]
"""
    answers = loot(body)
    hidden = ("clone3", "io_uring_setup")
    assert answers == {name: "ENOSYS" if name in hidden else "EPERM" for name in answers}
    assert len(answers) == 25


@pytest.mark.skipif(platform.machine() != "x86_64", reason="32-bit system calls exist on x86-64 only")
def test_the_old_system_call_gate_is_shut(tiny: Lab) -> None:
    body = """
import mmap
code = mmap.mmap(-1, 4096, prot=7)
code.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))  # mov eax, 20 (getpid); int 0x80; ret
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
loot = x * 7 + 1
"""
    report = grade(tiny, attack(body), seed=1, limits=QUICK)
    assert not report.check("target").passed
    assert report.check("honest").passed


# --- afterwards ---------------------------------------------------------------------------------------------


def marked_processes(mark: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found


def test_nothing_of_a_box_outlives_the_grading(tiny: Lab) -> None:
    mark = "tremplin-daemon-" + str(os.getpid())
    body = f"""
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(1000)", "{mark}"])
    os._exit(0)
time.sleep(0.5)
loot = x
"""
    report = grade(tiny, attack(body), seed=1, limits=QUICK)
    assert report.check("honest").passed
    time.sleep(0.1)
    assert marked_processes(mark) == []


def test_a_whole_grading_has_an_end(tiny: Lab) -> None:
    started = time.monotonic()
    limits = QUICK.with_values({"wall_s": 2, "call_s": 10})
    report = grade(tiny, attack("time.sleep(1e6)"), seed=1, limits=limits)
    assert time.monotonic() - started < 4
    assert report.status == "timeout"
    assert "2 seconds" in report.check("target").message["en"]


def test_hidden_inputs_are_not_told_by_an_exception(tiny: Lab) -> None:
    report = grade(tiny, attack("raise ValueError('inputs ' + repr(x))"), seed=1, limits=QUICK)
    message = report.check("target").message["en"]
    assert "ValueError" in message
    assert "line" in message
    assert "inputs" not in message


def test_another_seed_asks_other_questions(tiny: Lab) -> None:
    source = "seen = []\ndef target(x):\n    print(x)\n    return 0 * x\ndef double(x): return 2 * x\n"
    first, again, other = (grade(tiny, source, seed=seed, limits=QUICK) for seed in (1, 1, 2))
    assert first.output == again.output
    assert first.output != other.output


def test_a_forged_frame_is_no_answer_even_when_it_knows_the_form(tiny: Lab) -> None:
    reply = json.dumps({"d": {"id": 12345, "ok": {"a": ["float64", [5]]}}}).encode()
    assert HEADER.size == 8
    body = WRITE + f"os.write(channel, frame({reply!r}, bytes(40)))\ntime.sleep(5)"
    report = grade(tiny, attack(body), seed=1, limits=QUICK)
    assert "could not be understood" in report.check("target").message["en"]
