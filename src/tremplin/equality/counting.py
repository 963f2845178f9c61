"""Linked answers as counts by step, and what may be shown of them. Rows never leave this module."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tremplin.equality.linked import asked, everybody
from tremplin.equality.rules import LEAST_CELL, valid
from tremplin.methods.disclosure import rounded, show_steps
from tremplin.programmes import funnel
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema.profile import Attribute

SILENT = "not_said"
ANSWERED = "answered"
Exact = dict[str, int]
"""Counts by name: “=step” everybody, “attribute=answer=step” a group, “answered” those who answered at all."""


@dataclass(frozen=True, slots=True)
class _Way:
    """The steps in their order, and how far each person came: the position of their last step."""

    steps: tuple[str, ...]
    last: dict[str, int]


def count(cohort: Cohort) -> Exact:
    """How many people of each group came how far, exactly. Whoever calls this seals it at once."""
    way, found = _way(cohort), Counter[str]()
    attributes = asked(cohort)
    for position in way.last.values():
        found.update(f"={step}" for step in way.steps[: position + 1])
    for person, given in everybody(cohort, list(way.last)):
        answers = valid(attributes, given)
        found[ANSWERED] += bool(answers)
        for code, chosen in answers.items():
            for step in way.steps[: way.last[person] + 1]:
                found.update(f"{code}={answer}={step}" for answer in chosen)
    return {name: many for name, many in found.items() if many}


def _way(cohort: Cohort) -> _Way:
    """Whoever came to a later step came to all before it."""
    steps = funnel.steps()
    last: dict[str, int] = {}
    for position, step in enumerate(steps):
        last.update(dict.fromkeys(step.people(cohort), position))
    return _Way(tuple(step.code for step in steps), last)


def shown(figures: Mapping[str, Any]) -> list[str]:
    """The names of the counts that are not hidden in `figures`; totals by step never are."""
    steps = figures["steps"]
    groups = [
        f"{part['code']}={group}={step}"
        for part in figures["attributes"]
        for group, row in part["rows"]
        if group != SILENT
        for step, count in zip(steps, row, strict=True)
        if count is not None
    ]
    return [*(f"={step}" for step in steps), *groups]


def sums(cohort: Cohort) -> list[tuple[str, list[str]]]:
    """Which counts of `count` hold which others: each step the next one, and each step its groups."""
    steps = [step.code for step in funnel.steps()]
    found = [(f"={step}", [f"={further}"]) for step, further in pairwise(steps)]
    for attribute in asked(cohort):
        groups = [f"{attribute.code}={option.code}" for option in attribute.options if option.code != SILENT]
        for group in groups:
            found += [(f"{group}={step}", [f"{group}={further}"]) for step, further in pairwise(steps)]
        if not attribute.multiple:
            found += [(f"={step}", [f"{group}={step}" for group in groups]) for step in steps]
    return found


def least_of(cohort: Cohort) -> int:
    return max(LEAST_CELL, cohort.profile.smallest_cell)


def figures(cohort: Cohort, exact: Exact) -> dict[str, Any]:
    """What may be shown of `exact`: nothing of fewer than twice the minimum, rounded and guarded otherwise."""
    steps = [step.code for step in funnel.steps()]
    least, base = least_of(cohort), cohort.profile.round_to
    totals = [exact.get(f"={step}", 0) for step in steps]
    answered = exact.get(ANSWERED, 0)
    enough = answered >= 2 * least
    return {
        "steps": steps,
        "totals": totals,
        "answered": rounded(answered, base) if enough else None,
        "least": least,
        "base": base,
        "attributes": [
            {"code": attribute.code, "rows": _rows(attribute, exact, steps, least, base) if enough else []}
            for attribute in asked(cohort)
        ],
    }


def _rows(attribute: Attribute, exact: Exact, steps: list[str], least: int, base: int) -> list[list[Any]]:
    groups = [option.code for option in attribute.options if option.code != SILENT]
    totals = [exact.get(f"={step}", 0) for step in steps]
    counts = {group: [exact.get(f"{attribute.code}={group}={step}", 0) for step in steps] for group in groups}
    if attribute.multiple:  # groups overlap, so that each stands against everybody else alone
        shown = [_against_the_rest(counts[group], totals, least, base) for group in groups]
        return [[group, list(row)] for group, row in zip(groups, shown, strict=True)]
    rest = [total - sum(column) for total, *column in zip(totals, *counts.values(), strict=True)]
    table = show_steps([*counts.values(), rest], least=least, base=base, silent={len(groups)})
    return [[group, list(row)] for group, row in zip([*groups, SILENT], table, strict=True)]


def _against_the_rest(counts: list[int], totals: list[int], least: int, base: int) -> tuple[int | None, ...]:
    rest = [total - many for total, many in zip(totals, counts, strict=True)]
    return show_steps([counts, rest], least=least, base=base)[0]
