"""The process in the box: loads one submission and answers calls. It judges nothing.

Run as a plain script with `protocol.py` beside it; it knows nothing of Tremplin, of the lab or of the
checks. Everything it says after the submission has been loaded may have been said by the submission:
the keeper treats it so. It first confines itself further (user, resource limits), reports what holds,
and only then is sent any code.
"""

from __future__ import annotations

import _socket
import contextlib
import ctypes
import gc
import importlib
import itertools
import json
import operator
import os
import random
import resource
import sys
import types
from typing import Any

LIBRARIES = "/box/site"
FILE_NAME = "lab.py"
MODULE_NAME = "lab"
OPERATIONS = frozenset({"add", "sub", "mul", "truediv", "matmul", "pow", "neg", "getitem"})


def take_channel() -> int:
    """Move the socket away from standard input, and close whatever else was inherited."""
    channel = os.dup(0)
    null = os.open("/dev/null", os.O_RDONLY)
    os.dup2(null, 0)
    for number in range(3, 256):
        if number != channel:
            try:
                os.close(number)
            except OSError:
                continue
    return channel


def confine(settings: dict[str, Any]) -> dict[str, Any]:
    """Become nobody, lower every limit, and report what the kernel now says."""
    become(settings["user"])
    limit(settings["rlimits"])
    capabilities()
    return facts(settings["rlimits"])


def become(user: int | None) -> None:
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)


def limit(rlimits: dict[str, int]) -> None:
    for name, value in rlimits.items():
        hard = value + 1 if name == "CPU" else value
        resource.setrlimit(getattr(resource, "RLIMIT_" + name), (value, hard))


def facts(rlimits: dict[str, int]) -> dict[str, Any]:
    """What the kernel says of this process now; the keeper compares it with what it asked for."""
    libc = ctypes.CDLL(None, use_errno=True)
    return {
        "uid": os.getuid(),
        "gid": os.getgid(),
        "groups": len(os.getgroups()),
        "seccomp": libc.prctl(21, 0, 0, 0, 0),  # PR_GET_SECCOMP: 2 is filter mode
        "no_new_privs": libc.prctl(39, 0, 0, 0, 0),
        "capabilities": capabilities(),
        "network": reach_network(),
        "pid": os.getpid(),
        "root": sorted(os.listdir("/")),
        "readable": all(os.access(str(module.__file__), os.R_OK) for module in (os, json)),
        "environment": sorted(os.environ),
        "rlimits": {name: resource.getrlimit(getattr(resource, "RLIMIT_" + name))[0] for name in rlimits},
    }


