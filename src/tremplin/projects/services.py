"""What people can do with projects: describe, hand in, give feedback, mark and confirm the checklist."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core import versions
from tremplin.core.errors import Conflict, Invalid, NotAllowed, Stale
from tremplin.mentoring.models import Pairing
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, roles_of
from tremplin.projects import queries, rules
from tremplin.projects.models import ChecklistMark, MilestoneReport, MilestoneState, Project
from tremplin.projects.plan import plan_of as plan_of
from tremplin.selection.models import Scholar
from tremplin.selection.services.scholars import require_taking_part

FIELDS = ("title", "summary", "description", "repository", "demo", "licence", "language")
LIMITS = {
    "title": 200,
    "summary": 2000,
    "description": 60_000,
    "repository": 500,
    "demo": 500,
    "licence": 60,
    "language": 5,
    "body": 60_000,
    "feedback": 20_000,
    "evidence": 500,
}
REMIND_BEFORE = timedelta(days=7)


def project_of(scholar: Scholar, *, now: datetime) -> Project:
    """The scholar's project, begun empty when there is none. For deeds that have checked who asks."""
    project, _created = Project.objects.get_or_create(
        scholar=scholar, defaults={"created_at": now, "saved_at": now}
    )
    return project


@transaction.atomic
def begin(*, scholar: Scholar, actor: User, now: datetime) -> Project:
    """Begin the scholar's project. Again, it changes nothing. Raises NotAllowed, Conflict."""
    plan_of(scholar.cohort)
    require_taking_part(scholar, actor)
    project = project_of(scholar, now=now)
    if project.created_at == now:
        log(cohort=scholar.cohort, actor=actor, verb="projects.begun", subject=project, now=now)
    return project


@transaction.atomic
def save_project(
    *, scholar: Scholar, values: Mapping[str, str], expected_version: int, actor: User, now: datetime
) -> Project:
    """Keep the description, whatever state it is in, unless an address or the licence cannot be one.

    Order: permission, version, limits, the project, the event. Raises NotAllowed, Invalid, Stale.
    """
    require_taking_part(scholar, actor)
    project_of(scholar, now=now)
    project = Project.objects.select_for_update().get(scholar=scholar)
    versions.check(project, expected_version)
    tidy = {field: values[field].strip() for field in FIELDS if field in values}
    _check_values(tidy)
    for field, value in tidy.items():
        setattr(project, field, value)
    project.version, project.saved_at = project.version + 1, now
    project.save()
    log(cohort=scholar.cohort, actor=actor, verb="projects.saved", subject=project, now=now)
    return project


def _check_values(values: Mapping[str, str]) -> None:
    errors = _too_long(values)
    valid = URLValidator(schemes=["https", "http"])
    for field in ("repository", "demo"):
        try:
            if values.get(field):
                valid(values[field])
        except ValidationError:
            errors.setdefault(field, [_("Write a full address that begins with https://")])
    if values.get("licence") and values["licence"] not in rules.OPEN_LICENCES:
        errors["licence"] = [_("Choose an open licence from the list.")]
    if errors:
        raise Invalid(errors)


def _too_long(values: Mapping[str, str]) -> dict[str, list[str]]:
    """Too long a text is sent back whole: nothing is cut off in silence."""
    return {
        field: [
            ngettext("Take out %(over)s character.", "Take out %(over)s characters.", over) % {"over": over}
        ]
        for field, over in rules.over_limit(values, LIMITS).items()
    }


def _checked(field: str, text: str, empty: str) -> str:
    """A text that must be there and fit. Raises Invalid."""
    text = text.strip()
    if not text:
        raise Invalid({field: [empty]})
    errors = _too_long({field: text})
    if errors:
        raise Invalid(errors)
    return text


