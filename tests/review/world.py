"""Applications that were sent, without walking through every page: what reading starts from."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.cast import Cast
from tremplin.applications.models import Application, Snapshot
from tremplin.blinding.services import finish_all
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant
from tremplin.review import queries, services
from tremplin.review.models import Ask, Assignment, Review

ANSWERS = {
    "full_name": "Ada Lovelace",
    "country": "SN",
    "coded_before": "yes",
    "motivation": "Because I want to build.",
    "project": "A weather station.",
}


def apply(
    cohort: Cohort,
    count: int,
    *,
    now: datetime,
    language: str = "en",
    prefix: str = "writer",
    answers: Mapping[str, object] | None = None,
    also: Sequence[User] = (),
    finished: bool = True,
) -> list[Application]:
    """`count` new people, after those of `also`, who have sent their applications, blinded as the worker would."""
    users = User.objects.bulk_create(
        User(
            email=f"{prefix}{n}.{cohort.ref}@example.org",
            name=f"{prefix.title()} {n}",
            password="!",
            language=language,
            created_at=now,
        )
        for n in range(count)
    )
    users = [*also, *users]
    rows = Application.objects.bulk_create(
        Application(
            cohort=cohort,
            applicant=user,
            state="submitted",
            language=language,
            name=user.name,
            sent=1,
            sent_version=1,
            version=1,
            answers=answers or ANSWERS,
            progress=100,
            saved_at=now,
            submitted_at=now,
            created_at=now,
        )
        for user in users
    )
    Snapshot.objects.bulk_create(_snapshot(row, 1, answers or ANSWERS, now) for row in rows)
    for row in rows:
        row.cohort = cohort
        grant(user=row.applicant, cohort=cohort, role=Role.APPLICANT, actor=None, now=now)
    if finished:
        finish_all(cohort=cohort, now=now)
    return rows


def _snapshot(
    application: Application, number: int, answers: Mapping[str, object], now: datetime
) -> Snapshot:
    content = json.dumps([application.ref, number, answers])
    return Snapshot(
        application=application,
        version=application.cohort.version,
        number=number,
        language=application.language,
        answers=answers,
        checksum=hashlib.sha256(content.encode()).hexdigest(),
        created_at=now,
    )


def send_again(application: Application, answers: Mapping[str, object], now: datetime) -> None:
    """A newer version, as `applications.services.submit` would make it."""
    _snapshot(application, application.sent + 1, answers, now).save()
    application.sent += 1
    application.save(update_fields=["sent"])
    finish_all(cohort=application.cohort, now=now)


def reviewers(cast: Cast, count: int) -> list[User]:
    """That many reviewers more."""
    people = [
        User.objects.create_user(f"reader{n}.{cast.cohort.ref}@example.org", name=f"Reader {n}")
        for n in range(count)
    ]
    for user in people:
        grant(user=user, cohort=cast.cohort, role=Role.REVIEWER, actor=None, now=cast.at("call_opens"))
    return people


def give_out(cast: Cast, now: datetime | None = None) -> services.AssignmentPreview:
    return services.assign(
        cohort=cast.cohort, actor=cast.organiser, now=now or cast.at("call_closes", days=1)
    )


def read_of(cast: Cast, reviewer: User, application: Application | None = None) -> Assignment:
    """The next read of `reviewer`, or theirs of `application`, as the pages hold it."""
    rows = queries.mine(cast.cohort, reviewer)
    found = rows.get(application=application) if application else rows.filter(state="assigned").first()
    assert found is not None
    found.cohort = cast.cohort
    return found


def fill(assignment: Assignment, now: datetime, *, submit: bool = True, **changed: object) -> Review:
    """Save or submit a review of what is on screen."""
    page = queries.page_of(assignment)
    values: dict[str, Any] = {
        "shown": page.shown,
        "expected_version": page.version,
        "scores": {"drive": "4", "making": "3"},
        "comment": "Write more about the station.",
        "seconds": 300,
        **changed,
    }
    deed = services.submit_review if submit else services.save_review
    return deed(assignment=assignment, actor=assignment.reviewer, now=now, **values)


def asked(cast: Cast, **changed: Any) -> Ask:
    """What the reviewer asks the organisers to look at, about their next read."""
    values = {"kind": "shows", "words": "The name of a village stands there.", **changed}
    now = cast.at("call_opens", days=3)
    return services.ask_to_look_again(
        assignment=read_of(cast, cast.reviewer), actor=cast.reviewer, now=now, **values
    )


def speaks_of_loss(cast: Cast, by: User | None = None) -> None:
    """A note on the next read of the reviewer, by an organiser or by `by`."""
    application = read_of(cast, cast.reviewer).application
    services.set_content_notes(
        cohort=cast.cohort,
        application=application,
        actor=by or cast.organiser,
        now=cast.at("call_opens", days=3),
        kinds=["loss"],
    )


def read_all(cast: Cast, score: object = None, now: datetime | None = None) -> int:
    """Every read that was given out, submitted. `score(assignment)` gives the scores by criterion."""
    now = now or cast.at("call_closes", days=2)
    done = 0
    for reviewer in queries_people(cast):
        for assignment in queries.mine(cast.cohort, reviewer).filter(state="assigned"):
            assignment.cohort = cast.cohort
            scores = score(assignment) if callable(score) else {"drive": "4", "making": "3"}
            fill(assignment, now + timedelta(seconds=done), scores=scores)
            done += 1
    return done


def queries_people(cast: Cast) -> list[User]:
    return list(
        User.objects.filter(memberships__cohort=cast.cohort, memberships__role=Role.REVIEWER).order_by("pk")
    )
