from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, enrol, person
from tests.mentoring.world import crowd, offer, pair
from tests.visiting import Clock, hidden, page, rival_page, signed_in
from tremplin.mentoring import services
from tremplin.mentoring.models import MatchWish, MentorProfile, Pairing
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant

OFFER = {"capacity": "1", "topics": ["vision"], "languages": ["en"], "about": "Write to me."}


def test_a_mentor_fills_in_their_offer_and_finds_it_again(cast: Cast, clock: Clock) -> None:
    client = signed_in(cast.mentor)
    path = page(cast, "mentoring:offer")
    form = hidden(client.get(path).content.decode())
    answer = client.post(path, {**form, **OFFER})
    assert answer.headers["Location"] == page(cast, "desk")
    text = client.get(path).content.decode()
    assert "Write to me." in text
    assert MentorProfile.objects.get().topics == ["vision"]


def test_an_offer_from_an_old_tab_keeps_the_text_and_shows_the_stored_one(cast: Cast, clock: Clock) -> None:
    client = signed_in(cast.mentor)
    path = page(cast, "mentoring:offer")
    old = hidden(client.get(path).content.decode())
    client.post(path, {**old, **OFFER})
    answer = client.post(path, {**old, **OFFER, "about": "From the old tab."})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "From the old tab.</textarea>" in text
    assert "Write to me." in text
    assert "Vision" in text
    assert MentorProfile.objects.get().about == "Write to me."
    client.post(path, {**hidden(text), **OFFER, "about": "From the old tab."})
    assert MentorProfile.objects.get().about == "From the old tab."


@pytest.mark.parametrize("typed", ["", "two", "-1", "7"])
def test_a_number_that_cannot_be_is_said_at_the_field(cast: Cast, clock: Clock, typed: str) -> None:
    client = signed_in(cast.mentor)
    answer = client.post(page(cast, "mentoring:offer"), {**OFFER, "version": "0", "capacity": typed})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_capacity"' in text
    assert "from 0 to 1" in text
    assert "<title>Error:" in text


def test_a_scholar_says_what_they_wish_in_their_language(cast: Cast, clock: Clock) -> None:
    enrol(cast)
    client = signed_in(cast.scholar)
    path = page(cast, "mentoring:wish")
    text = client.get(path).content.decode()
    assert 'lang="fr"' in text
    form = {**hidden(text), "topics": ["vision"], "languages": ["fr"], "note": "Une personne patiente."}
    client.post(path, form)
    answer = client.post(path, {**form, "note": "Une autre."})
    assert answer.status_code == 409
    assert "Une personne patiente." in answer.content.decode()
    assert "Une autre." in answer.content.decode()
    assert MatchWish.objects.get().note == "Une personne patiente."


def test_bad_choices_are_refused(cast: Cast, clock: Clock) -> None:
    client = signed_in(cast.mentor)
    answer = client.post(
        page(cast, "mentoring:offer"), {**OFFER, "version": "x", "topics": ["magic"], "about": "a" * 2001}
    )
    assert answer.status_code == 422
    assert not MentorProfile.objects.exists()


def test_the_empty_list_says_what_to_do_to_each_role(cast: Cast, clock: Clock) -> None:
    enrol(cast)
    path = page(cast, "mentoring:pairings")
    texts = {
        role: signed_in(getattr(cast, role)).get(path, {"lang": "en"}).content.decode()
        for role in ("organiser", "observer", "mentor", "scholar")
    }
    assert "Without a mentor" in texts["organiser"]
    assert "Mona Mentor" in texts["organiser"]  # has not said what she offers
    assert "Nobody is paired yet" in texts["observer"]
    assert "Without a mentor" not in texts["observer"]
    assert "You have no scholar yet" in texts["mentor"]
    assert page(cast, "mentoring:wish") in texts["scholar"]


def test_one_s_only_pairing_is_where_the_list_leads(cast: Cast, clock: Clock) -> None:
    pairing = pair(cast)
    crowd(cast, 1, mentored=True)
    for user in (cast.scholar, cast.mentor):
        answer = signed_in(user).get(page(cast, "mentoring:pairings"))
        assert answer.headers["Location"] == page(cast, "mentoring:pairing", ref=pairing.ref)


def test_the_list_costs_the_same_with_thirty_rows(
    cast: Cast, clock: Clock, queries_of: Callable[[Client, str], int]
) -> None:
    client, path = signed_in(cast.organiser), page(cast, "mentoring:pairings")
    crowd(cast, 1, mentored=True, prefix="one")
    few = queries_of(client, path)
    crowd(cast, 30, mentored=True)
    crowd(cast, 5, prefix="alone")
    assert queries_of(client, path) == few <= 15
    text = client.get(path).content.decode()
    assert "Crowd 029" in text
    assert "Alone 004" in text


