"""A scholar's own labs: what there is, what they handed in, and the one thing that a token may do: hand in."""

from datetime import datetime
from typing import Annotated, Literal

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router
from pydantic import Field

from tremplin.core import clock
from tremplin.core.errors import TooMany
from tremplin.programmes.http import CohortRequest
from tremplin.selection.models import Scholar
from tremplin.training import queries
from tremplin.training.models import LabSubmission
from tremplin.training.services import LONGEST_KEY, MAX_CODE, submit_lab
from tremplin.web.api.access import token
from tremplin.web.api.doors import ApiCohortRequest
from tremplin.web.api.paging import part_of
from tremplin.web.api.problems import no_right_to_submit, problem
from tremplin.web.api.shapes import Part, Shape, Where, WhereOne, Words

router = Router(auth=token, tags=["labs"])
PATH = "/cohorts/{slug:institution}/{slug:programme}/{slug:cohort}"
COME_BACK = "3"
LabCode = Annotated[str, Field(pattern=r"^[a-z0-9-]*$", max_length=60)]


class LabShape(Shape):
    code: str
    title: Words
    summary: Words
    week: int
    minutes: int = Field(description="How long an average scholar needs")
    libraries: list[str] = Field(description="What it uses besides the standard library")
    best: float | None = Field(description="Your best result so far, 0 to 1")
    tries: int = Field(description="How often you handed it in")


class Labs(Shape):
    items: list[LabShape]


class CheckShape(Shape):
    """One check of a lab. Texts stand under their languages, and are empty where there is nothing to say."""

    id: str
    title: Words
    passed: bool
    skipped: bool = Field(description="Not tried, because another check comes first")
    points: float
    message: Words
    expected: str
    actual: str
    line: int | None = Field(description="The line of your file that was involved")
    hint: Words | None = Field(description="Once the check has failed often enough")
    hint_after: int = Field(description="How many more failed tries open the hint")


class ReportShape(Shape):
    status: str = Field(description="`passed`, `failed`, `timeout` or `memory`")
    message: Words
    checks: list[CheckShape]
    output: str = Field(description="What your code printed, shortened")


class SubmissionLine(Shape):
    ref: str
    lab: str
    state: Literal["queued", "running", "graded", "failed"] = Field(
        description="`failed`: we could not grade it; it does not count"
    )
    position: int | None = Field(description="The place in the queue of all, from 1, while it waits")
    created_at: datetime
    graded_at: datetime | None
    score: float | None = Field(description="0 to 1")


class SubmissionShape(SubmissionLine):
    code: str
    report: ReportShape | None


class Submissions(Shape):
    items: list[SubmissionLine]
    next: str | None


class OfLab(Part):
    lab: LabCode = Field("", description="Of one lab alone")


class HandIn(Shape):
    """What is handed in. Sent twice with the same key, it is one submission."""

    lab: LabCode = Field(description="The code of the lab")
    code: str = Field(max_length=MAX_CODE, description="The Python code as it stands")
    key: str = Field(
        min_length=16,
        max_length=LONGEST_KEY,
        pattern=r"^[-a-zA-Z0-9_]+$",
        description="Drawn by your program for this submission alone, and kept until it knows our answer",
    )


@router.get(f"{PATH}/labs", response=Labs, url_name="labs", operation_id="labs")
def labs(request: CohortRequest, where: Path[Where]) -> Labs:
    """The labs of the programme in the order to do them, with your best results."""
    return Labs(
        items=[
            LabShape(
                code=line.lab.code,
                title=line.lab.title,
                summary=line.lab.summary,
                week=line.lab.week,
                minutes=line.lab.minutes,
                libraries=list(line.lab.libraries),
                best=line.best,
                tries=line.tries,
            )
            for line in queries.lab_lines(_own(request))
        ]
    )


@router.get(f"{PATH}/submissions", response=Submissions, url_name="submissions", operation_id="submissions")
def submissions(request: CohortRequest, where: Path[Where], part: Query[OfLab]) -> Submissions:
    """What you handed in, the newest first."""
    rows = queries.own_submissions(_own(request)).defer("code", "report")
    narrowed = rows.filter(lab=part.lab) if part.lab else rows
    lines, following = part_of(narrowed, after=part.after, limit=part.limit, among=rows)
    places = queries.places_in_queue(lines)
    return Submissions(items=[SubmissionLine(**_line(row, places)) for row in lines], next=following)


@router.get(
    f"{PATH}/submissions/{{slug:ref}}",
    response=SubmissionShape,
    url_name="submission",
    operation_id="submission",
)
def submission(request: CohortRequest, where: Path[WhereOne]) -> SubmissionShape:
    """One submission of yours with its verdict, or its place in the queue."""
    return _shape(get_object_or_404(queries.own_submissions(_own(request)), ref=where.ref))


@router.post(f"{PATH}/labs/submit", response=SubmissionShape, url_name="submit", operation_id="submit")
def submit(request: ApiCohortRequest, where: Path[Where], given: HandIn) -> SubmissionShape | HttpResponse:
    """Hand in a lab. It is graded as what is handed in on the page is; the best of all your results counts."""
    if not request.api_token.submits:
        return no_right_to_submit()
    try:
        row = submit_lab(
            scholar=_own(request),
            lab=given.lab,
            code=given.code,
            actor=request.user,
            now=clock.now(),
            key=given.key,
        )
    except TooMany as refusal:
        return problem(429, detail=str(refusal), headers={"Retry-After": COME_BACK})
    return _shape(row)


def _own(request: CohortRequest) -> Scholar:
    found = queries.own_scholar(request.user, request.cohort)
    if found is None:
        raise Http404
    return found


def _line(row: LabSubmission, places: dict[int, int]) -> dict[str, object]:
    """The fields of `SubmissionLine`."""
    return {
        "ref": row.ref,
        "lab": row.lab,
        "state": row.state,
        "position": places.get(row.pk),
        "created_at": row.created_at,
        "graded_at": row.graded_at,
        "score": row.score,
    }


def _shape(row: LabSubmission) -> SubmissionShape:
    line = _line(row, queries.places_in_queue([row]))
    return SubmissionShape.model_validate({**line, "code": row.code, "report": _report(row)})


def _report(row: LabSubmission) -> ReportShape | None:
    if not row.report:
        return None
    found = queries.report_of(row.report)
    return ReportShape(
        status=found.status,
        message=found.message,
        checks=[CheckShape.model_validate(check) for check in queries.checks_told(row, found)],
        output=found.output,
    )
