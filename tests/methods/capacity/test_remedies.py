"""What would help: the smallest of its kind, simulated anew, on the same luck."""

from dataclasses import replace

import numpy as np
import pytest

from tremplin.methods.capacity import (
    Changed,
    Coming,
    Habits,
    Most,
    Prices,
    Reader,
    Season,
    Size,
    advise,
    outlook,
    simulate,
)
from tremplin.methods.capacity.outlook import missed
from tremplin.methods.capacity.simulated import _capped

CERTAIN = Habits(trust=float("inf"), leaves=0.0, steady=True)
SIZE = Size(worlds=60, each=5)


def test_nothing_is_advised_where_nothing_is_needed() -> None:
    found = advise(Season(1, 10, {"en": (5,)}, (Reader("ada", 7),), habits=CERTAIN), size=SIZE)
    assert (found.remedies, found.cheapest, found.now.short.value) == ((), None, 0)


def test_at_an_even_pace_the_remedies_are_a_matter_of_counting() -> None:
    # 40 reads are wanted and 20 come: by a second and a third reviewer, in 20 days more, or at twice the pace.
    readers = (Reader("ada", 7), Reader("bo", 7))
    season = Season(2, 10, {"en": (20, 0)}, readers, habits=CERTAIN)
    found = {one.kind: one for one in advise(season, size=SIZE).remedies}
    assert {kind: (one.amount, one.enough) for kind, one in found.items()} == {
        "reviewers": (2, True),
        "later": (10, True),
        "effort": (1.0, True),
        "fewer": (1.0, True),
    }
    assert found["reviewers"].by_language == (("en", 2),)
    assert found["effort"].cost == pytest.approx(0.5 * 14 * 10 / 7)
    assert found["fewer"].cost == pytest.approx(0.75 * 20)


def test_each_remedy_is_enough_and_a_step_less_is_not() -> None:
    readers = tuple(Reader(f"r{number}", 8) for number in range(6))
    season = Season(2, 14, {"en": (50, 10), "fr": (10, 0)}, readers)
    advice = advise(season, size=SIZE, risk=0.1)
    assert advice.now.short.value > 0.1
    for one in advice.remedies:
        assert one.enough == (one.chance.value <= 0.1)
        if one.kind == "effort" and one.enough:
            assert missed(simulate(season, SIZE, Changed(effort=1 + one.amount)), "short") == one.chance
            assert missed(simulate(season, SIZE, Changed(effort=0.95 + one.amount)), "short").value > 0.1
        if one.kind == "later" and one.enough:
            assert outlook(replace(season, ends=14 + one.amount), SIZE).short.value == pytest.approx(
                one.chance.value, abs=0.06
            )


def test_reviewers_are_sought_in_the_languages_that_lack_them() -> None:
    english, french = frozenset({"en"}), frozenset({"fr"})
    readers = (Reader("ada", 70, english), Reader("bo", 7, french))
    season = Season(1, 10, {"en": (20,), "fr": (35,)}, readers, habits=CERTAIN)
    best = next(one for one in advise(season, size=SIZE).remedies if one.kind == "reviewers")
    assert best.enough
    # The middle pace of those there are is 70 a week, so that one more French reviewer is plenty.
    assert best.by_language == (("fr", 1),)
    both = replace(season, piles={"en": (200,), "fr": (35,)})
    best = next(one for one in advise(both, size=SIZE).remedies if one.kind == "reviewers")
    assert best.by_language == (("en", 1), ("fr", 1))


def test_prices_decide_which_is_cheapest_and_what_is_not_enough_comes_last() -> None:
    season = Season(1, 10, {"en": (30,)}, (Reader("ada", 7), Reader("bo", 7)), habits=CERTAIN)
    assert advise(season, size=SIZE, prices=Prices(reviewer=100, day=1, read=100)).cheapest.kind == "later"  # type: ignore[union-attr]
    assert (
        advise(season, size=SIZE, prices=Prices(reviewer=1, day=100, read=100)).cheapest.kind == "reviewers"
    )  # type: ignore[union-attr]
    tight = advise(season, size=SIZE, prices=Prices(day=0.01), most=Most(days=2))
    assert tight.cheapest is not None
    assert tight.cheapest.kind != "later"
    last = tight.remedies[-1]
    assert (last.kind, last.amount, last.enough, last.chance.value) == ("later", 2, False, 1)


def test_the_goal_that_nobody_is_unread_needs_less() -> None:
    readers = tuple(Reader(f"r{number}", 8) for number in range(6))
    season = Season(3, 14, {"en": (40, 0, 0)}, readers)
    unread, short = (advise(season, goal=goal, size=SIZE) for goal in ("unread", "short"))  # type: ignore[arg-type]
    assert unread.now == short.now
    assert unread.now.unread.value < short.now.short.value
    assert "fewer" not in {one.kind for one in unread.remedies}


def test_nobody_who_reads_is_a_case_for_reviewers_alone() -> None:
    found = advise(Season(1, 10, {"en": (30,)}, (), habits=CERTAIN), size=SIZE)
    assert found.cheapest is not None
    assert (found.cheapest.kind, found.cheapest.amount) == ("reviewers", 3)
    assert [one.enough for one in found.remedies] == [True, False, False]


def test_a_shorter_text_an_earlier_start_and_a_cap_are_a_matter_of_counting_too() -> None:
    # 40 people come at once, and one reviewer who begins on day 4 reads one a day: 16 by day 20.
    coming = Coming(0, 0.5, (40, 40), along=((0.0, 0.0), (0.5, 1.0)), by_language={"en": 1_000_000})
    season = Season(1, 20, {}, (Reader("ada", 7, frozenset({"en"}), starts=4),), coming, CERTAIN)
    most = Most(shorter=0.8, cap=5, earlier=4)
    found = {one.kind: one for one in advise(season, size=SIZE, most=most).remedies}
    assert (found["shorter"].amount, found["shorter"].enough) == (0.6, True)  # 16 / 0.4 = 40
    assert (found["earlier"].amount, found["earlier"].enough) == (4, False)  # 20 of 40
    assert (found["cap"].amount, found["cap"].enough) == (16, True)
    assert found["cap"].cost == pytest.approx(2.0 * 24)
    longer = replace(season, ends=38)
    two = {one.kind: one for one in advise(longer, size=SIZE, most=most).remedies}
    assert (two["earlier"].amount, two["earlier"].enough) == (4, False)  # 38 of 40
    assert (two["cap"].amount, two["cap"].enough) == (34, True)


def test_nobody_beyond_the_cap_comes_and_languages_give_way_alike() -> None:
    came = np.random.default_rng(3).poisson(5, (6, 3, 40))
    kept = _capped(came, 30)
    assert (kept <= came).all()
    assert (kept.sum(axis=(0, 1)) == np.minimum(came.sum(axis=(0, 1)), 30)).all()
    assert (_capped(came, 0) == 0).all()
    assert (_capped(came, 10_000) == came).all()
    even = _capped(np.full((1, 2, 1), 50), 60)
    assert even.ravel().tolist() == [30, 30]


def test_beginning_earlier_and_reading_more_go_together() -> None:
    readers = (Reader("ada", 14, starts=5), Reader("bo", 14, most=10, starts=5))
    season = Season(1, 10, {"en": (60,)}, readers, habits=CERTAIN)
    both = simulate(season, SIZE, Changed(earlier=5, effort=2))
    assert set(both.missing[9].sum(axis=0).tolist()) == {60 - 40 - 10}
