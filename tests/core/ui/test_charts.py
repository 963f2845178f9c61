"""Charts: any numbers, any length, no harm; and the words under the picture say what it says."""

import math
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tremplin.core.ui import charts
from tremplin.core.ui.charts import Bar, FunnelRow, Interval, Load, Segment
from tremplin.core.ui.charts.base import ticks
from tremplin.core.ui.charts.intervals import MANY
from tremplin.core.ui.charts.timeline import place_of, positions
from tremplin.core.ui.parts import TimelineDate

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
WILD = [math.nan, math.inf, -math.inf, -5.0, 0.0, 1e300, -1e300, 1e-300, 3.0]
ANY_NUMBER = st.floats(allow_nan=True, allow_infinity=True)


def well_formed(html: str) -> ElementTree.Element:
    """Parsed as XML, which forgives nothing."""
    return ElementTree.fromstring(f"<r>{html}</r>".replace("&nbsp;", " "))


def no_bad_numbers(html: str) -> None:
    for value in re.findall(r'(?:x|y|x1|x2|y1|y2|cx|cy|r|width|height|d)="([^"]*)"', html):
        assert "nan" not in value.lower()
        assert "inf" not in value.lower()
        assert not re.search(r"width|height", value)
    for width in re.findall(r'width="(-?[\d.]+)%"', html):
        assert 0 <= float(width) <= 100


def drawn(*values: Any) -> list[str]:
    """Each chart, of numbers that may be none: it must draw what a fault hands to it."""
    return [
        charts.funnel([FunnelRow(f"<{value}>", value) for value in values]),
        charts.load_bars([Load("<a>", value, value, value) for value in values]),
        charts.bars([Bar("<a>", value) for value in values]),
        charts.share_bar([Segment("<a>", value) for value in values]),
        charts.intervals([Interval("<a>", value, value, -value) for value in values]),
        charts.spark(values),
        *(charts.progress(value, value) for value in values),
    ]


@pytest.mark.parametrize("values", [[], [4.0], WILD, [1.0] * 500], ids=["none", "one", "wild", "many"])
def test_any_rows_give_a_sound_picture(values: list[float]) -> None:
    for html in drawn(*values):
        well_formed(html)
        no_bad_numbers(html)


@given(st.lists(ANY_NUMBER, max_size=60))
def test_any_numbers_give_a_sound_picture(values: list[float]) -> None:
    for html in drawn(*values):
        no_bad_numbers(html)


@given(ANY_NUMBER, ANY_NUMBER)
def test_an_axis_is_short_whatever_it_spans(low: float, high: float) -> None:
    marks = ticks(low, high)
    assert 2 <= len(marks) <= 13
    assert marks == sorted(marks)


def test_an_axis_has_round_numbers_around_what_it_shows() -> None:
    assert ticks(2.3, 8.9) == [2, 4, 6, 8, 10]
    assert ticks(5, 5) == pytest.approx([4.4, 4.6, 4.8, 5.0, 5.2, 5.4, 5.6], abs=0.25)


def test_numbers_too_close_for_round_ones_between_are_their_own_marks() -> None:
    high = math.nextafter(1e12, math.inf)
    assert ticks(1e12, high) == [1e12, high]


def test_one_stop_or_none_stands_at_the_beginning() -> None:
    assert positions([]) == []
    assert positions([NOW]) == [0.0]


def test_labels_are_escaped_everywhere() -> None:
    evil = '"><script>alert(1)</script>'
    pictures = [
        charts.funnel([FunnelRow(evil, 3, evil, "javascript:x\"'")], evil),
        charts.load_bars([Load(evil, 1, 2, 3, evil)], evil),
        charts.bars([Bar(evil, 1, evil, evil, evil)], evil),
        charts.share_bar([Segment(evil, 1, evil, evil)], evil),
        charts.intervals([Interval(evil, 1, 2, 3, evil, evil, evil)], evil),
        charts.intervals([Interval(evil, 1, 2, 3, evil, evil, evil)] * (MANY + 1), evil),
        charts.spark([1, 2], evil),
        charts.progress(1, 2, evil),
    ]
    for html in pictures:
        assert "<script" not in html
        well_formed(html)


