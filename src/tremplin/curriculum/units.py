"""The outline of thirteen weeks, and plans to start a syllabus from. Data only; both files are checked when read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tremplin.curriculum.loader import labs
from tremplin.grader import ContentError
from tremplin.grader.table import Table
from tremplin.grader.text import Text

FOLDER = Path(__file__).parent
WEEKS = 13
KINDS = ("article", "book", "course", "guide", "paper", "video")
_UNIT_KEYS = frozenset({"code", "week", "hours", "title", "goal", "text", "labs", "resources"})
_RESOURCE_KEYS = frozenset({"title", "by", "url", "kind", "language", "note"})
_PLAN_KEYS = frozenset({"code", "title", "summary", "weeks"})
_WEEK_KEYS = frozenset({"week", "units", "study_hours", "project_hours", "focus", "deliverable"})


@dataclass(frozen=True)
class Resource:
    title: str
    by: str
    url: str
    kind: str
    language: str
    note: Text


@dataclass(frozen=True)
class Unit:
    code: str
    week: int
    hours: int
    title: Text
    goal: Text
    text: Text
    """A few paragraphs, as Markdown."""
    labs: tuple[str, ...]
    """Codes of labs, in the order to do them."""
    resources: tuple[Resource, ...]


@dataclass(frozen=True)
class PlanWeek:
    week: int
    units: tuple[str, ...]
    study_hours: int
    project_hours: int
    focus: Text
    deliverable: Text


@dataclass(frozen=True)
class Plan:
    """A syllabus to copy and rewrite: what each week is for."""

    code: str
    title: Text
    summary: Text
    weeks: tuple[PlanWeek, ...]


@cache
def units() -> tuple[Unit, ...]:
    """The units by week. `ContentError` names the file, the key and the remedy."""
    return read_units(FOLDER / "units.toml", {lab.code: lab.week for lab in labs()})


@cache
def plans() -> tuple[Plan, ...]:
    """The plan templates: `course-first` and `project-first`."""
    return read_plans(FOLDER / "plans.toml", {unit.code for unit in units()})


def unit(code: str) -> Unit:
    """The unit of that code, or `KeyError`."""
    return {item.code: item for item in units()}[code]


def plan(code: str) -> Plan:
    """The plan template of that code, or `KeyError`."""
    return {item.code: item for item in plans()}[code]


def read_units(path: Path, lab_weeks: dict[str, int]) -> tuple[Unit, ...]:
    file = Table.of(path)
    file.allow(frozenset({"units"}))
    found = []
    for table in file.tables("units", _UNIT_KEYS):
        item = Unit(
            code=table.code("code"),
            week=table.integer("week", 1, WEEKS),
            hours=table.integer("hours", 1, 60),
            title=table.text("title"),
            goal=table.text("goal"),
            text=table.text("text"),
            labs=table.codes("labs"),
            resources=tuple(map(_resource, table.tables("resources", _RESOURCE_KEYS, needed=False))),
        )
        for code in item.labs:
            if lab_weeks.get(code) != item.week:
                table.refuse("labs", f"there is no lab {code!r} of week {item.week}")
        found.append(item)
    if [item.week for item in found] != list(range(1, WEEKS + 1)):
        raise ContentError(path, "units", f"give one unit for each week from 1 to {WEEKS}, in order")
    if homeless := set(lab_weeks) - {code for item in found for code in item.labs}:
        raise ContentError(path, "units", f"no unit has the lab {sorted(homeless)[0]!r}; add it to its week")
    _refuse_doubles(path, "units", [item.code for item in found])
    return tuple(found)


def read_plans(path: Path, unit_codes: set[str]) -> tuple[Plan, ...]:
    file = Table.of(path)
    file.allow(frozenset({"plans"}))
    found = []
    for table in file.tables("plans", _PLAN_KEYS):
        weeks = tuple(map(_week, table.tables("weeks", _WEEK_KEYS)))
        if [week.week for week in weeks] != list(range(1, WEEKS + 1)):
            table.refuse("weeks", f"give each week from 1 to {WEEKS} once, in order")
        used = [code for week in weeks for code in week.units]
        if sorted(used) != sorted(unit_codes):
            odd = sorted(set(used) ^ unit_codes) or sorted({code for code in used if used.count(code) > 1})
            table.refuse("weeks", f"every unit belongs to exactly one week; look at {', '.join(odd)}")
        found.append(Plan(table.code("code"), table.text("title"), table.text("summary"), weeks))
    _refuse_doubles(path, "plans", [item.code for item in found])
    return tuple(found)


def _resource(table: Table) -> Resource:
    url, kind, language = table.string("url"), table.string("kind"), table.string("language")
    if not url.startswith(("https://", "http://")):
        table.refuse("url", "give a whole address, with https://")
    if kind not in KINDS:
        table.refuse("kind", f"choose one of {', '.join(KINDS)}")
    if len(language) != 2:
        table.refuse("language", 'give a language of two letters, such as "en"')
    return Resource(table.string("title"), table.string("by"), url, kind, language, table.text("note"))


def _week(table: Table) -> PlanWeek:
    return PlanWeek(
        week=table.integer("week", 1, WEEKS),
        units=table.codes("units"),
        study_hours=table.integer("study_hours", 0, 60),
        project_hours=table.integer("project_hours", 0, 60),
        focus=table.text("focus"),
        deliverable=table.text("deliverable"),
    )


def _refuse_doubles(path: Path, key: str, codes: list[str]) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise ContentError(path, key, f"the code {code!r} is used twice; choose another")
