"""Growth as a picture: seconds by number of people, both on logarithmic axes."""

from math import log10
from pathlib import Path
from typing import Any

WIDE, HIGH, LEFT, FOOT = 640, 400, 64, 48
KINDS = {
    "merit_s": ("ours, certified", "#1d5c8a"),
    "cutting_s": ("cutting planes", "#b35c00"),
    "line_s": ("Swiss line", "#5a6b2f"),
}


def write(rows: list[dict[str, Any]], path: Path) -> None:
    """Every instance a mark; the made conferences of one kind joined by a line."""
    most = log10(max(row["people"] for row in rows) * 1.3)
    least = log10(min(row["people"] for row in rows) / 1.3)
    seconds = [max(row[kind], 1e-5) for row in rows for kind in KINDS if row[kind] is not None]
    low, high = log10(min(seconds) / 2), log10(max(seconds) * 2)

    def across(people: float) -> float:
        return LEFT + (log10(people) - least) / (most - least) * (WIDE - LEFT - 16)

    def up(time: float) -> float:
        return HIGH - FOOT - (log10(max(time, 1e-5)) - low) / (high - low) * (HIGH - FOOT - 40)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" role="img" font-family="sans-serif" '
        'font-size="13"><title>Seconds by number of people, logarithmic axes</title>',
        f'<rect width="{WIDE}" height="{HIGH}" fill="#fff"/>',
    ]
    for power in range(int(low) - 1, int(high) + 1):
        if low <= power <= high:
            y = up(10.0**power)
            parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDE - 16}" stroke="#ddd"/>')
            parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>')
    for people in (100, 1_000, 10_000):
        if least <= log10(people) <= most:
            x = across(people)
            parts.append(f'<path d="M{x:.1f} 40V{HIGH - FOOT}" stroke="#ddd"/>')
            parts.append(f'<text x="{x:.1f}" y="{HIGH - FOOT + 18}" text-anchor="middle">{people:,}</text>')
    parts.append(f'<text x="{(LEFT + WIDE) / 2}" y="{HIGH - 8}" text-anchor="middle">people</text>')
    for at, (kind, (label, colour)) in enumerate(KINDS.items()):
        shown = [row for row in rows if row[kind] is not None]
        grown = sorted((row["people"], row[kind]) for row in shown if row["name"].startswith("made gauss"))
        if len(grown) > 1:
            path_ = "L".join(f"{across(people):.1f} {up(time):.1f}" for people, time in grown)
            parts.append(f'<path d="M{path_}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{across(row["people"]):.1f}" cy="{up(row[kind]):.1f}" r="4" fill="{colour}"/>'
            for row in shown
        ]
        x = LEFT + at * 170
        parts.append(
            f'<circle cx="{x + 6}" cy="18" r="5" fill="{colour}"/><text x="{x + 16}" y="22">{label}</text>'
        )
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", "utf-8")
