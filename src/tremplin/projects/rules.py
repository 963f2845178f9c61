"""Decisions about milestones and publication, without a database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tremplin.programmes.schema.training import ChecklistItem
from tremplin.projects.models import MilestoneState as S

STEPS: dict[S, frozenset[S]] = {
    S.OPEN: frozenset({S.HANDED_IN}),
    S.HANDED_IN: frozenset({S.ACCEPTED, S.RETURNED}),
    S.RETURNED: frozenset({S.HANDED_IN}),
    S.ACCEPTED: frozenset(),
}
OPEN_LICENCES = (
    "Apache-2.0",
    "MIT",
    "BSD-3-Clause",
    "GPL-3.0-or-later",
    "AGPL-3.0-or-later",
    "MPL-2.0",
    "CC-BY-4.0",
    "CC0-1.0",
)


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a project may be published, and what is missing: field names and checklist codes."""

    fields: tuple[str, ...]
    unmarked: tuple[str, ...]
    unconfirmed: tuple[str, ...]

    @property
    def open(self) -> bool:
        return not (self.fields or self.unmarked or self.unconfirmed)


def gate(
    *,
    project: Mapping[str, str],
    checklist: Sequence[ChecklistItem],
    marked: Collection[str],
    confirmed: Collection[str],
) -> Gate:
    """What stands between a project and its public page.

    Title, summary, repository and licence must be there; each required line of the checklist must be marked by
    the scholar and confirmed by a second person (mentor or organiser).
    """
    missing = tuple(
        field for field in ("title", "summary", "repository", "licence") if not project.get(field, "").strip()
    )
    required = [item.code for item in checklist if item.required]
    return Gate(
        missing,
        tuple(code for code in required if code not in marked),
        tuple(code for code in required if code in marked and code not in confirmed),
    )


def may_follow(before: S, after: S) -> bool:
    return after in STEPS[before]


def over_limit(texts: Mapping[str, str], limits: Mapping[str, int]) -> dict[str, int]:
    """How many characters each text has too many, by field; texts within their limit are left out."""
    return {
        field: len(text) - limits[field]
        for field, text in texts.items()
        if field in limits and len(text) > limits[field]
    }
