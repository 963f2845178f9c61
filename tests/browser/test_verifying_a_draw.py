"""The public page of a draw checks itself in the reader's browser, by the same lines that anybody can take home."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.methods.test_lottery import LISTS
from tremplin import selection
from tremplin.methods import lottery

SCRIPTS = Path(selection.__file__).parent / "static" / "selection"
pytestmark = pytest.mark.browser

PAGE = """<!doctype html><title>Draw</title>
<div hidden data-check-draw data-verifier="/verify-draw.mjs" data-file="/draw.json" data-commitment="{commitment}"
 data-holds="It holds." data-fails="It does not hold:" data-unable="Not here.">
<button type="button">Check it in my browser</button><p role="status"></p></div>
<script type="module" src="/check-draw.js"></script>"""


class Site(BaseHTTPRequestHandler):
    """A page, two scripts and a file."""

    file: ClassVar[str] = ""
    commitment: ClassVar[str] = ""

    def do_GET(self) -> None:
        name = self.path.removeprefix("/")
        if name in {"verify-draw.mjs", "check-draw.js"}:
            self._reply((SCRIPTS / name).read_bytes(), "text/javascript")
        elif name == "draw.json":
            self._reply(self.file.encode(), "application/json")
        else:
            self._reply(PAGE.format(commitment=self.commitment).encode(), "text/html; charset=utf-8")

    def _reply(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    context = chromium.new_context(base_url=f"http://127.0.0.1:{server.server_port}")
    yield context.new_page()
    context.close()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("kind", LISTS)
def test_a_browser_works_out_the_same_file_byte_for_byte(page: Page, kind: str) -> None:
    promise = lottery.seal("été", [lottery.Source("text", "„Loto“ ☃")])
    made = lottery.run(LISTS[kind](), promise=promise, reveal=lottery.Reveal("été", ("𝄞 7",)))
    Site.file, Site.commitment = lottery.dumps(made), made.commitment
    page.goto("/")
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text("It holds.")


def test_a_browser_says_what_differs(page: Page) -> None:
    made = lottery.draw(["aaaa", "bbbb", "cccc"], secret="s", places=1)
    Site.file, Site.commitment = lottery.dumps(made).replace(made.seed, "0" * 64), "f" * 64
    page.goto("/")
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text("It does not hold: commitment published")
    Site.commitment = made.commitment
    page.goto("/")
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text("It does not hold: seed")


def test_a_browser_that_cannot_says_so(page: Page) -> None:
    Site.file, Site.commitment = "no draw", "f" * 64
    page.goto("/")
    page.get_by_role("button").click()
    expect(page.get_by_role("status")).to_have_text("Not here.")
