"""Decisions about plans and weeks, without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tremplin.core.text import is_whole, whole

FULL_WEEK = 40
TOO_MUCH = 1.25
DONE = ("no", "partly", "yes")
_WEIGHT = {"no": 0.0, "partly": 0.5, "yes": 1.0}


@dataclass(frozen=True, slots=True)
class Progress:
    """Plan against done, up to a week. `share` is done work over planned work, in hours, 0 to 1."""

    planned_hours: int
    done_hours: float
    behind_weeks: float

    @property
    def share(self) -> float:
        return self.done_hours / self.planned_hours if self.planned_hours else 1.0


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two plans of the same weeks: `kind` is added, dropped, moved, reworded or hours."""

    week: int
    kind: str
    before: str
    after: str


def week_of(*, starts: datetime, now: datetime, weeks: int) -> int:
    """The week of training that `now` falls in, from 1; 0 before it starts, `weeks` once it is over."""
    if now < starts:
        return 0
    return min(weeks, (now - starts) // timedelta(weeks=1) + 1)


def progress(weeks: Sequence[Mapping[str, Any]], *, upto: int) -> Progress:
    """What was planned and what was done in the weeks before `upto`."""
    past = [week for week in weeks if week["week"] < upto]
    planned = sum(int(week.get("hours") or 0) for week in past)
    done = sum(int(week.get("hours") or 0) * _WEIGHT[week.get("done", "no")] for week in past)
    behind = (planned - done) / FULL_WEEK
    return Progress(planned, done, behind)


def over_ambitious(weeks: Sequence[Mapping[str, Any]], *, upto: int) -> str:
    """Why a plan asks for too much, or "".

    `full`: a week to come holds more than a full week's hours. `pace`: what is left, at the pace so far, does
    not fit into the weeks left. Nearly every scholar of the model programme wrote such a plan.
    """
    to_come = [week for week in weeks if week["week"] >= upto]
    if any(int(week.get("hours") or 0) > FULL_WEEK * TOO_MUCH for week in to_come):
        return "full"
    so_far = progress(weeks, upto=upto)
    if upto > 2 and so_far.planned_hours and so_far.share < 1 / TOO_MUCH:
        left = sum(int(week.get("hours") or 0) for week in to_come) + so_far.planned_hours - so_far.done_hours
        pace = so_far.done_hours / (upto - 1)
        if left > pace * len(to_come) * TOO_MUCH:
            return "pace"
    return ""


def changes(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[Change]:
    """What a re-plan changed, week by week: goals and hours.

    A goal that went to another week is moved, not dropped and added.
    """
    old = {str(week.get("goal", "")): int(week["week"]) for week in before if week.get("goal")}
    new = {str(week.get("goal", "")): int(week["week"]) for week in after if week.get("goal")}
    found = [
        Change(week, "moved", str(old[goal]), str(week))
        for goal, week in new.items()
        if goal in old and old[goal] != week
    ]
    gone = {week: goal for goal, week in old.items() if goal not in new}
    come = {week: goal for goal, week in new.items() if goal not in old}
    for week in sorted(gone.keys() | come.keys()):
        kind = "reworded" if week in gone and week in come else ("dropped" if week in gone else "added")
        found.append(Change(week, kind, gone.get(week, ""), come.get(week, "")))
    hours_before, hours_after = _hours_by_week(before), _hours_by_week(after)
    found += [
        Change(week, "hours", str(hours_before[week]), str(hours))
        for week, hours in hours_after.items()
        if week in hours_before and hours != hours_before[week]
    ]
    return sorted(found, key=lambda change: (change.week, change.kind))


def _hours_by_week(weeks: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    return {int(week["week"]): int(week.get("hours") or 0) for week in weeks}


def tidy_weeks(weeks: Sequence[Mapping[str, Any]], *, count: int) -> list[dict[str, Any]]:
    """`weeks` in order and complete: one entry for each of `count` weeks, every field there and bounded."""
    given = {int(week["week"]): week for week in weeks if is_whole(str(week.get("week", "")))}
    return [_tidy_week(number, given.get(number, {})) for number in range(1, count + 1)]


def _tidy_week(number: int, week: Mapping[str, Any]) -> dict[str, Any]:
    done = str(week.get("done", "no"))
    return {
        "week": number,
        "goal": str(week.get("goal", "")).strip()[:300],
        "hours": _hours(week.get("hours")),
        "resources": [
            _resource(item) for item in week.get("resources", []) if str(item.get("title", "")).strip()
        ][:20],
        "labs": [str(code) for code in week.get("labs", [])][:10],
        "done": done if done in DONE else "no",
        "spent": _hours(week.get("spent")),
        "note": str(week.get("note", "")).strip()[:2000],
    }


def _hours(value: Any) -> int:
    return min(whole(str(value or "0").strip(), digits=18), 100)


def _resource(item: Mapping[str, Any]) -> dict[str, Any]:
    url = str(item.get("url", "")).strip()
    return {
        "title": str(item.get("title", "")).strip()[:200],
        "url": url[:500] if url.startswith(("https://", "http://")) else "",
        "required": bool(item.get("required", True)),
    }
