"""A place that is declined: on the page, or by telephone and noted by an organiser; and what an old tab then says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast, speaks
from tests.selection.world import accept, decide, offers_of, read_cohort, scene_with_offer
from tests.visiting import hold, page, signed_in, text_of
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people.models import User
from tremplin.people.personal_data import keepings
from tremplin.selection import queries, services
from tremplin.selection.models import Offer, OfferState, Scholar

Freeze = Callable[[datetime], object]


@pytest.fixture
def freeze(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Freeze:
    hold(monkeypatch, cast.at("decisions_out", days=1))
    return partial(hold, monkeypatch)


def told(cast: Cast, offer: Offer, *, actor: User | None = None, **words: str) -> Offer:
    given = {"heard": "telephone", **words}
    now = cast.at("decisions_out", days=1)
    return services.record_decline(offer=offer, actor=actor or cast.organiser, now=now, **given)


def post(user: User, address: str, data: dict[str, Any]) -> Any:
    return signed_in(user).post(address, data)


def test_what_was_said_by_telephone_has_the_effects_of_an_answer_on_the_page(cast: Cast) -> None:
    read_cohort(cast, 5)
    decide(cast)
    offer = offers_of(cast.cohort)[0]
    for _press in range(2):
        held = told(cast, offer, words="Good luck in Lyon!")
    assert (held.state, held.heard) == ("declined", "telephone")
    promoted = Offer.objects.get(promoted=True)
    assert promoted.state == OfferState.OPEN
    event = AuditEvent.objects.get(verb="selection.offer-declined")
    assert (event.actor, event.data) == (cast.organiser.ref, {"heard": "telephone"})
    letter = OutboxMessage.objects.get(kind="offer-declined-for-you")
    assert letter.to == offer.application.applicant.email
    for words in (
        "You told us by telephone",
        "Good luck in Lyon!",
        "reply to this mail at once",
        "/outcome/",
    ):
        assert words in letter.body, words
    assert not OutboxMessage.objects.filter(kind="offer-declined").exists()
    assert "Lyon" not in str(
        AuditEvent.objects.filter(scope=cast.cohort.scope).values_list("data", flat=True)
    )


def test_the_mail_speaks_the_language_of_the_person(cast: Cast) -> None:
    offer = scene_with_offer(cast)
    speaks(cast.applicant, "fr")
    told(
        cast, offers_of(cast.cohort)[[one.pk for one in offers_of(cast.cohort)].index(offer.pk)], heard="mail"
    )
    assert "Vous nous avez dit par écrit" in OutboxMessage.objects.get(kind="offer-declined-for-you").body


@pytest.mark.parametrize("role", ["observer", "reviewer", "mentor", "finance", "applicant", "stranger"])
def test_only_organisers_record_it(cast: Cast, role: str) -> None:
    offer = scene_with_offer(cast)
    with pytest.raises(NotAllowed):
        told(cast, offer, actor=getattr(cast, role))
    assert Offer.objects.get(pk=offer.pk).state == OfferState.OPEN


@pytest.mark.parametrize(
    ("heard", "words", "field"),
    [("", "", "heard"), ("dream", "", "heard"), ("telephone", "w" * 501, "words")],
)
def test_how_it_was_learned_has_to_be_said_and_a_word_has_an_end(
    cast: Cast, heard: str, words: str, field: str
) -> None:
    offer, now = scene_with_offer(cast), cast.at("decisions_out", days=1)
    with pytest.raises(Invalid) as refusal:
        services.record_decline(offer=offer, actor=cast.organiser, heard=heard, words=words, now=now)
    assert set(refusal.value.errors) == {field}


def test_only_an_open_offer_can_be_declined_for_somebody(cast: Cast) -> None:
    read_cohort(cast, 5)
    decide(cast)
    now = cast.at("decisions_out", days=1)
    taken, own = offers_of(cast.cohort)
    accept(taken, now)
    services.decline_offer(offer=own, actor=own.application.applicant, now=now)
    for offer in (taken, own):
        with pytest.raises(Conflict, match="has an answer"):
            told(cast, offer)
    late = Offer.objects.get(promoted=True)
    late.cohort = cast.cohort
    with pytest.raises(Conflict, match="has ended"):
        services.record_decline(
            offer=late, actor=cast.organiser, heard="mail", now=late.answer_by + timedelta(days=1)
        )
    assert Scholar.objects.count() == 1
    assert not OutboxMessage.objects.filter(kind="offer-declined-for-you").exists()


def test_the_database_keeps_it_to_declines(cast: Cast) -> None:
    offer = scene_with_offer(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.filter(pk=offer.pk).update(heard="telephone")


def test_an_organiser_records_it_on_its_page_after_reading_what_follows(cast: Cast, freeze: Freeze) -> None:
    offer = scene_with_offer(cast)
    places = page(cast, "selection:places")
    address = page(cast, "selection:record-decline", ref=offer.ref)
    assert address in text_of(signed_in(cast.organiser), places)
    assert address not in text_of(signed_in(cast.observer), places)
    text = text_of(signed_in(cast.organiser), address)
    assert "The place goes to the next person on the waitlist at once, and stays theirs" in text
    wrong = post(cast.organiser, address, {"words": "Take care"})
    assert wrong.status_code == 422
    assert "Choose how you learned it." in wrong.content.decode()
    assert "Take care" in wrong.content.decode()
    answer = post(cast.organiser, address, {"heard": "in-person", "words": ""})
    assert answer.headers["Location"] == places
    text = text_of(signed_in(cast.organiser), places)
    assert "in person" in text
    assert "This offer has an answer, or has ended." in text_of(signed_in(cast.organiser), address)


def test_where_nobody_waits_the_page_says_that_the_place_stays_free(cast: Cast, freeze: Freeze) -> None:
    offer = scene_with_offer(cast)
    services.close_waitlist(cohort=cast.cohort, actor=cast.organiser, now=cast.at("decisions_out", days=1))
    text = text_of(signed_in(cast.organiser), page(cast, "selection:record-decline", ref=offer.ref))
    assert "Nobody waits, so the place stays free." in text


def test_the_person_reads_who_recorded_it_and_what_to_do_if_it_is_wrong(cast: Cast, freeze: Freeze) -> None:
    told(cast, scene_with_offer(cast))
    text = text_of(signed_in(cast.applicant), page(cast, "selection:outcome"))
    assert "You told us by telephone, and an organiser recorded it:" in text
    assert "If that was a mistake, write at once" in text
    assert f"mailto:{cast.cohort.plan.programme.contact}" in text


def test_the_export_of_a_person_says_how_it_was_recorded(cast: Cast) -> None:
    told(cast, scene_with_offer(cast))
    kept = next(one for one in keepings() if one.app == "selection")
    assert kept.export(cast.applicant)["offers"][0]["recorded_by_organisers"] == "telephone"


@pytest.mark.parametrize("agreed", [{"agreed": "on"}, {}])
@pytest.mark.parametrize("by", ["themselves", "organiser"])
def test_accepting_in_an_old_tab_says_plainly_that_the_place_was_declined(
    cast: Cast, freeze: Freeze, by: str, agreed: dict[str, str]
) -> None:
    offer = scene_with_offer(cast)
    digest = queries.agreement(cast.cohort, "en").digest
    if by == "organiser":
        told(cast, offer)
    else:
        post(cast.applicant, page(cast, "selection:decline"), {})
    answer = post(cast.applicant, page(cast, "selection:accept"), {"agreement": digest, **agreed})
    text = unescape(answer.content.decode()).split("<main")[1]
    assert answer.status_code == 409
    assert "Nothing was accepted: this place was declined before" in text
    assert "If that was a mistake, write at once" in text
    for acceptance in ("Tick this if you agree", "Accept the place", "Welcome!", "What you agree to"):
        assert acceptance not in text, acceptance
    assert not Scholar.objects.exists()


def test_accepting_in_an_old_tab_after_the_offer_ended_says_that(cast: Cast, freeze: Freeze) -> None:
    offer = scene_with_offer(cast)
    services.expire_offers(cohort=cast.cohort, now=offer.answer_by + timedelta(days=1))
    answer = post(cast.applicant, page(cast, "selection:accept"), {"agreed": "on"})
    text = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "Nothing was accepted: there is no open offer any more" in text
    assert "The offer ended without an answer" in text


def test_a_decline_at_the_very_moment_of_accepting_is_told_the_same_way(
    cast: Cast, freeze: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = scene_with_offer(cast)
    first = services.accept_offer

    def late(**words: Any) -> Scholar:
        told(cast, offer)
        return first(**words)

    monkeypatch.setattr(services, "accept_offer", late)
    answer = post(cast.applicant, page(cast, "selection:accept"), {"agreed": "on"})
    assert answer.status_code == 409
    assert "Nothing was accepted: this place was declined before" in answer.content.decode()


def test_another_agreement_than_the_one_on_screen_is_still_refused(cast: Cast, freeze: Freeze) -> None:
    offer = scene_with_offer(cast)
    answer = post(cast.applicant, page(cast, "selection:accept"), {"agreed": "on", "agreement": "old"})
    assert answer.status_code == 409
    assert "The agreement is not the one that you were shown." in answer.content.decode()
    assert Offer.objects.get(pk=offer.pk).state == OfferState.OPEN


def test_the_address_of_accepting_leads_to_the_outcome(cast: Cast, freeze: Freeze) -> None:
    told(cast, scene_with_offer(cast))
    client = signed_in(cast.applicant)
    answer = client.get(page(cast, "selection:accept"))
    assert answer.headers["Location"] == page(cast, "selection:outcome")


def test_accepting_again_without_a_tick_says_that_the_place_is_theirs(cast: Cast, freeze: Freeze) -> None:
    offer = scene_with_offer(cast)
    accept(offer, cast.at("decisions_out", days=1))
    answer = signed_in(cast.applicant).post(page(cast, "selection:accept"), {}, follow=True)
    assert answer.redirect_chain == [(page(cast, "desk"), 302)]
    assert "You accepted before: the place is yours." in answer.content.decode()
