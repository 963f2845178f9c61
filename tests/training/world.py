"""Scholars in training: plans, posts, submissions, projects with a public page, and outcome surveys."""

from datetime import timedelta
from typing import Any

from tests.cast import Cast, enrol
from tests.mentoring.world import pair
from tremplin.impact import services as impact
from tremplin.impact.models import ImpactReport
from tremplin.impact.rules import CLOSES_AFTER
from tremplin.projects import services as projects
from tremplin.projects.models import Project
from tremplin.selection.models import Scholar
from tremplin.showcase import services as showcase
from tremplin.showcase.models import ShowcasePage
from tremplin.training import services
from tremplin.training.models import Audience, JournalEntry, LabSubmission, Syllabus

PROJECT = {
    "title": "A small translator",
    "summary": "It translates.",
    "description": "It translates **well**.",
    "repository": "https://example.org/translator",
    "demo": "",
    "licence": "MIT",
    "language": "en",
}
WRONG_CODE = "def softmax(scores):\n    return scores\n"


def scholar_of(cast: Cast) -> Scholar:
    """`cast.scholar` with `cast.mentor`; made when there is none."""
    found = Scholar.objects.filter(cohort=cast.cohort, user=cast.scholar).first()
    if found is None:
        found = enrol(cast)
        pair(cast, found)
    found.cohort, found.user = cast.cohort, cast.scholar
    return found


def plan(scholar: Scholar, *goals: str, version: int = 0, hours: int = 30, reason: str = "") -> Syllabus:
    """A plan with one goal a week, kept by its scholar."""
    weeks = [{"week": week, "goal": goal, "hours": hours} for week, goal in enumerate(goals, start=1)]
    return services.save_syllabus(
        scholar=scholar,
        weeks=weeks,
        reason=reason,
        expected_version=version,
        actor=scholar.user,
        now=scholar.cohort.date("training_starts"),
    )


def post(
    scholar: Scholar,
    week: int = 1,
    audience: Audience = Audience.COHORT,
    *,
    title: str = "Matrices",
    body: str = "Hard.",
) -> JournalEntry:
    now = scholar.cohort.date("training_starts")
    entry = services.save_entry(
        scholar=scholar,
        week=week,
        title=title,
        body=body,
        language="en",
        expected_version=0,
        actor=scholar.user,
        now=now,
    )
    if audience == Audience.DRAFT:
        return entry
    return services.share_entry(entry=entry, audience=audience, actor=scholar.user, now=now)


def hand_in(scholar: Scholar, code: str = WRONG_CODE, **changed: Any) -> LabSubmission:
    values = {"lab": "softmax", "now": scholar.cohort.date("training_starts"), "seed": 7, **changed}
    return services.submit_lab(scholar=scholar, code=code, actor=scholar.user, **values)


def project_of(cast: Cast, scholar: Scholar | None = None, *, ready: bool = False, **changed: str) -> Project:
    """A project; `ready` for its public page when its checklist is confirmed."""
    scholar = scholar or scholar_of(cast)
    now = cast.at("training_ends", days=-5)
    project = projects.save_project(
        scholar=scholar, values={**PROJECT, **changed}, expected_version=0, actor=scholar.user, now=now
    )
    project.scholar = scholar
    for code in ("licence", "tests") if ready else ():
        projects.mark(project=project, code=code, evidence="README", actor=scholar.user, now=now)
        projects.confirm(project=project, code=code, actor=cast.organiser, now=now)
    return project


def public_page(cast: Cast, upto: str = "published", **values: str | bool) -> ShowcasePage:
    """A public page on its way: draft, asked or published."""
    now = cast.at("training_ends", days=-4)
    page = showcase.save_page(
        project=project_of(cast, ready=True), values=values, expected_version=0, actor=cast.scholar, now=now
    )
    if upto != "draft":
        page = showcase.ask_to_publish(page=page, expected_version=page.version, actor=cast.scholar, now=now)
    if upto == "published":
        page = showcase.publish(page=page, actor=cast.organiser, now=now)
    return page


def survey_day(cast: Cast) -> Any:
    """The day on which the first survey is due."""
    return cast.at("training_ends", weeks=26)


def ended(cast: Cast) -> Any:
    """The day after the first survey has ended, so that it is counted."""
    return survey_day(cast) + CLOSES_AFTER + timedelta(days=1)


def report(cast: Cast) -> ImpactReport:
    return impact.publish_report(cohort=cast.cohort, actor=cast.organiser, now=cast.at("training_ends"))
