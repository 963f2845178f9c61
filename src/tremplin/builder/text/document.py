"""A TOML text whose tables and values can be changed one by one, every other byte staying where it is.

Each change is checked: what the new text says must be exactly what was meant, else it is not made.
"""

import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tremplin.builder.text.write import is_table, item_text, table_text, written
from tremplin.programmes.lines import Layout, Path, layout

GONE = object()
_MARK = "\ufeff"


class CannotEdit(Exception):
    """The text is written in a way in which this change cannot be made safely."""


@dataclass(frozen=True, slots=True)
class Table:
    """One `[table]` of the text: from the comments right above its header to the end of its last line."""

    path: Path
    start: int
    end: int


class Document:
    """A text with what it says. Never changed: each deed gives a new one."""

    def __init__(self, text: str) -> None:
        self.mark = _MARK if text.startswith(_MARK) else ""
        self.body = text.removeprefix(_MARK)
        self.data: dict[str, Any] = tomllib.loads(self.body)
        self.layout: Layout = layout(self.body)
        self.tables = self._tables()

    @property
    def text(self) -> str:
        return self.mark + self.body

    def at(self, path: Path) -> Any:
        """What stands at `path`. Raises KeyError, IndexError for nothing."""
        value: Any = self.data
        for step in path:
            value = value[step]
        return value

    # ---- where things stand -------------------------------------------------------------------------------

    def _tables(self) -> list[Table]:
        found: list[Table] = []
        headers = self.layout.headers
        ends = sorted(end for _start, end in self.layout.pairs.values())
        limits = [start for start, _path in headers] + [len(self.body)]
        position = 0
        for index, (start, path) in enumerate(headers):
            last = self._line_end(start)
            while position < len(ends) and ends[position] <= limits[index + 1]:
                last = max(last, self._line_end(ends[position]))
                position += 1
            found.append(Table(path, self._with_comments(start), last))
        return found

    def _line_end(self, position: int) -> int:
        found = self.body.find("\n", position)
        return len(self.body) if found < 0 else found + 1

    def _after_text(self, position: int) -> int:
        """The end of the last line before `position` that is not blank: a table goes with the space above it."""
        text = self.body[:position].rstrip("\r\n \t")
        return self._line_end(len(text)) if text else 0

    def _line_start(self, position: int) -> int:
        return self.body.rfind("\n", 0, position) + 1

    def _with_comments(self, start: int) -> int:
        line = self._line_start(start)
        while line:
            above = self._line_start(line - 1)
            if not self.body[above:line].lstrip(" \t").startswith("#"):
                break
            line = above
        return line

    def span(self, path: Path) -> tuple[int, int]:
        """From the first to the last byte of the item at `path`, its tables below it included.

        Raises CannotEdit when it is no table of its own, or another's table stands between its parts.
        """
        inside = [index for index, table in enumerate(self.tables) if table.path[: len(path)] == path]
        if not inside or self.tables[inside[0]].path != path:
            raise CannotEdit(path)
        if inside != list(range(inside[0], inside[-1] + 1)):
            raise CannotEdit(path)
        return self.tables[inside[0]].start, self.tables[inside[-1]].end

    def _newline(self) -> str:
        return "\r\n" if "\r\n" in self.body else "\n"

    def _native(self, text: str) -> str:
        return text.replace("\n", self._newline())

    # ---- whole items ---------------------------------------------------------------------------------------

    def swapped(self, path: Path, first: int) -> "Document":
        """The item `first` of the list at `path` and the one after it, in each other's place."""
        a, b = self.span((*path, first)), self.span((*path, first + 1))
        if a[1] > b[0]:
            raise CannotEdit(path)
        one, other = self._whole_lines(*a), self._whole_lines(*b)
        body = self.body[: a[0]] + other + self.body[a[1] : b[0]] + one + self.body[b[1] :]
        wanted = deepcopy(self.data)
        items = _in(wanted, path)
        items[first], items[first + 1] = items[first + 1], items[first]
        return self._checked(body, wanted)

    def _whole_lines(self, start: int, end: int) -> str:
        text = self.body[start:end]
        return text if text.endswith("\n") else text + self._newline()

    def without(self, path: Path) -> "Document":
        """The text without the item at `path` of a list."""
        wanted = deepcopy(self.data)
        items = _in(wanted, path[:-1])
        del items[int(path[-1])]
        if not items:
            del _in(wanted, path[:-2])[path[-2]]
        return self._checked(self._cut(path), wanted)

    def _cut(self, path: Path) -> str:
        start, end = self.span(path)
        before = self.body[:start].rstrip("\r\n \t")
        after = self.body[end:]
        following = after.lstrip("\r\n \t")
        if not following or following.startswith("["):
            return self.body[:start] + following if following else before + self._newline()
        return self.body[: self._line_end(len(before)) if before else 0] + after

    def with_item(self, path: Path, values: Mapping[str, Any]) -> "Document":
        """The text with a new item of the list at `path[:-1]`, at the place `path[-1]`, written from `values`."""
        header = ".".join(str(step) for step in path[:-1] if isinstance(step, str))
        return self._inserted(path, item_text(header, values), dict(values))

    def with_first(self, path: Path, values: Mapping[str, Any], *, before: Path) -> "Document":
        """A list that is not there yet, with its first item, above the table at `before` and what belongs to it."""
        wanted = deepcopy(self.data)
        wanted[str(path[0])] = [dict(values)]
        above = [table for table in self.tables if table.end <= self.span(before[:1])[0]]
        at = above[-1].end if above else self._line_start(self.layout.headers[0][0])
        text = self._native(
            f"\n{item_text(str(path[0]), values)}" if above else f"{item_text(str(path[0]), values)}\n"
        )
        return self._checked(self.body[:at] + text + self.body[at:], wanted)

    def with_text(self, path: Path, text: str, values: Any) -> "Document":
        """The same with a text that exists, such as that of an item which moves; it says `values`."""
        return self._inserted(path, text, values)

    def _inserted(self, path: Path, text: str, values: Any) -> "Document":
        wanted = deepcopy(self.data)
        parent = _in(wanted, path[:-2])
        items = parent.setdefault(path[-2], [])
        place = int(path[-1])
        items.insert(place, deepcopy(values))
        text = self._native(text) if "\r" not in text else text
        if place < len(items) - 1:
            at = self.span(path)[0]
            body = self.body[:at] + text + self._newline() + self.body[at:]
        else:
            at = self._end_of_list(path)
            lead = "" if self.body[:at].endswith("\n") else self._newline()
            body = self.body[:at] + lead + self._newline() + text + self.body[at:]
        return self._checked(body, wanted)

    def _end_of_list(self, path: Path) -> int:
        """Where an item stands that comes after all others of its list."""
        if path[-1]:
            return self.span((*path[:-1], int(path[-1]) - 1))[1]
        return self.span(path[:-2])[1]

    def with_parts(self, other: "Document", parts: Sequence[Path]) -> "Document":
        """The text with these parts as another text has them, all in the place where the first of them stands."""
        names = {part[0] for part in parts}
        wanted = {key: value for key, value in self.data.items() if key not in names}
        wanted |= {key: deepcopy(value) for key, value in other.data.items() if key in names}
        mine = [table for table in self.tables if table.path[0] in names]
        theirs = [table for table in other.tables if table.path[0] in names]
        if not mine or not theirs:
            raise CannotEdit(parts)
        body = self.body
        for table in reversed(mine[1:]):
            body = body[: table.start] + body[table.end :].lstrip("\r\n")
        text = other.body[theirs[0].start : theirs[-1].end]
        between = [table for table in other.tables if theirs[0].start < table.start < theirs[-1].start]
        if any(table.path[0] not in names for table in between):
            text = "\n".join(other.body[table.start : table.end] for table in theirs)
        text = self._native(text.replace("\r\n", "\n")) + self._newline()
        body = body[: mine[0].start] + text + body[mine[0].end :].lstrip("\r\n")
        return self._checked(body, wanted)

    # ---- values --------------------------------------------------------------------------------------------

    def changed(self, path: Path, changes: Mapping[str, Any], order: Sequence[str] = ()) -> "Document":
        """The table at `path` with these keys set, or taken out (GONE). New keys go where `order` has them."""
        wanted = deepcopy(self.data)
        table = _in(wanted, path)
        document = self
        for key, value in changes.items():
            if value is GONE:
                table.pop(key, None)
                if key in document.at(path):
                    document = Document(document.mark + document._without_key(path, key))
            elif key in table:
                table[key] = deepcopy(value)
                document = Document(document.mark + document._with_value((*path, key), value, path, order))
            else:
                table[key] = deepcopy(value)
                document = Document(document.mark + document._with_key(path, key, value, order))
        return document._checked(document.body, wanted)

    def _without_key(self, path: Path, key: str) -> str:
        full = (*path, key)
        tables = [table for table in self.tables if table.path[: len(full)] == full]
        cuts = [(self._after_text(table.start), table.end) for table in tables]
        cuts += [
            (self._line_start(start), self._line_end(end))
            for pair, (start, end) in self.layout.pairs.items()
            if pair[: len(full)] == full and not any(table.start <= start < table.end for table in tables)
        ]
        body = self.body
        for start, end in sorted(cuts, reverse=True):
            body = body[:start] + body[end:]
        return body

    def _with_value(self, full: Path, value: Any, path: Path, order: Sequence[str]) -> str:
        """The value at `full` replaced: only the parts that differ, where the text names them one by one."""
        splices = self._splices(full, self.at(full), value)
        if splices is None:
            rest = Document(self.mark + self._without_key(path, str(full[-1])))
            return rest._with_key(path, str(full[-1]), value, order)
        body = self.body
        for start, end, new in sorted(splices, reverse=True):
            body = body[:start] + self._native(new) + body[end:]
        return body

    def _splices(self, path: Path, old: Any, new: Any) -> list[tuple[int, int, str]] | None:
        """What to write where, so that `path` says `new`; None when its place in the text is not one value."""
        if old == new and type(old) is type(new):
            return []
        children: list[tuple[str | int, Any, Any]] = []
        if isinstance(old, dict) and isinstance(new, Mapping) and old.keys() == new.keys():
            children = [(key, old[key], new[key]) for key in old]
        elif isinstance(old, list) and isinstance(new, Sequence) and len(old) == len(new):
            children = [(index, old[index], item) for index, item in enumerate(new)]
        inner = [self._splices((*path, key), was, is_) for key, was, is_ in children]
        if children and all(part is not None for part in inner):
            return [splice for part in inner if part for splice in part]
        span = self.layout.values.get(path)
        return None if span is None else [(*span, written(new))]

    def _with_key(self, path: Path, key: str, value: Any, order: Sequence[str]) -> str:
        """The table at `path` with a key that it lacks: as a line of its own, or below it as a table."""
        if path and is_table(value):
            return self._with_table(path, key, value)
        rank = {known: index for index, known in enumerate(order)}
        here = [
            (pair[len(path)], end)
            for pair, (_start, end) in self.layout.pairs.items()
            if pair[: len(path)] == path and self._table_of(end) == path
        ]
        before = [end for known, end in here if rank.get(str(known), 0) <= rank.get(key, len(rank))]
        if before:
            at = self._line_end(max(before))
        elif path:
            at = self._line_end(self._header(path))
        else:
            at = 0
        lead = "" if self.body[:at].endswith("\n") or not at else self._newline()
        return self.body[:at] + lead + self._native(f"{key} = {written(value)}\n") + self.body[at:]

    def _with_table(self, path: Path, key: str, value: Mapping[str, Any]) -> str:
        at = self.span(path)[1]
        header = ".".join(str(step) for step in (*path, key) if isinstance(step, str))
        lead = "" if self.body[:at].endswith("\n") else self._newline()
        return self.body[:at] + lead + self._native("\n" + table_text(header, value)) + self.body[at:]

    def _header(self, path: Path) -> int:
        for start, known in self.layout.headers:
            if known == path:
                return start
        raise CannotEdit(path)

    def _table_of(self, position: int) -> Path:
        """The table in whose lines `position` stands."""
        found: Path = ()
        for start, path in self.layout.headers:
            if start > position:
                break
            found = path
        return found

    def _checked(self, body: str, wanted: Mapping[str, Any]) -> "Document":
        """The document of `body`, if it says `wanted`. Raises CannotEdit."""
        try:
            document = Document(self.mark + body)
        except (tomllib.TOMLDecodeError, ValueError) as fault:
            raise CannotEdit(str(fault)) from fault
        if document.data != wanted:
            raise CannotEdit("the text would say something else")
        return document


def _in(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data
