"""The forecast: right on average, as wide as calls differ, silent while nothing is known."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from tremplin.methods.forecast import AGREEMENT, Forecast, forecast, path, published, repeated
from tremplin.rehearsal.population.arrivals import Window

OPENS = datetime(2027, 1, 1, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=28)


def test_the_curve_goes_through_the_published_figures() -> None:
    share = published(OPENS, CLOSES)
    assert share(OPENS) == 0
    assert share(CLOSES - timedelta(days=7)) == pytest.approx(0.39)
    assert share(CLOSES - timedelta(days=1)) == pytest.approx(0.57, abs=0.01)  # 43 % on the due date: NIH
    assert share(CLOSES - timedelta(hours=1)) == pytest.approx(0.86)
    assert share(CLOSES) == 1
    assert Window(OPENS, CLOSES).last_week == CLOSES - timedelta(days=7)


@pytest.mark.parametrize("days", [0.01, 1, 3, 7, 8, 60])
def test_every_curve_begins_at_nothing_ends_at_all_and_never_falls(days: float) -> None:
    closes = OPENS + timedelta(days=days)
    share = published(OPENS, closes)
    shares = [share(OPENS + (closes - OPENS) * part / 200) for part in range(201)]
    assert shares[0] == 0
    assert shares[-1] == 1
    assert all(later >= earlier - 1e-12 for earlier, later in pairwise(shares))


def test_an_earlier_call_is_laid_on_this_one_by_the_hours_that_are_left() -> None:
    opened = OPENS - timedelta(days=365)
    closed = opened + timedelta(days=14)
    hours = [
        (opened + timedelta(days=2), 10),
        (closed - timedelta(days=1), 30),
        (closed + timedelta(minutes=5), 60),
    ]
    share = repeated((opened, closed, hours), OPENS, CLOSES)
    assert share(OPENS) == 0
    assert share(CLOSES) == 1
    assert share(CLOSES - timedelta(days=8)) == pytest.approx(0.1)
    assert share(CLOSES - timedelta(days=1)) == pytest.approx(0.1)
    assert share(CLOSES - timedelta(hours=23, minutes=30)) == pytest.approx(0.25)
    assert share(CLOSES - timedelta(hours=22)) == pytest.approx(0.4)
    assert share(OPENS + timedelta(days=5)) == 0
    assert share(OPENS + timedelta(days=7)) == pytest.approx(0.1)


@pytest.mark.parametrize(("arrived", "share"), [(0, 0.5), (9, 0.5), (500, 0.001), (12, 0.02)])
def test_nothing_is_said_while_nothing_is_known(arrived: int, share: float) -> None:
    assert forecast(arrived, share) is None


def test_at_the_close_it_is_what_came() -> None:
    assert forecast(321, 1.0) == Forecast(321, 321, 321)


def test_it_is_the_same_each_time_and_narrows_towards_the_end() -> None:
    shares = (0.39, 0.57, 0.86)
    found = [forecast(round(1000 * share), share) for share in shares]
    assert found == [forecast(round(1000 * share), share) for share in shares]
    widths = [one.high / one.low for one in found if one]
    assert len(widths) == 3
    assert widths == sorted(widths, reverse=True)
    assert all(one and one.low <= 1000 <= one.high for one in found)
    assert all(one and abs(one.middle - 1000) < 120 for one in found)


@pytest.mark.parametrize("share", [0.45, 0.6, 0.86])
def test_nine_calls_in_ten_end_within_the_range_when_calls_differ_as_published_ones_did(share: float) -> None:
    rng = np.random.default_rng(7)
    within = total = 0
    for _call in range(400):
        size = int(rng.integers(200, 4000))
        true = rng.beta(AGREEMENT * share, AGREEMENT * (1 - share))
        found = forecast(int(rng.binomial(size, true)), share)
        if found:
            total += 1
            within += found.low <= size <= found.high
    assert total > 300
    assert 0.85 <= within / total <= 0.96


def test_two_rounds_of_one_programme_would_both_have_ended_within_the_range() -> None:
    # Outreachy: 61 % in the last week in 2021, 37 % in 2020; 3,308 and 2,666 applications.
    for size, late in ((3_308, 0.61), (2_666, 0.37)):
        found = forecast(round(size * (1 - late)), 0.39)
        assert found
        assert found.low <= size <= found.high


def test_the_path_begins_where_we_are_and_ends_at_the_forecast() -> None:
    share, now = published(OPENS, CLOSES), CLOSES - timedelta(days=5)
    found = forecast(400, share(now))
    assert found
    rows = path(400, found, share, now, CLOSES)
    assert rows[0] == (now, Forecast(400, 400, 400))
    assert rows[-1] == (CLOSES, found)
    highs = [reach.high for _moment, reach in rows]
    assert highs == sorted(highs)
