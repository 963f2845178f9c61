"""The process that `plain.py` starts: `inmate.py` with pipes instead of a socket, and without confining anything.

Run as a script on systems that have neither namespaces nor `resource`, so it loads the files beside it itself.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import sys
import types
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def beside(name: str) -> types.ModuleType:
    """A module of this folder, without the folder on the path, where a learner's `import text` would find ours."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def take_pipes() -> tuple[int, int]:
    """Move our two pipes out of the way of what the code reads and prints: it prints to standard error."""
    questions, answers = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - there is none elsewhere

        for number in (questions, answers):
            msvcrt.setmode(number, os.O_BINARY)
    return questions, answers


def lower(rlimits: dict[str, int]) -> None:
    """Limits that labs ask about. Here they are for sameness, not for safety."""
    resource = importlib.import_module("resource")
    for name, value in rlimits.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def main() -> None:
    settings = json.loads(sys.argv[1])
    limit = settings["message_bytes"]
    questions, answers = take_pipes()
    if importlib.util.find_spec("resource") is None:  # not on Windows; only what confines needs it
        sys.modules["resource"] = types.ModuleType("resource")
    else:
        lower(settings["rlimits"])
    protocol, inmate = beside("protocol"), beside("inmate")
    sys.argv[:] = [inmate.FILE_NAME]

    class Pipes(inmate.Channel):  # type: ignore[name-defined, misc]
        def write(self, message: dict[str, Any]) -> None:
            frame = memoryview(protocol.pack(message))
            if len(frame) > limit:
                raise protocol.Malformed("the answer is too large to send")
            while frame:
                frame = frame[os.write(answers, frame) :]

    channel = Pipes(questions, limit, protocol)
    channel.write({"ready": {}})
    try:
        inmate.serve(channel, inmate.Inmate(protocol))
    except inmate.Gone:
        return
    finally:
        inmate.flush()


if __name__ == "__main__":
    main()