@transaction.atomic
def save_report(
    *, project: Project, code: str, body: str, expected_version: int, actor: User, now: datetime
) -> MilestoneReport:
    """Keep a draft of a report, for the scholar alone; it leaves no trace in the log.

    Raises NotAllowed, Conflict (nothing to write now), Stale, Invalid (too long).
    """
    report = _writable(project, code, expected_version, actor, now=now)
    errors = _too_long({"body": body.strip()})
    if errors:
        raise Invalid(errors)
    report.draft, report.version = body.strip(), report.version + 1
    report.save(update_fields=["draft", "version"])
    return report


@transaction.atomic
def hand_in(
    *, project: Project, code: str, body: str, expected_version: int, actor: User, now: datetime
) -> MilestoneReport:
    """Show what was reached at a milestone. The same text twice changes nothing.

    Order: permission, the milestone, the text, the report, the event, a mail to the mentor.
    Raises NotAllowed, Invalid, Conflict, Stale.
    """
    require_taking_part(project.scholar, actor)
    body = _checked("body", body, _("Say what you reached, what is left, and what you need."))
    handed = MilestoneReport.objects.filter(
        project=project, code=code, state=MilestoneState.HANDED_IN, body=body
    ).first()
    if handed is not None:
        return handed
    report = _writable(project, code, expected_version, actor, now=now)
    report.state = MilestoneState.HANDED_IN
    report.body, report.draft = body, ""
    report.version, report.handed_in_at = report.version + 1, now
    report.save()
    cohort = project.scholar.cohort
    log(cohort=cohort, actor=actor, verb="projects.handed-in", subject=report, now=now, milestone=code)
    _tell_mentor(report, project, now=now)
    return report


def _writable(
    project: Project, code: str, expected_version: int, actor: User, *, now: datetime
) -> MilestoneReport:
    """The report, held fast, if the scholar may write in it now."""
    require_taking_part(project.scholar, actor)
    if code not in {milestone.code for milestone in plan_of(project.scholar.cohort).milestones}:
        raise Conflict(_("This programme has no such milestone."))
    report, _created = MilestoneReport.objects.select_for_update().get_or_create(
        project=project, code=code, defaults={"created_at": now}
    )
    _check_step(report, MilestoneState.HANDED_IN)
    versions.check(report, expected_version)
    return report


def _tell_mentor(report: MilestoneReport, project: Project, *, now: datetime) -> None:
    pairing = Pairing.objects.filter(scholar=project.scholar, ended_at__isnull=True).first()
    if pairing is not None:
        key = f"milestone-in:{report.ref}:{report.version}"
        _write_to(pairing.mentor.user, "milestone-handed-in", report, project, key, now=now)


def _write_to(
    person: User, code: str, report: MilestoneReport, project: Project, key: str, *, now: datetime
) -> None:
    cohort = project.scholar.cohort
    values = {
        "title": _titles(cohort)[report.code],
        "link": cohort_url(cohort, "projects:milestone", ref=project.ref, code=report.code),
    }
    mail.send(cohort=cohort, code=code, to=person, values=values, now=now, key=key)


def _titles(cohort: Cohort) -> dict[str, dict[str, str]]:
    return {milestone.code: milestone.title for milestone in plan_of(cohort).milestones}


@transaction.atomic
def answer(
    *, report: MilestoneReport, accept: bool, feedback: str, expected_version: int, actor: User, now: datetime
) -> MilestoneReport:
    """A mentor or organiser accepts a milestone or returns it, with feedback. The same answer twice changes nothing.

    Order: permission, the words, the version, the report, the event, a mail to the scholar.
    Raises NotAllowed, Invalid, Conflict, Stale.
    """
    project = report.project
    _guide(project.scholar, actor)
    feedback = _checked(
        "feedback", feedback, _("Write at least one sentence: it is what the scholar works with.")
    )
    to = MilestoneState.ACCEPTED if accept else MilestoneState.RETURNED
    row = MilestoneReport.objects.select_for_update().get(pk=report.pk)
    if (row.state, row.feedback, row.answered_by) == (to, feedback, actor.ref):
        return row
    _check_step(row, to)
    versions.check(row, expected_version)
    row.state, row.feedback, row.answered_at, row.answered_by = to, feedback, now, actor.ref
    row.version += 1
    row.save()
    log(
        cohort=project.scholar.cohort,
        actor=actor,
        verb="projects.milestone-answered",
        subject=row,
        now=now,
        accepted=accept,
    )
    key = f"milestone-answered:{row.ref}:{row.version}"
    _write_to(project.scholar.user, "milestone-reviewed", row, project, key, now=now)
    return row


