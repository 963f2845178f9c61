"""The builder's pages, visited by an organiser."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from tests.cast import Cast
from tests.visiting import Clock, signed_in
from tremplin.builder.models import WorkingCopy
from tremplin.people.models import User
from tremplin.programmes.http import cohort_url


@pytest.fixture
def stands_at(cast: Cast) -> datetime:
    """A week before the call opens."""
    return cast.at("call_opens", days=-7)


class Visitor:
    """Somebody with a browser."""

    def __init__(self, cast: Cast, user: User) -> None:
        self.cast, self.client = cast, signed_in(user)

    def url(self, name: str, **words: object) -> str:
        return cohort_url(self.cast.cohort, f"builder:{name}", **words)

    def get(self, name: str, query: str = "", **words: object) -> Any:
        return self.client.get(self.url(name, **words) + query)

    def post(self, name: str, data: dict[str, Any], **words: object) -> Any:
        return self.client.post(self.url(name, **words), data)

    def fill(self, name: str, changed: dict[str, Any], query: str = "", **words: object) -> Any:
        """Open a form, change some of it, send all of it, as a browser does."""
        page = self.get(name, query, **words)
        assert page.status_code == 200, page.status_code
        return self.post(name, {**fields(page), **changed}, **words)

    def do(self, deed: str) -> Any:
        """Press a button in the list of the form."""
        return self.post("act", {**fields(self.get("form")), "do": deed})


def fields(page: HttpResponse) -> dict[str, Any]:
    """What the page's fields hold, as a browser would send them."""
    html = page.content.decode()
    html = html[html.index("<main") : html.index("</main")]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        attrs = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        kind, name = attrs.get("type", "text"), attrs.get("name", "")
        if not name or (kind in {"checkbox", "radio"} and " checked" not in tag):
            continue
        value = _plain(attrs.get("value", "on" if kind == "checkbox" else ""))
        if kind == "checkbox" and name in found:
            found[name] = [*([found[name]] if isinstance(found[name], str) else found[name]), value]
        else:
            found[name] = value
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL):
        found[name] = _plain(text).replace("\n", "\r\n")
    for name, inner in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inner) or re.search(r'value="([^"]*)"', inner)
        found[name] = _plain(chosen[1]) if chosen else ""
    return found


def _plain(text: str) -> str:
    for code, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        text = text.replace(code, char)
    return text


def copy_of(cast: Cast) -> WorkingCopy:
    return WorkingCopy.objects.get(cohort=cast.cohort)


@pytest.fixture
def olive(cast: Cast, clock: Clock) -> Visitor:
    return Visitor(cast, cast.organiser)


@pytest.fixture
def colin(cast: Cast, clock: Clock) -> Visitor:
    return Visitor(cast, cast.colleague)


def later(clock: Clock, **offset: int) -> datetime:
    clock.at += timedelta(**offset)
    return clock.at
