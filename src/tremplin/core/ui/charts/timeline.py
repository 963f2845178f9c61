"""Dates as one hops from board to board: a stop for each date, an arc between two, a dot where we are."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_timedelta
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tremplin.core.ui.amounts import locale
from tremplin.core.ui.charts.base import EMPTY, co, drawing, pc
from tremplin.core.ui.moments import moment_text, when
from tremplin.core.ui.parts import TimelineDate

_LEFT, _WIDTH, _FLOOR, _TOP = 3.0, 94.0, 74.0, 8.0


def ordered(dates: Iterable[TimelineDate]) -> list[TimelineDate]:
    return sorted(dates, key=lambda stop: stop.at)


def positions(moments: Sequence[datetime]) -> list[float]:
    """Where each stop stands, 0 to 100: true to time, but never so close that two numbers cover each other."""
    if len(moments) < 2:
        return [0.0] * len(moments)
    span = (moments[-1] - moments[0]).total_seconds() or 1.0
    true = [100.0 * (moment - moments[0]).total_seconds() / span for moment in moments]
    gap = min(9.0, 100.0 / (len(moments) - 1))
    placed = [true[0]]
    for value in true[1:]:
        placed.append(max(value, placed[-1] + gap))
    # What was pushed past the end comes back from the right.
    placed[-1] = min(placed[-1], 100.0)
    for index in range(len(placed) - 2, -1, -1):
        placed[index] = max(0.0, min(placed[index], placed[index + 1] - gap))
    return placed


def place_of(now: datetime, moments: Sequence[datetime], places: Sequence[float]) -> tuple[float, float]:
    """Where `now` stands between the stops: across 0 to 100, and how far along its arc 0 to 1."""
    if not moments or now <= moments[0]:
        return 0.0, 0.0
    for index in range(1, len(moments)):
        if now < moments[index]:
            along = (now - moments[index - 1]) / (moments[index] - moments[index - 1])
            return places[index - 1] + along * (places[index] - places[index - 1]), along
    return places[-1] if places else 0.0, 0.0


def _x(place: float) -> float:
    return _LEFT + place * _WIDTH / 100


def _height(start: float, end: float) -> float:
    return min(_FLOOR - _TOP, 12 + 2.2 * (end - start))


def _arc(start: float, end: float, until: float = 1.0) -> str:
    """The leap from `start` to `end`, or its first part. A quadratic curve peaks at half its handle."""
    peak = _height(start, end)
    handle, top = start + until * (end - start) / 2, _FLOOR - 2 * peak * until
    last = (start + until * (end - start), _FLOOR - 4 * peak * until * (1 - until))
    return f"M{co(10 * start)} {co(_FLOOR)}Q{co(10 * handle)} {co(top)} {co(10 * last[0])} {co(last[1])}"


def _arcs(
    places: Sequence[float], moments: Sequence[datetime], now: datetime
) -> tuple[SafeString, SafeString]:
    """The arcs, those behind us drawn through; and the dot where we are."""
    behind, ahead = [], []
    across, along = place_of(now, moments, places)
    here = (_x(across), _FLOOR)
    for index in range(1, len(places)):
        start, end = _x(places[index - 1]), _x(places[index])
        if moments[index] <= now:
            behind.append(_arc(start, end))
            continue
        ahead.append(_arc(start, end))
        if moments[index - 1] <= now:
            behind.append(_arc(start, end, along))
            here = (_x(across), _FLOOR - 4 * _height(start, end) * along * (1 - along))
    arcs = format_html(
        '<svg width="100%" height="100%" viewBox="0 0 1000 100" preserveAspectRatio="none">'
        '<path class="arc" d="{}"/><path class="arc arc--behind" d="{}"/><path class="board" d="M0 {}H1000"/></svg>',
        "".join(ahead),
        "".join(behind),
        co(_FLOOR),
    )
    return arcs, format_html('<circle class="here" cx="{}" cy="{}" r="0.5em"/>', pc(here[0]), pc(here[1]))


def _track(stops: Sequence[TimelineDate], now: datetime) -> SafeString:
    moments = [stop.at for stop in stops]
    places = positions(moments)
    arcs, dot = _arcs(places, moments, now)
    posts = format_html_join(
        "",
        '<circle class="stop {0}" cx="{1}" cy="{2}" r="0.72em"/>'
        '<text class="stop__number {0}" x="{1}" y="{2}" dy=".35em" text-anchor="middle">{3}</text>',
        (
            ("stop--behind" if moment <= now else "stop--ahead", pc(_x(place)), pc(_FLOOR), number)
            for number, (place, moment) in enumerate(zip(places, moments, strict=True), 1)
        ),
    )
    desc = _("%(passed)s of %(total)s dates are past. Today is %(today)s.") % {
        "passed": sum(moment <= now for moment in moments),
        "total": len(moments),
        "today": moment_text(now, "date"),
    }
    inside = format_html("{}{}{}", arcs, posts, dot)
    return drawing("track", inside, height="6.5em", title=_("Timeline"), desc=desc)


def _distance(gap: timedelta) -> str:
    """ "in 5 days", « dans 5 jours »."""
    return str(format_timedelta(gap, add_direction=True, threshold=3, locale=locale()))


def timeline_context(dates: Iterable[TimelineDate], now: datetime) -> dict[str, Any]:
    """What `core/parts/timeline.html` draws."""
    stops = ordered(dates)
    following = next((stop for stop in stops if stop.at > now), None)
    rows = [
        {
            "number": number,
            "label": stop.label,
            "href": stop.href,
            "when": when(stop.at),
            "tense": "next" if stop is following else "past" if stop.at <= now else "future",
            "note": stop.note,
            "distance": _distance(stop.at - now) if stop is following else "",
        }
        for number, stop in enumerate(stops, 1)
    ]
    return {"stops": rows, "track": _track(stops, now) if len(stops) > 1 else EMPTY}
