"""Applications for organisers, and what a reviewer has to read, blinded as on the page."""

from datetime import datetime
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Path, Query, Router
from pydantic import Field

from tremplin.applications import queries
from tremplin.applications.copies import sections_as_sent
from tremplin.applications.models import Application, ApplicationState, Snapshot
from tremplin.core import clock
from tremplin.programmes.http import CohortRequest
from tremplin.web.api.access import token
from tremplin.web.api.paging import part_of
from tremplin.web.api.shapes import Part, Shape, Where, WhereOne, Words

router = Router(auth=token, tags=["applications"])
PATH = "/cohorts/{slug:institution}/{slug:programme}/{slug:cohort}/applications"


class Filters(Part):
    """The filters of the board."""

    text: str = Field("", max_length=200, description="Words of the name or address, or a reference")
    state: Literal["", "draft", "submitted", "withdrawn", "excluded"] = ""
    language: Literal["", "en", "fr"] = ""
    progress: Literal["", "begun", "half", "one", "whole"] = Field("", description="How far it is filled in")
    idle: Literal["", "1", "3", "7", "14"] = Field("", description="Not touched for so many days")
    time: Literal["", "more", "none"] = Field("", description="Whether more time was given")
    cause: str = Field(
        "",
        max_length=80,
        pattern=r"^[a-z0-9_:-]*$",
        description="Why excluded: duplicate, spam, condition, wish; or which condition, as “condition:hours”",
    )
    label: str = Field("", max_length=20, pattern=r"^[-a-zA-Z0-9_]*$", description="The reference of a label")
    answered: str = Field(
        "", max_length=2000, description="What was sent, as “country:SN country:ML ready:yes”"
    )
    door: str = Field("", max_length=2000, description="What opened the doors, in the same way")
    sort: Literal[
        "new",
        "-new",
        "sent",
        "-sent",
        "name",
        "-name",
        "progress",
        "-progress",
        "idle",
        "-idle",
        "state",
        "-state",
    ] = Field("new", description="A minus turns the order around")

    def of_the_board(self) -> queries.BoardFilters:
        """As the board takes them."""
        return queries.BoardFilters(**self.model_dump(exclude={"after", "limit"}))


class Line(Shape):
    """One application, without a word of what was written."""

    ref: str
    state: str
    name: str
    email: str
    language: str
    progress: int = Field(description="How much is answered, in per cent")
    lacking: int = Field(description="How many required answers are missing")
    started_at: datetime
    saved_at: datetime
    submitted_at: datetime | None
    own_deadline: datetime | None = Field(
        description="Until when this person may write, where that is their own"
    )
    labels: list[str]


class Lines(Shape):
    items: list[Line]
    next: str | None = Field(description="The `after` of the next part, null at the end")


class Answer(Shape):
    code: str
    label: Words
    text: str
    file: str | None = Field(description="The name of the file, where the answer is one")
    organisers_only: bool


class Section(Shape):
    code: str
    title: Words
    answers: list[Answer]


class Sent(Shape):
    """The frozen copy that counts."""

    number: int = Field(description="How many times it was sent")
    at: datetime
    language: str
    checksum: str
    sections: list[Section]


class Whole(Line):
    sent: Sent | None = Field(description="What was sent, where it counts; a draft stays its writer’s")


@router.get(PATH, response=Lines, url_name="applications", operation_id="applications")
def applications(request: CohortRequest, where: Path[Where], filters: Query[Filters]) -> Lines:
    """The board: every application as one line, narrowed and sorted by the same filters."""
    found, actor, now = request.cohort, request.user, clock.now()
    rows, following = part_of(
        queries.board(found, actor, filters.of_the_board(), now=now),
        after=filters.after,
        limit=filters.limit,
        among=queries.board(found, actor, now=now),
    )
    labels = queries.labels_of(rows)
    return Lines(items=[Line(**_line(row, labels)) for row in rows], next=following)


def _line(row: Application, labels: dict[int, list[str]]) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "state": row.state,
        "name": row.name,
        "email": "" if row.gone else row.applicant.email,
        "language": row.language,
        "progress": row.progress,
        "lacking": row.lacking,
        "started_at": row.created_at,
        "saved_at": row.saved_at,
        "submitted_at": row.submitted_at,
        "own_deadline": row.own_deadline,
        "labels": labels.get(row.pk, []),
    }


@router.get(
    f"{PATH}/{{slug:ref}}",
    response=Whole,
    url_name="application",
    operation_id="application",
)
def application(request: CohortRequest, where: Path[WhereOne]) -> Whole:
    """One application as it was sent. Of a draft only its progress shows."""
    row = get_object_or_404(queries.in_full(request.cohort, request.user), ref=where.ref)
    row.cohort = request.cohort
    snapshot = queries.last_snapshot(row) if row.state == ApplicationState.SUBMITTED else None
    return Whole(**_line(row, queries.labels_of([row])), sent=_sent(snapshot) if snapshot else None)


def _sent(snapshot: Snapshot) -> Sent:
    return Sent(
        number=snapshot.number,
        at=snapshot.created_at,
        language=snapshot.language,
        checksum=snapshot.checksum,
        sections=[
            Section(
                code=part.section.code,
                title=part.section.title,
                answers=[
                    Answer(
                        code=line.question.code,
                        label=line.question.label,
                        text=line.text,
                        file=str(line.file["name"]) if line.file and "name" in line.file else None,
                        organisers_only=line.organisers_only,
                    )
                    for line in part.lines
                ],
            )
            for part in sections_as_sent(snapshot)
        ],
    )
