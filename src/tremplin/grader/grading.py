"""`grade`: run one submission against one lab's checks. The submission runs in a box, the checks run here.

Order of effects: refuse what is too large; open a box (or refuse: nothing runs unconfined, ever); load the
file in it; run each check whose dependencies passed, each with its own random generator drawn from the seed;
close the box; report. The caller draws a fresh seed for every submission, so that knowing an earlier one's
hidden inputs is worth nothing.
"""

from __future__ import annotations

import time
import traceback
import zlib
from dataclasses import dataclass, field, replace

import numpy as np

from tremplin.grader import words
from tremplin.grader.calls import MAX_BOXES, CallFailed, Calls, Died, MissingName, Raised, Session
from tremplin.grader.checking import Failed
from tremplin.grader.default import default_sandbox
from tremplin.grader.lab import Check, Lab
from tremplin.grader.limits import Limits
from tremplin.grader.report import CheckResult, Report, Status
from tremplin.grader.sandbox import BoxSpec, Cause, Sandbox, Unavailable
from tremplin.grader.text import Text

LOADS = "loads"
_TIME: frozenset[Cause] = frozenset({"wall", "call", "cpu"})
_OUTPUT_CHARACTERS = 8000
_TRIES = 3


def grade(
    lab: Lab,
    submission: bytes | str,
    *,
    seed: int,
    limits: Limits | None = None,
    sandbox: Sandbox | None = None,
) -> Report:
    """Grade one submission. Never raises for anything the submission does or is."""
    started = time.monotonic()
    source = submission.encode("utf-8", "surrogatepass") if isinstance(submission, str) else submission
    run = _Run(lab, limits or lab.limits, seed)
    size = len(source)
    if size > run.limits.submission_kb << 10:
        message = words.word("too-large", size=-(-size // 1024), limit=run.limits.submission_kb)
        return run.refused(message, "")
    if missing := lab.missing:
        message = words.word("library-missing", library=", ".join(missing))
        return run.refused(message, f"not installed: {', '.join(missing)}")
    for _ in range(_TRIES):
        session = Session(sandbox or default_sandbox(), BoxSpec(run.limits, lab.libraries), source, seed=seed)
        try:
            run.all_checks(session)
        except Unavailable as problem:
            return run.refused(words.word("refused"), problem.detail)
        except Exception:  # ours to mend, and nobody's mark may depend on it
            return run.not_judged("error", words.word("grader-error"), traceback.format_exc())
        finally:
            session.stop()
        if not session.lost:
            return run.report(session, int(1000 * (time.monotonic() - started)))
        run = _Run(lab, run.limits, seed)  # the seed is the same, and so is what a whole run finds
    return run.not_judged("error", words.word("grader-error"), "its boxes were killed from outside")


@dataclass
class _Run:
    lab: Lab
    limits: Limits
    seed: int
    results: list[CheckResult] = field(default_factory=list)
    causes: set[str] = field(default_factory=set)
    details: list[str] = field(default_factory=list)

    # --- running ----------------------------------------------------------------------------------------

    def all_checks(self, session: Session) -> None:
        functions = self.lab.functions
        self.results.append(self._loading(session))
        calls = Calls(session)
        for check in self.lab.checks:
            waits_for = self._unmet(check)
            if waits_for is not None:
                self.results.append(_skipped(check, words.word("waits", title=waits_for.title)))
                continue
            try:
                with np.errstate(all="ignore"):
                    functions[check.id](calls, self._generator(check.id))
                self.results.append(_result(check, passed=True))
            except Unavailable:
                raise
            except Exception as error:
                self.results.append(self._failure(check, error))
            session.forget()

    def _loading(self, session: Session) -> CheckResult:
        check = Check(LOADS, words.word("loads"), words.word("loads-hint"), points=0.0, public=True)
        try:
            session.start()
        except CallFailed as error:
            return self._failure(check, error)
        return _result(check, passed=True)

    def _unmet(self, check: Check) -> CheckResult | None:
        needed = {LOADS, *check.depends_on}
        return next((result for result in self.results if result.id in needed and not result.passed), None)

    def _generator(self, check_id: str) -> np.random.Generator:
        """Each check draws its own numbers, so that adding a check leaves the others as they were."""
        return np.random.default_rng([self.seed % (1 << 63), zlib.crc32(check_id.encode())])

    # --- saying what went wrong -------------------------------------------------------------------------

    def _failure(self, check: Check, error: Exception) -> CheckResult:
        if isinstance(error, Failed):
            return replace(
                _result(check, passed=False),
                message=error.message, expected=error.expected[:400], actual=error.actual[:400],
            )  # fmt: skip
        if isinstance(error, Raised):
            return replace(_result(check, passed=False), message=self._raised(error, check), line=error.line)
        if isinstance(error, MissingName):
            message = words.word("missing", name=error.name)
        elif isinstance(error, Died):
            message = self._died(error.cause)
        else:  # an answer so odd that the check itself stumbled: no mark, and a note for whoever wrote it
            self.details.append(f"{check.id}: " + "".join(traceback.format_exception(error)[-3:]))
            message = words.word("unreadable")
        return replace(_result(check, passed=False), message=message)

    def _raised(self, error: Raised, check: Check) -> Text:
        if error.syntax:
            return words.word("syntax", line=error.line or "?", message=error.message)
        if error.kind == "NotImplementedError" and error.line:
            return words.word("unwritten", name=error.function, line=error.line)
        if error.kind == "Unsendable":
            return words.word("unsendable", message=error.message)
        shown = error.message if check.public else ""
        code = {
            "MemoryError": "raised-memory", "RecursionError": "raised-recursion", "SystemExit": "raised-exit",
            "EOFError": "raised-input", "ModuleNotFoundError": "raised-import",
        }.get(error.kind, "raised")  # fmt: skip
        if code == "raised-memory":
            self.causes.add("memory")
        return words.raised(code, kind=error.kind, line=error.line, message=shown)

    def _died(self, cause: Cause) -> Text:
        self.causes.add(cause)
        limits = self.limits
        seconds = {"call": limits.call_s, "wall": limits.wall_s, "cpu": limits.cpu_s}.get(cause, 0)
        said = "exit" if cause == "lost" else cause  # nobody reads it: the whole is graded anew
        return words.word(f"died-{said}", seconds=seconds, memory=limits.memory_mb, boxes=MAX_BOXES)

    # --- reporting --------------------------------------------------------------------------------------

    def refused(self, message: Text, detail: str) -> Report:
        return self.not_judged("refused", message, detail)

    def not_judged(self, status: Status, message: Text, detail: str) -> Report:
        checks = tuple(_skipped(check, words.word("not-run")) for check in self.lab.checks)
        return Report(
            self.lab.code, self.seed, status, checks, message, lab_digest=self.lab.digest, detail=detail
        )

    def report(self, session: Session, wall_ms: int) -> Report:
        output = "".join(usage.output for usage in session.usages)
        return Report(
            lab=self.lab.code,
            seed=self.seed,
            status=self._status(),
            checks=tuple(self.results),
            message=self._summary(),
            wall_ms=wall_ms,
            cpu_ms=sum(usage.cpu_ms for usage in session.usages),
            peak_mb=max((usage.peak_mb for usage in session.usages), default=0),
            output="".join(c for c in output if c.isprintable() or c in "\n\t")[:_OUTPUT_CHARACTERS],
            layers=session.layers,
            lab_digest=self.lab.digest,
            detail="\n".join(self.details),
        )

    def _status(self) -> Status:
        if all(result.passed for result in self.results):
            return "passed"
        if "memory" in self.causes:
            return "memory"
        return "timeout" if self.causes & _TIME else "failed"

    def _summary(self) -> Text:
        counted = [result.passed for result in self.results if result.id != LOADS]
        if all(counted):
            return words.word("all-passed")
        return words.word("some-failed", passed=sum(counted), total=len(counted))


def _result(check: Check, *, passed: bool) -> CheckResult:
    return CheckResult(
        id=check.id,
        title=check.title,
        passed=passed,
        depends_on=check.depends_on,
        hint={} if passed else check.hint,
        points=check.points,
    )


def _skipped(check: Check, message: Text) -> CheckResult:
    return replace(_result(check, passed=False), skipped=True, message=message)
