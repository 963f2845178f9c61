"""Charts of amounts: funnels, loads, plain bars, shares of a whole, sparks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tremplin.core.errors import Message
from tremplin.core.ui.amounts import finite, number, percent
from tremplin.core.ui.charts.base import (
    EMPTY,
    co,
    figure,
    joined,
    legend,
    linked,
    rect,
    share,
    silent,
    tone_class,
    upright,
)

_BAR = "0.9em"


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """How many remain at one step."""

    label: Message
    count: int
    note: Message = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """What one person carries: done, of what was given to them, of what they have room for."""

    label: Message
    done: float
    assigned: float
    capacity: float
    href: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One amount; `text` is how it reads when it is not a plain number (money, hours)."""

    label: Message
    value: float
    text: str = ""
    tone: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a whole, such as paid, due and left."""

    label: Message
    value: float
    text: str = ""
    tone: str = ""


def _row(label: SafeString, value: SafeString | str, bar: SafeString, note: Message = "") -> SafeString:
    extra = format_html('<div class="hint">{}</div>', note) if note else EMPTY
    return format_html(
        '<li class="bar-row"><span class="bar-row__label">{}{}</span>'
        '<span class="bar-row__value">{}</span>{}</li>',
        label,
        extra,
        value,
        bar,
    )


def funnel(rows: Iterable[FunnelRow], title: Message = "") -> SafeString:
    """Steps that get narrower, each with its share of the step before."""
    rows = list(rows)
    widest = max((finite(row.count) or 0 for row in rows), default=0)
    drawn, before = [], None
    for row in rows:
        value = format_html("<strong>{}</strong>", number(row.count, 0))
        if before:
            kept = _("%(share)s of the step before") % {"share": percent((finite(row.count) or 0) / before)}
            value = format_html("{} <small>{}</small>", value, kept)
        width = share(row.count, widest)
        bar = silent("bar", joined([rect("bar__track", 0, 100), rect("mark", 0, width)]), height=_BAR)
        drawn.append(_row(linked(row.label, row.href), value, bar, row.note))
        before = finite(row.count)
    return figure("funnel", format_html("<ol>{}</ol>", joined(drawn)), title) if rows else EMPTY


def _load_text(row: Load) -> SafeString:
    text = _("%(done)s of %(assigned)s done, room for %(capacity)s") % {
        "done": number(row.done, 1),
        "assigned": number(row.assigned, 1),
        "capacity": number(row.capacity, 1),
    }
    over = (finite(row.assigned) or 0) - (finite(row.capacity) or 0)
    if over <= 0:
        return format_html("{}", text)
    many = ngettext("%(over)s too many", "%(over)s too many", int(over)) % {"over": number(over, 1)}
    return format_html('{} <span class="tag tag--stop">{}</span>', text, many)


def load_bars(rows: Iterable[Load], title: Message = "") -> SafeString:
    """Who carries how much: a solid bar for what is done, a pale one for what is given, a post for the room."""
    rows = list(rows)
    widest = max((max(finite(row.assigned) or 0, finite(row.capacity) or 0) for row in rows), default=0)
    drawn = []
    for row in rows:
        over = (finite(row.assigned) or 0) > (finite(row.capacity) or 0)
        marks = [
            rect("bar__track", 0, 100),
            rect("mark mark--pale", 0, share(row.assigned, widest)),
            rect(tone_class("stop" if over else ""), 0, share(row.done, widest)),
            upright("bar__post", min(99.6, share(row.capacity, widest))),
        ]
        drawn.append(
            _row(linked(row.label, row.href), _load_text(row), silent("bar", joined(marks), height=_BAR))
        )
    keys = legend(
        [
            ("mark", pgettext("load", "Done")),
            ("mark mark--pale", pgettext("load", "Given")),
            ("bar__post", pgettext("load", "Room")),
        ]
    )
    return figure("loads", format_html("<ul>{}</ul>{}", joined(drawn), keys), title) if rows else EMPTY


def bars(rows: Iterable[Bar], title: Message = "") -> SafeString:
    """Amounts side by side, from zero; an amount below zero is said in words and drawn hollow."""
    rows = list(rows)
    widest = max((abs(finite(row.value) or 0) for row in rows), default=0)
    drawn = []
    for row in rows:
        value = finite(row.value)
        css = "mark mark--hollow" if value is not None and value < 0 else tone_class(row.tone)
        mark = rect(css, 0, share(abs(value) if value is not None else None, widest))
        bar = silent("bar", joined([rect("bar__track", 0, 100), mark]), height=_BAR)
        drawn.append(_row(linked(row.label, row.href), row.text or number(row.value), bar))
    return figure("bars", format_html("<ul>{}</ul>", joined(drawn)), title) if rows else EMPTY


def share_bar(segments: Iterable[Segment], title: Message = "") -> SafeString:
    """One whole and its parts, each named with its amount underneath."""
    parts = [part for part in segments if (finite(part.value) or 0) > 0]
    whole = sum(finite(part.value) or 0 for part in parts)
    drawn, keys, start = [], [], 0.0
    for part in parts:
        width = share(part.value, whole)
        drawn.append(rect(tone_class(part.tone), start, width))
        keys.append((tone_class(part.tone), f"{part.label} {part.text or number(part.value)}"))
        start += width
    posts, edge = [], 0.0
    for part in parts[:-1]:
        edge += share(part.value, whole)
        posts.append(upright("bar__gap", edge))
    bar = silent("bar bar--tall", joined([rect("bar__track", 0, 100), *drawn, *posts]), height="1.5em")
    return figure("shares", format_html("{}{}", bar, legend(keys)), title)


def progress(done: float, total: float, label: Message = "") -> SafeString:
    """How far along: "7 of 40"."""
    text = _("%(done)s of %(total)s") % {"done": number(done, 0), "total": number(total, 0)}
    bar = silent(
        "bar",
        joined([rect("bar__track", 0, 100), rect(tone_class("ok"), 0, share(done, total))]),
        height=_BAR,
    )
    name = format_html("{} ", label) if label else EMPTY
    return format_html('<div class="progress"><p>{}<strong>{}</strong></p>{}</div>', name, text, bar)


def _spark_path(values: Sequence[float | None], low: float, high: float) -> tuple[str, tuple[float, float]]:
    """The line, broken where a value is missing, and where it ends."""
    path, last, pen_down = [], (3.0, 12.0), False
    for index, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        x = 3 + 94 * index / max(1, len(values) - 1)
        y = 21 - 18 * (share(value - low, high - low) / 100 if high > low else 0.5)
        path.append(f"{'L' if pen_down else 'M'}{co(x)} {co(y)}")
        pen_down, last = True, (x, y)
    return "".join(path), last


def spark(values: Iterable[float | None], label: Message = "") -> SafeString:
    """A line the size of a word; the person's dot stands on the last value."""
    shown = [finite(value) for value in values]
    known = [value for value in shown if value is not None]
    name = str(label) or _("Course over time")
    if not known:
        return format_html('<span class="spark-none">{}</span>', _("nothing yet"))
    path, (dot_x, dot_y) = _spark_path(shown, min(known), max(known))
    desc = _("From %(low)s to %(high)s, last %(last)s") % {
        "low": number(min(known)),
        "high": number(max(known)),
        "last": number(known[-1]),
    }
    inside = format_html(
        '<path class="spark__line" d="{}"/><circle class="spark__dot" cx="{}" cy="{}" r="2.8"/>',
        path,
        co(dot_x),
        co(dot_y),
    )
    return format_html(
        '<svg class="spark" role="img" viewBox="0 0 100 24"><title>{}</title><desc>{}</desc>{}</svg>',
        name,
        desc,
        inside,
    )


__all__ = [
    "Bar",
    "FunnelRow",
    "Load",
    "Segment",
    "bars",
    "funnel",
    "load_bars",
    "progress",
    "share_bar",
    "spark",
]
