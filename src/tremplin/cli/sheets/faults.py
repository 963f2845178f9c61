"""What is wrong with somebody's files: all of it at once, each fault with its place and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass

from tremplin.cli.sheets.words import amount, spans

SHOWN_OF_A_KIND = 3
KINDS_SHOWN = 20


class Wrong(Exception):
    """Something that the person can mend: what, and how. `status` is the exit status."""

    def __init__(self, message: str, remedy: str = "", *, status: int = 1) -> None:
        super().__init__(message)
        self.message, self.remedy, self.status = message, remedy, status


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `row` 0: the whole file; `column` as the person sees it, with its letter; `kind` groups equal ones."""

    file: str
    row: int
    column: str
    what: str
    remedy: str
    kind: str

    @property
    def place(self) -> str:
        parts = [f"row {self.row}" if self.row else "", f"column {self.column}" if self.column else ""]
        return ", ".join(part for part in parts if part)

    def line(self) -> str:
        place = f"{self.place}: " if self.place else ""
        return f"{place}{self.what} {self.remedy}".rstrip()


class Faults:
    """Collects faults of all files of one command, so that a person mends them in one go."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(
        self, file: str, what: str, remedy: str = "", *, row: int = 0, column: str = "", kind: str = ""
    ) -> None:
        self.found.append(Fault(file, row, column, what, remedy, kind or what))

    def stop_if_any(self) -> None:
        """Raise Wrong with every fault there is."""
        if self.found:
            raise Wrong("\n".join(self._lines()), "Nothing was written.")

    def _lines(self) -> Iterable[str]:
        files = list(dict.fromkeys(fault.file for fault in self.found))
        for number, file in enumerate(files):
            mine = [fault for fault in self.found if fault.file == file]
            lead = "" if number == 0 else "  "
            yield f"{lead}{file} cannot be used as it is: {amount(len(mine), 'fault')}."
            yield from (f"    {line}" for line in _grouped(mine))


def _grouped(faults: list[Fault]) -> Iterable[str]:
    """The first few of each kind in full, then the rows of the others."""
    kinds: dict[tuple[str, str], list[Fault]] = {}
    for fault in sorted(faults, key=lambda fault: fault.row):
        kinds.setdefault((fault.column, fault.kind), []).append(fault)
    for number, group in enumerate(kinds.values()):
        if number == KINDS_SHOWN:
            yield f"and {amount(len(kinds) - KINDS_SHOWN, 'more kind')} of faults."
            return
        yield from (fault.line() for fault in group[:SHOWN_OF_A_KIND])
        rest = [fault.row for fault in group[SHOWN_OF_A_KIND:]]
        if rest:
            yield f"the same in {amount(len(rest), 'more row')}: {spans(rest)}"
