"""What organisers can see of the equality survey: rounded totals of large enough groups, once it has ended."""

from dataclasses import dataclass
from datetime import datetime

from tremplin.core.models import AuditEvent
from tremplin.equality.models import Tally
from tremplin.equality.rules import LEAST_BASE, LEAST_CELL, Cell, cells, closes, questions
from tremplin.methods.disclosure import rounded
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.programmes.schema.profile import Attribute

Counts = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what may be shown of its answers; no cells: nothing may be."""

    attribute: Attribute
    cells: tuple[Cell, ...]

    @property
    def shows(self) -> bool:
        return any(cell.count is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Results:
    """`answered` is rounded, None when too few; `coverage` is a share of one, None when the group is too small."""

    asked: int
    answered: int | None
    coverage: float | None
    overfull: bool  # more answers than people: someone answered more than once, and nobody can tell who
    least: int
    base: int
    questions: tuple[Question, ...]


def results(cohort: Cohort, actor: User, now: datetime) -> Results | None:
    """The survey of a cohort as it stands; None until it has ended, so that nobody can watch one answer arrive.

    Pages show what `services.release` has written into the ledger. Raises NotAllowed.
    """
    require(actor, cohort, Role.ORGANISER)
    return results_of(cohort, counted(cohort)) if now > closes(cohort.dates) else None


def counted(cohort: Cohort) -> Counts:
    """The exact totals of a cohort: by question and answer, and how many people answered at all."""
    rows = Tally.objects.filter(cohort_ref=cohort.ref).values_list("question", "answer", "count")
    return {(question, answer): count for question, answer, count in rows}


def results_of(cohort: Cohort, found: Counts) -> Results:
    """What may be shown of `found`."""
    profile = cohort.profile
    least, base = max(LEAST_CELL, profile.smallest_cell), profile.round_to
    asked, people = _asked(cohort), found.get(("", ""), 0)
    enough = people >= 2 * least
    shown = [
        Question(attribute, tuple(_cells(attribute, found, least, base) if enough else ()))
        for attribute in questions(profile, cohort.plan.jurisdiction.linked)
    ]
    answered = rounded(people, base) if enough else None
    overfull = people > asked + base
    coverage = min(1.0, answered / asked) if answered and asked >= LEAST_BASE and not overfull else None
    return Results(asked, answered, coverage, overfull, least, base, tuple(shown))


def _cells(attribute: Attribute, found: Counts, least: int, base: int) -> list[Cell]:
    counts = [(option.code, found.get((attribute.code, option.code), 0)) for option in attribute.options]
    return cells(counts, least=least, base=base, multiple=attribute.multiple)


def _asked(cohort: Cohort) -> int:
    """How many people were shown the survey: those who sent an application. The log knows, without names."""
    sent = AuditEvent.objects.filter(scope=cohort.scope, verb="applications.submitted")
    return sent.order_by().values("subject_ref").distinct().count()
