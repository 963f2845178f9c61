"""The field in which labs are written: colours behind the text, Tab that indents, and a way out of it."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect

from tremplin import core, training

CORE = Path(core.__file__).parent / "static"
TRAINING = Path(training.__file__).parent / "static"
PAGE = """<!doctype html><html lang="en"><title>Code</title>
<link rel="stylesheet" href="/core/tremplin.css"><link rel="stylesheet" href="/training/labs.css">
<script type="module" src="/training/code.js"></script>
<form><label for="c">Code</label><textarea id="c" name="c" data-code="python" wrap="off"></textarea>
<p id="h" data-code-help="c" hidden>Tab indents.</p><button>Send</button></form></html>"""
pytestmark = pytest.mark.browser


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        folder = {"core": CORE, "training": TRAINING}.get(path.split("/")[1])
        content = (folder / path[1:]).read_bytes() if folder else PAGE.encode()
        kind = {".css": "text/css", ".js": "text/javascript"}.get(
            Path(path).suffix, "text/html; charset=utf-8"
        )
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def writing(chromium: Browser) -> Iterator[Page]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, daemon=True).start()
    page = chromium.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    page.wait_for_selector(".code")
    yield page
    page.close()
    server.shutdown()
    server.server_close()


def typed(page: Page) -> str:
    return str(page.locator("#c").input_value())


def test_what_is_typed_shows_in_colours_behind_the_text_that_is_sent(writing: Page) -> None:
    area = writing.locator("#c")
    area.fill("def f(x):  # why\n    return 'a\" # no' + '''b\n# c''' + str(1e-3) <b>\n")
    behind = writing.locator(".code__behind")
    expect(behind).to_have_attribute("aria-hidden", "true")
    expect(behind.locator(".code__word")).to_have_text(["def", "return"])
    expect(behind.locator(".code__name")).to_have_text(["f"])
    expect(behind.locator(".code__comment")).to_have_text(["# why"])
    expect(behind.locator(".code__text")).to_have_text(["'a\" # no'", "'''b\n# c'''"])
    expect(behind.locator(".code__number")).to_have_text(["1e-3"])
    assert behind.evaluate("(e) => e.textContent") == typed(writing) + "\n"
    assert area.evaluate("(e) => getComputedStyle(e).color") == "rgba(0, 0, 0, 0)"


def test_text_and_colours_lie_on_one_another(writing: Page) -> None:
    writing.locator("#c").fill("\n".join(["x = 1" + " " * 200 + "# far"] * 200))
    writing.locator("#c").evaluate("(e) => { e.scrollTop = 900; e.scrollLeft = 400; }")
    writing.wait_for_function("document.querySelector('.code__behind').scrollTop === 900")
    boxes = [writing.locator(name).bounding_box() for name in ("#c", ".code__behind")]
    assert boxes[0] == boxes[1]
    sizes = "(e) => { const s = getComputedStyle(e); return [s.fontSize, s.lineHeight, s.fontFamily, s.paddingLeft] }"
    assert writing.locator("#c").evaluate(sizes) == writing.locator(".code__behind").evaluate(sizes)


def test_tab_indents_and_shift_tab_takes_it_back_for_one_line_or_many(writing: Page) -> None:
    area = writing.locator("#c")
    area.press("Tab")
    assert typed(writing) == "    "
    area.press("Shift+Tab")
    assert typed(writing) == ""
    area.fill("a\n\nb")
    area.press("ControlOrMeta+A")
    area.press("Tab")
    assert typed(writing) == "    a\n\n    b"
    area.press("Shift+Tab")
    assert typed(writing) == "a\n\nb"
    area.press("ControlOrMeta+Z")
    assert typed(writing) == "    a\n\n    b"


def test_a_new_line_begins_where_the_last_one_did_and_deeper_after_a_colon(writing: Page) -> None:
    area = writing.locator("#c")
    area.press_sequentially("if x:  # y\nreturn\n1")
    assert typed(writing) == "if x:  # y\n    return\n    1"


def test_the_field_is_no_trap_and_says_how_it_is_left(writing: Page) -> None:
    area = writing.locator("#c")
    expect(area).to_have_attribute("aria-describedby", "h")
    expect(writing.locator("#h")).to_be_visible()
    area.focus()
    writing.keyboard.press("Escape")
    writing.keyboard.press("Tab")
    expect(writing.locator("button")).to_be_focused()
    writing.keyboard.press("Shift+Tab")
    writing.keyboard.press("Tab")
    assert typed(writing) == "    "


def test_very_long_code_stays_plain_and_readable(writing: Page) -> None:
    area = writing.locator("#c")
    area.evaluate("(e) => { e.value = 'x = 1\\n'.repeat(11000); e.dispatchEvent(new InputEvent('input')); }")
    expect(writing.locator(".code")).to_have_class("code code--plain")
    assert area.evaluate("(e) => getComputedStyle(e).color") != "rgba(0, 0, 0, 0)"
