"""The chart of a growing sum: a line, a band, and every number in a table."""

import re
from typing import Any

from tremplin.core.ui.charts import Curve, Reach, curve


def drawn(**changed: object) -> str:
    values: dict[str, Any] = {
        "known": [(0, 0), (0.25, 10), (0.5, 40)],
        "ahead": [Reach(0.5, 40, 40, 40), Reach(1, 80, 100, 160, "8 February")],
        "marks": [(0, "1 January"), (0.5, "middle"), (1, "end")],
        "table": [("4 January", 10), ("15 January", 40)],
    }
    return curve(Curve(**{**values, **changed}), "Sent", "40 so far")


def test_the_line_the_band_and_the_words_are_there() -> None:
    html = drawn()
    assert "<title>Sent</title><desc>40 so far</desc>" in html
    assert len(re.findall(r"<path", html)) == 3
    assert "<td" in html
    assert "100 (80 to 160)" in html
    assert "15 January" in html
    assert "style=" not in html


def test_without_a_forecast_there_is_a_line_alone() -> None:
    html = drawn(ahead=[])
    assert len(re.findall(r"<path", html)) == 1
    assert "legend" not in html


def test_nothing_known_draws_nothing() -> None:
    assert drawn(known=[]) == ""
    assert drawn(known=[(0, float("nan"))]) == ""


def test_words_are_escaped() -> None:
    assert "<b>" not in drawn(marks=[(0, "<b>"), (1, "<b>")], table=[("<b>", 1)])
