"""How a sum grows: a line of what is known, a band of where it may go, and the numbers in a table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tremplin.core.errors import Message
from tremplin.core.ui.amounts import compact, finite, number
from tremplin.core.ui.charts.base import EMPTY, co, drawing, figure, legend, pc, share, table, ticks

_LEFT, _HEIGHT = 9.0, "16em"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the sum may be at one place: `x` from 0 to 1, and its text for the table."""

    x: float
    low: float
    middle: float
    high: float
    label: Message = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """`known` are (x, sum) from 0 to 1; `marks` (x, label) stand under the picture, the last of them at its end.

    `ends`: where an upright line stands, with what it says. `band` says what the band is, `heads` name the columns of
    the table; empty ones are those of a call.
    """

    known: Sequence[tuple[float, float]]
    ahead: Sequence[Reach] = ()
    marks: Sequence[tuple[float, Message]] = ()
    table: Sequence[tuple[Message, float]] = field(default=())
    ends: tuple[float, Message] | None = None
    band: Message = ""
    heads: tuple[Message, Message] | None = None


def curve(data: Curve, title: Message, desc: str = "") -> SafeString:
    """Draws nothing without a point. What the picture shows stands in the table under it, row by row."""
    known = [(share(x, 1), y) for x, y in data.known if finite(y) is not None]
    if not known:
        return EMPTY
    highs = [reach.high for reach in data.ahead] + [y for _x, y in known]
    axis = ticks(0, max(*highs, 1))
    top = axis[-1]

    def down(value: float) -> float:
        return 1000 - 9.4 * share(value, top)

    band = EMPTY
    if data.ahead:
        there = [f"{co(10 * share(reach.x, 1))} {co(down(reach.high))}" for reach in data.ahead]
        back = [f"{co(10 * share(reach.x, 1))} {co(down(reach.low))}" for reach in reversed(data.ahead)]
        middle = [f"{co(10 * share(reach.x, 1))} {co(down(reach.middle))}" for reach in data.ahead]
        band = format_html(
            '<path class="mark mark--pale" stroke-opacity="0" d="M{}Z"/><path class="arc" d="M{}"/>',
            "L".join(there + back),
            "L".join(middle),
        )
    line = "L".join(f"{co(10 * x)} {co(down(y))}" for x, y in known)
    grid = format_html_join(
        "",
        '<line class="grid" x1="{0}" x2="100%" y1="{1}" y2="{1}"/>'
        '<text class="tick" x="8%" y="{1}" dy=".35em" text-anchor="end">{2}</text>',
        ((pc(_LEFT), pc(down(tick) / 10), compact(tick)) for tick in axis),
    )
    if data.ends:
        at = _LEFT + (100 - _LEFT) * share(data.ends[0], 1) / 100
        grid = format_html('{}<line class="cut" x1="{}" x2="{}" y1="0" y2="100%"/>', grid, pc(at), pc(at))
    inside = format_html(
        '{}<svg x="{}" width="{}" height="100%" viewBox="0 0 1000 1000" preserveAspectRatio="none">{}'
        '<path class="arc arc--behind" d="M{}"/></svg>',
        grid,
        pc(_LEFT),
        pc(100 - _LEFT),
        band,
        line,
    )
    picture = drawing("swarm", inside, height=_HEIGHT, title=str(title), desc=desc)
    return figure("curve", format_html("{}{}{}{}", picture, _foot(data), _key(data), _numbers(data)), title)


def _foot(data: Curve) -> SafeString:
    """The words under the picture; the first begins, the last ends where the picture does."""
    last = len(data.marks) - 1
    words = format_html_join(
        "",
        '<text class="tick" x="{}" y="1em" text-anchor="{}">{}</text>',
        (
            (
                pc(_LEFT + (100 - _LEFT) * share(x, 1) / 100),
                "start" if not place else "end" if place == last else "middle",
                label,
            )
            for place, (x, label) in enumerate(data.marks)
        ),
    )
    return format_html('<svg class="interval" aria-hidden="true" width="100%" height="1.4em">{}</svg>', words)


def _key(data: Curve) -> SafeString:
    if not data.ahead:
        return EMPTY
    entries: list[tuple[str, str]] = [] if data.band else [("bar__post", _("So far"))]
    entries.append(("mark mark--pale", str(data.band or _("Nine calls in ten end within this"))))
    if data.ends:
        entries.append(("cut", str(data.ends[1])))
    return legend(entries)


def _numbers(data: Curve) -> SafeString:
    known = [(label, number(value, 0)) for label, value in data.table]
    ahead = [
        (
            reach.label,
            _("%(estimate)s (%(low)s to %(high)s)")
            % {
                "estimate": number(reach.middle, 0),
                "low": number(reach.low, 0),
                "high": number(reach.high, 0),
            },
        )
        for reach in data.ahead
        if reach.label
    ]
    rows = [*known, *ahead]
    heads = data.heads or (_("When"), _("All together"))
    return table(heads, rows, _("The numbers")) if rows else EMPTY