def capabilities() -> int:
    """Give up what is left, and return every capability still held as one number: 0 is right."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    words = (ctypes.c_uint32 * 6)()
    libc.capset(header, words)  # the inheritable ones survive a change of user
    if libc.capget(header, words) != 0:
        return -1
    return sum(words)


def reach_network() -> bool:
    for family in (2, 10, 16, 17, 40):  # INET, INET6, NETLINK, PACKET, VSOCK
        try:
            _socket.socket(family, 1).close()
        except OSError:
            continue
        return True
    return False


class Gone(Exception):
    """The keeper has closed the channel."""


class Channel:
    def __init__(self, number: int, limit: int, protocol: types.ModuleType) -> None:
        self.number = number
        self.limit = limit
        self.protocol = protocol

    def read(self) -> dict[str, Any]:
        header = self._exactly(self.protocol.HEADER.size)
        lengths = self.protocol.header_lengths(header, self.limit)
        message: dict[str, Any] = self.protocol.unpack(header + self._exactly(sum(lengths)), self.limit)
        return message

    def write(self, message: dict[str, Any]) -> None:
        frame = memoryview(self.protocol.pack(message))
        if len(frame) > self.limit:
            raise self.protocol.Malformed("the answer is too large to send")
        while frame:
            frame = frame[os.write(self.number, frame) :]

    def _exactly(self, count: int) -> bytes:
        parts = []
        while count:
            part = os.read(self.number, min(count, 1 << 20))
            if not part:
                raise Gone
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


class Missing(Exception):
    """The submission has no such name."""


class Inmate:
    def __init__(self, protocol: types.ModuleType) -> None:
        self.protocol = protocol
        self.module = types.ModuleType(MODULE_NAME)
        self.module.__file__ = FILE_NAME
        self.things: dict[int, Any] = {}
        self.numbers = itertools.count(1)

    def load(self, source: bytes) -> None:
        sys.modules[MODULE_NAME] = self.module
        # The submission is compiled as it stands: our own `from __future__` must not leak into it.
        code = compile(source, FILE_NAME, "exec", dont_inherit=True)
        # Running the submission is what this process is for; it is in the box, or it would not have been sent one.
        exec(code, self.module.__dict__)  # noqa: S102  # nosec B102

    def answer(self, request: dict[str, Any]) -> Any:
        verb = request["verb"]
        if verb == "load":
            reseed(request["seed"])
            return self.load(bytes(request["source"]))
        if verb == "drop":
            self.things.clear()
            return None
        if verb == "describe":
            return self.describe(request["name"])
        arguments = [self.inward(value) for value in request["args"]]
        if verb == "operate":
            result = self.operate(request["name"], arguments, request["times"])
        elif verb == "attribute":
            result = getattr(arguments[0], request["name"])
        else:
            result = self.call(verb, request, arguments)
        if request["listed"] is not None:
            result = list(itertools.islice(result, request["listed"]))
        if request["keep"]:
            return self.hold(result)
        if request["echo"]:
            return (result, tuple(arguments))
        return result

    def call(self, verb: str, request: dict[str, Any], arguments: list[Any]) -> Any:
        keywords = {key: self.inward(value) for key, value in request["kwargs"].items()}
        if verb == "method":
            return getattr(arguments[0], request["name"])(*arguments[1:], **keywords)
        return self.named(request["name"])(*arguments, **keywords)

    def named(self, name: str) -> Any:
        try:
            return self.module.__dict__[name]
        except KeyError:
            raise Missing(name) from None

    def describe(self, name: str) -> str:
        thing = self.module.__dict__.get(name)
        if thing is None:
            return "missing"
        if isinstance(thing, type):
            return "class"
        return "function" if callable(thing) else "value"

    def operate(self, name: str, arguments: list[Any], times: int) -> Any:
        if name not in OPERATIONS:
            raise Missing(name)
        function = getattr(operator, name)
        result = arguments[0]
        for _ in range(times):
            result = function(result, *arguments[1:])
        return result

    def inward(self, value: Any) -> Any:
        if isinstance(value, self.protocol.Ref):
            return self.things[value.number]
        if isinstance(value, self.protocol.Tensor):
            return tensor(value)
        if isinstance(value, list):
            return [self.inward(item) for item in value]
        if isinstance(value, tuple):
            return tuple(self.inward(item) for item in value)
        if isinstance(value, dict):
            return {key: self.inward(item) for key, item in value.items()}
        return value

    def hold(self, result: Any) -> Any:
        number = next(self.numbers)
        self.things[number] = result
        return self.protocol.Ref(number, type(result).__name__)


def reseed(seed: int) -> None:
    """Other random numbers for each submission, the same ones whenever it is graded again."""
    random.seed(seed)
    for name, function, bits in (("numpy.random", "seed", 32), ("torch", "manual_seed", 63)):
        module = sys.modules.get(name)
        if module is not None:
            getattr(module, function)(seed % (1 << bits))


def tensor(sent: Any) -> Any:
    torch = importlib.import_module("torch")
    made = torch.from_numpy(sent.array).requires_grad_(sent.requires_grad)
    if sent.grad is not None:
        made.grad = torch.from_numpy(sent.grad)
    return made


def complaint(error: BaseException) -> dict[str, Any]:
    """Say what went wrong in the learner's own words: the last line of *their* file that was involved."""
    line, function = None, ""
    if isinstance(error, SyntaxError) and error.filename == FILE_NAME:
        line = error.lineno
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE_NAME:
            line, function = trace.tb_lineno, trace.tb_frame.f_code.co_name
        trace = trace.tb_next
    try:
        message = str(error.msg if isinstance(error, SyntaxError) else error)[:500]
    except BaseException:
        message = ""
    return {
        "missing": isinstance(error, Missing),
        "syntax": isinstance(error, SyntaxError) and error.filename == FILE_NAME,
        "type": type(error).__name__,
        "message": message,
        "line": line,
        "function": function,
    }


