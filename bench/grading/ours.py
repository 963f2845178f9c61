"""Our part of the benchmark, each in a process of its own: `python -m bench.grading.ours PART [COUNT]` prints JSON."""

import json
import os
import resource
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import mean, median
from typing import Any

from bench.grading.submissions import FOLDER, submissions
from bench.load import percentile
from tremplin.curriculum import loader
from tremplin.grader import Limits, grade, protocol, read_lab
from tremplin.grader.calls import Session
from tremplin.grader.default import default_sandbox
from tremplin.grader.inmate import Inmate
from tremplin.grader.keeper import Keeper
from tremplin.grader.sandbox import BoxSpec, Usage
from tremplin.grader.warm import WarmSandbox

QUIET_LABS = ("softmax", "attention")


class Bare:
    """No sandbox at all: the same calls in this process, and how long the submission itself took. For the floor."""

    layers = ()

    def __init__(self) -> None:
        self.inmate = Inmate(protocol)
        self.seconds = 0.0

    def open(self, spec: BoxSpec, seconds: float) -> "Bare":
        return self

    def exchange(self, frame: bytes, seconds: float) -> bytes:
        request = protocol.unpack(frame, 1 << 28)
        began = time.process_time()
        answer = self.inmate.answer(request)
        self.seconds += time.process_time() - began
        return protocol.pack({"id": request["id"], "ok": answer})

    def close(self) -> Usage:
        return Usage()


def throughput(count: int) -> dict[str, Any]:
    """The twenty submissions, `count` times; verdicts compared with what they should be."""
    lab, texts = read_lab(FOLDER), submissions()
    _warm(lab)
    times, wrong = [], 0
    began, cpu = time.perf_counter(), time.process_time()
    for number in range(count):
        text, right = texts[number % 20]
        at = time.perf_counter()
        report = grade(lab, text, seed=number)
        times.append(time.perf_counter() - at)
        wrong += tuple(check.passed for check in report.checks[1:]) != right
    wall = time.perf_counter() - began
    return {
        "seconds": wall, "graded": count, "wrong": wrong, "median_ms": 1000 * median(times),
        "keeper_cpu_ms": 1000 * (time.process_time() - cpu) / count, "layers": list(report.layers),
    }  # fmt: skip


def quiet(count: int) -> dict[str, Any]:
    """What trains nothing: the assignment without its last task, and two shipped labs, each by itself."""
    whole = read_lab(FOLDER)
    three = replace(whole, code="three tasks", checks=whole.checks[:3])
    three.__dict__["functions"] = whole.functions  # a whole lab would have to name its fourth
    found = {}
    for lab in (three, *map(loader.lab, QUIET_LABS)):
        _warm(lab)
        began = time.perf_counter()
        for number in range(count):
            assert grade(lab, lab.solution, seed=number).passed
        found[lab.code] = count / (time.perf_counter() - began)
    return found


def floor(count: int) -> dict[str, Any]:
    """What the submission itself computes, without any box: CPU milliseconds a submission."""
    lab, (text, _) = read_lab(FOLDER), submissions()[0]
    times = []
    for number in range(count + 3):
        bare = Bare()
        assert grade(lab, text, seed=number, sandbox=bare).passed
        times.append(bare.seconds)
    return {"ms": 1000 * mean(times[3:]), "median_ms": 1000 * median(times[3:])}


def ready(count: int) -> dict[str, Any]:
    """From asking for a box to holding one that has reported itself closed: from the pool, and forked when asked."""
    found = {}
    for library in ("numpy", "torch"):
        for spare in (2, 0):
            sandbox = WarmSandbox(spare=spare)
            spec, times = BoxSpec(Limits(), (library,)), []
            sandbox.open(spec, 10).close()
            for _ in range(count):
                time.sleep(0.06 if spare else 0.01)
                at = time.perf_counter()
                box = sandbox.open(spec, 10)
                times.append(1000 * (time.perf_counter() - at))
                box.close()
            sandbox.close()
            name = f"{library} {'waiting' if spare else 'forked when asked'}"
            found[name] = {"median_ms": median(times), "p95_ms": percentile(times, 0.95)}
    return found


def memory(count: int) -> dict[str, Any]:
    """Memory that is a box's own when it has done the four tasks."""
    lab, (text, _) = read_lab(FOLDER), submissions()[0]
    held: list[int] = []
    close = Keeper.close

    def looked(self: Keeper) -> Usage:
        if self._init is not None and self._usage is None:
            lines = Path(f"/proc/{self._init}/smaps_rollup").read_text().splitlines()[1:]
            sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
            held.append(sizes["Private_Dirty"] + sizes["Private_Clean"])
        return close(self)

    Keeper.close = looked  # type: ignore[method-assign]
    for number in range(count):
        assert grade(lab, text, seed=number).passed
    return {"median_mb": median(held) / 1024, "most_mb": max(held) / 1024}


def drain(count: int) -> dict[str, Any]:
    """`count` submissions through as many threads as there are cores; CPU of everything that took part."""
    lab, texts = read_lab(FOLDER), submissions()
    cores = len(os.sched_getaffinity(0))
    _warm(lab)
    used, began = _cpu(), time.perf_counter()

    def one(number: int) -> tuple[bool, int]:
        text, right = texts[number % 20]
        report = grade(lab, text, seed=number)
        return tuple(check.passed for check in report.checks[1:]) == right, report.cpu_ms

    with ThreadPoolExecutor(cores) as pool:
        done = list(pool.map(one, range(count)))
    wall = time.perf_counter() - began
    default_sandbox().warm.close()
    return {
        "seconds": wall, "graded": count, "right": sum(right for right, _ in done), "cores": cores,
        "boxes_cpu_s": sum(ms for _, ms in done) / 1000, "all_cpu_s": _cpu() - used,
    }  # fmt: skip


def together(count: int) -> dict[str, Any]:
    """`count` hand in at the same moment: seconds until each has a verdict, by as many threads as cores."""
    labs = [loader.lab(code) for code in QUIET_LABS]
    for lab in labs:
        _warm(lab)
    began = time.perf_counter()
    ends: list[float] = []
    lock = threading.Lock()

    def one(number: int) -> None:
        lab = labs[number % len(labs)]
        assert grade(lab, lab.solution, seed=number).passed
        with lock:
            ends.append(time.perf_counter() - began)

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        list(pool.map(one, range(count)))
    return {"graded": count, "median_s": median(ends), "last_s": max(ends)}


def _warm(lab: Any) -> None:
    """The zygote runs, as it does in a worker that has graded before; starting it is counted nowhere."""
    Session(default_sandbox(), BoxSpec(lab.limits, lab.libraries), b"").start().close()
    time.sleep(0.5)


def _cpu() -> float:
    """Processor seconds of this process and of those it has waited for."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, kinds))


if __name__ == "__main__":
    part = {f.__name__: f for f in (throughput, quiet, floor, ready, memory, drain, together)}[sys.argv[1]]
    print(json.dumps(part(int(sys.argv[2]))))
