"""Ledgers of figures that were shown: nothing that could be subtracted from an earlier release is shown after it.

A stage that shows what people said of themselves has a ledger, a model of its own made of `Release`. Figures are
written down before anybody sees them, with the exact counts behind them under a seal. Newer counts that differ from
those of any earlier release by some people, but fewer than the minimum, are not shown: the latest release is.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import models

from tremplin.core import sealed
from tremplin.methods.disclosure import tell_apart
from tremplin.programmes.models import Cohort


class Release(models.Model):
    """Figures that were shown: of what (`kind`), when, and the digest of it. Never changed.

    `basis` holds the exact counts behind them, sealed: a later release is held against them, and nobody reads them.
    It goes with the single answers; `figures`, which are fit to be shown, stay.
    """

    kind = models.CharField(max_length=80)
    cohort_ref = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    figures = models.JSONField()
    basis = models.BinaryField()

    class Meta:
        abstract = True


R = TypeVar("R", bound=Release)


@dataclass(frozen=True, slots=True)
class Shown(Generic[R]):
    """The line of a ledger that may be shown. `held_back`: there are newer counts, too near to earlier ones."""

    row: R
    held_back: bool
    fresh: bool  # written down just now


def release(
    ledger: type[R],
    *,
    cohort: Cohort,
    kind: str,
    exact: Mapping[str, int],
    figures: Callable[[], Mapping[str, Any]],
    least: int,
    now: datetime,
) -> Shown[R]:
    """The line that may be shown of the counts `exact`; `figures` makes what would be shown of them, if they may be.

    The caller holds the cohort locked since before it counted. Counts that are zero and counts that are not named
    are the same.
    """
    counts = {name: many for name, many in exact.items() if many}
    before = list(ledger._default_manager.filter(cohort_ref=cohort.ref, kind=kind).order_by("number"))
    known = [(row, found) for row in before if (found := exact_of(row)) is not None]
    for row, found in known:
        if found == counts:
            return Shown(row, held_back=False, fresh=False)
    if any(tell_apart(found, counts, least=least) for _row, found in known):
        return Shown(before[-1], held_back=True, fresh=False)
    row = ledger(kind=kind, cohort_ref=cohort.ref, number=len(before) + 1, at=now, figures=dict(figures()))
    row.digest = hashlib.sha256(json.dumps(row.figures, sort_keys=True).encode()).hexdigest()
    row.basis = sealed.seal(json.dumps(counts, sort_keys=True), context=_context(row))
    row.save(force_insert=True)
    return Shown(row, held_back=False, fresh=True)


def exact_of(row: Release) -> dict[str, int] | None:
    """The exact counts behind a release; None once they went with the answers."""
    if not row.basis:
        return None
    found: dict[str, int] = json.loads(sealed.unseal(bytes(row.basis), context=_context(row)))
    return found


def _context(row: Release) -> str:
    return f"{row._meta.label_lower}/{row.kind}/{row.cohort_ref}/{row.number}"
