"""What people can do with projects: describe, hand in, give feedback, mark and confirm the checklist."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core import versions
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.mentoring.models import Pairing
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, roles_of
from tremplin.programmes.schema import ProjectPlan
from tremplin.projects import rules
from tremplin.projects.models import ChecklistMark, MilestoneReport, MilestoneState, Project
from tremplin.selection.models import Scholar, ScholarState

FIELDS = ("title", "summary", "description", "repository", "demo", "licence", "language")
_LIMITS = {
    "title": 200,
    "summary": 2000,
    "description": 60_000,
    "repository": 500,
    "demo": 500,
    "licence": 60,
}


def plan_of(cohort: Cohort) -> ProjectPlan:
    """The project part of the cohort's plan. Raises Conflict when the programme has no projects."""
    if cohort.plan.project is None:
        raise Conflict(_("This programme has no projects."))
    return cohort.plan.project


def project_of(scholar: Scholar, *, now: datetime) -> Project:
    """The scholar's project, begun empty when there is none."""
    project, _created = Project.objects.get_or_create(
        scholar=scholar, defaults={"created_at": now, "saved_at": now}
    )
    return project


@transaction.atomic
def save_project(
    *, scholar: Scholar, values: Mapping[str, str], expected_version: int, actor: User, now: datetime
) -> Project:
    """Keep the description, whatever state it is in, unless an address or the licence cannot be one.

    Raises NotAllowed, Invalid, Stale.
    """
    _own(scholar, actor)
    project_of(scholar, now=now)
    project = Project.objects.select_for_update().get(scholar=scholar)
    versions.check(project, expected_version)
    _check_values(values)
    for field in FIELDS:
        if field in values:
            setattr(project, field, values[field].strip()[: _LIMITS.get(field, 5)])
    project.version, project.saved_at = project.version + 1, now
    project.save()
    log(cohort=scholar.cohort, actor=actor, verb="projects.saved", subject=project, now=now)
    return project


def _check_values(values: Mapping[str, str]) -> None:
    errors: dict[str, list[str]] = {}
    valid = URLValidator(schemes=["https", "http"])
    for field in ("repository", "demo"):
        address = values.get(field, "").strip()
        try:
            if address:
                valid(address)
        except ValidationError:
            errors[field] = [_("Write a full address that begins with https://")]
    if values.get("licence", "").strip() and values["licence"].strip() not in rules.OPEN_LICENCES:
        errors["licence"] = [_("Choose an open licence from the list.")]
    if errors:
        raise Invalid(errors)


@transaction.atomic
def hand_in(
    *, project: Project, code: str, body: str, expected_version: int, actor: User, now: datetime
) -> MilestoneReport:
    """Show what was reached at a milestone. Raises NotAllowed, Invalid, Conflict, Stale."""
    _own(project.scholar, actor)
    if code not in {milestone.code for milestone in plan_of(project.scholar.cohort).milestones}:
        raise Conflict(_("This programme has no such milestone."))
    if not body.strip():
        raise Invalid({"body": [_("Say what you reached, what is left, and what you need.")]})
    report, _created = MilestoneReport.objects.select_for_update().get_or_create(
        project=project, code=code, defaults={"created_at": now}
    )
    versions.check(report, expected_version)
    _step(report, MilestoneState.HANDED_IN)
    report.body, report.version, report.handed_in_at = body.strip()[:60_000], report.version + 1, now
    report.save()
    log(
        cohort=project.scholar.cohort,
        actor=actor,
        verb="projects.handed-in",
        subject=report,
        now=now,
        milestone=code,
    )
    return report


