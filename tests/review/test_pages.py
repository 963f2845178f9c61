"""Pages of reading: one click to the next, nothing lost, the same number of queries whatever the rows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.cast import Cast
from tests.review.world import apply, fill, give_out, read_of, reviewers
from tests.visiting import signed_in
from tremplin.applications.models import Application
from tremplin.core import clock
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url
from tremplin.programmes.roles import Role
from tremplin.review import desk, queries
from tremplin.review.models import Assignment, Review

Counter = Callable[..., Any]


@pytest.fixture
def now(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> datetime:
    moment = cast.at("call_closes", days=2)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


def sent(cast: Cast, assignment: Assignment, **changed: str) -> dict[str, str]:
    """The form of the reading page as a browser sends it."""
    page = queries.page_of(assignment)
    return {
        "do": "submit",
        "shown": page.shown,
        "version": str(page.version),
        "at": cast.at("call_closes", days=2, minutes=-6).isoformat(),
        "score_drive": "4",
        "score_making": "cannot_judge",
        "comment": "Clear.",
        **changed,
    }


def test_submitting_leads_to_the_next_one_in_one_click(cast: Cast, now: datetime) -> None:
    apply(cast.cohort, 2, now=cast.at("call_opens", days=2))
    give_out(cast)
    client = signed_in(cast.reviewer)
    assignment = read_of(cast, cast.reviewer)
    address = cohort_url(cast.cohort, "review:read", ref=assignment.ref)
    page = client.get(address).content.decode()
    assert "Because I want to build." in page
    assert "5 · Rare" in page
    answer = client.post(address, sent(cast, assignment))
    following = read_of(cast, cast.reviewer)
    assert answer.headers["Location"] == cohort_url(cast.cohort, "review:read", ref=following.ref)
    review = Review.objects.get()
    assert (review.scores, review.seconds) == ({"drive": 4, "making": "cannot_judge"}, 360)
    last = client.post(answer.headers["Location"], sent(cast, following))
    assert last.headers["Location"] == cohort_url(cast.cohort, "review:queue")
    assert "You have read them all" in client.get(last.headers["Location"]).content.decode()


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(cast: Cast, now: datetime) -> None:
    apply(cast.cohort, 1, now=cast.at("call_opens", days=2))
    give_out(cast)
    assignment = read_of(cast, cast.reviewer)
    address = cohort_url(cast.cohort, "review:read", ref=assignment.ref)
    answer = signed_in(cast.reviewer).post(
        address, sent(cast, assignment, score_making="", comment="Long thought")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("“Making”: choose a level, or say that you cannot judge it.") == 2  # summary and field
    assert "Long thought" in page
    assert 'value="4" id="id_score_drive_1" checked' in page or "checked" in page


def test_a_stale_form_keeps_what_was_typed_beside_what_is_stored_and_can_be_sent_again(
    cast: Cast, now: datetime
) -> None:
    apply(cast.cohort, 1, now=cast.at("call_opens", days=2))
    give_out(cast)
    assignment = read_of(cast, cast.reviewer)
    form = sent(cast, assignment, comment="From the older window")
    stored = fill(assignment, now, submit=False)
    client = signed_in(cast.reviewer)
    address = cohort_url(cast.cohort, "review:read", ref=assignment.ref)
    answer = client.post(address, form)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "From the older window</textarea>" in page
    assert "What is stored now" in page
    assert stored.comment in page.split("What is stored now")[1].split("</section>")[0]
    assert f'name="version" value="{stored.version}"' in page
    assert client.post(address, {**form, "version": str(stored.version)}).status_code == 302
    assert Review.objects.get(assignment=assignment).comment == "From the older window"


def test_autosave_answers_with_the_version_that_the_form_goes_on_with(cast: Cast, now: datetime) -> None:
    apply(cast.cohort, 1, now=cast.at("call_opens", days=2))
    give_out(cast)
    assignment = read_of(cast, cast.reviewer)
    client = signed_in(cast.reviewer)
    address = cohort_url(cast.cohort, "review:autosave", ref=assignment.ref)
    first = client.post(address, sent(cast, assignment, score_making=""))
    assert first.json()["fields"]["version"] == "1"
    again = client.post(address, {**sent(cast, assignment, score_making=""), "version": "1"})
    assert again.json()["fields"]["version"] == "2"
    assert client.post(address, sent(cast, assignment, version="1")).status_code == 409
    assert client.post(address, sent(cast, assignment, version="2", score_drive="9")).status_code == 422


def test_a_conflict_leads_on_and_the_application_is_gone(cast: Cast, now: datetime) -> None:
    apply(cast.cohort, 1, now=cast.at("call_opens", days=2))
    give_out(cast)
    assignment = read_of(cast, cast.reviewer)
    client = signed_in(cast.reviewer)
    address = cohort_url(cast.cohort, "review:conflict", ref=assignment.ref)
    assert "Pass it on" in client.get(address).content.decode()
    answer = client.post(address, {"reason": "My student"}, follow=True)
    assert "You will not see this application again" in answer.content.decode()
    assert client.get(cohort_url(cast.cohort, "review:read", ref=assignment.ref)).status_code == 404


def test_others_scores_are_on_the_page_only_after_submitting(cast: Cast, now: datetime) -> None:
    apply(cast.cohort, 1, now=cast.at("call_opens", days=2))
    give_out(cast)
    fill(read_of(cast, cast.second_reviewer), now, comment="Brilliant mind.", private_note="hush")
    assignment = read_of(cast, cast.reviewer)
    client = signed_in(cast.reviewer)
    address = cohort_url(cast.cohort, "review:read", ref=assignment.ref)
    assert "Brilliant mind" not in client.get(address).content.decode()
    fill(assignment, now)
    page = client.get(address).content.decode()
    assert "Brilliant mind" in page
    assert "hush" not in page
    assert cast.second_reviewer.name not in page


def test_a_reviewer_says_what_they_can_carry(cast: Cast, now: datetime) -> None:
    client = signed_in(cast.reviewer)
    address = cohort_url(cast.cohort, "review:profile")
    assert "even share" in client.get(address).content.decode()
    assert client.post(address, {"languages": []}).status_code == 422
    client.post(address, {"languages": ["fr"], "capacity": "3"})
    found = queries.profile_of(cast.cohort, cast.reviewer)
    assert found is not None
    assert (found.languages, found.capacity) == (["fr"], 3)


def test_an_organiser_looks_at_the_plan_then_gives_out_exactly_that(cast: Cast, now: datetime) -> None:
    apply(cast.cohort, 3, now=cast.at("call_opens", days=2))
    client = signed_in(cast.organiser)
    address = cohort_url(cast.cohort, "review:assign")
    page = client.get(address)
    assert "6 new reads" in page.content.decode()
    assert "Nobody would be left unread" in page.content.decode()
    fingerprint = page.context["preview"].fingerprint
    apply(cast.cohort, 1, now=now, prefix="late")
    stale = client.post(address, {"fingerprint": fingerprint})
    assert stale.status_code == 409
    assert "8 new reads" in stale.content.decode()
    assert Assignment.objects.count() == 0
    client.post(address, {"fingerprint": stale.context["preview"].fingerprint})
    assert Assignment.objects.count() == 8


def test_the_progress_page_names_the_unread_first(cast: Cast, now: datetime) -> None:
    rows = apply(cast.cohort, 3, now=cast.at("call_opens", days=2))
    give_out(cast)
    fill(read_of(cast, cast.reviewer, rows[0]), now)
    for person in (cast.organiser, cast.observer):
        page = signed_in(person).get(cohort_url(cast.cohort, "review:progress")).content.decode()
        assert "2 people of 3 have not been read by anybody yet." in page
    listed = signed_in(cast.organiser).get(cohort_url(cast.cohort, "review:applications") + "?only=unread")
    text = listed.content.decode()
    assert rows[0].ref.upper() not in text
    assert rows[1].ref.upper() in text


def test_an_organiser_reads_the_reads_and_reopens_one_with_a_reason(cast: Cast, now: datetime) -> None:
    [application] = apply(cast.cohort, 1, now=cast.at("call_opens", days=2))
    give_out(cast)
    assignment = read_of(cast, cast.reviewer)
    fill(assignment, now, private_note="A bit unsure")
    client = signed_in(cast.organiser)
    page = client.get(cohort_url(cast.cohort, "review:reads", ref=application.ref)).content.decode()
    assert cast.reviewer.name in page
    assert "A bit unsure" in page
    address = cohort_url(cast.cohort, "review:act", ref=assignment.ref)
    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": "Slip of the key"})
    assert Assignment.objects.get(pk=assignment.pk).state == "assigned"


def test_desk_cards_say_what_waits(cast: Cast, now: datetime) -> None:
    apply(cast.cohort, 3, now=cast.at("call_opens", days=2))

    def titles(user: User, *roles: Role) -> list[str]:
        found = desk.cards(cohort=cast.cohort, actor=user, roles=frozenset(roles), now=now)
        return [str(card.title) for card in found]

    assert titles(cast.organiser, Role.ORGANISER) == ["3 applications lack a reviewer"]
    assert titles(cast.reviewer, Role.REVIEWER) == []
    give_out(cast)
    assert titles(cast.organiser, Role.ORGANISER) == ["Reading goes on"]
    assert titles(cast.reviewer, Role.REVIEWER) == ["Read 3 applications"]
    assert titles(cast.mentor, Role.MENTOR) == []


@pytest.mark.parametrize(
    "page", ["review:queue", "review:progress", "review:applications", "review:assign", "desk"]
)
def test_the_number_of_queries_does_not_grow(
    cast: Cast, now: datetime, page: str, django_assert_max_num_queries: Counter
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    person = cast.reviewer if page == "review:queue" else cast.organiser
    client = signed_in(person)
    counts = []
    for more in (1, 29):
        apply(cast.cohort, more, now=cast.at("call_opens", days=2), prefix=f"w{more}")
        reviewers_more = reviewers(cast, 0)
        assert reviewers_more == []
        give_out(cast)
        for assignment in queries.mine(cast.cohort, cast.reviewer).filter(state="assigned"):
            assignment.cohort = cast.cohort
            fill(assignment, now)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(cohort_url(cast.cohort, page)).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1], counts
    assert counts[1] <= (18 if page == "desk" else 15)


def test_the_reading_page_costs_few_queries(
    cast: Cast, now: datetime, django_assert_max_num_queries: Counter
) -> None:
    apply(cast.cohort, 20, now=cast.at("call_opens", days=2))
    give_out(cast)
    client = signed_in(cast.reviewer)
    address = cohort_url(cast.cohort, "review:read", ref=read_of(cast, cast.reviewer).ref)
    with django_assert_max_num_queries(14):
        client.get(address)


def test_every_page_opens_before_anything_is_there(cast: Cast, now: datetime) -> None:
    for person, pages in (
        (cast.reviewer, ("review:queue", "review:profile")),
        (cast.organiser, ("review:progress", "review:applications", "review:assign")),
    ):
        for page in pages:
            assert signed_in(person).get(cohort_url(cast.cohort, page)).status_code == 200
    assert Application.objects.count() == 0
