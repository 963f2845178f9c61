"""What the scripts do in a real browser; without it the same pages work, only plainer."""

import json
from collections.abc import Iterator
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from django import forms
from django.template import engines
from playwright.sync_api import Browser, Page, expect

from tests.browser.checks import autosaved
from tremplin import core
from tremplin.core.ui.forms import TextArea

STATIC = Path(core.__file__).parent / "static"
pytestmark = pytest.mark.browser

TEMPLATE = """{% extends "core/base.html" %}{% block title %}Write{% endblock %}{% block content %}
{% error_summary form %}
<form method="post" action="/sent" data-autosave="/save"{% if private %} data-autosave-keep="no"{% endif %} novalidate>
<input type="hidden" name="csrfmiddlewaretoken" value="secret">{% once %}
<input type="hidden" name="version" value="1">{{ form }}{% autosave_status %}
<button class="button" data-key="s">Send</button></form>
<a href="#next" data-key="j">Next</a>
{% keys_toggle %}
<form method="post" action="/out" data-forget><button>Sign out</button></form>
{% endblock %}"""


class Writing(forms.Form):
    text = forms.CharField(label="Text", widget=TextArea(words=5))
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, required=False
    )
    sure = forms.BooleanField(label="Sure", required=False)


class Site(BaseHTTPRequestHandler):
    """One page, its files, and a place to save that can be told to fail."""

    status: ClassVar[int] = 200
    answer: ClassVar[dict[str, Any]] = {}
    saved: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        if self.path.startswith("/static/"):
            file = STATIC / self.path.removeprefix("/static/").split("?")[0]
            kind = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}[file.suffix]
            self._reply(200, file.read_bytes(), kind)
            return
        context = {"form": Writing({} if "bad" in self.path else None), "private": "private" in self.path}
        html = engines["django"].from_string(TEMPLATE).render(context)
        self._reply(200, html.encode(), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != "/save":
            self._reply(200, b"<!doctype html><title>Sent</title>Sent", "text/html")
            return
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = BytesParser().parsebytes(head + body).walk()
        fields = {
            str(part.get_param("name", header="content-disposition")): str(part.get_payload())
            for part in parts
            if not part.is_multipart()
        }
        Site.saved.append(fields)
        self._reply(Site.status, json.dumps(Site.answer).encode(), "application/json")

    def _reply(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; "
            "img-src 'self' data:; connect-src 'self'; form-action 'self'",
        )
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    Site.status, Site.answer, Site.saved = 200, {}, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=site, locale="en-GB")
    made = context.new_page()
    faults: list[str] = []
    made.on("pageerror", lambda error: faults.append(str(error)))
    made.on(
        "console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None
    )
    made.goto("/")
    yield made
    context.close()
    assert faults == []


def kept(page: Page) -> Any:
    """The copy that this device keeps of the form, if any."""
    return page.evaluate(
        "localStorage.getItem(Object.keys(localStorage).find(key => key.startsWith('autosave:/save#')))"
    )


def test_the_counter_counts_words_down_and_over(page: Page) -> None:
    hint = expect(page.locator("#id_text_count"))
    hint.to_have_text("Up to 5 words.")
    page.fill("#id_text", "one two three four")
    hint.to_have_text("1 word left")
    page.fill("#id_text", "one two three four five six seven")
    hint.to_have_text("2 words too many")
    expect(page.locator("#id_text_count + [aria-live=polite]")).to_have_text("2 words too many")


def test_the_focus_goes_to_the_summary_and_from_there_to_the_field(page: Page) -> None:
    page.goto("/bad")
    expect(page.locator(".error-summary")).to_be_focused()
    page.click(".error-summary a")
    expect(page.locator("#id_text")).to_be_focused()


def test_what_is_typed_is_saved_and_the_hour_said(page: Page) -> None:
    Site.answer = {"fields": {"version": "2"}}
    page.fill("#id_text", "hello")
    autosaved(page).to_contain_text("Saved ", timeout=8000)
    assert Site.saved[-1]["text"] == "hello"
    assert Site.saved[-1]["csrfmiddlewaretoken"] == "secret"
    assert "once" not in Site.saved[-1]
    assert page.input_value("[name=version]") == "2"
    assert kept(page) is None


def test_what_cannot_be_saved_stays_on_the_device_and_is_offered_again(page: Page) -> None:
    Site.status = 500
    page.fill("#id_text", "precious")
    page.check("#id_kind_1")
    page.check("#id_sure")
    autosaved(page).to_contain_text("kept on this device", timeout=8000)
    assert "precious" in kept(page)
    assert "secret" not in kept(page)
    Site.status = 200
    page.goto("/")
    autosaved(page).to_contain_text("text that was not saved")
    page.get_by_role("button", name="Put it back").click()
    assert page.input_value("#id_text") == "precious"
    assert page.is_checked("#id_kind_1")
    assert page.is_checked("#id_sure")
    autosaved(page).to_contain_text("Saved ", timeout=8000)
    assert kept(page) is None


