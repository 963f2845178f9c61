"""Where things stand in a TOML text: the line of each key, the place of each value, down to the last inline table."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[str | int, ...]
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BASIC = re.compile(r'"(?:\\.|[^"\\])*"')
_LITERAL = re.compile(r"'[^']*'")
_LONG_BASIC = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}', re.DOTALL)
_LONG_LITERAL = re.compile(r"'''.*?'{3,5}", re.DOTALL)
_SCALAR = re.compile(r"[^,\]}#\n]+")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")


def key_lines(text: str) -> dict[Path, int]:
    """The line (from 1) of each key and list item of a *valid* TOML text, by its path."""
    return _Scanner(text).document()


def value_spans(text: str) -> dict[Path, tuple[int, int]]:
    """Where the value of each key and list item of a *valid* TOML text begins and ends, by its path."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.spans


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands in a text: what edits of a file need that leave the rest of it alone."""

    headers: tuple[tuple[int, Path], ...]
    """Each `[table]` and `[[table]]`: where its bracket stands, and its path, numbers of items included."""
    pairs: dict[Path, tuple[int, int]]
    """Each `key = value` that is no part of another value: from the key to the end of the value."""
    values: dict[Path, tuple[int, int]]
    """Each value, down to the last inline table."""


def layout(text: str) -> Layout:
    """Where the tables, pairs and values of a *valid* TOML text stand."""
    scanner = _Scanner(text)
    scanner.document()
    return Layout(tuple(scanner.headers), scanner.pairs, scanner.spans)


class _Scanner:
    """Walks a text that tomllib has accepted, so that nothing here needs to look for faults."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.lines: dict[Path, int] = {}
        self.spans: dict[Path, tuple[int, int]] = {}
        self.counts: dict[Path, int] = {}
        self.headers: list[tuple[int, Path]] = []
        self.pairs: dict[Path, tuple[int, int]] = {}

    def document(self) -> dict[Path, int]:
        table: Path = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            start = self.at
            if self.text[self.at] == "[":
                table = self._header()
                self.headers.append((start, table))
            else:
                path = self._pair(table)
                self.pairs[path] = (start, self.spans[path][1])
            self._skip(_BLANK)
        return self.lines

    def _header(self) -> Path:
        line, double = self._line(), self.text.startswith("[[", self.at)
        self.at += 2 if double else 1
        steps = list(self._key())
        self.at += 2 if double else 1
        path: Path = ()
        for position, step in enumerate(steps):
            path = (*path, step)
            self.lines.setdefault(path, line)
            if double and position == len(steps) - 1:
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
                self.lines.setdefault(path, line)
        return path

    def _pair(self, table: Path) -> Path:
        line, path = self._line(), table
        for step in self._key():
            path = (*path, step)
            self.lines.setdefault(path, line)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)
        return path

    def _key(self) -> Iterator[str]:
        """The steps of a dotted key, up to the sign that ends it."""
        while True:
            self._skip(_SPACE)
            yield self._step()
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return
            self.at += 1

    def _step(self) -> str:
        quote = self.text[self.at]
        if quote == '"':
            return str(tomllib.loads(f"k = {self._take(_BASIC)}")["k"])
        if quote == "'":
            return self._take(_LITERAL)[1:-1]
        return self._take(_BARE)

    def _value(self, path: Path) -> None:
        start = self.at
        self._pass_value(path)
        self.spans[path] = (start, start + len(self.text[start : self.at].rstrip()))

    def _pass_value(self, path: Path) -> None:
        for opening, pattern in (
            ('"""', _LONG_BASIC),
            ("'''", _LONG_LITERAL),
            ('"', _BASIC),
            ("'", _LITERAL),
        ):
            if self.text.startswith(opening, self.at):
                self._take(pattern)
                return
        if self.text[self.at] == "[":
            self._array(path)
        elif self.text[self.at] == "{":
            self._inline_table(path)
        else:
            self._take(_SCALAR)

    def _array(self, path: Path) -> None:
        self.at += 1
        position = 0
        self._skip(_BLANK)
        while self.text[self.at] != "]":
            self.lines.setdefault((*path, position), self._line())
            self._value((*path, position))
            position += 1
            self._separator()
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        self._skip(_BLANK)
        while self.text[self.at] != "}":
            self._pair(path)
            self._separator()
        self.at += 1

    def _separator(self) -> None:
        self._skip(_BLANK)
        if self.text[self.at] == ",":
            self.at += 1
            self._skip(_BLANK)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        self._take(pattern)

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"not valid TOML at line {self._line()}")
        self.at = match.end()
        return match[0]

    def _line(self) -> int:
        return bisect_right(self.starts, self.at)