@transaction.atomic
def answer(
    *, report: MilestoneReport, accept: bool, feedback: str, expected_version: int, actor: User, now: datetime
) -> MilestoneReport:
    """A mentor or organiser accepts a milestone or returns it, with feedback. Raises NotAllowed, Invalid, Conflict."""
    _guide(report.project.scholar, actor)
    if not feedback.strip():
        raise Invalid({"feedback": [_("Write at least one sentence: it is what the scholar works with.")]})
    row = MilestoneReport.objects.select_for_update().get(pk=report.pk)
    versions.check(row, expected_version)
    _step(row, MilestoneState.ACCEPTED if accept else MilestoneState.RETURNED)
    row.feedback, row.answered_at, row.answered_by = feedback.strip()[:20_000], now, actor.ref
    row.version += 1
    row.save()
    log(
        cohort=report.project.scholar.cohort,
        actor=actor,
        verb="projects.milestone-answered",
        subject=row,
        now=now,
        accepted=accept,
    )
    return row


def _step(report: MilestoneReport, to: MilestoneState) -> None:
    if not rules.may_follow(MilestoneState(report.state), to):
        raise Conflict(
            _("This milestone has moved on since you opened the page."),
            _("Load it again to see where it stands."),
        )
    report.state = to


@transaction.atomic
def mark(*, project: Project, code: str, evidence: str, actor: User, now: datetime) -> ChecklistMark:
    """The scholar says that a line of the checklist holds, and where to see it; a changed mark is unconfirmed again.

    Raises NotAllowed, Invalid.
    """
    _own(project.scholar, actor)
    _known_line(project, code)
    if not evidence.strip():
        raise Invalid({"evidence": [_("Say where this can be seen: an address or a file name.")]})
    row, _created = ChecklistMark.objects.update_or_create(
        project=project,
        code=code,
        defaults={"evidence": evidence.strip()[:500], "at": now, "confirmed_by": "", "confirmed_at": None},
    )
    log(
        cohort=project.scholar.cohort,
        actor=actor,
        verb="projects.marked",
        subject=project,
        now=now,
        line=code,
    )
    return row


@transaction.atomic
def confirm(*, project: Project, code: str, actor: User, now: datetime) -> ChecklistMark:
    """A mentor or organiser has looked and agrees. Raises NotAllowed, Conflict."""
    _guide(project.scholar, actor)
    row = ChecklistMark.objects.select_for_update().filter(project=project, code=code).first()
    if row is None:
        raise Conflict(_("The scholar has not marked this line yet."))
    row.confirmed_by, row.confirmed_at = actor.ref, now
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    log(
        cohort=project.scholar.cohort,
        actor=actor,
        verb="projects.confirmed",
        subject=project,
        now=now,
        line=code,
    )
    return row


def gate(project: Project) -> rules.Gate:
    """What stands between this project and its public page."""
    marks = list(project.marks.all())
    return rules.gate(
        project={field: getattr(project, field) for field in FIELDS},
        checklist=plan_of(project.scholar.cohort).checklist,
        marked={row.code for row in marks},
        confirmed={row.code for row in marks if row.confirmed_at},
    )


def _known_line(project: Project, code: str) -> None:
    if code not in {item.code for item in plan_of(project.scholar.cohort).checklist}:
        raise Conflict(_("The checklist has no such line."))


def _own(scholar: Scholar, actor: User) -> None:
    if scholar.user_id != actor.pk:
        raise NotAllowed(_("Only the scholar can do this."))
    if scholar.state == ScholarState.LEFT:
        raise NotAllowed(_("You have left this cohort, so it can be read but not changed."))


def _guide(scholar: Scholar, actor: User) -> None:
    """Raises NotAllowed unless `actor` mentors this scholar now or is an organiser; nobody judges their own work."""
    if scholar.user_id == actor.pk:
        raise NotAllowed(_("Nobody judges their own project."))
    mentors = Pairing.objects.filter(scholar=scholar, mentor__user=actor, ended_at__isnull=True)
    if Role.ORGANISER not in roles_of(actor, scholar.cohort) and not mentors.exists():
        raise NotAllowed(_("This is for the scholar's mentor and the organisers."))