def _check_step(report: MilestoneReport, to: MilestoneState) -> None:
    if not rules.may_follow(MilestoneState(report.state), to):
        raise Conflict(
            _("This milestone has moved on since you opened the page."),
            _("Load it again to see where it stands."),
        )


@transaction.atomic
def mark(
    *, project: Project, code: str, evidence: str, actor: User, now: datetime, seen: str | None = None
) -> ChecklistMark:
    """The scholar says that a line of the checklist holds, and where to see it. What has changed is unconfirmed again.

    `seen` is what stood there on the page that asked. Raises NotAllowed, Invalid, Conflict, Stale.
    """
    require_taking_part(project.scholar, actor)
    _known_line(project, code)
    evidence = _checked("evidence", evidence, _("Say where this can be seen: an address or a file name."))
    row = ChecklistMark.objects.select_for_update().filter(project=project, code=code).first()
    if row is not None and row.evidence == evidence:
        return row
    if seen is not None and seen != (row.evidence if row else ""):
        raise _changed(row)
    row = row or ChecklistMark(project=project, code=code)
    row.evidence, row.at, row.confirmed_by, row.confirmed_at = evidence, now, "", None
    row.save()
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
def confirm(
    *, project: Project, code: str, actor: User, now: datetime, seen: str | None = None
) -> ChecklistMark:
    """A mentor or organiser has looked and agrees, to the very words that they had `seen`. Again, it changes nothing.

    Raises NotAllowed, Conflict, Stale.
    """
    _guide(project.scholar, actor)
    row = ChecklistMark.objects.select_for_update().filter(project=project, code=code).first()
    if row is None:
        raise Conflict(_("The scholar has not marked this line yet."))
    if seen is not None and seen != row.evidence:
        raise _changed(row)
    if row.confirmed_at is not None:
        return row
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


def _changed(row: ChecklistMark | None) -> Stale:
    return Stale(
        _("This line was changed since you opened the page, so nothing was done."),
        _("Look at it as it is now."),
        current=row,
    )


@transaction.atomic
def remind(*, cohort: Cohort, now: datetime) -> int:
    """The clock's round: a mail a week before a milestone that is not handed in. Who pauses is left in peace.

    Returns how many milestones are near; each is written of once.
    """
    near = queries.near_milestones(cohort, now=now, within=REMIND_BEFORE)
    for scholar, milestone, due in near:
        values = {
            "title": milestone.title,
            "date": due,
            "link": cohort_url(cohort, "projects:mine"),
        }
        key = f"milestone-due:{scholar.ref}:{milestone.code}"
        mail.send(cohort=cohort, code="milestone-due", to=scholar.user, values=values, now=now, key=key)
    return len(near)


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


def _guide(scholar: Scholar, actor: User) -> None:
    """Raises NotAllowed unless `actor` mentors this scholar now or is an organiser; nobody judges their own work."""
    if scholar.user_id == actor.pk:
        raise NotAllowed(_("Nobody judges their own project."))
    roles = roles_of(actor, scholar.cohort)
    mentors = Pairing.objects.filter(scholar=scholar, mentor__user=actor, ended_at__isnull=True)
    if Role.ORGANISER not in roles and not (Role.MENTOR in roles and mentors.exists()):
        raise NotAllowed(_("This is for the scholar’s mentor and the organisers."))
