"""Estimates with what is not known about them: a line from low to high, a dot where the estimate lies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import fmean

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.errors import Message
from tremplin.core.ui.amounts import compact, finite, number
from tremplin.core.ui.charts.base import (
    EMPTY,
    co,
    drawing,
    figure,
    joined,
    legend,
    linked,
    pc,
    share,
    silent,
    table,
    ticks,
    tone_class,
    upright,
)

MANY = 40  # above this, names would be a wall: the whole field is drawn instead
_COLUMNS = 240  # more marks than this cannot be told apart on a screen, and would weigh the page down
_TABLE_ROWS = 300
_RUNS = 6  # more runs of one tone than that are no bands
_SEEN = 24  # marks that a run keeps at least, if it has so many


@dataclass(frozen=True, slots=True)
class Interval:
    """One estimate between `low` and `high`. `group` names what its tone stands for."""

    label: Message
    low: float
    estimate: float
    high: float
    tone: str = ""
    group: Message = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class _Shown:
    row: Interval
    low: float
    estimate: float
    high: float


def _readable(rows: Iterable[Interval]) -> list[_Shown]:
    shown = []
    for row in rows:
        estimate = finite(row.estimate)
        if estimate is None:
            continue
        low, high = finite(row.low), finite(row.high)
        low = estimate if low is None else low
        high = estimate if high is None else high
        shown.append(_Shown(row, min(low, high, estimate), estimate, max(low, high, estimate)))
    return shown


def _axis(shown: Sequence[_Shown], cut: float | None) -> list[float]:
    lows = [item.low for item in shown] + ([cut] if cut is not None else [])
    highs = [item.high for item in shown] + ([cut] if cut is not None else [])
    return ticks(min(lows), max(highs))


def _range_text(item: _Shown) -> str:
    return _("%(estimate)s (%(low)s to %(high)s)") % {
        "estimate": number(item.estimate),
        "low": number(item.low),
        "high": number(item.high),
    }


def _few(shown: Sequence[_Shown], axis: Sequence[float], cut: float | None) -> SafeString:
    low, span = axis[0], axis[-1] - axis[0]

    def at(value: float) -> float:
        return 2 + 0.96 * share(value - low, span)

    grid = joined(upright("grid", at(tick)) for tick in axis)
    post = upright("cut", at(cut)) if cut is not None else EMPTY
    drawn = []
    for item in shown:
        css = tone_class(item.row.tone)
        mark = format_html(
            '<line class="whisker {}" x1="{}" x2="{}" y1="50%" y2="50%"/>'
            '<circle class="{}" cx="{}" cy="50%" r="0.34em"/>',
            css,
            pc(at(item.low)),
            pc(at(item.high)),
            css,
            pc(at(item.estimate)),
        )
        picture = silent("interval", joined([grid, post, mark]), height="1.6em")
        drawn.append(
            format_html(
                '<li class="interval-row"><span>{}</span>{}<span class="interval-row__value">{}</span></li>',
                linked(item.row.label, item.row.href),
                picture,
                _range_text(item),
            )
        )
    labels = format_html_join(
        "",
        '<text class="tick" x="{}" y="1em" text-anchor="middle">{}</text>',
        ((pc(at(tick)), compact(tick)) for tick in axis),
    )
    foot = format_html(
        '<div class="interval-row interval-row--axis"><span></span>{}<span></span></div>',
        silent("interval", labels, height="1.4em"),
    )
    return format_html("<ul>{}</ul>{}", joined(drawn), foot)


def _columns(shown: Sequence[_Shown]) -> list[_Shown]:
    """At most about `_COLUMNS` marks: neighbours in rank become one, their interval the mean of theirs.

    Where the field falls into a few runs of one tone, no mark spans two, and a short run keeps as many as can be seen:
    eight among three thousand are still there.
    """
    if len(shown) <= _COLUMNS:
        return list(shown)
    runs = [list(run) for _tone, run in groupby(shown, key=lambda item: item.row.tone)]
    if len(runs) > _RUNS:
        return _merged(shown, _COLUMNS)
    kept = [min(len(run), _SEEN) for run in runs]
    spare, rest = _COLUMNS - sum(kept), len(shown) - sum(kept)
    return [
        mark
        for run, least in zip(runs, kept, strict=True)
        for mark in _merged(run, least + spare * (len(run) - least) // rest)
    ]


def _merged(part: Sequence[_Shown], many: int) -> list[_Shown]:
    """`many` marks for these rows, best first."""
    found = []
    for index in range(many):
        rows = part[index * len(part) // many : (index + 1) * len(part) // many]
        low, high = fmean(item.low for item in rows), fmean(item.high for item in rows)
        found.append(_Shown(rows[len(rows) // 2].row, low, fmean(item.estimate for item in rows), high))
    return found


def _borders(columns: Sequence[_Shown]) -> SafeString:
    """Where one run of marks ends and the next begins, if there are few."""
    edges = [at for at, (one, other) in enumerate(pairwise(columns), 1) if one.row.tone != other.row.tone]
    if len(edges) >= _RUNS:
        return EMPTY
    return joined(upright("grid", 9 + 91 * at / len(columns)) for at in edges)


def _many(shown: Sequence[_Shown], axis: Sequence[float], cut: float | None, title: str) -> SafeString:
    low, span = axis[0], axis[-1] - axis[0]
    ranked = sorted(shown, key=lambda item: -item.estimate)
    columns = _columns(ranked)

    def down(value: float) -> float:
        return 98 - 0.96 * share(value - low, span)

    lines: dict[str, list[str]] = {}
    dots: dict[str, list[str]] = {}
    for index, item in enumerate(columns):
        x = co(1000 * (index + 0.5) / len(columns))
        lines.setdefault(item.row.tone, []).append(
            f"M{x} {co(10 * down(item.high))}V{co(10 * down(item.low))}"
        )
        dots.setdefault(item.row.tone, []).append(f"M{x} {co(10 * down(item.estimate))}h0")
    marks = joined(
        format_html('<path class="{} {}" d="{}"/>', css, tone_class(tone), "".join(parts))
        for css, layer in (("swarm__line", lines), ("swarm__dot", dots))
        for tone, parts in layer.items()
    )
    grid = format_html_join(
        "",
        '<line class="grid" x1="9%" x2="100%" y1="{0}" y2="{0}"/>'
        '<text class="tick" x="8%" y="{0}" dy=".35em" text-anchor="end">{1}</text>',
        ((pc(down(tick)), compact(tick)) for tick in axis),
    )
    post = (
        format_html('<line class="cut" x1="9%" x2="100%" y1="{0}" y2="{0}"/>', pc(down(cut)))
        if cut is not None
        else EMPTY
    )
    inside = format_html(
        '{}{}<svg x="9%" width="91%" height="100%" viewBox="0 0 1000 1000" preserveAspectRatio="none">{}</svg>{}',
        grid,
        _borders(columns),
        marks,
        post,
    )
    desc = ngettext(
        "%(count)s estimate, from %(low)s to %(high)s.",
        "%(count)s estimates, from %(low)s to %(high)s.",
        len(ranked),
    ) % {
        "count": number(len(ranked)),
        "low": number(ranked[-1].estimate),
        "high": number(ranked[0].estimate),
    }
    if len(columns) < len(ranked):
        each = _("Each mark is the mean of neighbours in rank, as many as there is no room for.")
        desc = f"{desc} {each}"
    return drawing("swarm", inside, height="16em", title=title, desc=desc)


def _groups(shown: Sequence[_Shown]) -> list[tuple[str, str]]:
    counts: dict[tuple[str, str], int] = {}
    for item in shown:
        if item.row.group:
            key = (item.row.tone, str(item.row.group))
            counts[key] = counts.get(key, 0) + 1
    return [
        (tone_class(tone), _("%(group)s: %(count)s") % {"group": group, "count": number(count)})
        for (tone, group), count in counts.items()
    ]


def intervals(rows: Iterable[Interval], title: Message = "", cut: float | None = None) -> SafeString:
    """Up to forty rows by name; more as one field, ranked, with the numbers folded away below.

    `cut` draws a line across, such as the score of the last place. Rows without a finite estimate are left
    out of the picture: say beside it how many wait for one.
    """
    shown = _readable(rows)
    if not shown:
        return EMPTY
    cut = finite(cut)
    axis = _axis(shown, cut)
    name = str(title) or _("Estimates with their intervals")
    if len(shown) <= MANY:
        inside = _few(shown, axis, cut)
    else:
        inside = _many(shown, axis, cut, name)
    folded = EMPTY
    if MANY < len(shown) <= _TABLE_ROWS:
        folded = table(
            (_("Name"), _("Estimate")),
            ((linked(item.row.label, item.row.href), _range_text(item)) for item in shown),
            _("The numbers"),
        )
    return figure("intervals", format_html("{}{}{}", inside, legend(_groups(shown)), folded), title)
