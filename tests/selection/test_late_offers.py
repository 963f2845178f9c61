"""Offers and places once training has begun."""

import pytest

from tests.cast import Cast
from tests.selection.world import scene_with_offer
from tremplin.programmes.desk import Card
from tremplin.programmes.roles import Role
from tremplin.selection import desk, rules


@pytest.mark.parametrize("promoted", [True, False])
def test_an_offer_made_after_training_began_has_the_days_that_the_programme_gives(
    cast: Cast, promoted: bool
) -> None:
    """Nobody is given less time because others have begun already."""
    now = cast.at("training_starts", days=2)
    until = rules.answer_by(cast.cohort.plan, cast.cohort.dates, now, promoted=promoted)
    assert until == cast.at("training_starts", days=9)


def test_a_programme_without_a_date_for_training_sets_no_end_by_it(cast: Cast) -> None:
    dates = {code: at for code, at in cast.cohort.dates.items() if code == "decisions_out"}
    until = rules.answer_by(cast.cohort.plan, dates, cast.at("decisions_out"))
    assert until == cast.at("decisions_out", days=7)


def test_once_training_has_begun_places_are_no_longer_counted_on_the_desk(cast: Cast) -> None:
    scene_with_offer(cast)

    def titles(days: int) -> list[Card]:
        now = cast.at("training_starts", days=days)
        cards = desk.cards(
            cohort=cast.cohort, actor=cast.organiser, roles=frozenset({Role.ORGANISER}), now=now
        )
        return [card for card in cards if "places accepted" in card.line]

    assert titles(-1)
    assert titles(1) == []