def test_the_list_shows_who_has_answered(cast: Cast, clock: Clock) -> None:
    pairing = pair(cast)
    client, path = signed_in(cast.observer), page(cast, "mentoring:pairings")
    assert "nobody yet" in client.get(path).content.decode()
    services.send_answers(
        pairing=pairing,
        code="week-2",
        answers={"met": "yes", "going": "3"},
        expected_version=0,
        actor=cast.scholar,
        now=clock.at,
    )
    assert ">the scholar<" in client.get(path).content.decode()


def test_the_proposal_is_made_as_shown(cast: Cast, clock: Clock) -> None:
    scholar = enrol(cast)
    profile = offer(cast)
    client, path = signed_in(cast.organiser), page(cast, "mentoring:propose")
    text = client.get(path).content.decode()
    assert f'<option value="{profile.ref}" selected>' in text
    assert "common working hours" in text
    form = {**hidden(text), f"mentor-{scholar.ref}": profile.ref}
    assert client.post(path, form).headers["Location"] == page(cast, "mentoring:pairings")
    assert Pairing.objects.get().mentor == profile
    assert client.post(path, form).status_code == 302
    assert Pairing.objects.count() == 1
    assert "Everyone has a mentor" in client.get(path).content.decode()


def test_the_proposal_says_who_would_fit_better_and_why_it_is_not_to_be(cast: Cast, clock: Clock) -> None:
    first = enrol(cast)
    (second,) = crowd(cast, 1)
    for scholar, topics in ((first, ["vision"]), (second, ["vision", "language"])):
        services.save_wish(
            scholar=scholar,
            actor=scholar.user,
            topics=topics,
            languages=["en"],
            note="",
            expected_version=0,
            now=clock.at,
        )
    offer(cast)
    other = person("Nora Numbers")
    grant(user=other, cohort=cast.cohort, role=Role.MENTOR, actor=cast.organiser, now=clock.at)
    offer(cast, other, topics=[])
    text = signed_in(cast.organiser).get(page(cast, "mentoring:propose"), {"lang": "en"}).content.decode()
    assert text.count("Would fit better, but is full with scholars who fit better still: Mona Mentor.") == 1
    assert "the lot gave the place" not in text
    for row in (first, second):
        row.match_wish.topics = ["vision"]
        row.match_wish.save()
    text = signed_in(cast.organiser).get(page(cast, "mentoring:propose"), {"lang": "fr"}).content.decode()
    assert "le tirage au sort a donné la place à quelqu’un d’autre\u00a0: Mona Mentor." in text


def test_an_organiser_may_choose_nobody_and_sees_why_a_choice_failed(cast: Cast, clock: Clock) -> None:
    scholar = enrol(cast)
    offer(cast)
    client, path = signed_in(cast.organiser), page(cast, "mentoring:propose")
    answer = client.post(path, {f"mentor-{scholar.ref}": ""}, follow=True)
    assert "No pair was chosen" in answer.content.decode()
    answer = client.post(path, {f"mentor-{scholar.ref}": "no-such-one"}, follow=True)
    assert "no longer possible" in answer.content.decode()
    assert not Pairing.objects.exists()


def test_without_a_free_mentor_the_proposal_names_who_waits(cast: Cast, clock: Clock) -> None:
    crowd(cast, 2)
    text = signed_in(cast.organiser).get(page(cast, "mentoring:propose")).content.decode()
    assert "No mentor has a free place" in text
    assert "Crowd 001" in text


def test_the_proposal_costs_the_same_for_many(
    cast: Cast, clock: Clock, queries_of: Callable[[Client, str], int]
) -> None:
    client, path = signed_in(cast.organiser), page(cast, "mentoring:propose")
    offer(cast)
    crowd(cast, 1, prefix="one")
    few = queries_of(client, path)
    crowd(cast, 30)
    assert queries_of(client, path) == few <= 15


def test_a_pairing_shows_each_side_the_other_and_their_common_hours(cast: Cast, clock: Clock) -> None:
    pairing = pair(cast)
    path = page(cast, "mentoring:pairing", ref=pairing.ref)
    scholar = signed_in(cast.scholar).get(path, {"lang": "en"}).content.decode()
    mentor = signed_in(cast.mentor).get(path).content.decode()
    assert f"mailto:{cast.mentor.email}" in scholar
    assert f"mailto:{cast.scholar.email}" in mentor
    assert "from 08:00 to 20:00" in mentor
    for reader in (cast.organiser, cast.observer):
        text = signed_in(reader).get(path).content.decode()
        assert "mailto:" not in text


