"""Markers planted wherever an applicant can be named reach nobody who reads."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import NoReverseMatch

from tests.cast import Cast
from tests.review.world import apply, fill, give_out, read_of
from tests.visiting import content_of
from tests.web.matrix import token_of
from tremplin.applications.models import Application, Snapshot
from tremplin.core import clock
from tremplin.core.models import StoredFile
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url
from tremplin.programmes.roles import Role
from tremplin.review import services
from tremplin.review.models import Assignment
from tremplin.web.access import TABLE, Scope

MARK = "Zyxwvut"
NAME = f"{MARK}ada {MARK}love"
MARKS = {
    "name": NAME,
    "address": f"{MARK.lower()}mail@example.org",
    "identifying answer": f"{MARK}full {MARK}name",
    "organisers' answer": f"{MARK}land",
    "file name": f"{MARK}cv.pdf",
    "eligibility": f"{MARK}door",
}
ESSAY = (
    f"My name is {NAME}. Write to {MARK.lower()}mail@example.org or {MARK.lower()}other@mail.example. "
    f"See https://{MARK.lower()}.example/cv and github.com/{MARK.lower()}. I am @{MARK.lower()}. "
    f"{MARK}ada alone, and {MARK.upper()}LOVE in capitals. I build weather stations."
)


@dataclass
class Planted:
    application: Application
    snapshot: Snapshot
    file: StoredFile
    assignment: Assignment

    def forbidden(self) -> list[str]:
        """Everything that would lead from a page to the person."""
        application, person = self.application, self.application.applicant
        return [
            MARK.lower(),
            application.ref,
            person.ref,
            self.snapshot.ref,
            self.snapshot.checksum,
            self.file.ref,
            application.blind_key,
        ]


@pytest.fixture
def planted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Planted:
    now = cast.at("call_opens", days=2)
    person = User.objects.create_user(MARKS["address"], name=NAME)
    file = StoredFile.objects.create(
        owner_ref=person.ref,
        path="2027/01/x.pdf",
        kind="pdf",
        given_name=MARKS["file name"],
        size=1,
        sha256="0" * 64,
        created_at=now,
    )
    answers: dict[str, object] = {
        "full_name": MARKS["identifying answer"],
        "country": MARKS["organisers' answer"],
        "coded_before": "yes",
        "motivation": ESSAY,
        "project": "A weather station.",
        "sample": {
            "file": file.ref,
            "name": file.given_name,
            "kind": "pdf",
            "size": 1,
            "sha256": file.sha256,
        },
    }
    [application] = apply(cast.cohort, 0, now=now, also=[person], answers=answers)
    Application.objects.filter(pk=application.pk).update(
        eligibility={"adult": MARKS["eligibility"]}, name=NAME
    )
    apply(cast.cohort, 2, now=now)
    give_out(cast)
    monkeypatch.setattr(clock, "now", lambda: cast.at("call_closes", days=2))
    application.refresh_from_db()
    return Planted(
        application,
        Snapshot.objects.get(application=application),
        file,
        read_of(cast, cast.reviewer, application),
    )


def visits(cast: Cast, planted: Planted) -> Iterator[tuple[str, bytes]]:
    """Every page that a reviewer may open, on every object that they could name; answers and errors alike."""
    client = Client(headers={"Authorization": f"Bearer {token_of(cast.reviewer)}"})  # for the interface
    client.force_login(cast.reviewer)
    objects = [planted.assignment.ref, planted.application.ref, planted.snapshot.ref, planted.file.ref]
    for name, access in TABLE.items():
        if access.scope in {Scope.OWN, Scope.COHORT} and Role.REVIEWER not in access.roles:
            continue
        for kwargs in ({}, *({"ref": ref} for ref in objects)):
            try:
                path = cohort_url(cast.cohort, name, **kwargs)
            except NoReverseMatch:
                continue
            for query in ("", "?q=zyxwvut&page=2", "?lang=fr"):
                answer = client.get(path + query)
                own_words = b"".join([path.encode(), query.encode()])
                body = content_of(answer)
                heads = str(dict(answer.headers)).encode()
                yield f"{path}{query} → {answer.status_code}", (body + heads).replace(own_words, b"")


def leaks(where: str, page: bytes, planted: Planted) -> list[str]:
    text = page.decode(errors="replace").lower()
    asked_for = where.lower()
    return [
        f"{where}: {word}"
        for word in planted.forbidden()
        if word.lower() in text and word.lower() not in asked_for
    ]


def test_no_page_open_to_a_reviewer_names_an_applicant(cast: Cast, planted: Planted) -> None:
    found: list[str] = []
    pages = list(visits(cast, planted))
    read = [body for where, body in pages if f"/read/{planted.assignment.ref}/ → 200" in where]
    assert read, "the reading page was never opened"
    assert b"I build weather stations." in read[0], "nothing was there that could have leaked"
    assert len(pages) > 40
    for where, page in pages:
        found += leaks(where, page, planted)
    assert not found, "\n".join(found)


def test_nor_do_pages_after_a_draft_a_submission_or_an_error(cast: Cast, planted: Planted) -> None:
    client = Client()
    client.force_login(cast.reviewer)
    page = cohort_url(cast.cohort, "review:read", ref=planted.assignment.ref)
    bodies = [client.post(page, {"do": "submit", "version": "7", "shown": "x"}).content]
    fill(planted.assignment, cast.at("call_closes", days=2), submit=False)
    bodies.append(client.get(page).content)
    bodies.append(
        client.post(cohort_url(cast.cohort, "review:autosave", ref=planted.assignment.ref), {}).content
    )
    fill(planted.assignment, cast.at("call_closes", days=2))
    bodies.append(client.get(page).content)
    bodies.append(client.get(cohort_url(cast.cohort, "review:queue")).content)
    services.reopen(assignment=planted.assignment, actor=cast.reviewer, now=cast.at("call_closes", days=2))
    bodies.append(
        client.post(
            cohort_url(cast.cohort, "review:conflict", ref=planted.assignment.ref), {}, follow=True
        ).content
    )
    found = [leak for number, body in enumerate(bodies) for leak in leaks(str(number), body, planted)]
    assert not found, found


def test_an_organiser_does_see_what_was_planted(cast: Cast, planted: Planted) -> None:
    """The markers can leak: where they may stand they do stand."""
    client = Client()
    client.force_login(cast.organiser)
    answer = client.get(cohort_url(cast.cohort, "applications:application", ref=planted.application.ref))
    assert MARK in answer.content.decode()


def test_two_reviewers_cannot_tell_by_the_address_that_they_read_the_same_person(
    cast: Cast, planted: Planted
) -> None:
    other = read_of(cast, cast.second_reviewer, planted.application)
    assert other.ref != planted.assignment.ref
    client = Client()
    client.force_login(cast.second_reviewer)
    assert client.get(cohort_url(cast.cohort, "review:read", ref=planted.assignment.ref)).status_code == 404
