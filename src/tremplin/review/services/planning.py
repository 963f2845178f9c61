"""Planning the reading: keeping what was assumed, and looking ahead as time passes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Stale
from tremplin.methods.capacity import Size, outlook
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.review.models import CapacityPlan
from tremplin.review.planning.assumptions import Assumptions, check
from tremplin.review.queries.foreseen import season_now
from tremplin.review.queries.planning import assumed_by, kept_plan
from tremplin.review.services.common import hold

RISK = 5
"""The risk in percent that is accepted where no plan says another."""
_STANDS = timedelta(hours=2)
_SIZE = Size(worlds=100, each=5, beyond=1)


@transaction.atomic
def keep_plan(
    *,
    cohort: Cohort,
    actor: User,
    assumed: Assumptions,
    figures: Mapping[str, Any],
    expected_version: int,
    now: datetime,
) -> CapacityPlan:
    """Keep what is assumed of the reading, with the `figures` that followed from it on that day.

    Order: permission, limits, the plan, one audit event. Raises NotAllowed, Invalid; Stale when somebody else has kept
    another plan since.
    """
    require_judge(actor, cohort, Role.ORGANISER)
    check(assumed, call_days=(cohort.dates["call_closes"] - cohort.dates["call_opens"]).days)
    hold(cohort)
    plan = kept_plan(cohort) or CapacityPlan(cohort=cohort, created_at=now)
    if plan.version != expected_version:
        raise Stale(
            _("Another plan was kept since you opened this page."),
            _("Yours is still in the fields. Look at the other one first, then keep yours if it is better."),
            current=plan,
        )
    plan.assumptions, plan.figures = assumed.kept(), dict(figures)
    plan.version, plan.saved_at = plan.version + 1, now
    plan.save()
    log(
        cohort=cohort,
        actor=actor,
        verb="review.capacity-planned",
        subject=cohort,
        now=now,
        version=plan.version,
        likely=assumed.likely,
    )
    return plan


def look_ahead(*, cohort: Cohort, now: datetime) -> bool:
    """Work out how the reading will end as things stand, for the desks; whether it was. Every two hours at most.

    The work is done outside any transaction; only what the clock found is written, never the plan.
    """
    if not cohort.plan.runs("review"):
        return False
    plan = kept_plan(cohort)
    if plan and plan.foreseen_at and now - plan.foreseen_at < _STANDS:
        return False
    scene = season_now(cohort, now=now)
    if scene is None:
        if plan and plan.worry:
            CapacityPlan.objects.filter(pk=plan.pk).update(foreseen={}, foreseen_at=now, worry=False)
        return False
    found, assumed = outlook(scene, _SIZE), assumed_by(cohort, plan)
    goal = assumed.goal if assumed else "unread"
    chance = found.unread if goal == "unread" else found.short
    risk = assumed.risk if assumed else RISK
    values = {
        "foreseen": {
            "unread": round(found.unread.value, 4),
            "short": round(found.short.value, 4),
            "goal": goal,
            "chance": round(chance.value, 4),
            "risk": risk,
        },
        "foreseen_at": now,
        "worry": chance.value > risk / 100,
    }
    CapacityPlan.objects.update_or_create(
        cohort=cohort, defaults=values, create_defaults={**values, "created_at": now}
    )
    return True
