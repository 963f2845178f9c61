"""What the planner said against how often it came: one point for each share, with its interval."""

from typing import Any
from xml.sax.saxutils import escape

_SIDE, _EDGE, _GAP = 300, 46, 60
_STYLE = (
    "text{font:13px sans-serif;fill:#13262d}.axis{stroke:#6d7a7e;fill:none}.even{stroke:#6d7a7e;stroke-dasharray:4 4}"
    ".bar{stroke:#0c7c92;stroke-width:2}.dot{fill:#00566a}"
    "@media(prefers-color-scheme:dark){text{fill:#f1efe8}.bar{stroke:#4fb9cd}.dot{fill:#86dcec}}"
)


def draw(tables: list[dict[str, Any]]) -> str:
    """As SVG: one field for each moment at which the planner was asked."""
    wide = len(tables) * (_SIDE + _GAP) + _EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {_SIDE + 100}" role="img" '
        f'aria-label="What the planner said, and how often it came"><style>{_STYLE}</style>'
    ]
    for number, table in enumerate(tables):
        parts.append(_field(table, _EDGE + number * (_SIDE + _GAP)))
    return "".join([*parts, "</svg>\n"])


def _field(table: dict[str, Any], left: int) -> str:
    top = 34

    def x(share: float) -> float:
        return round(left + _SIDE * share, 1)

    def y(share: float) -> float:
        return round(top + _SIDE * (1 - share), 1)

    parts = [
        f'<text x="{left}" y="20">asked {escape(table["moment"])}</text>',
        f'<rect class="axis" x="{left}" y="{top}" width="{_SIDE}" height="{_SIDE}"/>',
        f'<line class="even" x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}"/>',
    ]
    for row in table["bins"]:
        low, high = row["interval"]
        at = x(row["said"])
        parts.append(f'<line class="bar" x1="{at}" x2="{at}" y1="{y(low)}" y2="{y(high)}"/>')
        radius = round(2 + row["seasons"] ** 0.5 / 2, 1)
        parts.append(f'<circle class="dot" cx="{at}" cy="{y(row["came"] / row["seasons"])}" r="{radius}"/>')
    for share in (0, 0.5, 1):
        parts.append(f'<text x="{x(share)}" y="{top + _SIDE + 18}" text-anchor="middle">{share:g}</text>')
        parts.append(f'<text x="{left - 8}" y="{y(share) + 4}" text-anchor="end">{share:g}</text>')
    parts.append(
        f'<text x="{x(0.5)}" y="{top + _SIDE + 40}" text-anchor="middle">chance of somebody unread that was said</text>'
    )
    parts.append(
        f'<text x="{x(0.5)}" y="{top + _SIDE + 58}" text-anchor="middle">'
        "upwards: share of seasons in which it came</text>"
    )
    return "".join(parts)
