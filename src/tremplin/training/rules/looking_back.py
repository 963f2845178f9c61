"""At the end of a week: what was done, and where the rest goes. Nothing planned is lost by it."""

from collections.abc import Sequence
from typing import Any, Literal

from tremplin.training.rules.weeks import GOAL, Week, done_hours, hours_of, is_empty

Rest = Literal["", "next", "push", "drop"]
RESTS: tuple[Rest, ...] = ("next", "push", "drop")
"""Into the next week beside what stands there; next week, and all that follows a week later; not at all."""


def look_back(
    weeks: Sequence[Week], *, week: int, done: str, spent: int, note: str, rest: Rest
) -> list[dict[str, Any]]:
    """The plan after a look at `week`. What was not done goes where `rest` says, with its hours, labs and reading.

    What has gone on before does not go again. `push` moves goals on until an empty week takes the last one; without
    one, the last two weeks are joined.
    """
    plan = [dict(entry) for entry in weeks]
    at = next(place for place, entry in enumerate(plan) if entry["week"] == week)
    gone = bool(plan[at].get("left"))
    now = plan[at] = {**plan[at], "done": done, "spent": spent, "note": note}
    left, last = _left_of(now), at + 1 == len(plan)
    if gone or not left or not rest or (last and rest != "drop"):
        return plan
    now["left"] = True
    if rest == "drop":
        return plan
    if rest == "next":
        plan[at + 1] = _joined(left, plan[at + 1])
        return plan
    return plan[: at + 1] + _pushed(left, plan[at + 1 :])


def _left_of(week: Week) -> dict[str, Any] | None:
    """What is still to be done of a week, as a week; its number is the caller's affair."""
    if week["done"] == "yes" or is_empty(week):
        return None
    return {
        "goal": str(week.get("goal", "")),
        "hours": round(hours_of(week) - done_hours(week)),
        "resources": list(week.get("resources", [])),
        "labs": list(week.get("labs", [])),
    }


def _pushed(first: dict[str, Any], weeks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    carried: dict[str, Any] | None = first
    found = []
    for place, week in enumerate(weeks):
        if carried is None:
            found.append(week)
        elif is_empty(week) or place == len(weeks) - 1:
            found.append(_joined(carried, week))
            carried = None
        else:
            found.append({**week, **carried})
            carried = {key: week.get(key) for key in ("goal", "hours", "resources", "labs")}
    return found


def _joined(left: Week, week: Week) -> dict[str, Any]:
    """A week that also holds what is left of another. Goals that do not fit beside each other go into the note."""
    goals = [str(one.get("goal") or "").strip() for one in (left, week)]
    goal = " · ".join(filter(None, goals))
    note = str(week.get("note", ""))
    if len(goal) > GOAL:
        goal, note = goals[1], f"{goals[0]}\n\n{note}".strip()
    return {
        **week,
        "goal": goal,
        "note": note,
        "hours": min(100, hours_of(left) + hours_of(week)),
        "resources": _both(left, week, "resources"),
        "labs": _both(left, week, "labs"),
    }


def _both(left: Week, week: Week, name: str) -> list[Any]:
    mine, theirs = list(left.get(name) or []), list(week.get(name) or [])
    return mine + [item for item in theirs if item not in mine]
