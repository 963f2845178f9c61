"""The hours that commitments leave free, kept beside each application so that lists can be narrowed by them.

They follow from what was answered, from the door and from the days of training. The last two may move after somebody
has begun, so each application says by which it was computed, and is computed anew where these are others now.
"""

import hashlib

from django.db import transaction

from tremplin.applications.models import Application
from tremplin.applications.rules.commitments import Window, read, weigh
from tremplin.applications.rules.eligibility import conditions
from tremplin.applications.rules.picked import grouped
from tremplin.applications.states import training_days
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import EligibilityQuestion

_AT_ONCE = 500


def set_freed(application: Application, cohort: Cohort) -> None:
    """What the commitments of `application` leave free, as things stand. The caller saves it."""
    doors, window = _doors(cohort), training_days(cohort)
    application.freed_by = _mark(doors, window)
    application.freed = _freed(doors, window, application.eligibility)


def keep_freed(*, cohort: Cohort) -> int:
    """Compute anew what was computed by other doors or other days; how many. Again, nothing happens."""
    doors, window = _doors(cohort), training_days(cohort)
    mark = _mark(doors, window)
    old = Application.objects.filter(cohort=cohort).exclude(freed_by=mark)
    keys = list(old.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _AT_ONCE):
        with transaction.atomic():  # locked: what somebody erases meanwhile must not come back
            some = Application.objects.select_for_update().filter(pk__in=keys[start : start + _AT_ONCE])
            rows = list(some.only("pk", "eligibility"))
            for row in rows:
                row.freed_by, row.freed = mark, _freed(doors, window, row.eligibility)
            Application.objects.bulk_update(rows, ["freed", "freed_by"])
    return len(keys)


def weighs(cohort: Cohort, door: str) -> bool:
    """Whether a filter by doors rests on free hours."""
    named = grouped(door)
    return any(one.code in named for one in _doors(cohort))


def _doors(cohort: Cohort) -> list[EligibilityQuestion]:
    return [door for door in conditions(cohort.plan) if door.kind == "commitments"]


def _mark(doors: list[EligibilityQuestion], window: Window | None) -> str:
    """By what it is computed; nothing where the call asks for no commitments."""
    if not doors or window is None:
        return ""
    parts = [f"{door.code} {door.at_least} {door.weeks} {door.week_hours}" for door in doors]
    return hashlib.sha256(f"{window} {parts}".encode()).hexdigest()[:16]


def _freed(
    doors: list[EligibilityQuestion], window: Window | None, answers: dict[str, str]
) -> dict[str, int]:
    found = {}
    for door in doors:
        kept = read(answers.get(door.code) or "")
        if window is not None and kept is not None:
            found[door.code] = weigh(door, kept, window).lasting
    return found
