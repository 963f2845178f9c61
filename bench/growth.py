"""How times grow with the size of an instance: lines on two logarithmic scales, as an SVG."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Points = Sequence[tuple[float, float]]
_WIDE, _HIGH, _LEFT, _TOP, _ROOM = 720, 400, 70, 40, 190
_COLOURS = ("#0b6e4f", "#b3541e", "#3b5ba5", "#8a3b7d", "#6b6b6b", "#a68a00")


def growth(lines: Mapping[str, Points], *, title: str, across: str, up: str, path: Path) -> None:
    """Draw each line's points (size, time), both above 0."""
    points = [point for line in lines.values() for point in line]
    if not points:
        return
    low_x, high_x = _decades([x for x, _y in points])
    low_y, high_y = _decades([y for _x, y in points])

    def at(x: float, y: float) -> tuple[float, float]:
        right = _LEFT + (math.log10(x) - low_x) / (high_x - low_x) * (_WIDE - _LEFT - _ROOM)
        down = _TOP + (high_y - math.log10(y)) / (high_y - low_y) * (_HIGH - _TOP - 60)
        return round(right, 1), round(down, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{escape(title)}</title>'
        f'<rect width="{_WIDE}" height="{_HIGH}" fill="#fff"/>'
        f'<text x="{_LEFT}" y="22" font-size="14">{escape(title)}</text>'
    ]
    for power in range(low_x, high_x + 1):
        x, bottom = at(10.0**power, 10.0**low_y)
        parts.append(f'<path d="M{x} {_TOP}V{bottom}" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{10**power:,}</text>')
    for power in range(low_y, high_y + 1):
        x, y = at(10.0**low_x, 10.0**power)
        parts.append(f'<path d="M{x} {y}H{_WIDE - _ROOM}" stroke="#ddd"/>')
        parts.append(f'<text x="{x - 8}" y="{y + 4}" text-anchor="end">{_number(10.0**power)}</text>')
    for number, (name, line) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        spots = [at(x, y) for x, y in sorted(line)]
        way = " ".join(f"{x},{y}" for x, y in spots)
        parts.append(f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in spots]
        parts.append(
            f'<rect x="{_WIDE - _ROOM + 14}" y="{_TOP + 20 * number}" width="12" height="3" fill="{colour}"/>'
        )
        parts.append(f'<text x="{_WIDE - _ROOM + 32}" y="{_TOP + 6 + 20 * number}">{escape(name)}</text>')
    parts.append(f'<text x="{_LEFT}" y="{_HIGH - 12}">{escape(across)} · {escape(up)}</text></svg>')
    path.write_text("\n".join(parts) + "\n", "utf-8")


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"
