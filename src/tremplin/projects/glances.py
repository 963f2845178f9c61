"""What projects show a mentor of a scholar's week: the milestone that has to be handed in next."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tremplin.core.text import say
from tremplin.mentoring.glances import About, Glance, register
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.projects import queries
from tremplin.projects.models import Project
from tremplin.selection.models import Scholar


@register
def milestone(
    actor: User, cohort: Cohort, scholars: Sequence[Scholar], now: datetime
) -> Mapping[int, list[Glance]]:
    """The next one of each project that this reader follows. Two queries."""
    starts = cohort.dates.get("training_starts")
    if not cohort.plan.runs("projects") or starts is None or now < starts:
        return {}
    rows = queries.visible_projects(actor, cohort).filter(scholar__in=scholars)
    rows = rows.prefetch_related(None).prefetch_related("milestones")
    return {project.scholar_id: _next(project, cohort, now) for project in rows}


def _next(project: Project, cohort: Cohort, now: datetime) -> list[Glance]:
    lines = queries.milestone_lines(project, cohort, now=now)
    coming = next((line for line in lines if line.state in queries.TO_WRITE), None)
    if coming is None:
        return []
    href = cohort_url(cohort, "projects:milestone", ref=project.ref, code=coming.milestone.code)
    due = None if coming.waits else coming.due
    return [Glance(About.MILESTONE, href, say(coming.milestone.title), due=due)]
