"""The ledger of releases: what was shown of the survey, when; and nothing that could be subtracted from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from tremplin.equality.models import Kind, Release
from tremplin.equality.queries import Counts, Results, counted, results_of
from tremplin.equality.rules import closes
from tremplin.people.models import User
from tremplin.programmes import releases
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema.profile import Attribute


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
    found = results_of(cohort, counts)
    line = releases.release(
        Release,
        cohort=cohort,
        kind=Kind.SURVEY,
        exact={f"{question}={answer}": many for (question, answer), many in counts.items()},
        figures=lambda: _figures(found),
        shown=_names,
        least=found.least,
        now=now,
        sums=[("=", _answers(one.attribute)) for one in found.questions if not one.attribute.multiple],
    )
    if line.fresh:
        log(
            cohort=cohort,
            actor=actor,
            verb="equality.released",
            subject=line.row,
            now=now,
            digest=line.row.digest,
        )
    return Released(results_of(cohort, _opened(line.row)), line.row, line.held_back)


def _names(figures: Mapping[str, Any]) -> list[str]:
    """The counts that are not hidden."""
    answers = [
        f"{question}={answer}"
        for question, cells in figures["questions"].items()
        for answer, count in cells.items()
        if count is not None
    ]
    return [*answers, *(["="] if figures["answered"] is not None else [])]


def _answers(attribute: Attribute) -> list[str]:
    """The names of its counts, of which everybody who answered gave one at the most."""
    return [f"{attribute.code}={option.code}" for option in attribute.options]


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
    """The counts behind a release, which stay: they are totals, and nobody stands in them."""
    found = {}
    for name, many in (releases.exact_of(row) or {}).items():
        question, _sign, answer = name.partition("=")
        found[question, answer] = many
    return found
