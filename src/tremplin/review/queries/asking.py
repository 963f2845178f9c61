"""What was asked about texts, what they speak of: for the reviewer of one, and for organisers."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, Exists, F, OuterRef, QuerySet, When

from tremplin.applications.models import Application
from tremplin.core.prepared import Prepared, PreparedRows
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review.models import Ask, AskKind, Assignment, ContentNote, DeclaredConflict, Hard


def put_aside() -> Exists:
    """Whether a read waits for an answer of the organisers: a condition on reads."""
    return Exists(Ask.objects.filter(assignment=OuterRef("pk"), waits=True, answered_at=None))


_ASKS = Prepared(lambda assignment: Ask.objects.filter(assignment=assignment).order_by("-pk"), int)


def asks_of(assignment: Assignment) -> list[Ask]:
    """What the reviewer of `assignment` asked about it, with the answers, the newest first."""
    return _ASKS(assignment.pk)


@dataclass(frozen=True, slots=True)
class Noted:
    """What a text speaks of, in the order of the list; `mine`: what this person said themselves."""

    kinds: tuple[str, ...]
    mine: frozenset[str]

    @property
    def by_others(self) -> tuple[str, ...]:
        return tuple(kind for kind in self.kinds if kind not in self.mine)


_NOTES = PreparedRows(
    lambda application: ContentNote.objects.filter(application=application).values_list("kind", "noted_by"),
    int,
)


def noted(application: Application | int, person: User) -> Noted:
    """What the text of `application` speaks of, in one query."""
    key = application if isinstance(application, int) else application.pk
    rows: dict[str, str] = dict(_NOTES(key))
    mine = frozenset(kind for kind, by in rows.items() if by == person.ref)
    return Noted(_sorted(rows), mine)


def spoken_of(cohort: Cohort, reviewer: User) -> dict[str, tuple[str, ...]]:
    """What the texts on a reviewer’s list speak of, by the references of the reads, in one query."""
    reads = Assignment.objects.filter(cohort=cohort, reviewer=reviewer).exclude(
        application__content_notes=None
    )
    found: dict[str, list[str]] = {}
    for ref, kind in reads.values_list("ref", "application__content_notes__kind"):
        found.setdefault(ref, []).append(kind)
    return {ref: _sorted(kinds) for ref, kinds in found.items()}


def _sorted(kinds: Iterable[str]) -> tuple[str, ...]:
    found = set(kinds)
    return tuple(kind for kind in Hard.values if kind in found)


def asked(cohort: Cohort, actor: User, *, only: str = "") -> QuerySet[Ask]:
    """What reviewers asked about applications, worries about safety first, then the oldest. Raises NotAllowed.

    `only`: "open" or "answered". Somebody who applied, or must not read an application, finds nothing about it;
    what one asked as a reviewer is for colleagues.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    rows = asks_for(cohort, actor)
    if only:
        rows = rows.filter(answered_at__isnull=only == "open")
    urgent = Case(When(kind=AskKind.SAFETY, answered_at=None, then=0), default=1)
    rows = rows.select_related("assignment__application", "assignment__reviewer")
    return rows.order_by(F("answered_at").desc(nulls_first=True), urgent, "created_at", "pk")


def asks_for(cohort: Cohort, actor: User) -> QuerySet[Ask]:
    """That, without asking for a right: what desks count."""
    conflicts = DeclaredConflict.objects.filter(
        application=OuterRef("assignment__application"), reviewer=actor
    )
    rows = Ask.objects.filter(assignment__cohort=cohort).exclude(assignment__reviewer=actor)
    return rows.exclude(assignment__application__applicant=actor).filter(~Exists(conflicts))
