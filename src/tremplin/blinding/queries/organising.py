"""What organisers see of copies: what waits and since when, what was corrected and by whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from tremplin.applications import queries as applications
from tremplin.applications.models import Application
from tremplin.blinding.models import Correction, Maker, RedactedCopy
from tremplin.blinding.queries.reading import finished, waiting
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role

LONG = timedelta(minutes=15)
"""After this a copy that is not finished will not finish by itself: the rules failed, or no worker runs."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many copies are finished, how many wait, and since when the oldest does."""

    total: int
    waiting: int
    oldest: datetime | None
    corrected: int

    @property
    def finished(self) -> int:
        return self.total - self.waiting

    def stuck(self, now: datetime) -> bool:
        return self.oldest is not None and now - self.oldest > LONG


def standing(cohort: Cohort) -> Standing:
    """In three queries, however many applications there are."""
    rows = applications.submitted(cohort).order_by()
    waits = waiting(cohort)
    oldest = waits.values_list("created_at", flat=True).first()
    return Standing(
        total=rows.count(),
        waiting=waits.order_by().count() if oldest else 0,
        oldest=oldest,
        corrected=rows.filter(_corrected()).count(),
    )


def _corrected() -> Exists:
    return Exists(Correction.objects.filter(application=OuterRef("pk"), ended_at=None))


def of_applications(cohort: Cohort, actor: User, only: str = "") -> QuerySet[Application]:
    """Applications with the state of their copies; `only` those that wait, or that somebody corrected.

    Raises NotAllowed. An organiser who applied sees all but their own.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    copies = RedactedCopy.objects.filter(
        snapshot__application=OuterRef("pk"), snapshot__number=OuterRef("sent"), pass_number=1
    ).order_by("-number")
    corrections = Correction.objects.filter(application=OuterRef("pk"), ended_at=None)
    rows = applications.submitted(cohort).exclude(applicant=actor)
    rows = rows.annotate(
        made_at=Subquery(copies.values("created_at")[:1]),
        by_writer=Exists(corrections.filter(maker=Maker.APPLICANT)),
        by_organiser=Exists(corrections.filter(maker=Maker.ORGANISER)),
    )
    if only == "waiting":
        rows = rows.filter(~finished("pk"))
    elif only == "corrected":
        rows = rows.filter(_corrected())
    return rows
