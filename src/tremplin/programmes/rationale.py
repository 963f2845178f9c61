"""The register of reasons: why each door and each criterion is there, when that was written, and whether in time.

The dates come from the versions of the programme's file, which nobody can write anew: a reason is as old as the
version from which on it stood there in the same words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from tremplin.programmes.models import Cohort
from tremplin.programmes.rules.changes import structure
from tremplin.programmes.schema import Plan
from tremplin.programmes.schema.application import EligibilityQuestion
from tremplin.programmes.schema.rationale import Rationale
from tremplin.programmes.schema.selection import Criterion

Kind = Literal["door", "criterion"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One door or criterion. `changed_at`: since when it is as it is; `written_at`: since when its reason is."""

    kind: Kind
    code: str
    label: dict[str, str]
    rationale: Rationale | None
    changed_at: datetime
    written_at: datetime | None
    opens: datetime

    @property
    def late(self) -> bool:
        """Whether it came, or changed, when the call was open: people had begun to apply under another rule."""
        return self.changed_at > self.opens

    @property
    def reason_late(self) -> bool:
        """Whether its reason was written, or written otherwise, when the call was open."""
        return self.written_at is not None and self.written_at > self.opens


def entries(cohort: Cohort) -> list[Entry]:
    """All doors and criteria of the cohort's file, with the dates at which they and their reasons came."""
    versions = cohort.programme.versions.filter(number__lte=cohort.version.number).order_by("number")
    since: dict[tuple[str, str], tuple[Any, datetime]] = {}
    written: dict[tuple[str, str], tuple[Rationale | None, datetime]] = {}
    for version in versions:
        here = {(kind, item.code): item for kind, item in items(version.plan)}
        for gone in since.keys() - here.keys():
            del since[gone], written[gone]
        for key, item in here.items():
            shape = structure(item)
            if key not in since or since[key][0] != shape:
                since[key] = (shape, version.applied_at)
            if key not in written or written[key][0] != item.rationale:
                written[key] = (item.rationale, version.applied_at)
    opens = cohort.dates["call_opens"]
    return [
        Entry(
            kind,
            item.code,
            item.label,
            item.rationale,
            since[kind, item.code][1],
            written[kind, item.code][1] if item.rationale else None,
            opens,
        )
        for kind, item in items(cohort.plan)
    ]


def items(plan: Plan) -> Iterator[tuple[Kind, EligibilityQuestion | Criterion]]:
    """Everything that wants a reason, in the order in which people meet it."""
    if plan.runs("eligibility"):
        for question in plan.eligibility:
            yield "door", question
    if plan.runs("review") and plan.review:
        for criterion in plan.review.criteria:
            yield "criterion", criterion
