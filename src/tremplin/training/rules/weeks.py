"""The weeks of a plan: what one holds, and how far that may go."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tremplin.core.text import is_whole, whole

Week = Mapping[str, Any]
FULL_WEEK = 40
DONE = ("no", "partly", "yes")
WEIGHT = {"no": 0.0, "partly": 0.5, "yes": 1.0}
GOAL, NOTE, TITLE, ADDRESS = 300, 2000, 200, 500
"""Characters at most. Forms refuse more, so nothing typed is cut off here."""
RESOURCES, LABS, LINKS = 20, 10, 20
WEB = ("https://", "http://")


def tidy_weeks(weeks: Sequence[Week], *, count: int) -> list[dict[str, Any]]:
    """`weeks` in order and complete: one entry for each of `count` weeks, every field there and bounded."""
    given = {int(week["week"]): week for week in weeks if is_whole(str(week.get("week", "")))}
    return [_tidy_week(number, given.get(number, {})) for number in range(1, count + 1)]


def hours_of(week: Week) -> int:
    """The planned hours of a week."""
    return int(week.get("hours") or 0)


def done_hours(week: Week) -> float:
    """How many of the planned hours of a week are done."""
    return hours_of(week) * WEIGHT[week.get("done", "no")]


def is_empty(week: Week) -> bool:
    """Whether a week holds nothing yet, so that something may move into it."""
    return not (
        str(week.get("goal", "")).strip() or hours_of(week) or week.get("labs") or week.get("resources")
    )


def _tidy_week(number: int, week: Week) -> dict[str, Any]:
    done = str(week.get("done", "no"))
    return {
        "week": number,
        "goal": str(week.get("goal", "")).strip()[:GOAL],
        "hours": _hours(week.get("hours")),
        "resources": [
            {**_link(item), "required": bool(item.get("required", True))}
            for item in _titled(week.get("resources", []))
        ][:RESOURCES],
        "labs": list(dict.fromkeys(str(code) for code in week.get("labs", [])))[:LABS],
        "links": [_link(item) for item in _titled(week.get("links", []))][:LINKS],
        "done": done if done in DONE else "no",
        "spent": _hours(week.get("spent")),
        "note": str(week.get("note", "")).strip()[:NOTE],
        "left": bool(week.get("left")),
    }


def _hours(value: Any) -> int:
    return min(whole(str(value or "0").strip(), digits=18), 100)


def _titled(items: Iterable[Week]) -> list[Week]:
    return [item for item in items if str(item.get("title", "")).strip()]


def _link(item: Week) -> dict[str, Any]:
    url = str(item.get("url", "")).strip()
    return {
        "title": str(item.get("title", "")).strip()[:TITLE],
        "url": url[:ADDRESS] if url.startswith(WEB) else "",
    }
