from datetime import datetime
from functools import partial

from tests.cast import Cast, enrol
from tests.mentoring.world import offer, pair, send
from tests.visiting import Clock, cards_of, page
from tremplin.mentoring import desk, services
from tremplin.mentoring.models import Pairing
from tremplin.people.models import User
from tremplin.selection import services as selection

cards = partial(cards_of, desk)


def titles(cast: Cast, user: User, now: datetime) -> list[str]:
    return [str(card.title) for card in cards(cast, user, now)]


def test_a_mentor_is_asked_for_their_offer_then_waits_in_peace(cast: Cast) -> None:
    now = cast.at("training_starts", days=-15)
    assert titles(cast, cast.mentor, now) == ["Say what you offer"]
    offer(cast)
    (card,) = cards(cast, cast.mentor, now)
    assert (str(card.title), card.urgency) == ("Your offer is in", "calm")


def test_a_scholar_is_asked_for_their_wish_then_told_that_somebody_is_looked_for(cast: Cast) -> None:
    scholar = enrol(cast)
    now = cast.at("training_starts", days=-15)
    assert titles(cast, cast.scholar, now) == ["Say what you wish of a mentor"]
    services.save_wish(
        scholar=scholar, actor=cast.scholar, topics=[], languages=[], note="", expected_version=0, now=now
    )
    assert titles(cast, cast.scholar, now) == ["Your mentor is on the way"]


def test_an_open_check_in_stands_on_both_desks_until_it_is_sent(cast: Cast, clock: Clock) -> None:
    pairing = pair(cast)
    for user, other in ((cast.scholar, "Mona Mentor"), (cast.mentor, "Sami Scholar")):
        (card,) = cards(cast, user, clock.at)
        assert (str(card.title), card.urgency) == (f"Week 2 · {other}", "now")
        assert card.href == page(cast, "mentoring:check-in", ref=pairing.ref, code="week-2")
    send(pairing, cast.mentor, clock.at)
    (card,) = cards(cast, cast.mentor, clock.at)
    assert (str(card.title), card.due) == ("Your scholar: Sami Scholar", cast.at("training_starts", weeks=8))
    (card,) = cards(cast, cast.mentor, cast.at("training_ends"))
    assert card.urgency == "now"  # week 8 has not been answered


def test_when_nothing_is_left_the_desk_says_so(cast: Cast) -> None:
    pairing = pair(cast)
    for code, weeks in (("week-2", 2), ("week-8", 8)):
        send(pairing, cast.mentor, cast.at("training_starts", weeks=weeks), code=code)
    (card,) = cards(cast, cast.mentor, cast.at("training_ends"))
    assert "No check-in is left" in str(card.line)


def test_a_pause_quiets_both_desks_and_leaving_empties_them(cast: Cast, clock: Clock) -> None:
    pairing = pair(cast)
    paused = cast.at("training_starts", days=8)
    selection.pause_scholar(scholar=pairing.scholar, actor=cast.organiser, now=paused)
    (card,) = cards(cast, cast.mentor, clock.at)
    assert (card.urgency, card.due) == ("calm", None)
    selection.withdraw_scholar(scholar=pairing.scholar, actor=cast.scholar, now=clock.at)
    assert titles(cast, cast.mentor, clock.at) == ["Your offer is in"]
    assert titles(cast, cast.scholar, clock.at) == []


def test_organisers_see_who_is_alone_and_which_hands_are_raised(cast: Cast) -> None:
    scholar = enrol(cast)
    now = cast.at("training_starts", days=18)
    assert titles(cast, cast.organiser, now) == ["Pair scholars and mentors"]
    pair(cast, scholar)
    services.remind(cohort=cast.cohort, now=now)
    (card,) = cards(cast, cast.organiser, now)
    assert (str(card.title), str(card.line)) == ("Raised hands", "2 hands are raised.")
    assert cards(cast, cast.observer, now) == []
    assert Pairing.objects.count() == 1
