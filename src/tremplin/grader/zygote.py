"""The process that has loaded the libraries once, and forks a confined copy of itself for each submission.

Run as a plain script in a box of bubblewrap, with `inmate.py`, `protocol.py` and `kernel.py` beside it. It has one
thread, reads nothing but what the keeper sends, and never runs a submission: each copy becomes the first process
of namespaces of its own, gives up every privilege, and only then is sent any code. The keeper's requests:

    {"fork": user}   with three descriptors: channel, standard output, standard error → {"pid"} and its pidfd
    {"gather": [[start, length], …]}   of its memory, which it cannot see itself → {"gathered": how many}
    {"reap": pid}    of a copy that has ended → {"code", "cpu_ms"}
"""

from __future__ import annotations

import array
import gc
import importlib
import json
import os
import socket
import sys
import types
from typing import Any, NoReturn

SCRATCH = ("/tmp", "/dev/shm")  # noqa: S108  # nosec B108
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_LONGEST = 4096
_LONGEST_REQUEST = 1 << 16
_FAILED_TO_CONFINE = 70


class Zygote:
    def __init__(
        self, control: socket.socket, settings: dict[str, Any], modules: list[types.ModuleType]
    ) -> None:
        self.control = control
        self.settings = settings
        self.protocol, self.inmate, self.kernel = modules
        self.filter = bytes.fromhex(settings["filter"])
        self.own_pidfd = os.pidfd_open(os.getpid())

    def serve(self) -> None:
        """Answer until the keeper hangs up."""
        while True:
            request, descriptors = receive(self.control)
            if request is None:
                return
            if "fork" in request:
                self.answer_fork(request["fork"], descriptors)
            elif "gather" in request:
                send(
                    self.control,
                    {"gathered": sum(self.kernel.in_huge_pages(*part) for part in request["gather"])},
                )
            else:
                send(self.control, reaped(request["reap"]))
            for number in descriptors:
                os.close(number)

    def answer_fork(self, user: int | None, descriptors: list[int]) -> None:
        try:
            pid = self.fork(user, descriptors)
        except OSError as error:
            send(self.control, {"error": str(error)})
            return
        pidfd = os.pidfd_open(pid)
        send(self.control, {"pid": pid}, pidfd)
        os.close(pidfd)

    def fork(self, user: int | None, descriptors: list[int]) -> int:
        """A copy that is the first process of its own namespace of processes."""
        self.kernel.unshare(self.kernel.NEWPID)
        try:
            pid = os.fork()
            if pid == 0:
                self.become_a_box(user, descriptors)
        finally:
            self.kernel.children_here_again(self.own_pidfd)
        return pid

    def become_a_box(self, user: int | None, descriptors: list[int]) -> NoReturn:
        try:
            channel = self.take(descriptors)
            version = self.confine(user)
            self.work(channel, version)
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(_FAILED_TO_CONFINE)

    def take(self, descriptors: list[int]) -> int:
        """Leave the session, so that no signal to a group reaches the zygote, and keep three descriptors."""
        os.setsid()
        channel, out, err = descriptors
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.dup2(channel, 3)
        os.closerange(4, 1024)
        return 3

    def confine(self, user: int | None) -> int:
        kernel, settings = self.kernel, self.settings
        kernel.unshare(kernel.NEWNS | kernel.NEWIPC | kernel.NEWUTS | kernel.NEWNET)
        kernel.keep_mounts_to_ourselves()
        for place in SCRATCH:
            kernel.scratch(place, settings["tmp_mb"])
        os.chdir(SCRATCH[0])
        if user is None:  # a count of processes of its own, and nothing to gain from the zygote's namespace
            kernel.unshare(kernel.NEWUSER)
        self.inmate.become(user)
        kernel.no_new_privileges()
        version: int = kernel.change_only_below(SCRATCH, DEVICES)
        self.inmate.capabilities()
        kernel.filter_calls(self.filter)
        return version

    def work(self, number: int, version: int) -> NoReturn:
        """Wait to be given a submission's limits, say what holds, and serve it."""
        inmate = self.inmate
        channel = inmate.Channel(number, _LONGEST, self.protocol)
        try:
            settings = channel.read()
            inmate.limit(settings["rlimits"])
            channel.limit = settings["message_bytes"]
            gc.enable()
            channel.write({"ready": inmate.facts(settings["rlimits"]) | {"landlock": version}})
            inmate.serve(channel, inmate.Inmate(self.protocol))
        except inmate.Gone:
            inmate.flush()
        os._exit(0)


def reaped(pid: int) -> dict[str, Any]:
    """How a copy ended and the processor time that it and those it waited for have used."""
    ended, status, usage = os.wait4(pid, os.WNOHANG)
    if not ended:
        return {"code": None, "cpu_ms": 0}
    milliseconds = int(1000 * (usage.ru_utime + usage.ru_stime))
    return {"code": os.waitstatus_to_exitcode(status), "cpu_ms": milliseconds}


def receive(control: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    data, rights, _flags, _address = control.recvmsg(_LONGEST_REQUEST, socket.CMSG_SPACE(3 * 4))
    numbers = array.array("i")
    for _level, _kind, content in rights:
        numbers.frombytes(content[: len(content) // 4 * 4])
    return (json.loads(data) if data else None), list(numbers)


def send(control: socket.socket, message: dict[str, Any], *descriptors: int) -> None:
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
    control.sendmsg([json.dumps(message).encode()], rights)


def main() -> None:
    settings = json.loads(sys.argv[1])
    here = os.path.dirname(__file__)
    sys.path.insert(0, here)
    modules = [importlib.import_module(name) for name in ("inmate", "kernel")]
    inmate = modules[0]
    sys.argv[:] = [inmate.FILE_NAME]
    number = inmate.take_channel()
    sys.path[:1] = [inmate.LIBRARIES, here]
    protocol = importlib.import_module("protocol")
    del sys.path[1]
    inmate.preload(settings["libraries"])
    gc.collect()
    gc.disable()  # it would touch, and so copy, every page of every copy; each turns it on again
    gc.freeze()
    control = socket.socket(fileno=number)
    zygote = Zygote(control, settings, [protocol, *modules])
    send(control, {"ready": True}, zygote.own_pidfd)
    zygote.serve()


if __name__ == "__main__":
    main()
