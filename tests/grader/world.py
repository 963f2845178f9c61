"""A host with things worth stealing: the secret stands wherever a submission might look, sockets listen everywhere.

What hostile code knows of it is in `World.known`: every path, number and name, but never the secret itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.grader.helpers import attack

SECRET = "the-planted-secret-4711"
_NOBODY = 65534
_SHMGET, _SHMAT, _SHMCTL, _MSGGET, _MSGSND, _MSGCTL, _ADD_KEY = 29, 30, 31, 68, 69, 71, 248
_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long


@dataclass
class World:
    known: dict[str, Any] = field(default_factory=dict)
    listeners: dict[str, socket.socket] = field(default_factory=dict)

    def submission(self, body: str) -> str:
        """The body as a submission that knows where everything is."""
        return attack(f"WORLD = {self.known!r}\n{body}")

    def visited(self) -> list[str]:
        """Which of the listening sockets were reached."""
        found = []
        for name, listener in self.listeners.items():
            with contextlib.suppress(BlockingIOError):
                if listener.type == socket.SOCK_DGRAM:
                    listener.recv(1)
                else:
                    listener.accept()[0].close()
                found.append(name)
        return found


@contextlib.contextmanager
def planted() -> Iterator[World]:
    world = World()
    with contextlib.ExitStack() as stack:
        for plant in (_files, _sockets, _descriptors, _bystander, _system_v, _key):
            plant(world, stack)
        os.environ["TREMPLIN_SECRET_KEY"] = SECRET
        stack.callback(os.environ.pop, "TREMPLIN_SECRET_KEY")
        world.known["service"] = os.getpid()
        json.dumps(world.known)  # plain enough to be written into a submission
        yield world


def _files(world: World, stack: contextlib.ExitStack) -> None:
    """Readable by everyone, in places of which the box has its own and in one that it should not have."""
    paths = []
    for place in ("/var/tmp", "/tmp", "/dev/shm"):
        folder = Path(tempfile.mkdtemp(prefix="planted-", dir=place))
        stack.callback(shutil.rmtree, folder)
        folder.chmod(0o755)
        secret = folder / "secret.txt"
        secret.write_text(SECRET)
        secret.chmod(0o644)
        paths.append(str(secret))
    world.known["files"] = paths


def _sockets(world: World, stack: contextlib.ExitStack) -> None:
    path = str(Path(world.known["files"][0]).with_name("service.sock"))
    abstract = f"\0tremplin-test-{os.getpid()}"
    addresses: dict[str, tuple[int, int, Any]] = {
        "tcp": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        "udp": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
        "path": (socket.AF_UNIX, socket.SOCK_STREAM, path),
        "path of letters": (socket.AF_UNIX, socket.SOCK_DGRAM, path + ".dgram"),
        "abstract": (socket.AF_UNIX, socket.SOCK_STREAM, abstract),
        "abstract of letters": (socket.AF_UNIX, socket.SOCK_DGRAM, abstract + "-dgram"),
    }
    for name, (family, kind, address) in addresses.items():
        listener = stack.enter_context(socket.socket(family, kind))
        listener.bind(address)
        listener.setblocking(False)
        if kind == socket.SOCK_STREAM:
            listener.listen()
        world.listeners[name] = listener
    for name in ("", ".dgram"):
        os.chmod(path + name, 0o777)
    world.known["sockets"] = [
        [int(family), int(kind), list(found) if isinstance(found, tuple) else os.fsdecode(found)]
        for (family, kind, _), found in zip(
            addresses.values(), (listener.getsockname() for listener in world.listeners.values()), strict=True
        )
    ]


def _descriptors(world: World, stack: contextlib.ExitStack) -> None:
    """Open in the service, and left open for its children by mistake."""
    readable = os.open(world.known["files"][0], os.O_RDONLY)
    out, into = os.pipe()
    os.write(into, SECRET.encode())
    folder = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    for number in (readable, out, into, folder):
        os.set_inheritable(number, True)
        stack.callback(os.close, number)
    world.known["descriptors"] = [readable, out, folder]


def _bystander(world: World, stack: contextlib.ExitStack) -> None:
    """Another process of the same host, with the secret in its arguments, environment and memory."""
    program = "import sys, time\nkept = sys.argv[1] * 1000\ntime.sleep(3600)"
    user = {"user": _NOBODY} if os.geteuid() == 0 else {}
    process = subprocess.Popen([shutil.which("sleep") or "sleep", "3600"], env={"KEPT": SECRET}, **user)
    other = subprocess.Popen([sys.executable, "-S", "-c", program, SECRET], env={"KEPT": SECRET})
    for one in (process, other):
        stack.callback(one.wait)
        stack.callback(one.kill)
    world.known["bystanders"] = [process.pid, other.pid]


def _system_v(world: World, stack: contextlib.ExitStack) -> None:
    """A shared segment and a queue of messages that everybody may read."""
    key = 0x7E000000 + os.getpid()
    segment = _LIBC.syscall(_SHMGET, key, 4096, 0o1666)
    if segment >= 0:
        address = _LIBC.syscall(_SHMAT, segment, 0, 0)
        ctypes.memmove(address, SECRET.encode(), len(SECRET))
        stack.callback(_LIBC.syscall, _SHMCTL, segment, 0, 0)
    queue = _LIBC.syscall(_MSGGET, key, 0o1666)
    if queue >= 0:
        message = ctypes.create_string_buffer((1).to_bytes(8, "little") + SECRET.encode())
        _LIBC.syscall(_MSGSND, queue, message, len(SECRET), 0)
        stack.callback(_LIBC.syscall, _MSGCTL, queue, 0, 0)
    world.known |= {"key": key, "segment": segment, "queue": queue}


def _key(world: World, stack: contextlib.ExitStack) -> None:
    """In the session's keyring, which a child has too."""
    secret = SECRET.encode()
    world.known["keyring"] = _LIBC.syscall(_ADD_KEY, b"user", b"tremplin-test", secret, len(secret), -3)
