"""Reads a lab's folder and refuses what is incomplete: every error names the file, the key and the remedy."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from tremplin.grader.lab import Check, Lab, LabError, Wrong
from tremplin.grader.limits import BadLimits, Limits
from tremplin.grader.text import LANGUAGES, Text

_FILES = ("lab.toml", "notes.en.md", "notes.fr.md", "lab.py", "solution.py", "checks.py")
_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CHECK_KEYS = frozenset({"id", "title", "hint", "points", "public", "depends_on"})
_WRONG_KEYS = frozenset({"file", "fails", "says", "why"})
_LAB_KEYS = frozenset(
    {"code", "title", "summary", "week", "minutes", "topics", "prerequisites", "libraries", "limits"}
    | {"checks", "wrong"}
)


def read(folder: Path) -> Lab:
    """Return the lab in `folder`, or raise `LabError`. Does not run any of its Python."""
    for name in _FILES:
        if not (folder / name).is_file():
            raise LabError(folder / name, "", "the file is missing; every lab has it (see docs/labs.md)")
    table = _Table(folder / "lab.toml", _load(folder / "lab.toml"), "")
    table.allow(_LAB_KEYS)
    code = table.code("code")
    if code != folder.name:
        table.refuse("code", f"say {folder.name!r}, the name of the folder")
    checks = _checks(table)
    return Lab(
        code=code,
        title=table.text("title"),
        summary=table.text("summary"),
        week=table.integer("week", 1, 13),
        minutes=table.integer("minutes", 5, 2000),
        topics=table.text("topics"),
        prerequisites=table.codes("prerequisites"),
        checks=checks,
        wrong=_wrong(table, folder, {check.id for check in checks}),
        folder=folder,
        limits=_limits(table),
        libraries=table.codes("libraries", default=("numpy",)),
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LabError(path, "", f"it is not valid TOML: {error}") from None


class _Table:
    """One table of the file, with its place in it for error messages."""

    def __init__(self, file: Path, values: dict[str, Any], place: str) -> None:
        self.file, self.values, self.place = file, values, place

    def refuse(self, key: str, remedy: str) -> None:
        raise LabError(self.file, f"{self.place}{key}", remedy)

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

    def codes(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = self.values.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(v, str) and _CODE.fullmatch(v) for v in value):
            self.refuse(key, 'give a list of codes, such as ["softmax"]')
        return tuple(value)

    def integer(self, key: str, low: int, high: int) -> int:
        value = self.value(key)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.refuse(key, f"give a whole number from {low} to {high}")
        return int(value)

    def points(self) -> float:
        value = self.values.get("points", 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 100:
            self.refuse("points", "give a number above 0, up to 100")
        return float(value)

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.refuse(key, "say true or false")
        return bool(value)

    def tables(self, key: str, keys: frozenset[str]) -> list[_Table]:
        value = self.value(key)
        if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
            self.refuse(key, f"give at least one [[{key}]] table")
        found = [_Table(self.file, entry, f"{key}[{number}].") for number, entry in enumerate(value, 1)]
        for table in found:
            table.allow(keys)
        return found


def _checks(lab: _Table) -> tuple[Check, ...]:
    found: dict[str, Check] = {}
    for table in lab.tables("checks", _CHECK_KEYS):
        check = Check(
            id=table.code("id"),
            title=table.text("title"),
            hint=table.text("hint"),
            points=table.points(),
            public=table.flag("public"),
            depends_on=table.codes("depends_on"),
        )
        if check.id in found or check.id == "loads":
            table.refuse("id", f"{check.id!r} is taken; choose another")
        for other in check.depends_on:
            if other not in found:
                table.refuse("depends_on", f"{other!r} is not a check above this one; put it first")
        found[check.id] = check
    return tuple(found.values())


def _wrong(lab: _Table, folder: Path, check_ids: set[str]) -> tuple[Wrong, ...]:
    found = []
    for table in lab.tables("wrong", _WRONG_KEYS):
        wrong = Wrong(
            folder / "wrong" / table.string("file"),
            table.string("fails"),
            table.string("says"),
            table.string("why"),
        )
        if not wrong.file.is_file():
            table.refuse("file", f"there is no wrong/{wrong.file.name}; write it or delete this entry")
        if wrong.fails not in check_ids:
            table.refuse("fails", f"{wrong.fails!r} is not the id of a check")
        found.append(wrong)
    listed = {wrong.file for wrong in found}
    for path in sorted((folder / "wrong").glob("*.py")):
        if path not in listed:
            lab.refuse("wrong", f"wrong/{path.name} is not listed; say which check it fails")
    return tuple(found)


def _limits(lab: _Table) -> Limits:
    values = lab.values.get("limits", {})
    try:
        return Limits().with_values(values)
    except (BadLimits, AttributeError) as error:
        raise LabError(lab.file, "limits", str(error)) from None
