"""What people can see of projects."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Window

from tremplin.mentoring.models import Pairing
from tremplin.people.models import User
from tremplin.programmes.apart import roles_afterwards
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.schema.training import ChecklistItem, Milestone
from tremplin.projects.models import ChecklistMark, MilestoneReport, MilestoneState, Project
from tremplin.projects.plan import plan_of
from tremplin.selection.models import Scholar, ScholarState
from tremplin.selection.own_time import own_time
from tremplin.selection.queries import own_scholar as own_scholar

READERS = frozenset({Role.ORGANISER, Role.OBSERVER})
LONG_WAIT = timedelta(days=7)
TO_WRITE = frozenset({MilestoneState.OPEN, MilestoneState.RETURNED})


def visible_projects(actor: User, cohort: Cohort) -> QuerySet[Project]:
    """All for organisers and observers, those of their scholars for mentors, their own for scholars, also for
    those who left."""
    projects = (
        Project.objects.filter(scholar__cohort=cohort)
        .select_related("scholar__user")
        .prefetch_related("milestones", "marks")
        .order_by("scholar__user__name", "pk")
    )
    if roles_afterwards(actor, cohort) & READERS:
        return projects
    followed = Q(scholar__in=_mentored(actor)) & ~Q(scholar__state=ScholarState.LEFT)
    return projects.filter(Q(scholar__user=actor) | followed)


def _mentored(actor: User) -> QuerySet[Pairing, Any]:
    return Pairing.objects.filter(mentor__user=actor, ended_at__isnull=True).values("scholar")


def mentors_now(actor: User, scholar: Scholar) -> bool:
    """Whether this person is the scholar's mentor at present."""
    return _mentored(actor).filter(scholar=scholar).exists()


def has_mentor(scholar: Scholar) -> bool:
    """Whether anybody mentors this scholar at present."""
    return Pairing.objects.filter(scholar=scholar, ended_at__isnull=True).exists()


def not_begun(actor: User, cohort: Cohort) -> QuerySet[Scholar]:
    """Scholars who take part and have no project yet, as far as this person follows them."""
    scholars = (
        Scholar.objects.filter(
            cohort=cohort, state__in=[ScholarState.ENROLLED, ScholarState.PAUSED], project__isnull=True
        )
        .select_related("user")
        .order_by("user__name", "pk")
    )
    if roles_afterwards(actor, cohort) & READERS:
        return scholars
    return scholars.filter(pk__in=_mentored(actor))


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """A milestone of one project, with what was handed in for it."""

    milestone: Milestone
    due: datetime
    state: MilestoneState
    report: MilestoneReport | None
    late: bool
    waits: bool


def milestone_lines(project: Project, cohort: Cohort, *, now: datetime) -> list[MilestoneLine]:
    """The milestones of the programme in order, with this project's reports, in the scholar's own time."""
    own = own_time(project.scholar, cohort.dates)
    reports = {report.code: report for report in project.milestones.all()}
    lines = []
    for milestone in plan_of(cohort).milestones:
        due = own.moved(milestone.due.after(cohort.dates), now=now)
        report = reports.get(milestone.code)
        state = MilestoneState(report.state) if report else MilestoneState.OPEN
        lines.append(
            MilestoneLine(milestone, due, state, report, state in TO_WRITE and now > due, own.waits(due))
        )
    return lines


@dataclass(frozen=True, slots=True)
class Overview:
    """How far one project is."""

    project: Project
    accepted: int
    milestones: int
    waiting: bool
    late: bool


def overviews(projects: Iterable[Project], cohort: Cohort, *, now: datetime) -> list[Overview]:
    """The overview of each project; no query beyond those of `visible_projects`."""
    found = []
    for project in projects:
        project.scholar.cohort = cohort
        lines = milestone_lines(project, cohort, now=now)
        taking_part = project.scholar.state != ScholarState.LEFT
        found.append(
            Overview(
                project,
                accepted=sum(line.state == MilestoneState.ACCEPTED for line in lines),
                milestones=len(lines),
                waiting=any(line.state == MilestoneState.HANDED_IN for line in lines),
                late=taking_part and any(line.late for line in lines),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """A line of the publication checklist, with this project's mark."""

    item: ChecklistItem
    mark: ChecklistMark | None


def checklist(project: Project, cohort: Cohort) -> list[ChecklistLine]:
    """The publication checklist with the marks of this project."""
    marks = {mark.code: mark for mark in project.marks.all()}
    return [ChecklistLine(item, marks.get(item.code)) for item in plan_of(cohort).checklist]


def waiting_reports(actor: User, cohort: Cohort) -> QuerySet[MilestoneReport]:
    """Milestones handed in that this person may answer, oldest first."""
    visible = visible_projects(actor, cohort).exclude(scholar__user=actor)
    return (
        MilestoneReport.objects.filter(
            project__in=visible.exclude(scholar__state=ScholarState.LEFT), state=MilestoneState.HANDED_IN
        )
        .select_related("project__scholar__user")
        .order_by("handed_in_at", "pk")
    )


def oldest(reports: QuerySet[MilestoneReport]) -> tuple[MilestoneReport | None, int]:
    """The first of `reports`, and how many they are, in one query."""
    first = reports.annotate(many=Window(Count("pk"))).first()
    return first, getattr(first, "many", 0)


def mentored_reports(actor: User, cohort: Cohort) -> QuerySet[MilestoneReport]:
    """Those of them that this person answers as a mentor."""
    return waiting_reports(actor, cohort).filter(project__scholar__in=_mentored(actor))


def neglected_reports(actor: User, cohort: Cohort, *, now: datetime) -> QuerySet[MilestoneReport]:
    """Those that an organiser should look at: no mentor answers, or none has for a week."""
    with_mentor = Pairing.objects.filter(scholar__cohort=cohort, ended_at__isnull=True).values("scholar")
    return waiting_reports(actor, cohort).filter(
        Q(handed_in_at__lt=now - LONG_WAIT) | ~Q(project__scholar__in=with_mentor)
    )


def near_milestones(
    cohort: Cohort, *, now: datetime, within: timedelta
) -> list[tuple[Scholar, Milestone, datetime]]:
    """Milestones due soon that scholars who are there have not handed in. Two queries at most."""
    planned = [(milestone, milestone.due.after(cohort.dates)) for milestone in plan_of(cohort).milestones]
    if all(due > now + within for _milestone, due in planned):  # nobody's own time is ahead of the plan
        return []
    scholars = list(
        Scholar.objects.filter(cohort=cohort, state=ScholarState.ENROLLED)
        .select_related("user")
        .order_by("pk")
    )
    if not scholars:
        return []
    done = set(
        MilestoneReport.objects.filter(project__scholar__cohort=cohort)
        .exclude(state__in=TO_WRITE)
        .values_list("project__scholar_id", "code")
    )
    found = []
    for scholar in scholars:
        own = own_time(scholar, cohort.dates)
        for milestone, date in planned:
            due = own.moved(date, now=now)
            if now <= due <= now + within and (scholar.pk, milestone.code) not in done:
                found.append((scholar, milestone, due))
    return found
