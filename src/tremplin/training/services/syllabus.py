"""Scholars plan their weeks, and plan anew."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core import versions
from tremplin.core.errors import Conflict, Invalid
from tremplin.curriculum import units
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.selection.models import Scholar
from tremplin.selection.services.scholars import require_taking_part
from tremplin.training import queries, rules
from tremplin.training.models import Syllabus, SyllabusVersion
from tremplin.training.rules.looking_back import Rest
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


def begin_from(*, scholar: Scholar, code: str, actor: User, now: datetime) -> Syllabus:
    """Begin with a plan of the curriculum, in the scholar's language, over the weeks that they have.

    Raises NotAllowed; Invalid for a plan that there is none of; Stale when a plan has been written meanwhile.
    """
    known = {plan.code: plan for plan in units.plans()}
    if code not in known:
        raise Invalid({"plan": [_("Choose one of the plans, or write your own.")]})
    weeks = rules.started_from(
        known[code],
        {unit.code: unit for unit in units.units()},
        count=queries.weeks_of(scholar, scholar.cohort),
        offered=plan_of(scholar.cohort).labs,
        language=actor.language,
    )
    return save_syllabus(scholar=scholar, weeks=weeks, expected_version=0, actor=actor, now=now)


def look_back(
    *,
    scholar: Scholar,
    week: int,
    done: str,
    spent: int,
    note: str,
    rest: Rest,
    reason: str,
    expected_version: int,
    actor: User,
    now: datetime,
) -> Syllabus:
    """Keep what a week was, and put what is left of it where `rest` says.

    Raises NotAllowed, Conflict, Stale, Invalid.
    """
    syllabus = Syllabus.objects.filter(scholar=scholar).first()
    if syllabus is None:
        raise Conflict(_("There is no plan to look back at yet."))
    versions.check(syllabus, expected_version)
    count = queries.weeks_of(scholar, scholar.cohort)
    if not 1 <= week <= count:
        raise Invalid({"week": [_("Training has the weeks 1 to %(last)s.") % {"last": count}]})
    weeks = rules.look_back(
        rules.tidy_weeks(syllabus.weeks, count=count), week=week, done=done, spent=spent, note=note, rest=rest
    )
    return save_syllabus(
        scholar=scholar, weeks=weeks, reason=reason, expected_version=expected_version, actor=actor, now=now
    )


def _check_labs(cohort: Cohort, weeks: Sequence[Mapping[str, Any]]) -> None:
    offered = set(plan_of(cohort).labs)
    for week in weeks:
        unknown = set(week.get("labs", [])) - offered
        if unknown:
            raise Invalid(
                {"labs": [_("This programme does not offer the lab %(lab)s.") % {"lab": sorted(unknown)[0]}]}
            )
