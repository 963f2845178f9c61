"""A plan to start from: one of the curriculum's, laid over the weeks that a programme has."""

from collections.abc import Collection, Mapping
from typing import Any

from tremplin.core.text import say
from tremplin.curriculum.units import Plan, Unit
from tremplin.training.rules.weeks import GOAL, LABS, RESOURCES


def started_from(
    plan: Plan, units: Mapping[str, Unit], *, count: int, offered: Collection[str], language: str
) -> list[dict[str, Any]]:
    """The weeks of `plan` in `language`, over `count` weeks, with the labs that are `offered`.

    More weeks than the plan has stay empty at the end: they are the reserve. With fewer, neighbours share a week,
    with the hours of the fuller one.
    """
    weeks: dict[int, dict[str, Any]] = {}
    for entry in plan.weeks:
        number = entry.week if count >= len(plan.weeks) else -(-entry.week * count // len(plan.weeks))
        week = weeks.setdefault(
            number, {"week": number, "goal": "", "hours": 0, "resources": [], "labs": [], "done": "no"}
        )
        week["goal"] = " ".join(filter(None, (week["goal"], say(entry.focus, language))))[:GOAL]
        week["hours"] = max(week["hours"], entry.study_hours + entry.project_hours)
        for code in entry.units:
            _add(week, units[code], offered, language)
    return [weeks[number] for number in sorted(weeks)]


def _add(week: dict[str, Any], unit: Unit, offered: Collection[str], language: str) -> None:
    week["labs"] = (week["labs"] + [code for code in unit.labs if code in offered])[:LABS]
    readable = [item for item in unit.resources if item.language in (language, "en")]
    readable.sort(key=lambda item: item.language != language)
    week["resources"] = (
        week["resources"]
        + [
            {"title": f"{item.title} – {item.by}", "url": item.url, "required": place == 0}
            for place, item in enumerate(readable)
        ]
    )[:RESOURCES]
