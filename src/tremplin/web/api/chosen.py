"""Those who were chosen, for organisers: decisions, scholars, their mentors."""

from datetime import datetime
from typing import Any, Literal

from ninja import Path, Query, Router
from pydantic import Field

from tremplin.core import clock
from tremplin.mentoring import queries as mentoring
from tremplin.programmes.http import CohortRequest
from tremplin.programmes.roles import Role
from tremplin.selection import queries
from tremplin.selection.models import Decision, ProposalState, Scholar
from tremplin.selection.own_time import own_time
from tremplin.web.api.access import token
from tremplin.web.api.paging import part_of
from tremplin.web.api.shapes import Part, Person, Shape, Where, person_shape

router = Router(auth=token, tags=["chosen"])
PATH = "/cohorts/{slug:institution}/{slug:programme}/{slug:cohort}"


class OnlySome(Part):
    only: Literal["", "offer", "waitlist", "decline", "lottery", "overridden"] = Field(
        "", description="One outcome, those in the draw, or those decided by hand"
    )


class DecisionLine(Shape):
    ref: str
    application: str = Field(description="The application’s reference")
    applicant: Person | None = Field(description="For organisers, once the decisions are final")
    outcome: str = Field(description="`offer`, `waitlist` or `decline`; `undrawn` before the draw")
    band: str = Field(description="Where the scores put it: `admit`, `lottery` or `decline`")
    position: int | None = Field(description="The place on the waitlist")
    priority: int = Field(description="The place in the order in which places are given")
    rank: int = Field(description="The place by score")
    estimate: float
    low: float
    high: float
    reads: int
    chance: float = Field(description="The chance of a place with which the draw was made")
    draw_rank: int | None
    by_hand: str = Field(description="The outcome chosen by hand, empty for the others")
    reason: str = Field(description="Why it was chosen by hand")


class Decisions(Shape):
    state: str | None = Field(
        description="`proposed`, `signed` or `confirmed`; null before there is anything"
    )
    confirmed_at: datetime | None
    items: list[DecisionLine]
    next: str | None


class ScholarLine(Shape):
    ref: str
    person: Person
    state: str
    agreed_at: datetime
    ends_at: datetime | None = Field(description="When this scholar’s own training ends, null during a pause")
    extension_weeks: int


class Scholars(Shape):
    items: list[ScholarLine]
    next: str | None


class CheckIn(Shape):
    """The latest check-in that has opened, and who has answered it."""

    code: str
    scholar_sent: bool
    mentor_sent: bool


class Pair(Shape):
    ref: str
    scholar: Person
    mentor: Person
    since: datetime
    ended_at: datetime | None
    check_in: CheckIn | None


class Pairs(Shape):
    items: list[Pair]
    next: str | None


@router.get(
    f"{PATH}/decisions",
    response=Decisions,
    url_name="decisions",
    operation_id="decisions",
)
def decisions(request: CohortRequest, where: Path[Where], part: Query[OnlySome]) -> Decisions:
    """Decisions with their evidence, in the order in which places are given. Names come when they are final."""
    found, actor = request.cohort, request.user
    proposal = queries.proposal(found)
    final = proposal is not None and proposal.state == ProposalState.CONFIRMED
    rows, following = part_of(
        queries.decisions(found, actor, only=part.only),
        after=part.after,
        limit=part.limit,
        among=queries.decisions(found, actor),
    )
    named = final and Role.ORGANISER in request.roles
    return Decisions(
        state=proposal.state if proposal else None,
        confirmed_at=proposal.confirmed_at if proposal else None,
        items=[_decision(row, named=named) for row in rows],
        next=following,
    )


def _decision(row: Decision, *, named: bool) -> DecisionLine:
    application = row.application
    return DecisionLine(
        ref=row.ref,
        application=application.ref,
        applicant=Person(
            ref=application.applicant.ref, name=application.name or application.applicant.get_full_name()
        )
        if named
        else None,
        outcome=row.outcome,
        band=row.band,
        position=row.position,
        priority=row.priority,
        rank=row.rank,
        estimate=row.estimate,
        low=row.low,
        high=row.high,
        reads=row.reads,
        chance=row.chance,
        draw_rank=row.draw_rank,
        by_hand=row.overridden,
        reason=row.override.reason if row.override else "",
    )


@router.get(
    f"{PATH}/scholars",
    response=Scholars,
    url_name="scholars",
    operation_id="scholars",
)
def scholars(request: CohortRequest, where: Path[Where], part: Query[Part]) -> Scholars:
    """Every scholar there has been, by name, with where they stand and when their own time ends."""
    rows, following = part_of(
        queries.all_scholars(request.cohort, request.user), after=part.after, limit=part.limit
    )
    now = clock.now()
    return Scholars(items=[_scholar(request, row, now) for row in rows], next=following)


def _scholar(request: CohortRequest, row: Scholar, now: datetime) -> ScholarLine:
    planned = request.cohort.dates.get("training_ends")
    own = own_time(row, request.cohort.dates)
    ends = own.moved(planned, now=now) if planned else None
    return ScholarLine(
        ref=row.ref,
        person=person_shape(row.user),
        state=row.state,
        agreed_at=row.agreed_at,
        ends_at=None if ends is None or own.waits(ends) else ends,
        extension_weeks=row.extension_weeks,
    )


@router.get(
    f"{PATH}/pairings",
    response=Pairs,
    url_name="pairings",
    operation_id="pairings",
)
def pairings(request: CohortRequest, where: Path[Where], part: Query[Part]) -> Pairs:
    """Who is with whom, pairings in force first; for a mentor or a scholar their own. What either side wrote is
    not in here."""
    rows, following = part_of(
        mentoring.visible_pairings(request.user, request.cohort), after=part.after, limit=part.limit
    )
    lines = mentoring.board(rows, request.cohort, now=clock.now())
    return Pairs(items=[_pair(line) for line in lines], next=following)


def _pair(line: Any) -> Pair:
    row, at_hand = line.pairing, line.at_hand
    return Pair(
        ref=row.ref,
        scholar=person_shape(row.scholar.user),
        mentor=person_shape(row.mentor.user),
        since=row.created_at,
        ended_at=row.ended_at,
        check_in=CheckIn(
            code=at_hand.slot.checkin.code,
            scholar_sent=at_hand.scholar_sent,
            mentor_sent=at_hand.mentor_sent,
        )
        if at_hand
        else None,
    )
