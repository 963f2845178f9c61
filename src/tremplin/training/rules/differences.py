"""What a re-plan changed, as one would tell it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain
from typing import Any, Literal

from tremplin.training.rules.weeks import Week, hours_of

_ORDER: dict[str, int] = {
    "moved": 0,
    "added": 1,
    "dropped": 1,
    "reworded": 1,
    "hours": 2,
    "done": 8,
    "note": 9,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two plans.

    A goal is `added`, `dropped`, `moved` or `reworded`; `hours`, `done` and `note` are those of a week; a `lab`,
    `reading` or `link` is `…-added`, `…-dropped` or `…-moved`. Of what moved, `before` and `after` are the weeks and
    `what` its name.
    """

    week: int
    kind: str
    before: str
    after: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a goal: kept, gone or new."""

    kind: Literal["same", "gone", "new"]
    text: str


def changes(before: Sequence[Week], after: Sequence[Week]) -> list[Change]:
    """What a re-plan changed, week by week. What went to another week is moved, not dropped and added."""
    found = list(
        chain(
            _goals(before, after),
            _values(before, after, "hours"),
            _things(_named(before, "labs"), _named(after, "labs"), "lab"),
            _things(_named(before, "resources"), _named(after, "resources"), "reading"),
            _things(_named(before, "links"), _named(after, "links"), "link"),
            _values(before, after, "done"),
            _values(before, after, "note"),
        )
    )
    return sorted(found, key=lambda change: (change.week, _ORDER.get(change.kind, 5)))


def pieces(before: str, after: str) -> list[Piece]:
    """Two wordings as one text, with the words that went and those that came."""
    old, new = before.split(), after.split()
    found = []
    for code, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if code == "equal":
            found.append(Piece("same", " ".join(old[a:b])))
            continue
        found += [Piece("gone", " ".join(old[a:b]))] if b > a else []
        found += [Piece("new", " ".join(new[c:d]))] if d > c else []
    return found


def _goals(before: Sequence[Week], after: Sequence[Week]) -> list[Change]:
    old = {int(week["week"]): str(week.get("goal", "")) for week in before}
    new = {int(week["week"]): str(week.get("goal", "")) for week in after}
    at_once = {goal: week for week, goal in old.items() if goal}
    then = {goal: week for week, goal in new.items() if goal}
    found = [
        Change(week, "moved", str(at_once[goal]), str(week), goal)
        for goal, week in then.items()
        if goal in at_once and at_once[goal] != week
    ]
    gone = {week: goal for goal, week in at_once.items() if goal not in then}
    come = {week: goal for goal, week in then.items() if goal not in at_once}
    for week in sorted(gone.keys() | come.keys()):
        kind = "reworded" if week in gone and week in come else "dropped" if week in gone else "added"
        found.append(Change(week, kind, gone.get(week, ""), come.get(week, "")))
    return found


def _values(
    before: Sequence[Week], after: Sequence[Week], name: Literal["hours", "done", "note"]
) -> list[Change]:
    old = {int(week["week"]): _value(week, name) for week in before}
    return [
        Change(int(week["week"]), name, old[int(week["week"])], _value(week, name))
        for week in after
        if int(week["week"]) in old and _value(week, name) != old[int(week["week"])]
    ]


def _value(week: Week, name: str) -> str:
    if name == "hours":
        return str(hours_of(week))
    return str(week.get(name) or ("no" if name == "done" else ""))


def _named(weeks: Sequence[Week], name: str) -> dict[str, int]:
    """What stands under `name`, by its words, with the first week that has it."""
    found: dict[str, int] = {}
    for week in weeks:
        for item in week.get(name) or ():
            found.setdefault(_name_of(item), int(week["week"]))
    return found


def _name_of(item: Any) -> str:
    return str(item.get("title", "")) if isinstance(item, Mapping) else str(item)


def _things(
    old: Mapping[str, int], new: Mapping[str, int], what: Literal["lab", "reading", "link"]
) -> list[Change]:
    come = [Change(week, f"{what}-added", "", name, name) for name, week in new.items() if name not in old]
    gone = [Change(week, f"{what}-dropped", name, "", name) for name, week in old.items() if name not in new]
    moved = [
        Change(week, f"{what}-moved", str(old[name]), str(week), name)
        for name, week in new.items()
        if name in old and old[name] != week
    ]
    return come + gone + moved
