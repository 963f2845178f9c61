"""What training shows a mentor of a scholar's week: the plan of the week, and the last post that is shared."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tremplin.mentoring.glances import About, Glance, register
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.selection.models import Scholar
from tremplin.training import queries


@register
def week(
    actor: User, cohort: Cohort, scholars: Sequence[Scholar], now: datetime
) -> Mapping[int, list[Glance]]:
    """The plan and the last post of those whom this reader follows, once training has begun. Two queries."""
    starts = cohort.dates.get("training_starts")
    if not cohort.plan.runs("training") or starts is None or now < starts:
        return {}
    rows = list(queries.visible_scholars(actor, cohort).filter(pk__in=[scholar.pk for scholar in scholars]))
    posts = _last_posts(actor, cohort, rows)
    return {row.pk: [_plan(row, cohort, now), posts[row.pk]] for row in rows}


def _plan(scholar: Scholar, cohort: Cohort, now: datetime) -> Glance:
    number = queries.week_now(scholar, cohort, now=now)
    plan = scholar.syllabus.weeks if hasattr(scholar, "syllabus") else []
    goal = next((str(planned.get("goal") or "") for planned in plan if planned["week"] == number), "")
    href = cohort_url(cohort, "training:scholar", ref=scholar.ref)
    return Glance(About.PLAN, href, goal, number, queries.weeks_of(scholar, cohort))


def _last_posts(actor: User, cohort: Cohort, scholars: Sequence[Scholar]) -> dict[int, Glance]:
    """By scholar; where none is shared, the way to the journal."""
    found = {
        scholar.pk: Glance(About.JOURNAL, cohort_url(cohort, "training:journal")) for scholar in scholars
    }
    shared = queries.visible_entries(actor, cohort).filter(scholar__in=scholars).order_by("week", "-pk")
    for scholar, ref, title, number in shared.values_list("scholar_id", "ref", "title", "week"):
        found[scholar] = Glance(About.JOURNAL, cohort_url(cohort, "training:entry", ref=ref), title, number)
    return found
