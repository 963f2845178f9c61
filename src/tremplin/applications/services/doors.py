"""Trying the doors, and counting who came and whom they turned away: numbers by the day, and nobody's."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from tremplin.applications.models import DoorCount, DoorOutcome
from tremplin.applications.rules.eligibility import Verdict
from tremplin.applications.services.drafts import check_eligibility
from tremplin.applications.states import zone_of
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import EligibilityQuestion

_LISTED = frozenset({"yes_no", "choice", "country"})  # of a figure or of commitments no answer is counted


@transaction.atomic
def try_doors(
    *, cohort: Cohort, answers: Mapping[str, str], now: datetime, counted: Collection[str] = ()
) -> Verdict:
    """Try every door of the call, and count what came of it once all of them have an answer.

    `counted`: what this visit was counted for already, so that mending a slip makes nobody two people: “came”,
    “passed”, and the codes of doors that were closed. Order: the verdict, the numbers of the day. Kept are an
    outcome, a day, a door and for a list the answer that closed it; never who, from where or at which hour.
    """
    verdict = check_eligibility(cohort=cohort, answers=answers)
    if not verdict.complete or not verdict.answers:
        return verdict
    day = now.astimezone(zone_of(cohort)).date()
    if DoorOutcome.CAME not in counted:
        _count(cohort, day, DoorOutcome.CAME)
    if verdict.eligible and DoorOutcome.PASSED not in counted:
        _count(cohort, day, DoorOutcome.PASSED)
    for door in verdict.closed:
        if door.code not in counted:
            _count(cohort, day, DoorOutcome.CLOSED, door.code, _answer(door, verdict))
    return verdict


def counted_after(verdict: Verdict, counted: Collection[str]) -> list[str]:
    """What this visit is counted for from now on."""
    if not verdict.complete:
        return list(counted)
    passed = [DoorOutcome.PASSED.value] if verdict.eligible else []
    found = [*counted, DoorOutcome.CAME.value, *passed, *(door.code for door in verdict.closed)]
    return list(dict.fromkeys(found))


def _answer(door: EligibilityQuestion, verdict: Verdict) -> str:
    return verdict.answers[door.code][:60] if door.kind in _LISTED else ""


def _count(cohort: Cohort, day: date, outcome: DoorOutcome, door: str = "", answer: str = "") -> None:
    """One more. Of two who are the first of a day at once, one makes the row and the other adds to it."""
    row = DoorCount.objects.filter(cohort=cohort, day=day, outcome=outcome, door=door, answer=answer)
    if row.update(many=F("many") + 1):
        return
    try:
        with transaction.atomic():
            DoorCount.objects.create(
                cohort=cohort, day=day, outcome=outcome, door=door, answer=answer, many=1
            )
    except IntegrityError:
        row.update(many=F("many") + 1)
