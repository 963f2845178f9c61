from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast
from tests.mentoring.world import crowd, pair, send
from tests.visiting import Clock, hidden, page, rival_page, signed_in
from tremplin.core.models import AuditEvent
from tremplin.mentoring import services
from tremplin.mentoring.models import CheckInAnswer, Concern, Pairing
from tremplin.programmes.roles import Role
from tremplin.programmes.services import grant
from tremplin.selection import services as selection


@pytest.fixture
def pairing(cast: Cast, clock: Clock) -> Pairing:
    clock.at = cast.at("training_starts", days=12)
    return pair(cast)


def here(cast: Cast, pairing: Pairing, name: str = "check-in") -> str:
    return page(cast, f"mentoring:{name}", ref=pairing.ref, code="week-2")


def test_a_mentor_answers_in_one_page(cast: Cast, pairing: Pairing) -> None:
    client = signed_in(cast.mentor)
    text = client.get(here(cast, pairing)).content.decode()
    assert "Organisers alone read this." in text
    answer = client.post(
        here(cast, pairing), {**hidden(text), "met": "yes", "going": "4", "note": "", "send": "1"}
    )
    assert answer.headers["Location"] == page(cast, "mentoring:pairing", ref=pairing.ref)
    row = CheckInAnswer.objects.get()
    assert (row.side, row.sent_at is not None) == ("mentor", True)
    assert "not sent yet" in client.get(here(cast, pairing)).content.decode()


def test_a_draft_is_found_again(cast: Cast, pairing: Pairing) -> None:
    client = signed_in(cast.scholar)
    client.post(here(cast, pairing), {"_version": "0", "note": "Half a thought", "save": "1"})
    assert "Half a thought" in client.get(here(cast, pairing)).content.decode()


