"""A declined offer is opened again: while a place is free, or with one more, never with somebody else's."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast, speaks
from tests.selection.world import accept, decide, declined_offer, offers_of, read_cohort, scene_with_offer
from tests.visiting import hold, page, signed_in, text_of
from tremplin.applications.models import Application, ApplicationState
from tremplin.core.errors import Conflict, Invalid, NotAllowed
from tremplin.core.models import AuditEvent
from tremplin.core.outbox.models import OutboxMessage
from tremplin.people.models import User
from tremplin.people.personal_data import keepings
from tremplin.selection import queries, services
from tremplin.selection.models import Offer, OfferState, Override, Proposal, Scholar

Freeze = Callable[[datetime], object]


@pytest.fixture
def freeze(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Freeze:
    hold(monkeypatch, cast.at("decisions_out", days=2))
    return partial(hold, monkeypatch)


def again(cast: Cast, offer: Offer, *, actor: User | None = None, **given: Any) -> Offer:
    now = given.pop("now", cast.at("decisions_out", days=2))
    said = {"why": "slip", "until": now + timedelta(days=3), **given}
    if "reason" in said:
        made = ask(cast, offer, actor=actor, now=now, **said)
        return services.agree_place(override=made, actor=cast.colleague, now=now)
    return services.reopen_offer(offer=offer, actor=actor or cast.organiser, now=now, **said)


def ask(cast: Cast, offer: Offer, *, actor: User | None = None, now: datetime, **said: Any) -> Override:
    made = services.ask_for_place(offer=offer, actor=actor or cast.organiser, now=now, **said)
    made.proposal.cohort = cast.cohort
    return made


def nobody_waits(cast: Cast) -> Offer:
    """A declined offer whose place is free, for the waitlist was closed before."""
    offer = scene_with_offer(cast)
    now = cast.at("decisions_out", hours=1)
    services.close_waitlist(cohort=cast.cohort, actor=cast.organiser, now=now)
    return services.decline_offer(offer=offer, actor=cast.applicant, now=now)


def all_given(cast: Cast) -> Offer:
    """One place of two that the file allows; its holder declined, and the next person has it."""
    read_cohort(cast, 4, also=[cast.applicant])
    decide(cast, places=1)
    (offer,) = offers_of(cast.cohort)
    now = cast.at("decisions_out", days=1)
    return services.decline_offer(offer=offer, actor=offer.application.applicant, now=now)


def form(cast: Cast, **more: str) -> dict[str, str]:
    until = cast.at("decisions_out", days=5)
    return {"why": "not-said", "until": f"{until:%Y-%m-%dT%H:%M}", "words": "", **more}


def test_a_free_place_is_offered_again_with_a_new_day_and_a_mail(cast: Cast) -> None:
    offer = nobody_waits(cast)
    for _press in range(2):
        held = again(cast, offer, words="Sorry for the trouble!")
    assert (held.state, held.reopened, held.answered_at) == ("open", "slip", None)
    assert held.answer_by == cast.at("decisions_out", days=5)
    assert Proposal.objects.get().places == 2
    event = AuditEvent.objects.get(verb="selection.offer-reopened")
    assert event.actor == cast.organiser.ref
    assert {name: event.data[name] for name in ("why", "places", "place_added")} == {
        "why": "slip",
        "places": 2,
        "place_added": False,
    }
    letter = OutboxMessage.objects.get(kind="offer-reopened")
    assert letter.to == cast.applicant.email
    for words in ("because declining was a mistake", "Sorry for the trouble!", "/outcome/"):
        assert words in letter.body, words
    assert "trouble" not in str(AuditEvent.objects.values_list("data", flat=True))


def test_the_mail_speaks_the_language_of_the_person(cast: Cast) -> None:
    speaks(cast.applicant, "fr")
    again(cast, nobody_waits(cast), why="not-said")
    assert "vous ne l’aviez pas refusée" in OutboxMessage.objects.get(kind="offer-reopened").body


def test_it_can_be_accepted_then_and_what_was_heard_is_forgotten(cast: Cast) -> None:
    offer = scene_with_offer(cast)
    now = cast.at("decisions_out", hours=1)
    services.close_waitlist(cohort=cast.cohort, actor=cast.organiser, now=now)
    services.record_decline(offer=offer, actor=cast.organiser, heard="telephone", now=now)
    held = again(cast, offer)
    assert held.heard == ""
    accept(held, cast.at("decisions_out", days=3))
    assert Scholar.objects.get().user == cast.applicant


def test_declining_again_moves_the_place_on_and_is_confirmed_by_a_second_mail(cast: Cast) -> None:
    offer = all_given(cast)
    held = again(cast, offer, reason="We noted it wrongly.")
    now = cast.at("decisions_out", days=3)
    services.decline_offer(offer=held, actor=held.application.applicant, now=now)
    assert OutboxMessage.objects.filter(kind="offer-declined").count() == 2
    again(cast, offer, now=cast.at("decisions_out", days=4))
    assert OutboxMessage.objects.filter(kind="offer-reopened").count() == 2


def test_nobody_loses_a_place_where_all_are_given(cast: Cast) -> None:
    offer = all_given(cast)
    promoted = Offer.objects.get(promoted=True)
    with pytest.raises(Invalid) as refusal:
        again(cast, offer)
    assert set(refusal.value.errors) == {"reason"}
    again(cast, offer, reason="We noted it wrongly.")
    assert Proposal.objects.get().places == 2
    assert Offer.objects.get(pk=promoted.pk).state == OfferState.OPEN
    assert AuditEvent.objects.get(verb="selection.offer-reopened").data["place_added"] is True


def test_the_programme_file_says_how_many_places_there_can_be(cast: Cast) -> None:
    offer = declined_offer(cast)
    with pytest.raises(Conflict, match="nobody loses theirs"):
        again(cast, offer, reason="We noted it wrongly.")
    assert Proposal.objects.get().places == 2
    assert Offer.objects.filter(state=OfferState.OPEN).count() == 2


@pytest.mark.parametrize("role", ["observer", "reviewer", "mentor", "finance", "applicant", "stranger"])
def test_only_organisers_open_it(cast: Cast, role: str) -> None:
    offer = nobody_waits(cast)
    with pytest.raises(NotAllowed):
        again(cast, offer, actor=getattr(cast, role))
    assert Offer.objects.get(pk=offer.pk).state == OfferState.DECLINED


def test_no_organiser_opens_their_own(cast: Cast) -> None:
    offer = nobody_waits(cast)
    Application.objects.filter(pk=offer.application_id).update(applicant=cast.organiser)
    with pytest.raises(NotAllowed, match="You stand apart"):
        again(cast, offer)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"why": ""}, "why"),
        ({"why": "mood"}, "why"),
        ({"words": "w" * 501}, "words"),
        ({"until": datetime.fromisoformat("2020-01-01T00:00+00:00")}, "until"),
        ({"until": datetime.fromisoformat("2999-01-01T00:00+00:00")}, "until"),
    ],
)
def test_what_is_filled_in_has_to_make_sense(cast: Cast, given: dict[str, Any], field: str) -> None:
    offer = nobody_waits(cast)
    with pytest.raises(Invalid) as refusal:
        again(cast, offer, **given)
    assert set(refusal.value.errors) == {field}


def test_what_is_not_declined_is_not_opened(cast: Cast) -> None:
    offer = scene_with_offer(cast)
    with pytest.raises(Conflict, match="Only an offer that was declined"):
        again(cast, offer)
    accept(offer, cast.at("decisions_out", days=1))
    with pytest.raises(Conflict, match="Only an offer that was declined"):
        again(cast, offer)


def test_whoever_withdrew_or_was_erased_gets_no_offer(cast: Cast) -> None:
    offer = nobody_waits(cast)
    Application.objects.filter(pk=offer.application_id).update(
        state=ApplicationState.WITHDRAWN, withdrawn_at=cast.at("decisions_out", days=1)
    )
    with pytest.raises(Conflict, match="no longer in the running"):
        again(cast, offer)
    User.objects.filter(pk=cast.applicant.pk).update(
        erased_at=cast.at("decisions_out", days=1), is_active=False
    )
    with pytest.raises(Conflict, match="erased"):
        again(cast, offer)


def test_after_training_has_started_it_stays_declined(cast: Cast) -> None:
    offer = nobody_waits(cast)
    with pytest.raises(Conflict, match="Training has started"):
        again(cast, offer, now=cast.at("training_starts", hours=1))


def test_the_database_keeps_cause_and_time_together(cast: Cast) -> None:
    offer = nobody_waits(cast)
    for fields in ({"reopened": "slip"}, {"reopened_at": cast.at("decisions_out")}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Offer.objects.filter(pk=offer.pk).update(**fields)


def test_an_organiser_does_it_on_its_page_with_what_follows_before_their_eyes(
    cast: Cast, freeze: Freeze
) -> None:
    offer = all_given(cast)
    places = page(cast, "selection:places")
    address = page(cast, "selection:reopen-offer", ref=offer.ref)
    assert address in text_of(signed_in(cast.organiser), places)
    assert address not in text_of(signed_in(cast.observer), places)
    text = text_of(signed_in(cast.organiser), address)
    assert "Whoever moved up from the waitlist keeps what they were offered" in text
    assert "2 instead of 1" in text
    client = signed_in(cast.organiser)
    wrong = client.post(address, form(cast, words="Take care"))
    assert wrong.status_code == 422
    assert "Say why one is added, or leave it declined." in wrong.content.decode()
    assert "Take care" in wrong.content.decode()
    asked = client.post(address, form(cast, words="Take care", reason="Our slip"))
    assert asked.headers["Location"] == places
    assert "A place for them waits for a second person" in text_of(client, address)
    change = page(cast, "selection:change", ref=Override.objects.get().ref)
    assert change in text_of(client, places)
    assert "You proposed this change" in text_of(client, change)
    assert client.post(change, {"agree": "yes"}).status_code == 403
    second = signed_in(cast.colleague)
    said = text_of(second, change)
    for words in (
        "Our slip",
        "Take care",
        "They had not declined",
        "a place is added unless one has come free",
    ):
        assert words in said, words
    assert second.post(change, {"agree": "yes"}).headers["Location"] == places
    assert "Take care" not in str(Override.objects.values_list("terms", flat=True))
    assert "Take care" in OutboxMessage.objects.get(kind="offer-reopened").body
    text = text_of(client, places)
    assert "opened again" in text
    assert address not in text
    assert "Only an offer that was declined can be opened again." in text_of(client, address)


def test_a_second_tab_that_saw_a_free_place_is_asked_before_one_is_added(
    cast: Cast, freeze: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = all_given(cast)
    seen = queries.places(cast.cohort)
    assert seen is not None
    monkeypatch.setattr(queries, "places", lambda _cohort: type(seen)(**{**_fields(seen), "places": 9}))
    answer = signed_in(cast.organiser).post(page(cast, "selection:reopen-offer", ref=offer.ref), form(cast))
    assert answer.status_code == 422
    assert "All places are given." in answer.content.decode()
    assert Offer.objects.get(pk=offer.pk).state == OfferState.DECLINED


def _fields(view: queries.PlacesView) -> dict[str, Any]:
    return {name: getattr(view, name) for name in view.__slots__}


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        (nobody_waits, "A place is free: nobody else is touched."),
        (declined_offer, "All 2 places are given, and nobody loses theirs."),
    ],
)
def test_the_page_says_whether_a_place_is_free(
    cast: Cast, freeze: Freeze, scene: Callable[[Cast], Offer], words: str
) -> None:
    offer = scene(cast)
    text = text_of(signed_in(cast.organiser), page(cast, "selection:reopen-offer", ref=offer.ref))
    assert words in text


def test_the_page_says_when_it_is_too_late(cast: Cast, freeze: Freeze) -> None:
    offer = nobody_waits(cast)
    freeze(cast.at("training_starts", days=1))
    address = page(cast, "selection:reopen-offer", ref=offer.ref)
    assert "Training has started, so no place is given any more." in text_of(
        signed_in(cast.organiser), address
    )
    assert address not in text_of(signed_in(cast.organiser), page(cast, "selection:places"))


def test_the_person_reads_that_it_is_open_again_and_why(cast: Cast, freeze: Freeze) -> None:
    again(cast, nobody_waits(cast))
    text = text_of(signed_in(cast.applicant), page(cast, "selection:outcome"))
    assert "because declining was a mistake." in text
    assert "It had been declined. An organiser opened it again on" in text
    assert "Accept the place" in text


def test_the_export_of_a_person_says_that_it_was_opened_again(cast: Cast) -> None:
    again(cast, nobody_waits(cast))
    kept = next(one for one in keepings() if one.app == "selection")
    assert kept.export(cast.applicant)["offers"][0]["opened_again_because"] == "slip"


def test_a_place_that_is_asked_for_is_given_by_a_second_person_or_not_at_all(cast: Cast) -> None:
    offer = all_given(cast)
    now = cast.at("decisions_out", days=2)
    said: dict[str, Any] = {"why": "slip", "until": now + timedelta(days=3), "now": now}
    with pytest.raises(Invalid) as refusal:
        ask(cast, offer, reason=" ", **said)
    assert set(refusal.value.errors) == {"reason"}
    made = ask(cast, offer, reason="Our slip", words="Take care", **said)
    with pytest.raises(Conflict, match="waits for a second person already"):
        ask(cast, offer, reason="Once more", **said)
    with pytest.raises(NotAllowed, match="somebody else"):
        services.agree_place(override=made, actor=cast.organiser, now=now)
    services.refuse_override(override=made, actor=cast.colleague, answer="Nobody slipped", now=now)
    made.refresh_from_db()
    assert (made.state, made.answer, "words" in made.terms) == ("refused", "Nobody slipped", False)
    assert Offer.objects.get(pk=offer.pk).state == OfferState.DECLINED
    assert Proposal.objects.get().places == 1
    assert not OutboxMessage.objects.filter(kind="offer-reopened").exists()


def test_a_place_that_comes_free_before_the_second_person_answers_is_used_first(cast: Cast) -> None:
    offer = all_given(cast)
    now = cast.at("decisions_out", days=2)
    made = ask(cast, offer, why="slip", until=now + timedelta(days=3), reason="Our slip", now=now)
    services.close_waitlist(cohort=cast.cohort, actor=cast.organiser, now=now)
    held = Offer.objects.get(promoted=True)
    held.cohort = cast.cohort
    services.decline_offer(offer=held, actor=held.application.applicant, now=now)
    services.agree_place(override=made, actor=cast.colleague, now=now)
    assert Proposal.objects.get().places == 1
    assert Offer.objects.get(pk=offer.pk).state == OfferState.OPEN


def test_a_place_is_not_given_for_a_day_that_has_passed(cast: Cast) -> None:
    offer = all_given(cast)
    now = cast.at("decisions_out", days=2)
    made = ask(cast, offer, why="slip", until=now + timedelta(hours=2), reason="Our slip", now=now)
    with pytest.raises(Conflict, match="has passed meanwhile"):
        services.agree_place(override=made, actor=cast.colleague, now=now + timedelta(hours=3))


def test_no_place_is_asked_for_while_one_is_free(cast: Cast) -> None:
    offer = nobody_waits(cast)
    now = cast.at("decisions_out", days=2)
    with pytest.raises(Conflict, match="A place is free"):
        ask(cast, offer, why="slip", until=now + timedelta(days=3), reason="Our slip", now=now)
