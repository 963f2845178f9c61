"""The person, their cohorts, and what a cohort is."""

from datetime import date, datetime
from itertools import groupby

from ninja import Path, Router
from pydantic import Field

from tremplin.applications import queries as applications
from tremplin.applications.states import zone_of
from tremplin.core import clock
from tremplin.people import queries as people
from tremplin.programmes.http import CohortRequest
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema.training import StipendPlan
from tremplin.web.api.access import token
from tremplin.web.api.doors import ApiRequest
from tremplin.web.api.shapes import CohortName, Dated, Money, Shape, Where, Words, dates_of, name_of

router = Router(auth=token, tags=["cohorts"])


class TokenShape(Shape):
    name: str
    scope: str = Field(description="The one cohort that it reaches, empty for all")
    submits: bool = Field(description="Whether it may also hand in labs")
    expires_at: datetime


class Me(Shape):
    ref: str
    name: str
    language: str
    token: TokenShape


class MyCohort(CohortName):
    roles: list[str]


class MyCohorts(Shape):
    items: list[MyCohort]


class PlanSummary(Shape):
    """What the programme file of the cohort says, in short."""

    version: int = Field(description="The number of the file that is in force here")
    languages: list[str]
    stages: list[str]
    places_min: int
    places_max: int
    remote: bool
    questions: int = Field(description="How many the form has")
    reads: int | None = Field(description="How many people read each application")
    choosing: str | None = Field(description="`draw`, `funding-line`, `merit` or `top`")
    weeks: int | None = Field(description="How long the training is")
    mentor_hours_a_week: int | None
    stipend: Money | None = Field(description="What a scholar is paid in all")


class CohortShape(CohortName):
    summary: Words
    time_zone: str
    rehearsal: bool = Field(description="Whether everybody in it is invented")
    roles: list[str] = Field(description="The roles of the token’s owner")
    dates: list[Dated]
    plan: PlanSummary


class Standing(Shape):
    """How many applications stand where now."""

    started: int
    draft: int
    submitted: int
    withdrawn: int
    excluded: int


class AtRisk(Shape):
    """Drafts that may never be sent. One draft can be of several kinds."""

    half: int = Field(description="At least half done")
    one: int = Field(description="Just one answer missing")
    idle: int = Field(description="Not touched for a week")


class Funnel(Shape):
    begun: int
    sent_once: int
    sent_and_kept: int


class Counts(Shape):
    now: Standing
    funnel: Funnel = Field(description="As it ever was, also after drafts went by themselves")
    drafts_at_risk: AtRisk


class Day(Shape):
    day: date = Field(description="In the cohort’s time zone")
    started: int
    sent: int


class Arrivals(Shape):
    items: list[Day]


@router.get("/me", response=Me, url_name="me", operation_id="me")
def me(request: ApiRequest) -> Me:
    """The token’s owner, and the token itself without its secret."""
    held = request.api_token
    shown = TokenShape(name=held.name, scope=held.scope, submits=held.submits, expires_at=held.expires_at)
    return Me(ref=held.user.ref, name=held.user.name, language=held.user.language, token=shown)


@router.get(
    "/cohorts",
    response=MyCohorts,
    url_name="cohorts",
    operation_id="cohorts",
)
def cohorts(request: ApiRequest) -> MyCohorts:
    """Every cohort in which the token’s owner holds a role, as far as the token reaches; the newest first."""
    held = request.api_token
    rows = [row for row in people.roles_held(held.user) if not held.scope or row.cohort.scope == held.scope]
    return MyCohorts(
        items=[
            MyCohort(**name_of(same[0].cohort), roles=sorted(row.role for row in same))
            for same in (list(group) for _pk, group in groupby(rows, key=lambda row: row.cohort_id))
        ]
    )


@router.get(
    "/cohorts/{slug:institution}/{slug:programme}/{slug:cohort}",
    response=CohortShape,
    url_name="cohort",
    operation_id="cohort",
)
def cohort(request: CohortRequest, where: Path[Where]) -> CohortShape:
    """What the cohort is, when things happen, and in short what its programme file says."""
    found = request.cohort
    return CohortShape(
        **name_of(found),
        summary=found.plan.programme.summary,
        time_zone=found.plan.cohort.time_zone,
        rehearsal=found.rehearsal,
        roles=sorted(str(role) for role in request.roles),
        dates=dates_of(found),
        plan=plan_of(found),
    )


def plan_of(found: Cohort) -> PlanSummary:
    """The plan in short; a part that the programme does not run is null."""
    plan = found.plan
    return PlanSummary(
        version=found.version.number,
        languages=list(plan.programme.languages),
        stages=[str(stage) for stage in plan.stages],
        places_min=plan.cohort.places_min,
        places_max=plan.cohort.places_max,
        remote=plan.cohort.remote,
        questions=sum(1 for _question in plan.application.questions()),
        reads=plan.review.reads if plan.review else None,
        choosing=plan.selection.method if plan.selection else None,
        weeks=plan.training.weeks if plan.training else None,
        mentor_hours_a_week=plan.mentoring.hours_a_week if plan.mentoring else None,
        stipend=_stipend(plan.stipend),
    )


def _stipend(plan: StipendPlan | None) -> Money | None:
    return Money(minor=plan.total(), currency=plan.currency) if plan else None


@router.get(
    "/cohorts/{slug:institution}/{slug:programme}/{slug:cohort}/counts",
    response=Counts,
    url_name="counts",
    operation_id="counts",
)
def counts(request: CohortRequest, where: Path[Where]) -> Counts:
    """The states of now, the funnel, and drafts that may never be sent. Figures alone."""
    found, ever = request.cohort, applications.counts_ever(request.cohort)
    now, risks = applications.counts(found), applications.risks(found, clock.now())
    return Counts(
        now=Standing(
            started=now.started,
            draft=now.draft,
            submitted=now.submitted,
            withdrawn=now.withdrawn,
            excluded=now.excluded,
        ),
        funnel=Funnel(
            begun=ever.started,
            sent_once=sum(many for _hour, many in applications.sent_by_hour(found)),
            sent_and_kept=ever.submitted,
        ),
        drafts_at_risk=AtRisk(half=risks.half, one=risks.one, idle=risks.idle),
    )


@router.get(
    "/cohorts/{slug:institution}/{slug:programme}/{slug:cohort}/arrivals",
    response=Arrivals,
    url_name="arrivals",
    operation_id="arrivals",
)
def arrivals(request: CohortRequest, where: Path[Where]) -> Arrivals:
    """How many began and how many first sent on each day of the call, days without any included."""
    days = applications.arrivals(request.cohort, zone_of(request.cohort))
    return Arrivals(items=[Day(day=row.day, started=row.started, sent=row.sent) for row in days])
