"""What projects keep about a person: what they wrote and made, and the answers to it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tremplin.core import archived
from tremplin.core.errors import Message
from tremplin.core.text import say
from tremplin.people.models import User
from tremplin.people.personal_data import Holding, Keeping, Trace, Traces, register
from tremplin.programmes.scopes import within
from tremplin.projects.models import ChecklistMark, MilestoneReport, Project


def _projects(user: User) -> QuerySet[Project]:
    return (
        Project.objects.filter(scholar__user=user)
        .select_related("scholar__cohort__programme__institution", "scholar__cohort__version")
        .order_by("pk")
    )


def _export(user: User) -> dict[str, Any]:
    answered = MilestoneReport.objects.filter(answered_by=user.ref).order_by("pk")
    return {
        "projects": [_project(row) for row in _projects(user)],
        "answers_given": list(answered.values("code", "state", "feedback", "answered_at")),
    }


def _project(row: Project) -> dict[str, Any]:
    reports = row.milestones.order_by("pk")
    marks = row.marks.order_by("pk")
    return {
        "cohort": row.scholar.cohort.scope,
        "title": row.title,
        "summary": row.summary,
        "description": row.description,
        "repository": row.repository,
        "demo": row.demo,
        "licence": row.licence,
        "milestones": list(
            reports.values("code", "state", "body", "draft", "feedback", "handed_in_at", "answered_at")
        ),
        "checklist": list(marks.values("code", "evidence", "at", "confirmed_at")),
    }


def _reasons(user: User) -> Sequence[Message]:
    return [
        _("You made a project in %(programme)s.") % {"programme": say(row.scholar.cohort.plan.programme.name)}
        for row in _projects(user)
    ]


def _traces(user: User) -> dict[str, Trace]:
    return {"projects": Trace(Project.objects.filter(scholar__user=user), "scholar__cohort")}


def _holdings(_user: User, _now: datetime, told: Traces) -> list[Holding]:
    """A project with everything on it. What a mentor answered belongs to the scholar's project, not to the mentor."""
    what = _("The project, its milestones with their answers, and its public page")
    return [Holding(row["scope"], what) for row in told["projects"]]


def _erase(user: User, scope: str, _now: datetime) -> None:
    _projects(user).filter(within(scope, "scholar__cohort")).delete()


register(
    Keeping(
        app="projects", export=_export, reasons=_reasons, traces=_traces, holdings=_holdings, erase=_erase
    )
)
archived.declare(Project, "title", "summary", "description", "repository", "demo")
archived.declare(MilestoneReport, "body", "draft", "feedback")
archived.declare(ChecklistMark, "evidence")