def test_no_picture_carries_style_attributes_or_handlers() -> None:
    for html in drawn(1.0, 2.0, 3.0):
        assert not re.search(r'\s(?:style|on\w+)="', html)


def test_a_funnel_says_what_each_step_keeps() -> None:
    with translation.override("en"):
        html = charts.funnel([FunnelRow("Started", 800), FunnelRow("Sent", 400), FunnelRow("Offered", 0)])
    assert "50% of the step before" in html
    assert "0% of the step before" in html
    assert html.count("of the step before") == 2
    assert re.findall(r'class="mark" x="0%" y="0" width="([^"]*)"', html) == ["100%", "50%", "0%"]


def test_after_an_empty_step_no_share_is_made_up() -> None:
    html = charts.funnel([FunnelRow("A", 0), FunnelRow("B", 4)])
    assert "step before" not in html


def test_a_load_above_the_room_is_said_and_marked() -> None:
    with translation.override("en"):
        html = charts.load_bars([Load("A", 3, 26, 20), Load("B", 3, 20, 20)])
    assert "3 of 26 done, room for 20" in html
    assert html.count('class="tag tag--stop"') == 1
    assert "6 too many" in html
    assert "mark--stop" in html


def test_less_than_one_too_many_is_still_too_many() -> None:
    with translation.override("en"):
        assert "0.5 too many" in charts.load_bars([Load("A", 0, 2.5, 2)])


def test_few_estimates_are_named_with_their_range_and_the_cut_crosses_each() -> None:
    with translation.override("fr"):
        html = charts.intervals(
            [
                Interval("A", 6.1, 7.25, 8.3, "ok", "Au-dessus", "/a"),
                Interval("B", 5, 6, 7, "warn", "Au bord"),
            ],
            cut=7,
        )
    assert "7,25 (6,1 à 8,3)" in html
    assert '<a href="/a">A</a>' in html
    assert html.count('class="cut"') == 2
    assert "Au-dessus\u00a0: 1" in html


def test_an_estimate_that_is_not_a_number_is_left_out_and_a_missing_end_is_the_estimate() -> None:
    with translation.override("en"):
        html = charts.intervals([Interval("A", math.nan, 5, math.nan), Interval("B", 1, math.nan, 2)])
    assert "5 (5 to 5)" in html
    assert ">B<" not in html
    assert charts.intervals([Interval("B", 1, math.nan, 2)]) == ""


def test_many_estimates_are_one_described_picture_that_stays_light() -> None:
    rows = [Interval(f"A{i}", i - 1, i, i + 1, "ok" if i % 2 else "warn", "g") for i in range(10_000)]
    with translation.override("en"):
        html = charts.intervals(rows, "All")
    assert "<title>All</title><desc>10,000 estimates, from 0 to 9,999. Each mark is the mean of" in html
    assert 'role="img"' in html
    assert len(html) < 16_000
    assert "<table" not in html


def test_a_short_band_among_thousands_is_still_seen_and_no_mark_spans_two_bands() -> None:
    tones = ["ok"] * 4 + ["warn"] * 12 + [""] * 3292
    rows = [Interval("A", -i - 1, -i, -i + 1, tone, "g") for i, tone in enumerate(tones)]
    html = charts.intervals(rows, "All", cut=-9.5)
    assert html.count("h0") == 240
    sure, drawn = (re.search(rf'swarm__dot mark mark--{tone}" d="([^"]+)"', html) for tone in ("ok", "warn"))
    assert sure
    assert drawn
    assert (sure[1].count("h0"), drawn[1].count("h0")) == (4, 12)
    borders = re.findall(r'<line class="grid" x1="([\d.]+)%" x2="\1%"', html)
    assert [round((float(at) - 9) / 91 * 240) for at in borders] == [4, 16]


