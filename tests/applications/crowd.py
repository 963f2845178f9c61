"""Many applications at once, written straight into the tables: no service makes thousands in a second."""

from datetime import datetime, timedelta

from tests.cast import Cast
from tremplin.applications.models import Application, ApplicationState, Snapshot
from tremplin.core.text import fold
from tremplin.people.models import User


def crowd(
    cast: Cast, count: int, *, state: str = "submitted", at: datetime | None = None
) -> list[Application]:
    """So many people with an application in `state`, one an hour; those that are sent have a snapshot."""
    at = at or cast.at("call_opens", days=1)
    start = User.objects.count()
    people = [
        User(
            email=f"crowd-{start + number}@example.org",
            name=f"Crowd {start + number}",
            name_folded=f"crowd {start + number}",
            language="fr" if number % 2 else "en",
            created_at=at,
        )
        for number in range(count)
    ]
    User.objects.bulk_create(people, batch_size=500)
    rows = [
        Application(
            cohort=cast.cohort,
            applicant=user,
            state=state,
            name=user.name,
            search=fold(f"{user.name} {user.email}"),
            progress=100 if state == ApplicationState.SUBMITTED else 60,
            lacking=0 if state == ApplicationState.SUBMITTED else 1,
            lacks=[] if state == ApplicationState.SUBMITTED else ["essays"],
            sent=int(state == ApplicationState.SUBMITTED),
            sent_version=int(state == ApplicationState.SUBMITTED),
            submitted_at=at if state == ApplicationState.SUBMITTED else None,
            created_at=at,
            saved_at=at,
        )
        for user in people
    ]
    Application.objects.bulk_create(rows, batch_size=500)
    if state == ApplicationState.SUBMITTED:
        Snapshot.objects.bulk_create(
            [
                Snapshot(
                    application=row,
                    version=cast.cohort.version,
                    number=1,
                    language="en",
                    answers={"motivation": "=1+1"},
                    checksum="0" * 64,
                    created_at=at + timedelta(hours=number),
                )
                for number, row in enumerate(rows)
            ],
            batch_size=500,
        )
    for row in rows:
        row.cohort = cast.cohort
    return rows