def test_kept_text_can_be_thrown_away(page: Page) -> None:
    Site.status = 500
    page.fill("#id_text", "precious")
    autosaved(page).to_contain_text("kept on this device", timeout=8000)
    page.goto("/")
    page.get_by_role("button", name="Throw it away").click()
    autosaved(page).to_have_text("")
    assert kept(page) is None


def test_a_refused_answer_is_named_and_not_sent_again_until_it_changes(page: Page) -> None:
    Site.status, Site.answer = 422, {"errors": {"text": ["This is too long."]}}
    page.fill("#id_text", "endless")
    autosaved(page).to_contain_text("This is too long. Text", timeout=8000)
    page.wait_for_timeout(2000)
    assert len(Site.saved) == 1
    page.locator("[data-autosave-status] button").click()
    expect(page.locator("#id_text")).to_be_focused()
    Site.status, Site.answer = 200, {}
    page.fill("#id_text", "short")
    autosaved(page).to_contain_text("Saved ", timeout=8000)
    assert kept(page) is None


def test_a_form_that_leads_on_lets_go_of_its_copy_by_its_mark_alone(page: Page) -> None:
    Site.status = 500
    page.fill("#id_text", "precious")
    autosaved(page).to_contain_text("kept on this device", timeout=8000)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/sent")
    page.goto("/")
    assert "precious" in kept(page)
    page.context.add_cookies([{"name": "saved", "value": "someothermark", "url": page.url}])
    page.goto("/")
    assert "precious" in kept(page)
    mark = json.loads(kept(page))["mark"]
    page.context.add_cookies([{"name": "saved", "value": mark, "url": page.url}])
    page.goto("/")
    assert kept(page) is None
    assert page.context.cookies() == []


def test_only_failures_and_the_first_success_after_them_are_spoken(page: Page) -> None:
    spoken = expect(page.locator("[data-autosave-status] + [role=status]"))
    page.fill("#id_text", "one")
    autosaved(page).to_contain_text("Saved ", timeout=8000)
    spoken.to_contain_text("Saved ")
    page.evaluate(
        "document.querySelector('[data-autosave-status] + [role=status]').textContent = 'as it was'"
    )
    page.fill("#id_text", "one two")
    page.wait_for_timeout(2500)
    assert len(Site.saved) == 2
    spoken.to_have_text("as it was")
    Site.status = 500
    page.fill("#id_text", "one two three")
    spoken.to_contain_text("kept on this device", timeout=8000)


def test_a_private_form_keeps_nothing_on_the_device(page: Page) -> None:
    Site.status = 500
    page.goto("/private")
    page.fill("#id_text", "private")
    autosaved(page).to_contain_text("Copy your text", timeout=8000)
    assert kept(page) is None


def test_a_change_in_another_window_stops_the_saving_and_says_so(page: Page) -> None:
    Site.status = 409
    page.fill("#id_text", "mine")
    autosaved(page).to_contain_text("another window", timeout=8000)
    assert len(Site.saved) == 1
    page.fill("#id_text", "mine again")
    page.wait_for_timeout(2500)
    assert len(Site.saved) == 1


def test_signing_out_leaves_nothing_on_the_device(page: Page) -> None:
    Site.status = 500
    page.fill("#id_text", "precious")
    autosaved(page).to_contain_text("kept on this device", timeout=8000)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/out")
    page.goto("/")
    assert kept(page) is None
    assert page.evaluate("sessionStorage.length") == 0


def test_a_key_presses_its_link_but_never_while_someone_types(page: Page) -> None:
    page.focus("#id_text")
    page.keyboard.press("j")
    assert page.input_value("#id_text") == "j"
    assert "#next" not in page.url
    page.locator("h1").click()
    page.keyboard.press("Control+j")
    assert "#next" not in page.url
    page.keyboard.press("j")
    page.wait_for_url("**#next")


def test_keys_can_be_turned_off_and_stay_off(page: Page) -> None:
    page.get_by_role("button", name="Turn keyboard shortcuts off").click()
    page.goto("/")
    expect(page.get_by_role("button", name="Turn keyboard shortcuts on")).to_be_visible()
    page.keyboard.press("j")
    page.wait_for_timeout(200)
    assert "#next" not in page.url


def test_the_menu_of_a_phone_opens_and_gives_the_focus_back(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto("/")
    expect(page.locator("#menu")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Français")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()
    expect(page.get_by_role("button", name="Menu")).to_be_focused()
    context.close()


@pytest.mark.parametrize("size", ["100%", "200%"])
def test_nothing_is_wider_than_a_small_phone_even_with_large_text(
    chromium: Browser, site: str, size: str
) -> None:
    context = chromium.new_context(base_url=site, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto("/bad")
    page.evaluate("size => document.documentElement.style.setProperty('font-size', size)", size)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_a_page_without_script_shows_form_limit_and_navigation(chromium: Browser, site: str) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/bad")
    expect(page.locator("#id_text_count")).to_have_text("Up to 5 words.")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[data-keys-toggle]")).to_be_hidden()
    context.close()
