"""A set that all reviewers read first, as organisers put it together."""

from datetime import datetime
from typing import Any

from tests.cast import Cast
from tremplin.applications.models import Application
from tremplin.first_reads import queries, services
from tremplin.first_reads.models import FirstRead, FirstReads, Piece
from tremplin.people.models import User

WRITTEN = "I repaired a pump with parts of a bicycle, and wrote down how."


def prepared(
    cast: Cast, *, own: int = 3, applications: list[Application] | None = None, **said: Any
) -> FirstReads:
    """A set with so many texts of the organisers' own, and these applications."""
    now = cast.at("call_opens", days=3)
    services.set_up(cohort=cast.cohort, actor=cast.organiser, now=now, **said)
    for number in range(own):
        services.add_text(
            cohort=cast.cohort,
            actor=cast.organiser,
            now=now,
            language="en",
            texts={"motivation": f"{WRITTEN} No. {number}"},
        )
    for application in applications or []:
        services.add_application(cohort=cast.cohort, actor=cast.organiser, now=now, ref=application.ref)
    found = queries.set_of(cast.cohort)
    assert found is not None
    return found


def opened(cast: Cast, **said: Any) -> FirstReads:
    prepared(cast, **said)
    return services.open_set(cohort=cast.cohort, actor=cast.organiser, now=cast.at("call_opens", days=4))


def read(cast: Cast, piece: Piece, reviewer: User, now: datetime, **changed: Any) -> FirstRead:
    """One text read and submitted."""
    before = FirstRead.objects.filter(piece=piece, reviewer=reviewer).first()
    values: dict[str, Any] = {
        "shown": queries.shown_token(piece),
        "expected_version": before.version if before else 0,
        "scores": {"drive": "4", "making": "3"},
        "comment": f"Seen by {reviewer.pk}.",
        "seconds": 200,
        **changed,
    }
    return services.submit(piece=piece, cohort=cast.cohort, actor=reviewer, now=now, **values)


def read_all(cast: Cast, found: FirstReads, reviewer: User, now: datetime, **changed: Any) -> None:
    """Every text of the set, read by one reviewer."""
    for piece in queries.pieces_of(found):
        read(cast, piece, reviewer, now, **changed)
