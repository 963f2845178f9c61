"""What those who answer erasure requests see of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from tremplin.people import personal_data
from tremplin.people.models import ErasureAnswer, ErasurePart, User
from tremplin.people.personal_data import Holding
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import names_of
from tremplin.programmes.scopes import cohorts_of


def _parts() -> QuerySet[ErasurePart]:
    """Without those that were never answered because the person took the request back."""
    rows = ErasurePart.objects.select_related("request__user")
    return rows.exclude(answer=ErasureAnswer.OPEN, request__taken_back=True)


def parts(cohort: Cohort) -> QuerySet[ErasurePart]:
    """What one cohort was asked: open ones first, by their last day, then those answered, the newest first."""
    return _parts().filter(scope=cohort.scope).order_by("answered_at", "created_at", "pk")


def all_parts() -> QuerySet[ErasurePart]:
    """What every cohort of the site was asked, for administrators."""
    return _parts().order_by("answered_at", "created_at", "pk")


def waiting(rows: QuerySet[ErasurePart]) -> QuerySet[ErasurePart]:
    """Those that still have to be answered, the oldest first."""
    return rows.filter(answer=ErasureAnswer.OPEN).order_by("request__created_at", "pk")


def answered(rows: QuerySet[ErasurePart]) -> QuerySet[ErasurePart]:
    return rows.exclude(answer=ErasureAnswer.OPEN).order_by("-answered_at", "-pk")


def cohort_of(part: ErasurePart) -> Cohort | None:
    """The cohort that a part is about; None when it does not exist any more."""
    return cohorts_of([part.scope]).get(part.scope)


def answerers(rows: Iterable[ErasurePart]) -> dict[str, str]:
    """Who answered, by reference."""
    return names_of(row.answered_by for row in rows)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What answering would do: what goes, what must stay and why, and what has to happen before."""

    goes: list[Holding]
    stays: list[Holding]
    first: list[Holding]


def outlook(user: User, scope: str, *, now: datetime) -> Outlook:
    """What one cohort holds about `user`, in the language at hand."""
    found = personal_data.holdings(user, now=now, scope=scope)
    return Outlook(
        goes=[row for row in found if not row.kept and not row.first],
        stays=[row for row in found if row.kept],
        first=[row for row in found if row.first],
    )
