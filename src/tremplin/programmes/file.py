"""Reading a programme file: TOML in, a validated plan out, or every fault with its line and its remedy."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from tremplin.core.errors import UserError
from tremplin.programmes.schema import Plan

_PLAIN = {
    "missing": "this key is missing: add it",
    "extra_forbidden": "this key is unknown: mend its spelling or take it out",
    "literal_error": "use one of {expected}",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "string_type": 'write a text in "quotes"',
    "list_type": "write a list: [ … ]",
    "greater_than_equal": "the number must be at least {ge}",
    "less_than_equal": "the number must be at most {le}",
    "too_short": "at least {min_length} needed here",
    "string_pattern_mismatch": "use small letters, figures and single hyphens or underscores only",
    "string_too_long": "at most {max_length} characters",
    "model_type": "write a table here: [{path}]",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a programme file."""

    line: int
    key: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line else "whole file"
        return f"{place}, {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class BrokenFile(UserError):
    """The file cannot be used; `faults` lists every reason."""

    status = 422

    def __init__(self, faults: list[Fault], name: str = "programme file") -> None:
        self.faults = faults
        listed = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"{name} has {len(faults)} fault{'s' if len(faults) != 1 else ''}:\n{listed}")


def read(text: str, *, name: str = "programme file") -> Plan:
    """The plan that `text` says. Raises BrokenFile with every fault found."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise BrokenFile([_syntax_fault(text, fault)], name) from None
    try:
        return Plan.model_validate(data)
    except ValidationError as error:
        lines = key_lines(text)
        faults = [_fault(dict(item), lines) for item in error.errors(include_url=False)]
        raise BrokenFile(sorted(faults, key=lambda fault: fault.line), name) from None


def checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _syntax_fault(text: str, fault: tomllib.TOMLDecodeError) -> Fault:
    found = re.search(r"^(.*) \(at line (\d+), column (\d+)\)$", str(fault))
    if found:
        return Fault(int(found[2]), "", f"this is not valid TOML near column {found[3]}: {found[1].lower()}")
    return Fault(text.count("\n") + 1, "", f"this is not valid TOML: {str(fault).lower()}")


def _fault(item: dict[str, Any], lines: Mapping[tuple[str | int, ...], int]) -> Fault:
    path = tuple(item["loc"])
    known = path
    while known and known not in lines:
        known = known[:-1]
    return Fault(lines.get(known, 0), _key_text(path), _message(item, path))


def _message(item: dict[str, Any], path: tuple[str | int, ...]) -> str:
    kind = item["type"]
    if kind == "value_error":
        return str(item["msg"]).removeprefix("Value error, ")
    plain = _PLAIN.get(kind)
    if plain is None:
        return str(item["msg"])
    values = {**item.get("ctx", {}), "path": ".".join(str(step) for step in path if isinstance(step, str))}
    return plain.format(**values)


def _key_text(path: tuple[str | int, ...]) -> str:
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else (f".{step}" if text else step)
    return text


_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-\"' ]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-]+(?:\s*\.\s*[A-Za-z0-9_\-]+)*)\s*=\s*(.*)$")


def key_lines(text: str) -> dict[tuple[str | int, ...], int]:
    """The line (from 1) on which each key of a valid TOML text stands, by its path.

    Keys inside inline tables and arrays are not listed: their path leads to the key that holds them.
    """
    lines: dict[tuple[str | int, ...], int] = {}
    counts: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    open_until = ""
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if open_until:
            open_until = "" if open_until in line else open_until
            continue
        if depth > 0:
            depth += _depth(line)
            continue
        if header := _HEADER.match(line):
            table = _table_path(header[2], header[1] == "[[", counts)
            lines.setdefault(table, number)
        elif key := _KEY.match(line):
            lines[(*table, *(step.strip() for step in key[1].split(".")))] = number
            open_until = _unclosed(key[2])
            depth = 0 if open_until else _depth(key[2])
    return lines


def _table_path(name: str, array: bool, counts: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    path: tuple[str | int, ...] = ()
    steps = [step.strip().strip("\"'") for step in name.split(".")]
    for position, step in enumerate(steps):
        path = (*path, step)
        if array and position == len(steps) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _unclosed(value: str) -> str:
    """The triple quote that `value` opens and does not close, if any."""
    for quote in ('"""', "'''"):
        if value.count(quote) == 1:
            return quote
    return ""


def _depth(line: str) -> int:
    bare = re.sub(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|#.*$", "", line)
    return bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")
