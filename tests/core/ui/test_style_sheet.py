"""What can be measured about the style sheet: weight, contrast in light and dark, direction, hosts."""

import gzip
import re
from pathlib import Path

import pytest

from tremplin import core

STATIC = Path(core.__file__).parent / "static" / "core"
CSS = (STATIC / "tremplin.css").read_text(encoding="utf-8")
SCRIPTS = sorted((STATIC / "js").glob("*.js"))

_PAIRS = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS)
LIGHT = {name: light for name, light, _dark in _PAIRS}
DARK = {name: dark for name, _light, dark in _PAIRS}

BODY_TEXT = [(text, ground) for text in ("ink", "soft") for ground in ("page", "card", "sunken")]
TEXT = [
    *((text, ground) for text in ("link", "link-over", "harm") for ground in ("page", "card", "sunken")),
    *((f"on-{name}", name) for name in ("mast", "act", "harm", "ok", "warn", "info", "stop")),
    ("mast", "on-mast"),  # the number in a badge
    ("page", "ink"),  # the page at hand, the number of a step
    ("page", "dot"),  # the number of the next date
]
MARKS = [
    *((mark, "page") for mark in ("edge", "pool", "dot", "act", "harm", "ring", "ink")),
    *((f"mark-{tone}", "page") for tone in ("ok", "warn", "info", "stop")),
    *((f"mark-{tone}", tone) for tone in ("ok", "warn", "info", "stop")),
    ("edge", "card"),
    ("edge", "sunken"),
    ("act", "card"),  # the mark in a box or a circle
    ("dot", "mast"),  # where we are in the navigation
    ("ring", "ring-in"),
    ("board", "page"),
    ("pool", "track"),
    ("ring", "mast"),
]


def luminance(colour: str) -> float:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_the_guidelines_say() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("pairs", "least"), [(BODY_TEXT, 7.0), (TEXT, 4.5), (MARKS, 3.0)], ids=["body", "text", "marks"]
)
def test_every_pair_of_colours_can_be_told_apart(
    scheme: dict[str, str], pairs: list[tuple[str, str]], least: float
) -> None:
    weak = {
        f"{front} on {ground}": round(contrast(scheme[front], scheme[ground]), 2)
        for front, ground in pairs
        if contrast(scheme[front], scheme[ground]) < least
    }
    assert weak == {}


def test_every_colour_is_measured_or_is_only_a_ground_or_an_ornament() -> None:
    measured = {name for pair in (*BODY_TEXT, *TEXT, *MARKS) for name in pair}
    ornament = {"line", "act-deep", "harm-deep", "sun", "pale"}
    assert set(LIGHT) - measured == ornament


def test_browsers_without_light_dark_get_the_same_light_colours() -> None:
    plain = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", CSS))
    assert plain == LIGHT


def test_the_style_sheet_stays_within_ten_kilobytes() -> None:
    assert len(gzip.compress(CSS.encode(), 9)) <= 10_000


def test_the_scripts_of_a_page_to_write_in_stay_within_four_kilobytes() -> None:
    """Keys are for the pages of those who run a programme, `kept` is fetched once something could not be saved."""
    fetched = [path for path in SCRIPTS if path.stem not in {"keys", "kept"}]
    assert [path.stem for path in fetched] == ["autosave", "counter", "focus"]
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in fetched) <= 4_096


def test_the_layers_are_declared_in_their_order_and_hold_every_rule() -> None:
    assert CSS.startswith("@layer reset, tokens, base, layout, parts, utilities, print;\n")
    depth, outside = 0, []
    for line in CSS.splitlines()[1:]:
        if depth == 0 and line.strip() and not line.startswith(("@layer ", "/*")):
            outside.append(line)
        depth += line.count("{") - line.count("}")
    assert (outside, depth) == ([], 0)


PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|inset)-(?:left|right|top|bottom)[\w-]*"
    r"|(?:max-|min-)?(?:width|height)|left|right|top|bottom"
    r"|border-(?:top|bottom)-(?:left|right)-radius)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
)


def test_no_property_names_a_side_of_the_screen() -> None:
    declarations = re.sub(r"@media[^{]*", "", re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL))
    assert PHYSICAL.findall(declarations) == []


@pytest.mark.parametrize(
    "rule", ["margin-left: 1px", "width: 2rem", "text-align: left", "border-top-left-radius: 1px"]
)
def test_the_search_for_sides_would_find_one(rule: str) -> None:
    assert PHYSICAL.search(f"a {{ {rule}; }}")


@pytest.mark.parametrize(
    "rule", ["border-inline-start: 1px", "inline-size: 2rem", "text-align: start", "stroke-width: 2"]
)
def test_the_search_for_sides_lets_logical_properties_pass(rule: str) -> None:
    assert not PHYSICAL.search(f"a {{ {rule}; }}")


@pytest.mark.parametrize("path", [STATIC / "tremplin.css", *SCRIPTS], ids=lambda path: path.name)
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    # A selector of outside links, and the prefix that the server adds to addresses: neither fetches anything.
    for harmless in ('[href^="http"]', '.replaceAll("https://", "")'):
        text = text.replace(harmless, "")
    assert not re.search(r"https?://|@import|url\(|//cdn", text)


def test_motion_stops_for_those_who_ask() -> None:
    assert "@media (prefers-reduced-motion: reduce)" in CSS


def test_the_focus_ring_is_three_pixels_in_two_tones() -> None:
    rule = re.search(r"^:focus-visible\b[^{]*\{([^}]*)\}", CSS, re.MULTILINE)
    assert rule
    assert "outline: 3px solid var(--ring)" in rule[1]
    assert "box-shadow: 0 0 0 3px var(--ring-in)" in rule[1]
