"""What all charts share: finite numbers, scales, and the pieces of SVG.

Widths are percentages and heights are ems, so that a chart reflows on a phone and grows with the text.
Colours are classes: the style sheet knows light from dark. No style attributes: the CSP forbids them.
"""

import math
from collections.abc import Iterable, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tremplin.core.errors import Message
from tremplin.core.ui.amounts import finite

EMPTY = SafeString("")


def share(value: float | None, of: float | None) -> float:
    """`value` as a percentage of `of`, within 0 and 100, whatever is handed in."""
    top, whole = finite(value), finite(of)
    if top is None or not whole or whole < 0:
        return 0.0
    return max(0.0, min(100.0, 100.0 * top / whole))


def pc(value: float) -> str:
    """A percentage as SVG wants it: a full stop, two decimals, no needless zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def co(value: float) -> str:
    """A coordinate."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers from at or below the lower to at or above the higher of the two."""
    if finite(low) is None or finite(high) is None:
        return [0.0, 1.0]
    low, high = min(low, high), max(low, high)
    if low == high:
        room = max(0.5, abs(low) / 10)
        low, high = low - room, high + room
    step = _step((high - low) / max(1, about))
    if not math.isfinite(step) or step <= 0 or low + step == low:
        return [low, high]
    first, last = math.floor(low / step), math.ceil(high / step)
    return [index * step for index in range(first, last + 1)]


def _step(rough: float) -> float:
    magnitude: float = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    return next(
        (magnitude * nice for nice in (1.0, 2.0, 2.5, 5.0) if magnitude * nice >= rough), magnitude * 10.0
    )


def drawing(css: str, inside: SafeString, *, height: str, title: str, desc: str = "") -> SafeString:
    """One picture with its name and its description in words."""
    return format_html(
        '<svg class="{}" role="img" width="100%" height="{}"><title>{}</title>{}{}</svg>',
        css,
        height,
        title,
        format_html("<desc>{}</desc>", desc) if desc else EMPTY,
        inside,
    )


def silent(css: str, inside: SafeString, *, height: str) -> SafeString:
    """A picture of what the text beside it says already."""
    return format_html(
        '<svg class="{}" aria-hidden="true" width="100%" height="{}">{}</svg>', css, height, inside
    )


def rect(css: str, x: float, width: float, *, y: str = "0", height: str = "100%") -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>', css, pc(x), y, pc(width), height
    )


def upright(css: str, x: float, *, y1: str = "0", y2: str = "100%") -> SafeString:
    return format_html('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>', css, pc(x), pc(x), y1, y2)


def joined(pieces: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def figure(css: str, inside: SafeString, title: Message = "") -> SafeString:
    caption = format_html("<figcaption>{}</figcaption>", title) if title else EMPTY
    return format_html('<figure class="chart {}">{}{}</figure>', css, caption, inside)


def linked(label: Message, href: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', href, label) if href else format_html("{}", label)


def tone_class(tone: str) -> str:
    """The fill of a mark; an unknown tone gets the plain one."""
    return f"mark mark--{tone}" if tone in {"ok", "warn", "info", "stop"} else "mark"


def legend(entries: Sequence[tuple[str, str]]) -> SafeString:
    """`entries` are (class of the mark, label)."""
    items = format_html_join(
        "",
        '<li><svg class="key" aria-hidden="true" viewBox="0 0 9 9"><rect class="{}" width="9" height="9"/></svg>'
        "{}</li>",
        entries,
    )
    return format_html('<ul class="legend">{}</ul>', items) if entries else EMPTY


def table(headings: Sequence[Message], rows: Iterable[Sequence[Message]], summary: Message) -> SafeString:
    """The numbers behind a picture, folded away under it."""
    head = format_html_join("", '<th scope="col">{}</th>', ((heading,) for heading in headings))
    body = format_html_join(
        "",
        "<tr>{}</tr>",
        (
            (format_html_join("", '<td data-label="{}">{}</td>', zip(headings, row, strict=True)),)
            for row in rows
        ),
    )
    return format_html(
        "<details><summary>{}</summary><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></details>",
        summary,
        head,
        body,
    )
