"""Scholars plan their weeks, and plan anew."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core import versions
from tremplin.core.errors import Invalid
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.selection.models import Scholar
from tremplin.selection.services.scholars import require_taking_part
from tremplin.training import rules
from tremplin.training.models import (
    Syllabus,
    SyllabusVersion,
)
from tremplin.training.services.common import plan_of


@transaction.atomic
def save_syllabus(
    *,
    scholar: Scholar,
    weeks: Sequence[Mapping[str, Any]],
    reason: str = "",
    expected_version: int,
    actor: User,
    now: datetime,
) -> Syllabus:
    """Keep the plan as it is now, and the plan before as a version with the reason for the change.

    Order: permission, version check, plan, version row, event. Raises NotAllowed, Stale, Invalid.
    """
    require_taking_part(scholar, actor)
    training = plan_of(scholar.cohort)
    _check_labs(scholar.cohort, weeks)
    syllabus, _created = Syllabus.objects.select_for_update().get_or_create(
        scholar=scholar, defaults={"created_at": now, "saved_at": now}
    )
    versions.check(syllabus, expected_version)
    tidy = rules.tidy_weeks(weeks, count=training.weeks + scholar.extension_weeks)
    if tidy == syllabus.weeks:
        return syllabus
    syllabus.weeks, syllabus.version, syllabus.saved_at = tidy, syllabus.version + 1, now
    syllabus.save()
    SyllabusVersion.objects.create(
        syllabus=syllabus, number=syllabus.version, weeks=tidy, reason=reason.strip()[:500], at=now
    )
    log(
        cohort=scholar.cohort,
        actor=actor,
        verb="training.planned",
        subject=syllabus,
        now=now,
        version=syllabus.version,
    )
    return syllabus


def _check_labs(cohort: Cohort, weeks: Sequence[Mapping[str, Any]]) -> None:
    offered = set(plan_of(cohort).labs)
    for week in weeks:
        unknown = set(week.get("labs", [])) - offered
        if unknown:
            raise Invalid(
                {"labs": [_("This programme does not offer the lab %(lab)s.") % {"lab": sorted(unknown)[0]}]}
            )
