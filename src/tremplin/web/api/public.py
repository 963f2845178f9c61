"""What anybody may read without a token, from any site: open calls, published projects, published reports."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Path, Router
from pydantic import Field

from tremplin.core import clock
from tremplin.impact import queries as impact
from tremplin.programmes import queries as programmes
from tremplin.programmes.http import CohortRequest, cohort_url
from tremplin.programmes.models import Cohort
from tremplin.showcase import queries as showcase
from tremplin.web.api.shapes import CohortName, Shape, Where, Words, name_of

router = Router(auth=None, tags=["public"])
PATH = "/cohorts/{slug:institution}/{slug:programme}/{slug:cohort}"


class Call(CohortName):
    summary: Words
    opens: datetime | None
    closes: datetime | None
    languages: list[str]
    places_min: int
    places_max: int
    url: str = Field(description="The page of the call")


class Calls(Shape):
    items: list[Call]


class Project(Shape):
    """Exactly what the public page shows. What nobody agreed to show is empty."""

    ref: str
    title: str
    summary: str
    description: str = Field(description="In Markdown")
    language: str
    repository: str
    demo: str
    licence: str
    name: str = Field(description="Who made it, where they agreed to be named")
    mentor: str = Field(description="Their mentor, where both agreed")
    before: str
    learned: str
    url: str


class Projects(Shape):
    items: list[Project]


class WhereReport(Where):
    number: int = Field(ge=1, le=100_000)


class ReportLine(Shape):
    number: int
    published_at: datetime
    checksum: str
    url: str


class Reports(Shape):
    items: list[ReportLine]


class Report(ReportLine):
    content: dict[str, Any] = Field(description="The figures, frozen when the report was published")


@router.get("/calls", response=Calls, url_name="calls", operation_id="calls")
def calls(request: HttpRequest) -> Calls:
    """Calls that anybody may answer now, soonest deadline first."""
    return Calls(items=[_call(found) for found in programmes.open_calls(clock.now())])


def _call(found: Cohort) -> Call:
    plan = found.plan
    return Call(
        **name_of(found),
        summary=plan.programme.summary,
        opens=found.dates.get("call_opens"),
        closes=found.dates.get("call_closes"),
        languages=list(plan.programme.languages),
        places_min=plan.cohort.places_min,
        places_max=plan.cohort.places_max,
        url=_url(found, "programmes:call"),
    )


def _url(found: Cohort, name: str, **words: object) -> str:
    return settings.BASE_URL + cohort_url(found, name, **words)


@router.get(
    f"{PATH}/projects",
    response=Projects,
    url_name="projects",
    operation_id="projects",
)
def projects(request: CohortRequest, where: Path[Where]) -> Projects:
    """The showcase: what the scholars of a cohort made, in the order of the demo day."""
    if request.cohort.plan.showcase is None:
        raise Http404
    return Projects(items=[_project(request.cohort, page) for page in showcase.public_pages(request.cohort)])


def _project(cohort: Cohort, page: showcase.PublicPage) -> Project:
    return Project(
        ref=page.ref,
        title=page.title,
        summary=page.summary,
        description=page.description,
        language=page.language,
        repository=page.repository,
        demo=page.demo,
        licence=page.licence,
        name=page.name,
        mentor=page.mentor,
        before=page.before,
        learned=page.learned,
        url=_url(cohort, "showcase:page", ref=page.ref),
    )


@router.get(
    f"{PATH}/reports",
    response=Reports,
    url_name="reports",
    operation_id="reports",
)
def reports(request: CohortRequest, where: Path[Where]) -> Reports:
    """The reports that everybody may read, the newest first."""
    rows = impact.published_reports(request.cohort)
    return Reports(items=[ReportLine(**_report(request.cohort, row)) for row in rows])


@router.get(
    f"{PATH}/reports/{{int:number}}",
    response=Report,
    url_name="report",
    operation_id="report",
)
def report(request: CohortRequest, where: Path[WhereReport]) -> Report:
    """The figures of one report, as they were frozen when it was published."""
    row = get_object_or_404(impact.published_reports(request.cohort), number=where.number)
    return Report(**_report(request.cohort, row), content=row.content)


def _report(cohort: Cohort, row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        "published_at": row.published_at,
        "checksum": row.checksum,
        "url": _url(cohort, "impact:report", number=row.number),
    }
