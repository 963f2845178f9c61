"""Ledgers of figures that were shown: nothing that could be subtracted from an earlier release is shown after it.

A stage that shows what people said of themselves has a ledger, a model of its own made of `Release`. Figures are
written down before anybody sees them, with the exact counts behind them under a seal. Newer counts are held against
all of them (`differencing`): where they would tell of a group of fewer people than the minimum, the latest release is
shown and not the newer counts.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import models

from tremplin.core import sealed
from tremplin.programmes.differencing import Sums, Told, tells_of_few
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
    shown: Callable[[Mapping[str, Any]], Collection[str]],
    least: int,
    now: datetime,
    sums: Sums = (),
) -> Shown[R]:
    """The line that may be shown of the counts `exact`; `figures` makes what would be shown of them, if they may be.

    `shown`: the names of the counts that such figures show, which are not hidden. `sums`: which counts hold which
    others, so that whoever is in none of these is guarded too. The caller holds the cohort locked since before it
    counted. Counts that are zero and counts that are not named are the same.
    """
    counts = {name: many for name, many in exact.items() if many}
    before = list(ledger._default_manager.filter(cohort_ref=cohort.ref, kind=kind).order_by("number"))
    known = [(row, found) for row in before if (found := exact_of(row)) is not None]
    for row, found in known:
        if found == counts:
            return Shown(row, held_back=False, fresh=False)
    made = dict(figures())
    told = [Told(found, frozenset(shown(row.figures))) for row, found in known]
    if tells_of_few(told, Told(counts, frozenset(shown(made))), least=least, sums=sums):
        return Shown(before[-1], held_back=True, fresh=False)
    row = ledger(kind=kind, cohort_ref=cohort.ref, number=len(before) + 1, at=now, figures=made)
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
