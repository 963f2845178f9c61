"""The ledger of releases: what was shown of the survey, when; and nothing that could be subtracted from it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from tremplin.core import sealed
from tremplin.equality.models import Kind, Release
from tremplin.equality.queries import Counts, Results, counted, results_of
from tremplin.equality.rules import closes
from tremplin.methods.disclosure import tell_apart
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require


@dataclass(frozen=True, slots=True)
class Released:
    """Totals that may be read. `held_back`: there are newer ones, too near to these to be shown."""

    results: Results
    release: Release
    held_back: bool


@transaction.atomic
def release(*, cohort: Cohort, actor: User, now: datetime) -> Released | None:
    """The totals of the survey, written down before they are shown; None until it has ended.

    Totals that differ from any earlier release by some people, but fewer than the minimum, are not shown: the last
    release is. Order: permission; the end; the cohort, locked; every earlier release; the new line of the ledger;
    the audit event, with its digest and without a figure. Raises NotAllowed.
    """
    require(actor, cohort, Role.ORGANISER)
    if now <= closes(cohort.dates):
        return None
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    counts = counted(cohort)
    before = list(Release.objects.filter(cohort_ref=cohort.ref, kind=Kind.SURVEY).order_by("number"))
    bases = [_opened(row) for row in before]
    if counts in bases:
        return Released(results_of(cohort, counts), before[bases.index(counts)], held_back=False)
    least = results_of(cohort, counts).least
    if any(tell_apart(_named(base), _named(counts), least=least) for base in bases):
        return Released(results_of(cohort, bases[-1]), before[-1], held_back=True)
    found = results_of(cohort, counts)
    row = _written(cohort, counts, found, number=len(before) + 1, now=now)
    log(cohort=cohort, actor=actor, verb="equality.released", subject=row, now=now, digest=row.digest)
    return Released(found, row, held_back=False)


def _written(cohort: Cohort, counts: Counts, found: Results, *, number: int, now: datetime) -> Release:
    figures = _figures(found)
    text = json.dumps(figures, sort_keys=True)
    exact = json.dumps(sorted([question, answer, count] for (question, answer), count in counts.items()))
    return Release.objects.create(
        cohort_ref=cohort.ref,
        number=number,
        at=now,
        figures=figures,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        basis=sealed.seal(exact, context=_context(cohort.ref, number)),
    )


def _figures(found: Results) -> dict[str, Any]:
    """What is shown, as it is shown."""
    return {
        "answered": found.answered,
        "questions": {
            question.attribute.code: {cell.answer: cell.count for cell in question.cells}
            for question in found.questions
        },
    }


def _opened(row: Release) -> Counts:
    exact = json.loads(sealed.unseal(bytes(row.basis), context=_context(row.cohort_ref, row.number)))
    return {(question, answer): count for question, answer, count in exact}


def _context(cohort_ref: str, number: int) -> str:
    return f"equality.release/{cohort_ref}/{number}"


def _named(counts: Counts) -> dict[str, int]:
    return {f"{question}={answer}": count for (question, answer), count in counts.items()}