def test_sending_too_early_in_the_form_keeps_the_draft_and_says_what_is_missing(
    cast: Cast, pairing: Pairing
) -> None:
    client = signed_in(cast.mentor)
    answer = client.post(here(cast, pairing), {"_version": "0", "note": "All I have", "send": "1"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "All I have" in text
    assert 'href="#id_met_0"' in text
    assert "<title>Error:" in text
    assert CheckInAnswer.objects.get().answers["note"] == "All I have"
    done = client.post(here(cast, pairing), {**hidden(text), "met": "no", "going": "2", "send": "1"})
    assert done.status_code == 302


def test_an_answer_from_an_old_tab_is_kept_beside_the_stored_one(cast: Cast, pairing: Pairing) -> None:
    client = signed_in(cast.mentor)
    client.post(here(cast, pairing), {"_version": "0", "note": "First tab", "going": "4", "save": "1"})
    answer = client.post(here(cast, pairing), {"_version": "0", "note": "Second tab", "save": "1"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Second tab</textarea>" in text
    assert "What is stored now" in text
    assert "First tab" in text
    assert CheckInAnswer.objects.get().answers["note"] == "First tab"
    client.post(here(cast, pairing), {**hidden(text), "note": "Second tab", "save": "1"})
    assert CheckInAnswer.objects.get().answers["note"] == "Second tab"


def test_what_was_sent_in_another_tab_is_final_and_the_second_text_is_not_lost(
    cast: Cast, pairing: Pairing
) -> None:
    send(pairing, cast.mentor, cast.at("training_starts", days=12))
    answer = signed_in(cast.mentor).post(
        here(cast, pairing), {"_version": "0", "met": "no", "going": "1", "note": "Wait", "send": "1"}
    )
    assert answer.status_code == 409
    assert "Wait" in answer.content.decode()


def test_a_check_in_before_its_time_shows_no_form_and_one_that_is_not_asked_no_page(
    cast: Cast, pairing: Pairing, clock: Clock
) -> None:
    clock.at = cast.at("training_starts", days=5)
    client = signed_in(cast.mentor)
    text = client.get(here(cast, pairing)).content.decode()
    assert "Not yet open" in text
    assert 'name="send"' not in text
    assert client.post(here(cast, pairing), {"send": "1"}).status_code == 409
    other = page(cast, "mentoring:check-in", ref=pairing.ref, code="week-99")
    assert client.get(other).status_code == 404


def test_both_sides_side_by_side_without_what_is_private(cast: Cast, pairing: Pairing, clock: Clock) -> None:
    send(pairing, cast.scholar, clock.at, note="Secret of the scholar")
    send(pairing, cast.mentor, clock.at, going="1", note="Secret of the mentor")
    text = signed_in(cast.mentor).get(here(cast, pairing)).content.decode()
    assert "Secret of the mentor" in text
    assert "Secret of the scholar" not in text
    assert "for organisers alone" in text


def test_organisers_read_everything_and_the_look_is_logged(
    cast: Cast, pairing: Pairing, clock: Clock
) -> None:
    send(pairing, cast.scholar, clock.at, met="no", note="<i>Alone</i>")
    send(pairing, cast.mentor, clock.at)
    answer = signed_in(cast.organiser).get(here(cast, pairing, "answers"))
    text = answer.content.decode()
    assert "&lt;i&gt;Alone" in text
    assert "they do not agree" in text
    assert "no-store" in answer.headers["Cache-Control"]
    assert AuditEvent.objects.filter(verb="mentoring.answers-read", actor=cast.organiser.ref).count() == 1


def test_an_organiser_who_mentors_cannot_read_what_their_scholar_wrote_in_confidence(
    cast: Cast, pairing: Pairing, clock: Clock
) -> None:
    grant(user=cast.mentor, cohort=cast.cohort, role=Role.ORGANISER, actor=cast.organiser, now=clock.at)
    send(pairing, cast.scholar, clock.at, note="My mentor shouts at me.")
    client = signed_in(cast.mentor)
    assert client.get(here(cast, pairing, "answers")).status_code == 403
    assert here(cast, pairing, "answers") not in client.get(page(cast, "mentoring:concerns")).content.decode()
    assert "shouts" not in client.get(here(cast, pairing)).content.decode()


def test_hands_are_listed_open_ones_first_and_lowered_with_a_word(
    cast: Cast, pairing: Pairing, clock: Clock
) -> None:
    client, path = signed_in(cast.organiser), page(cast, "mentoring:concerns")
    assert "No hand is raised" in client.get(path).content.decode()
    services.remind(cohort=cast.cohort, now=cast.at("training_starts", days=18))
    clock.at = cast.at("training_starts", days=18)
    assert "The mentor has not answered" in client.get(path).content.decode()
    hand = Concern.objects.get(kind="silent-mentor")
    close = page(cast, "mentoring:close-concern", ref=hand.ref)
    assert client.get(close).headers["Location"] == here(cast, pairing, "answers")
    answer = client.post(close, {f"{hand.ref}-note": " "})
    assert answer.status_code == 422
    assert f'href="#id_{hand.ref}-note"' in answer.content.decode()
    long = "c" * 1001
    answer = client.post(close, {f"{hand.ref}-note": long})
    assert answer.status_code == 422
    assert long in answer.content.decode()
    assert client.post(close, {f"{hand.ref}-note": "Called <her>."}).headers["Location"] == path
    assert "Called &lt;her&gt;." in client.get(path).content.decode()
    assert client.post(close, {f"{hand.ref}-note": "Again."}).status_code == 409
    send(pairing, cast.scholar, clock.at)
    assert "The answer came after all." in client.get(path).content.decode()


def test_the_list_of_hands_costs_the_same_with_thirty(
    cast: Cast, clock: Clock, queries_of: Callable[[Client, str], int]
) -> None:
    client, path = signed_in(cast.organiser), page(cast, "mentoring:concerns")
    crowd(cast, 1, mentored=True, prefix="one")
    late = cast.at("training_starts", days=18)
    services.remind(cohort=cast.cohort, now=late)
    few = queries_of(client, path)
    crowd(cast, 30, mentored=True)
    services.remind(cohort=cast.cohort, now=late)
    assert queries_of(client, path) == few <= 15


@pytest.mark.parametrize("role", ["observer", "mentor", "scholar", "finance", "reviewer"])
def test_nobody_else_lowers_a_hand(cast: Cast, pairing: Pairing, clock: Clock, role: str) -> None:
    hand = Concern.objects.create(pairing=pairing, code="week-2", kind="silent-mentor", created_at=clock.at)
    close = page(cast, "mentoring:close-concern", ref=hand.ref)
    assert signed_in(getattr(cast, role)).post(close, {"note": "x"}).status_code == 403
    assert signed_in(cast.stranger).post(close, {"note": "x"}).status_code == 404
    rival = rival_page(cast, "mentoring:close-concern", ref=hand.ref)
    assert signed_in(cast.stranger).post(rival, {"note": "x"}).status_code == 404


def test_during_a_pause_nothing_is_asked_and_the_page_says_so(
    cast: Cast, pairing: Pairing, clock: Clock
) -> None:
    selection.pause_scholar(scholar=pairing.scholar, actor=cast.organiser, now=clock.at)
    client = signed_in(cast.mentor)
    text = client.get(page(cast, "mentoring:pairing", ref=pairing.ref)).content.decode()
    assert "on a pause" in text
    assert "after the pause" in text
    assert 'name="send"' not in client.get(here(cast, pairing)).content.decode()
    assert "ended its pause" not in text


def test_an_extension_moves_the_date_that_the_page_shows(cast: Cast, pairing: Pairing) -> None:
    pairing.scholar.extension_weeks = 3
    pairing.scholar.save()
    text = signed_in(cast.mentor).get(page(cast, "mentoring:pairing", ref=pairing.ref)).content.decode()
    moved = cast.at("training_starts", weeks=11)
    assert f"{moved.day} {moved:%B} {moved.year}" in text