def test_only_organisers_are_led_to_what_was_answered_and_to_the_end(cast: Cast, clock: Clock) -> None:
    pairing = pair(cast)
    path = page(cast, "mentoring:pairing", ref=pairing.ref)
    answers = page(cast, "mentoring:answers", ref=pairing.ref, code="week-2")
    end = page(cast, "mentoring:end", ref=pairing.ref)
    for role, led in (("organiser", True), ("observer", False), ("mentor", False), ("scholar", False)):
        text = signed_in(getattr(cast, role)).get(path).content.decode()
        assert (answers in text) is led
        assert (end in text) is led


def test_ending_needs_a_reason_and_keeps_what_was_typed(cast: Cast, clock: Clock) -> None:
    pairing = pair(cast)
    client, path = signed_in(cast.organiser), page(cast, "mentoring:end", ref=pairing.ref)
    answer = client.post(path, {"reason": "  "})
    assert answer.status_code == 422
    assert 'href="#id_reason"' in answer.content.decode()
    long = "b" * 1001
    answer = client.post(path, {"reason": long})
    assert answer.status_code == 422
    assert long in answer.content.decode()
    assert client.post(path, {"reason": "Moved"}).status_code == 302
    assert Pairing.objects.get().end_reason == "Moved"
    assert client.post(path, {"reason": "Moved"}).status_code == 409
    assert "ended on" in client.get(path).content.decode()


@pytest.mark.parametrize(
    ("name", "method", "allowed"),
    [
        ("mentoring:offer", "get", {"mentor"}),
        ("mentoring:offer", "post", {"mentor"}),
        ("mentoring:wish", "post", {"scholar"}),
        ("mentoring:propose", "get", {"organiser"}),
        ("mentoring:propose", "post", {"organiser"}),
        ("mentoring:concerns", "get", {"organiser"}),
    ],
)
def test_pages_without_an_object_open_to_their_roles_alone(
    cast: Cast, clock: Clock, name: str, method: str, allowed: set[str]
) -> None:
    enrol(cast)
    for role in ("organiser", "observer", "mentor", "scholar", "finance", "reviewer", "stranger"):
        answer = getattr(signed_in(getattr(cast, role)), method)(page(cast, name), {"capacity": "x"})
        expected = {404} if role == "stranger" else {200, 302, 422} if role in allowed else {403}
        assert answer.status_code in expected, role


@pytest.mark.parametrize(
    ("name", "extra", "method", "allowed"),
    [
        ("mentoring:pairing", {}, "get", {"organiser", "observer", "mentor", "scholar"}),
        ("mentoring:end", {}, "get", {"organiser"}),
        ("mentoring:end", {}, "post", {"organiser"}),
        ("mentoring:check-in", {"code": "week-2"}, "get", {"mentor", "scholar"}),
        ("mentoring:check-in", {"code": "week-2"}, "post", {"mentor", "scholar"}),
        ("mentoring:answers", {"code": "week-2"}, "get", {"organiser"}),
    ],
)
def test_pages_of_a_pairing_open_to_their_roles_and_to_no_other_pairing(
    cast: Cast, clock: Clock, name: str, extra: dict[str, Any], method: str, allowed: set[str]
) -> None:
    pairing = pair(cast)
    crowd(cast, 1, mentored=True)
    foreign = Pairing.objects.exclude(pk=pairing.pk).get()
    for role in ("organiser", "observer", "mentor", "scholar", "finance", "reviewer", "stranger"):
        call = getattr(signed_in(getattr(cast, role)), method)
        answer = call(page(cast, name, ref=pairing.ref, **extra), {"reason": ""})
        expected = {404} if role == "stranger" else {200, 302, 422} if role in allowed else {403}
        assert answer.status_code in expected, role
        if role in {"mentor", "scholar"} and role in allowed:
            assert call(page(cast, name, ref=foreign.ref, **extra)).status_code == 404
    rival = getattr(signed_in(cast.stranger), method)(rival_page(cast, name, ref=pairing.ref, **extra))
    assert rival.status_code in {403, 404}


def test_what_people_wrote_is_escaped(cast: Cast, clock: Clock) -> None:
    cast.mentor.name = "<b>Mona</b>"
    cast.mentor.save()
    offer(cast, about="<script>alert(1)</script>")
    pairing = pair(cast)
    text = signed_in(cast.scholar).get(page(cast, "mentoring:pairing", ref=pairing.ref)).content.decode()
    assert "<script>alert" not in text
    assert "<b>Mona" not in text
    assert "&lt;script&gt;" in text