def test_a_field_of_some_hundred_folds_its_numbers_away_below() -> None:
    rows = [Interval(f"A{i}", i - 1, i, i + 1) for i in range(MANY + 1)]
    html = charts.intervals(rows)
    assert html.count("<tr>") == MANY + 2
    assert "<details>" in html


def test_shares_fill_the_whole_and_leave_out_what_is_not_there() -> None:
    html = charts.share_bar(
        [Segment("Paid", 3, "€3"), Segment("Due", 1, "€1", "warn"), Segment("Back", -2), Segment("0", 0)]
    )
    assert re.findall(r'class="mark[^"]*" x="([^"]*)" y="0" width="([^"]*)"', html) == [
        ("0%", "75%"),
        ("75%", "25%"),
    ]
    assert "Paid €3" in html
    assert "Back" not in html


def test_a_spark_is_described_and_breaks_where_a_value_is_missing() -> None:
    with translation.override("en"):
        html = charts.spark([3, None, 1, 2], "Loss")
    assert "<title>Loss</title><desc>From 1 to 3, last 2</desc>" in html
    path = re.search(r'd="([^"]*)"', html)
    assert path
    assert path[1].count("M") == 2
    assert path[1].count("L") == 1


@pytest.mark.parametrize("values", [[], [None], [math.nan]])
def test_a_spark_without_values_says_so(values: list[float | None]) -> None:
    with translation.override("en"):
        assert "nothing yet" in charts.spark(values)


def test_a_single_value_is_a_dot_in_the_middle() -> None:
    assert 'cy="12"' in charts.spark([7])


def test_a_below_zero_bar_is_hollow() -> None:
    html = charts.bars([Bar("A", -2), Bar("B", 4, tone="warn")])
    assert 'class="mark mark--hollow" x="0%" y="0" width="50%"' in html
    assert 'class="mark mark--warn" x="0%" y="0" width="100%"' in html


def dates(*days: float) -> list[TimelineDate]:
    return [TimelineDate(f"D{day}", NOW + timedelta(days=day)) for day in days]


def test_a_timeline_orders_its_dates_and_knows_the_next_one() -> None:
    with translation.override("en"):
        context = charts.timeline_context(dates(9, -30, 40), NOW)
    assert [(stop["label"], stop["tense"]) for stop in context["stops"]] == [
        ("D-30", "past"),
        ("D9", "next"),
        ("D40", "future"),
    ]
    assert [stop["distance"] for stop in context["stops"]] == ["", "in 9 days", ""]
    assert "1 of 3 dates are past. Today is 1 March 2027." in context["track"]


@pytest.mark.parametrize(
    "days", [(), (1,), (0, 0, 0), (-3, -2), (1, 2), tuple(range(30)), (-1000, 0, 1, 2, 5000)]
)
def test_any_dates_give_a_sound_timeline(days: tuple[float, ...]) -> None:
    track = charts.timeline_context(dates(*days), NOW)["track"]
    well_formed(track)
    no_bad_numbers(track)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=11))
def test_stops_keep_their_order_and_never_cover_each_other(days: list[int]) -> None:
    moments = [NOW + timedelta(hours=hours) for hours in sorted(days)]
    places = positions(moments)
    assert all(later - earlier >= 8.99 for earlier, later in pairwise(places))
    assert places[0] >= 0
    assert places[-1] <= 100.0001


def test_today_stands_between_its_neighbours() -> None:
    moments = [NOW - timedelta(days=10), NOW + timedelta(days=10), NOW + timedelta(days=100)]
    places = positions(moments)
    assert place_of(NOW, moments, places) == (pytest.approx(places[1] / 2), pytest.approx(0.5))
    assert place_of(NOW - timedelta(days=99), moments, places)[0] == 0
    assert place_of(NOW + timedelta(days=999), moments, places)[0] == 100
    assert place_of(NOW, [], []) == (0.0, 0.0)
