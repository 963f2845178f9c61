from functools import partial

from tests.cast import Cast, enrol
from tests.mentoring.world import pair
from tests.stipends.world import instalment, through, with_details
from tests.visiting import cards_of, page
from tremplin.selection import services as selection
from tremplin.selection.models import Scholar
from tremplin.stipends import desk, rounds, services

cards = partial(cards_of, desk)


def test_a_scholar_is_first_asked_where_to_pay_them_then_told_what_comes_next(
    cast: Cast, scholar: Scholar
) -> None:
    now = cast.at("training_starts")
    (card,) = cards(cast, cast.scholar, now)
    assert (card.href, card.urgency) == (page(cast, "stipends:payee"), "now")
    with_details(cast, scholar)
    (card,) = cards(cast, cast.scholar, now)
    assert "€1,000.00" in str(card.line)
    assert card.due == cast.at("training_starts")
    through(cast, instalment(scholar))
    pair(cast, scholar)
    (card,) = cards(cast, cast.scholar, now)
    assert "It waits for your check-in." in str(card.line)


def test_nothing_stands_there_when_all_is_paid_or_the_scholar_left(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    through(cast, instalment(scholar))
    selection.withdraw_scholar(scholar=scholar, actor=cast.scholar, now=cast.at("training_starts", days=1))
    assert cards(cast, cast.scholar, cast.at("training_starts", days=2)) == []


def test_a_pause_stands_without_a_date(cast: Cast, scholar: Scholar) -> None:
    with_details(cast, scholar)
    now = cast.at("training_starts", days=-5)
    selection.pause_scholar(scholar=scholar, actor=cast.organiser, now=now)
    (card,) = cards(cast, cast.scholar, now)
    assert card.due is None


def test_finance_sees_only_the_steps_that_wait_for_them(cast: Cast, scholar: Scholar) -> None:
    now = cast.at("training_starts")
    (calm,) = cards(cast, cast.finance, now)
    assert calm.urgency == "calm"
    with_details(cast, scholar)
    (card,) = cards(cast, cast.finance, now)
    assert (str(card.title), card.href) == ("Prepare payments", page(cast, "stipends:board") + "?show=ready")
    through(cast, instalment(scholar), upto="prepared")
    assert [str(card.title) for card in cards(cast, cast.finance, now)] == ["Stipends"]
    (card,) = cards(cast, cast.second_finance, now)
    assert str(card.line) == "1 payment waits for your approval."
    late = cast.at("training_starts", days=6)
    assert "Late payments" in [str(card.title) for card in cards(cast, cast.finance, late)]


def test_the_round_lays_out_settles_and_asks(cast: Cast) -> None:
    scholar = enrol(cast)
    rounds.instalments(cohort=cast.cohort, now=cast.at("training_starts", days=-10))
    assert scholar.instalments.count() == 2
    services.plan_instalments(cohort=cast.cohort, now=cast.at("training_starts", days=-10))
    assert scholar.instalments.count() == 2
