"""Reads content files: every complaint names the file, the key and the remedy, for whoever wrote the content."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from tremplin.grader.text import LANGUAGES, Text

_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class ContentError(Exception):
    """A content file is not right. Says which file, which key, and what to do about it."""

    def __init__(self, file: Path, key: str, remedy: str) -> None:
        super().__init__(f"{file}: {key}: {remedy}" if key else f"{file}: {remedy}")
        self.file, self.key, self.remedy = file, key, remedy


class Table:
    """One table of a file, with its place in it for error messages."""

    def __init__(self, file: Path, values: dict[str, Any], place: str) -> None:
        self.file, self.values, self.place = file, values, place

    @classmethod
    def of(cls, path: Path) -> Table:
        """The whole of a TOML file."""
        try:
            return cls(path, tomllib.loads(path.read_text("utf-8")), "")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ContentError(path, "", f"it is not valid TOML: {error}") from None

    def refuse(self, key: str, remedy: str) -> None:
        raise ContentError(self.file, f"{self.place}{key}", remedy)

    def allow(self, keys: frozenset[str]) -> None:
        for key in self.values:
            if key not in keys:
                self.refuse(key, f"no such key; there are {', '.join(sorted(keys))}")

    def value(self, key: str) -> Any:
        if key not in self.values:
            self.refuse(key, "the key is missing; add it")
        return self.values[key]

    def text(self, key: str) -> Text:
        value = self.value(key)
        for language in LANGUAGES:
            said = value.get(language) if isinstance(value, dict) else None
            if not isinstance(said, str) or not said.strip():
                self.refuse(f"{key}.{language}", 'give the text in both languages: {en = "…", fr = "…"}')
        if set(value) != set(LANGUAGES):
            self.refuse(key, f"give exactly the languages {', '.join(LANGUAGES)}")
        return {language: value[language] for language in LANGUAGES}

    def string(self, key: str) -> str:
        value = self.value(key)
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, "give a text that is not empty")
        return str(value)

    def code(self, key: str) -> str:
        value = self.string(key)
        if not _CODE.fullmatch(value):
            self.refuse(key, "use small letters, digits and single hyphens, starting with a letter")
        return value

    def codes(self, key: str, *, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = self.values.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(v, str) and _CODE.fullmatch(v) for v in value):
            self.refuse(key, 'give a list of codes, such as ["softmax"]')
        return tuple(value)

    def integer(self, key: str, low: int, high: int) -> int:
        value = self.value(key)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.refuse(key, f"give a whole number from {low} to {high}")
        return int(value)

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        value = self.value(key) if default is None else self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.refuse(key, f"give a number from {low:g} to {high:g}")
        return float(value)

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.refuse(key, "say true or false")
        return bool(value)

    def tables(self, key: str, keys: frozenset[str], *, needed: bool = True) -> list[Table]:
        """Each table below [[key]], with only those keys allowed in it."""
        value = self.value(key) if needed else self.values.get(key, [])
        if (
            not isinstance(value, list)
            or (needed and not value)
            or not all(isinstance(v, dict) for v in value)
        ):
            self.refuse(key, f"give at least one [[{key}]] table")
        found = [
            Table(self.file, entry, f"{self.place}{key}[{number}].") for number, entry in enumerate(value, 1)
        ]
        for table in found:
            table.allow(keys)
        return found
