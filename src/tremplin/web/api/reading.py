"""What a reviewer has to read: the queue and one application, blinded by the function that the page uses."""

from datetime import datetime
from typing import Annotated

from django.http import Http404
from ninja import Path, Router
from pydantic import Field

from tremplin.programmes.http import CohortRequest
from tremplin.review import queries
from tremplin.review.plan import review_plan
from tremplin.web.api.access import token
from tremplin.web.api.shapes import Shape, Where, WhereOne, Words

router = Router(auth=token, tags=["reading"])
PATH = "/cohorts/{slug:institution}/{slug:programme}/{slug:cohort}/reading"


SpeaksOf = Annotated[
    list[str],
    Field(
        description="What the text speaks of that is hard to read, said before it opens: `violence`, `abuse`, `loss`, "
        "`illness`, `self-harm`, `war`, `hate`, `other`"
    ),
]


class Read(Shape):
    ref: str = Field(description="The read’s own reference: it leads to no application")
    name: str = Field(description="What reviewers call this application")
    state: str = Field(description="`assigned` or `submitted`")
    started: bool
    language: str
    submitted_at: datetime | None
    speaks_of: SpeaksOf


class Queue(Shape):
    done: int
    total: int
    minutes_left: int
    due: datetime
    items: list[Read]


class Passage(Shape):
    code: str
    label: Words
    text: str


class Level(Shape):
    score: int
    label: Words


class Criterion(Shape):
    code: str
    label: Words
    weight: int
    levels: list[Level]


class Own(Shape):
    """The reviewer’s own read so far."""

    scores: dict[str, int | str]
    comment: str
    submitted_at: datetime | None


class Reading(Shape):
    ref: str
    name: str
    language: str
    newer: bool = Field(description="Whether the text has changed since the reviewer’s draft")
    speaks_of: SpeaksOf
    texts: list[Passage]
    criteria: list[Criterion]
    own: Own | None


@router.get(PATH, response=Queue, url_name="reading", operation_id="reading")
def reading(request: CohortRequest, where: Path[Where]) -> Queue:
    """All reads of the token’s owner, what is left of them and how long that takes."""
    found = queries.queue_for(request.cohort, request.user)
    hard = queries.spoken_of(request.cohort, request.user)
    return Queue(
        done=found.done,
        total=found.total,
        minutes_left=found.minutes_left,
        due=found.due,
        items=[
            Read(
                ref=row.ref,
                name=row.name,
                state=row.state,
                started=row.started,
                language=row.language,
                submitted_at=row.submitted_at,
                speaks_of=list(hard.get(row.ref, ())),
            )
            for row in found.rows
        ],
    )


@router.get(f"{PATH}/{{slug:ref}}", response=Reading, url_name="read", operation_id="read")
def read(request: CohortRequest, where: Path[WhereOne]) -> Reading:
    """One application of the queue without anything that says who wrote it, beside the rubric."""
    assignment = queries.one_of(request.cohort, request.user, where.ref)
    if assignment is None:
        raise Http404
    page = queries.page_of(assignment)
    review = page.review
    return Reading(
        ref=assignment.ref,
        name=page.name,
        language=page.language,
        newer=page.newer,
        speaks_of=list(queries.noted(assignment.application_id, request.user).kinds),
        texts=[
            Passage(code=item.question.code, label=item.question.label, text=item.answer)
            for item in page.readings
        ],
        criteria=[
            Criterion(
                code=criterion.code,
                label=criterion.label,
                weight=criterion.weight,
                levels=[Level(score=level.score, label=level.label) for level in criterion.levels],
            )
            for criterion in review_plan(request.cohort).criteria
        ],
        own=Own(scores=dict(review.scores), comment=review.comment, submitted_at=review.submitted_at)
        if review
        else None,
    )
