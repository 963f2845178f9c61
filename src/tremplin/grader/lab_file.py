"""Reads a lab's folder and refuses what is incomplete: every error names the file, the key and the remedy."""

from __future__ import annotations

from pathlib import Path

from tremplin.grader.lab import Check, Lab, Wrong
from tremplin.grader.limits import BadLimits, Limits
from tremplin.grader.table import ContentError, Table

_FILES = ("lab.toml", "notes.en.md", "notes.fr.md", "lab.py", "solution.py", "checks.py")
_CHECK_KEYS = frozenset({"id", "title", "hint", "points", "public", "depends_on"})
_WRONG_KEYS = frozenset({"file", "fails", "says", "why"})
_LAB_KEYS = frozenset(
    {"code", "title", "summary", "week", "minutes", "topics", "prerequisites", "libraries", "limits"}
    | {"checks", "wrong"}
)


def read(folder: Path) -> Lab:
    """Return the lab in `folder`, or raise `ContentError`. Does not run any of its Python."""
    for name in _FILES:
        if not (folder / name).is_file():
            raise ContentError(folder / name, "", "the file is missing; every lab has it (see docs/labs.md)")
    table = Table.of(folder / "lab.toml")
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


def _checks(lab: Table) -> tuple[Check, ...]:
    found: dict[str, Check] = {}
    for table in lab.tables("checks", _CHECK_KEYS):
        check = Check(
            id=table.code("id"),
            title=table.text("title"),
            hint=table.text("hint"),
            points=table.number("points", 0.01, 100, default=1),
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


def _wrong(lab: Table, folder: Path, check_ids: set[str]) -> tuple[Wrong, ...]:
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


def _limits(lab: Table) -> Limits:
    values = lab.values.get("limits", {})
    try:
        return Limits().with_values(values)
    except (BadLimits, AttributeError) as error:
        raise ContentError(lab.file, "limits", str(error)) from None
