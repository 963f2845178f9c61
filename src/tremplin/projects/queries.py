"""What people can see of projects."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from tremplin.mentoring.models import Pairing
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import STAFF, roles_of
from tremplin.programmes.schema.training import ChecklistItem, Milestone
from tremplin.projects import rules
from tremplin.projects.models import ChecklistMark, MilestoneReport, MilestoneState, Project
from tremplin.selection.models import Scholar, ScholarState


def visible_projects(actor: User, cohort: Cohort) -> QuerySet[Project]:
    """All for staff, those of their scholars for mentors, their own for scholars."""
    projects = (
        Project.objects.filter(scholar__cohort=cohort)
        .exclude(scholar__state=ScholarState.LEFT)
        .select_related(
            "scholar__user", "scholar__cohort__programme__institution", "scholar__cohort__version"
        )
        .prefetch_related("milestones", "marks")
        .order_by("scholar__user__name", "pk")
    )
    if roles_of(actor, cohort) & STAFF:
        return projects
    mentored = Pairing.objects.filter(mentor__user=actor, ended_at__isnull=True).values("scholar")
    return projects.filter(Q(scholar__user=actor) | Q(scholar__in=mentored))


def own_scholar(actor: User, cohort: Cohort) -> Scholar | None:
    """The person's own place in the cohort."""
    return Scholar.objects.filter(cohort=cohort, user=actor).select_related("user", "cohort__version").first()


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """A milestone of one project, with what was handed in for it."""

    milestone: Milestone
    due: datetime
    state: MilestoneState
    report: MilestoneReport | None
    late: bool


def milestone_lines(project: Project, *, now: datetime) -> list[MilestoneLine]:
    """The milestones of the programme in order, with this project's reports."""
    cohort = project.scholar.cohort
    plan = cohort.plan.project
    reports = {report.code: report for report in project.milestones.all()}
    midpoint = cohort.dates.get("midpoint") or cohort.date("training_starts")
    lines = []
    for milestone in plan.milestones if plan else []:
        due = rules.milestone_due(
            milestone.due.after(cohort.dates),
            midpoint=midpoint,
            extension_weeks=project.scholar.extension_weeks,
        )
        report = reports.get(milestone.code)
        state = MilestoneState(report.state) if report else MilestoneState.OPEN
        late = state in {MilestoneState.OPEN, MilestoneState.RETURNED} and now > due
        lines.append(MilestoneLine(milestone, due, state, report, late))
    return lines


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """A line of the publication checklist, with this project's mark."""

    item: ChecklistItem
    mark: ChecklistMark | None


def checklist(project: Project) -> list[ChecklistLine]:
    """The publication checklist with the marks of this project."""
    plan = project.scholar.cohort.plan.project
    marks = {mark.code: mark for mark in project.marks.all()}
    return [ChecklistLine(item, marks.get(item.code)) for item in (plan.checklist if plan else [])]


def waiting_reports(actor: User, cohort: Cohort) -> QuerySet[MilestoneReport]:
    """Milestones handed in that this person may answer, oldest first."""
    return (
        MilestoneReport.objects.filter(
            project__in=visible_projects(actor, cohort).exclude(scholar__user=actor),
            state=MilestoneState.HANDED_IN,
        )
        .select_related("project__scholar__user")
        .order_by("handed_in_at", "pk")
    )
