"""Pages of decisions, places, the draw and one's own outcome."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.review.world import apply, give_out
from tests.selection.world import (
    accept,
    all_alike,
    decide,
    offers_of,
    propose,
    read_cohort,
    scene_with_offer,
    sign,
)
from tests.visiting import hold, signed_in
from tremplin.core.outbox import queries as outbox
from tremplin.core.outbox.services import release
from tremplin.methods import lottery
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url
from tremplin.programmes.roles import Role
from tremplin.selection import desk, queries
from tremplin.selection.models import Decision, Offer, Proposal, Scholar

Freeze = Callable[[datetime], object]


@pytest.fixture
def freeze(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Freeze:
    hold(monkeypatch, cast.at("reading_ends", days=1))
    return partial(hold, monkeypatch)


def page_of(cast: Cast, user: User, name: str, query: str = "", **kwargs: str) -> str:
    answer = signed_in(user).get(cohort_url(cast.cohort, name, **kwargs) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def post(cast: Cast, user: User, name: str, data: dict[str, Any], **kwargs: str) -> Any:
    return signed_in(user).post(cohort_url(cast.cohort, name, **kwargs), data)


def test_the_room_says_what_decisions_wait_for(cast: Cast, freeze: Freeze) -> None:
    assert "Nothing to decide yet" in page_of(cast, cast.organiser, "selection:room")
    apply(cast.cohort, 2, now=cast.at("call_opens", days=2))
    give_out(cast)
    assert "2 people have not been read by anybody" in page_of(cast, cast.organiser, "selection:room")
    assert post(cast, cast.organiser, "selection:propose", {"places": "2"}).status_code == 409


def test_two_organisers_decide_on_pages_alone(cast: Cast, freeze: Freeze) -> None:
    read_cohort(cast, 6)
    assert "Everybody has been read as often as planned" in page_of(cast, cast.organiser, "selection:room")
    assert post(cast, cast.organiser, "selection:propose", {"places": "9"}).status_code == 422
    post(cast, cast.organiser, "selection:propose", {"places": "2"})
    post(cast, cast.organiser, "selection:draw-places", {"version": str(Proposal.objects.get().version)})
    version = {"version": str(Proposal.objects.get().version)}
    assert "2 people are offered a place" in page_of(cast, cast.organiser, "selection:sign")
    assert post(cast, cast.organiser, "selection:sign", version).status_code == 422
    post(cast, cast.organiser, "selection:sign", {**version, "read": "on"})
    assert "You signed this list" in page_of(cast, cast.organiser, "selection:confirm")
    assert post(cast, cast.organiser, "selection:confirm", {**version, "read": "on"}).status_code == 403
    page = page_of(cast, cast.colleague, "selection:confirm")
    assert f"{cast.organiser.name} signed it" in page
    assert (
        "What readers wrote stays with the organisers." in page
    )  # chosen by who signed, told to who confirms
    post(cast, cast.colleague, "selection:confirm", {**version, "read": "on"})
    assert Proposal.objects.get().state == "confirmed"
    assert post(cast, cast.colleague, "selection:confirm", {**version, "read": "on"}).status_code == 302
    assert Offer.objects.count() == 2
    assert "confirmed by" in page_of(cast, cast.organiser, "selection:room")


def test_the_room_says_whether_everyone_is_told(cast: Cast, freeze: Freeze) -> None:
    read_cohort(cast, 4)
    decide(cast)
    freeze(cast.at("decisions_out"))
    assert "Mails to release" in page_of(cast, cast.organiser, "selection:room")
    for batch in outbox.open_batches(cast.cohort.scope):
        release(batch=batch, actor=cast.organiser.ref, now=cast.at("decisions_out"))
    told = page_of(cast, cast.organiser, "selection:room")
    assert "Mails to release" not in told
    assert "everyone is told" in told


def test_names_stay_out_of_the_room_until_all_is_final(cast: Cast, freeze: Freeze) -> None:
    rows = read_cohort(cast, 4)
    propose(cast)
    for page in (
        page_of(cast, cast.organiser, "selection:room"),
        page_of(cast, cast.observer, "selection:room"),
        page_of(cast, cast.organiser, "selection:decision", ref=Decision.objects.order_by("pk")[0].ref),
    ):
        assert rows[0].name not in page
        assert rows[0].applicant.email not in page
    sign(cast, Proposal.objects.get())
    post(cast, cast.colleague, "selection:confirm", {"version": "1", "read": "on"})
    assert rows[0].name in page_of(cast, cast.organiser, "selection:room")


def test_an_observer_sees_everything_and_changes_nothing(cast: Cast, freeze: Freeze) -> None:
    read_cohort(cast, 4)
    proposal = propose(cast)
    page = page_of(cast, cast.observer, "selection:room")
    assert "Sign the list" not in page
    assert "Propose again" not in page
    decision = Decision.objects.get(priority=4)
    assert "Propose a change" not in page_of(cast, cast.observer, "selection:decision", ref=decision.ref)
    answer = post(
        cast,
        cast.observer,
        "selection:decision",
        {"wanted": "offer", "code": "other", "reason": "Mine", "version": str(proposal.version)},
        ref=decision.ref,
    )
    assert answer.status_code == 403
    assert Decision.objects.get(pk=decision.pk).overridden == ""


def test_the_draw_is_public_and_sealed_then_open_and_verifiable(cast: Cast, freeze: Freeze) -> None:
    nobody = Client()
    address = cohort_url(cast.cohort, "selection:draw")
    assert "No draw yet" in nobody.get(address).content.decode()
    post(cast, cast.organiser, "selection:commit", {})
    read_cohort(cast, 5, all_alike)
    decided = propose(cast, secret="")
    sealed = nobody.get(address).content.decode()
    assert "Sealed until the decisions are final" in sealed
    assert nobody.get(cohort_url(cast.cohort, "selection:draw-file")).status_code == 404
    sign(cast, decided)
    post(cast, cast.colleague, "selection:confirm", {"version": str(decided.version), "read": "on"})
    page = nobody.get(address).content.decode()
    assert "commitment, secret, list and order fit together" in page
    file = nobody.get(cohort_url(cast.cohort, "selection:draw-file"))
    published = queries.public_draw(cast.cohort)
    assert published is not None
    assert lottery.verify(file.content.decode(), published=published.commitment)
    assert set(json.loads(file.content)["list"]["groups"][0]) == set(
        Decision.objects.filter(band="lottery").values_list("draw_code", flat=True)
    )
    for row in Decision.objects.select_related("application__applicant"):
        assert row.application.ref not in page
        assert row.application.name not in page


def test_an_applicant_accepts_on_their_page_once(cast: Cast, freeze: Freeze) -> None:
    scene_with_offer(cast)
    freeze(cast.at("decisions_out", days=1))
    page = page_of(cast, cast.applicant, "selection:outcome")
    assert "I will take part full-time." in page
    digest = queries.agreement(cast.cohort, "en").digest
    assert digest in page
    missing = post(cast, cast.applicant, "selection:accept", {"agreement": digest})
    assert missing.status_code == 422
    assert "Tick this if you agree" in missing.content.decode()
    for _ in range(2):
        answer = post(cast, cast.applicant, "selection:accept", {"agreement": digest, "agreed": "on"})
        assert answer.headers["Location"] == cohort_url(cast.cohort, "desk")
    assert Scholar.objects.get().user == cast.applicant
    assert "The agreement" in page_of(cast, cast.applicant, "selection:outcome")


def test_an_applicant_declines_after_being_asked_once_more(cast: Cast, freeze: Freeze) -> None:
    offer = scene_with_offer(cast)
    freeze(cast.at("decisions_out", days=1))
    assert "you cannot take this back yourself" in page_of(cast, cast.applicant, "selection:decline")
    post(cast, cast.applicant, "selection:decline", {})
    offer.refresh_from_db()
    assert offer.state == "declined"
    assert "You declined the place" in page_of(cast, cast.applicant, "selection:outcome")


def test_everybody_reads_their_own_outcome_and_what_the_readers_saw(cast: Cast, freeze: Freeze) -> None:
    rows = read_cohort(cast, 6, all_alike)
    decide(cast)
    freeze(cast.at("decisions_out", days=1))
    for row in rows:
        code = queries.outcome_for(row).code
        page = page_of(cast, row.applicant, "selection:outcome")
        assert {"offer": "A place in", "waitlist": "You are number 1", "decline": "No place this time"}[
            code
        ] in page
        assert "You took part in the draw" in page
        assert Decision.objects.get(application=row).draw_code in page
        assert ("Drive: Clear." in page) == (code != "offer")


def test_somebody_who_waits_can_leave_the_list(cast: Cast, freeze: Freeze) -> None:
    rows = read_cohort(cast, 5)
    decide(cast)
    freeze(cast.at("decisions_out", days=1))
    waiting = next(row for row in rows if queries.outcome_for(row).code == "waitlist")
    assert "Leave the waitlist" in page_of(cast, waiting.applicant, "selection:leave")
    post(cast, waiting.applicant, "selection:leave", {})
    assert "You left the waitlist" in page_of(cast, waiting.applicant, "selection:outcome")


def test_before_decisions_the_outcome_says_to_wait(cast: Cast, freeze: Freeze) -> None:
    rows = read_cohort(cast, 3)
    propose(cast)
    assert "Not decided yet" in page_of(cast, rows[0].applicant, "selection:outcome")


def test_places_show_offers_and_the_list_and_more_time_is_given(cast: Cast, freeze: Freeze) -> None:
    read_cohort(cast, 5)
    assert "No places given yet" in page_of(cast, cast.organiser, "selection:places")
    decide(cast)
    freeze(cast.at("decisions_out", days=1))
    offer = offers_of(cast.cohort)[0]
    page = page_of(cast, cast.observer, "selection:places")
    assert offer.application.name in page
    assert "More time" not in page
    assert post(cast, cast.organiser, "selection:extend", {"until": ""}, ref=offer.ref).status_code == 422
    late = post(cast, cast.organiser, "selection:extend", {"until": "2020-01-01T10:00"}, ref=offer.ref)
    assert late.status_code == 422
    post(cast, cast.organiser, "selection:extend", {"until": "2027-03-20T10:00"}, ref=offer.ref)
    offer.refresh_from_db()
    assert offer.answer_by.isoformat() == "2027-03-20T09:00:00+00:00"  # ten o'clock in Paris
    assert "1 person still waits" in page_of(cast, cast.organiser, "selection:close")
    post(cast, cast.organiser, "selection:close", {})
    assert "Closed:" in page_of(cast, cast.organiser, "selection:places")


def test_a_scholar_gives_their_own_place_back_and_nobody_elses(cast: Cast, freeze: Freeze) -> None:
    read_cohort(cast, 5)
    decide(cast)
    now = cast.at("decisions_out", days=1)
    freeze(now)
    first, second = (accept(offer, now) for offer in offers_of(cast.cohort))
    mine = cohort_url(cast.cohort, "selection:withdraw", ref=first.ref)
    assert signed_in(second.user).get(mine).status_code == 404
    assert signed_in(cast.organiser).post(mine, {"reason": ""}).status_code == 422
    assert signed_in(first.user).post(mine, {}).status_code == 302
    first.refresh_from_db()
    assert first.state == "left"


def test_desk_cards_follow_the_decisions(cast: Cast, freeze: Freeze) -> None:
    now = cast.at("reading_ends", days=1)

    def titles(user: User, role: Role) -> list[str]:
        found = desk.cards(cohort=cast.cohort, actor=user, roles=frozenset({role}), now=now)
        return [str(card.title) for card in found]

    assert titles(cast.organiser, Role.ORGANISER) == []
    rows = read_cohort(cast, 5)
    assert titles(cast.organiser, Role.ORGANISER) == ["Everybody has been read"]
    proposal = propose(cast)
    assert titles(cast.organiser, Role.ORGANISER) == ["Decisions wait for a signature"]
    sign(cast, proposal)
    assert titles(cast.organiser, Role.ORGANISER) == ["You signed the decisions"]
    assert titles(cast.colleague, Role.ORGANISER) == ["Decisions wait for your confirmation"]
    assert titles(rows[0].applicant, Role.APPLICANT) == []
    post(cast, cast.colleague, "selection:confirm", {"version": str(proposal.version), "read": "on"})
    assert titles(cast.organiser, Role.ORGANISER) == ["Offers are out"]
    codes = {queries.outcome_for(row).code: row for row in rows}
    assert titles(codes["offer"].applicant, Role.APPLICANT) == ["A place is yours if you want it"]
    assert titles(codes["decline"].applicant, Role.APPLICANT) == ["No place this time"]


@pytest.mark.parametrize("page", ["selection:room", "selection:places", "selection:sign"])
def test_the_number_of_queries_does_not_grow(cast: Cast, freeze: Freeze, page: str) -> None:
    counts = []
    client = signed_in(cast.organiser)
    rows = 0
    for more in (3, 27):
        apply(cast.cohort, more, now=cast.at("call_opens", days=2), prefix=f"w{more}")
        rows += more
        give_out(cast)
        from tests.review.world import read_all

        read_all(cast)
        propose(cast)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(cohort_url(cast.cohort, page)).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1], counts
    assert counts[1] <= 17, counts


def test_another_institution_finds_nothing(cast: Cast, freeze: Freeze) -> None:
    read_cohort(cast, 3)
    propose(cast)
    stranger = signed_in(cast.stranger)
    assert stranger.get(cohort_url(cast.cohort, "selection:room")).status_code == 404
    ref = Decision.objects.order_by("pk")[0].ref
    assert stranger.get(cohort_url(cast.rival_cohort, "selection:decision", ref=ref)).status_code == 404
