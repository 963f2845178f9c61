"""What a person wrote for this institution before, if it is still kept. Nobody else's, and of no other house."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from tremplin.applications.models import Application
from tremplin.applications.rules.earlier import Carried, carry, unchanged
from tremplin.core.prepared import Prepared
from tremplin.people.models import User
from tremplin.programmes.models import Cohort


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier application, and what of it answers the questions of a new call."""

    application: Application
    answers: dict[str, Carried]

    @property
    def changed(self) -> int:
        """How many of the questions are no longer what they were."""
        return sum(1 for row in self.answers.values() if "label" in row or "limits" in row)


def own_and_earlier(user: User, cohort: Cohort) -> tuple[Application | None, Earlier | None]:
    """The application of `user` to this cohort, else the best to start from; one query."""
    found = _OF_THE_HOUSE[cohort.rehearsal](user.pk, cohort.programme.institution_id)
    own = next((row for row in found if row.cohort_id == cohort.pk), None)
    return own, None if own else _best(found, cohort)


def _of_the_house(*, rehearsal: bool) -> Prepared[Application]:
    def written(user: int, institution: int) -> QuerySet[Application]:
        mine = Application.objects.filter(applicant=user, cohort__programme__institution=institution)
        related = mine.select_related("cohort__version", "cohort__programme").defer("cohort__version__text")
        return related.filter(cohort__rehearsal=rehearsal).order_by("-saved_at")[:20]

    return Prepared(written, int, int)


_OF_THE_HOUSE = {rehearsal: _of_the_house(rehearsal=rehearsal) for rehearsal in (False, True)}


def _best(rows: list[Application], cohort: Cohort) -> Earlier | None:
    """The latest of the same programme, else the latest of the house that shares questions with this call."""
    ranked = sorted(rows, key=lambda row: row.cohort.programme_id != cohort.programme_id)
    for row in ranked:
        answers = carry(cohort.plan.application, row.cohort.plan.application, row.answers)
        if answers:
            return Earlier(row, answers)
    return None


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What a draft has from an earlier application."""

    programme: Mapping[str, str]
    count: int
    same: int
    """Answers that still stand as they were taken over."""


def taken_over(application: Application) -> TakenOver | None:
    carried: dict[str, Any] = application.carried
    if not carried:
        return None
    answers = carried["answers"]
    return TakenOver(carried["programme"], len(answers), len(unchanged(answers, application.answers)))
