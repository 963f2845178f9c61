"""How long the law of a cohort lets something be kept, and the one register of what goes when.

A stage that keeps something about people declares its classes of data in a module `purging`, found by name in every
app. The room `privacy` shows what is declared and lets it go when its day has come.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils.module_loading import autodiscover_modules

from tremplin.core.errors import Message
from tremplin.core.recall import recall
from tremplin.programmes.models import Cohort, FrozenTally
from tremplin.programmes.tallies import how_many

Limit = Literal["explain_days", "application_days", "equality_days", "outcome_days"]


def explained_until(cohort: Cohort) -> datetime | None:
    """Until when decisions may have to be explained, and what they rest on is kept; None where none are taken."""
    decided = cohort.dates.get("decisions_out")
    return decided + timedelta(days=cohort.profile.retention.explain_days) if decided else None


def must_explain(cohort: Cohort, now: datetime) -> bool:
    """Whether decisions are out and may still have to be explained."""
    until = explained_until(cohort)
    return until is not None and cohort.date("decisions_out") <= now < until


def days_of(cohort: Cohort, limit: Limit) -> int:
    """What the cohort's profile says of a limit."""
    return int(getattr(cohort.profile.retention, limit))


def goes_on(cohort: Cohort, limit: Limit) -> datetime:
    """When a limit of the profile is reached: counted from the decisions, without them from the end of the call."""
    start = cohort.dates.get("decisions_out") or cohort.dates["call_closes"]
    return start + timedelta(days=days_of(cohort, limit))


@dataclass(frozen=True, slots=True)
class DataClass:
    """Something about people that a cohort keeps for a while.

    `code` is “stage.what”. `limit` names the day of the profile on which it goes; where another law counts, `due`
    gives the first day on which some of it may go, None as long as there is none. `rows` are the things there are,
    in one set or several, or `count` says how many where no rows do; `purge` lets at most so many of those go that
    may, inside the caller's transaction, and says how many went. Without `purge` the stage lets it go in rounds of
    its own. `freeze`: the figures that reports need afterwards, kept before the first of it goes.
    """

    code: str
    what: Message
    rule: Message
    """Until when and why, one sentence; `%(days)s` stands for the days of the profile."""
    kept: Message
    """What stays instead."""
    rows: Callable[[Cohort], Sequence[QuerySet[Any]]] | None = None
    count: Callable[[Cohort], int] | None = None
    purge: Callable[[Cohort, datetime, int], int] | None = None
    limit: Limit | None = None
    due: Callable[[Cohort], datetime | None] | None = None
    freeze: Callable[[Cohort], Mapping[str, Any]] | None = None

    @property
    def stage(self) -> str:
        return self.code.partition(".")[0]

    def first_day(self, cohort: Cohort) -> datetime | None:
        """From when some of it goes."""
        return goes_on(cohort, self.limit) if self.limit else self.due(cohort) if self.due else None


_classes: dict[str, DataClass] = {}


def register(kept: DataClass) -> DataClass:
    """Declare a class of data. The last declaration of a code counts."""
    if kept.limit is None and kept.due is None:
        raise ValueError(f"“{kept.code}” never goes: name a limit of the profile, or another day.")
    if (kept.rows is None) == (kept.count is None):
        raise ValueError(f"Of “{kept.code}” name the rows, or how many there are.")
    _classes[kept.code] = kept
    return kept


def classes() -> list[DataClass]:
    """Everything that is declared, in a stable order."""
    _discover()
    return [_classes[code] for code in sorted(_classes)]


def counts(cohort: Cohort, wanted: Iterable[DataClass]) -> dict[str, int]:
    """How many things there are of each class, by code: those that are rows in one statement."""
    asked = list(wanted)
    rows = {
        f"{kept.code} {number}": found
        for kept in asked
        if kept.rows
        for number, found in enumerate(kept.rows(cohort))
    }
    found = {kept.code: kept.count(cohort) for kept in asked if kept.count}
    for name, many in how_many(cohort, rows).items():
        code = name.partition(" ")[0]
        found[code] = found.get(code, 0) + many
    return found


def class_of(code: str) -> DataClass | None:
    _discover()
    return _classes.get(code)


@cache
def _discover() -> None:
    autodiscover_modules("purging")


def freeze(kept: DataClass, cohort: Cohort, *, now: datetime) -> None:
    """Keep the figures that reports need of `cohort`, once: what is gone is not counted again."""
    if kept.freeze is None or FrozenTally.objects.filter(cohort=cohort, stage=kept.stage).exists():
        return
    FrozenTally.objects.create(
        cohort=cohort, stage=kept.stage, figures=dict(kept.freeze(cohort)), created_at=now
    )


def frozen(cohort: Cohort, stage: str) -> FrozenTally | None:
    """The figures of a stage from before its data went; None as long as everything is there."""
    rows = recall(
        ("frozen", cohort.pk), lambda: list(FrozenTally.objects.filter(cohort=cohort).order_by("pk"))
    )
    return next((row for row in rows if row.stage == stage), None)