def preload(libraries: list[str]) -> None:
    """Load what is slow to load, through a first step of training, before the scholar's time begins."""
    importlib.import_module("numpy.random")  # so that it is there to be seeded
    if "torch" not in libraries:
        return
    given = dict(os.environ)
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    limber_up(torch)
    for name in set(os.environ) - set(
        given
    ):  # notes of libraries to themselves; the box keeps what it was given
        del os.environ[name]


def limber_up(torch: Any) -> None:
    """Use once what most labs use: much of torch is loaded, or set up, at its first use."""
    nn = torch.nn
    torch.manual_seed(0)
    picture = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
    words = nn.Sequential(nn.Embedding(10, 8), nn.LayerNorm(8), nn.Linear(8, 8), nn.GELU(), nn.Dropout(0.1))
    memory, out = nn.GRU(8, 8, batch_first=True), nn.Linear(8, 3)
    parameters = [weight for part in (picture, words, memory, out) for weight in part.parameters()]
    for kind in (torch.optim.SGD, torch.optim.AdamW, torch.optim.Adam):
        optimiser = kind(parameters, lr=0.01)
        optimiser.zero_grad()
        seen, _ = memory(words(torch.arange(10).reshape(2, 5)))
        future = torch.triu(torch.ones(5, 5, dtype=torch.bool), 1)
        scores = (seen @ seen.transpose(-2, -1) / 8**0.5).masked_fill(future, float("-inf"))
        logits = out((torch.softmax(scores, -1) @ seen).mean(1))
        loss = nn.functional.cross_entropy(logits, torch.tensor([0, 2]))
        loss = loss + nn.functional.mse_loss(picture(torch.randn(2, 1, 8, 8)), torch.zeros(2, 18))
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
    with torch.no_grad():
        torch.from_numpy(logits.softmax(-1).argmax(-1).numpy()).float().std()


def serve(channel: Channel, inmate: Inmate) -> None:
    while True:
        request = channel.read()
        reply: dict[str, Any] = {"id": request["id"]}
        try:
            reply["ok"] = inmate.answer(request)
        except BaseException as error:
            reply["error"] = complaint(error)
            error.__traceback__ = None  # frees the learner's arrays before the next call
        flush()
        try:
            channel.write(reply)
        except OSError:
            return
        except Exception as error:
            unsent = {**complaint(error), "type": "Unsendable", "line": None, "function": ""}
            channel.write({"id": request["id"], "error": unsent})
        reply.clear()


def flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):  # the submission may have put anything in their place
            stream.flush()


def main() -> None:
    settings = json.loads(sys.argv[1])
    sys.argv[:] = [FILE_NAME]
    number = take_channel()
    sys.path[:0] = [LIBRARIES, os.path.dirname(__file__)]
    protocol = importlib.import_module("protocol")
    del sys.path[1]
    preload(settings["libraries"])
    gc.freeze()
    channel = Channel(number, settings["message_bytes"], protocol)
    channel.write({"ready": confine(settings)})
    try:
        serve(channel, Inmate(protocol))
    except Gone:
        return
    finally:
        flush()


if __name__ == "__main__":
    main()
