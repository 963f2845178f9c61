"""Every page of every role, in both languages and themes, narrow and wide: no fault of access, screenshots kept."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.checks import axe_faults, focus_faults, own_faults
from tests.browser.conftest import ARTEFACTS, Opener, sign_in
from tests.browser.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.pages, pytest.mark.xdist_group("browser")]
ROLES = ("organiser", "reviewer", "applicant", "mentor", "scholar", "finance", "observer")
LOOKS = (("en", "light", 1280), ("fr", "dark", 360))
SKIP = re.compile(
    r"/(sign-out|export|files?|start\.py|figures|static)(/|$)|\.(json|csv|txt|toml|ics|svg)$|format=json|/download|/account/data/|/copy/"
)
REF = re.compile(r"/[0-9a-hjkmnp-tv-z]{10}(?=/|$)")
MOST = 70


def pages_of(context: BrowserContext, site: Site) -> Iterator[tuple[str, Page]]:
    """Follow links from the home page; of pages that differ in a reference alone, one is enough."""
    page = context.new_page()
    queue, seen, shapes = ["/"], {"/"}, set[str]()
    while queue and len(shapes) < MOST:
        path = queue.pop(0)
        shape = re.sub(r"/\d+(?=/|$)", "/N", REF.sub("/REF", urlsplit(path).path))
        if shape in shapes:
            continue
        shapes.add(shape)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"
        yield path, page
        for href in page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))"):
            target = urlsplit(href)
            if target.netloc or target.scheme or not target.path.startswith("/") or SKIP.search(href):
                continue
            if target.path not in seen:
                seen.add(target.path)
                queue.append(target.path)


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
@pytest.mark.parametrize("role", ["passer-by", *ROLES])
def test_every_page_is_open_to_everyone(
    opened: Opener, site: Site, role: str, language: str, theme: str, width: int
) -> None:
    context = opened(language=language, theme=theme, width=width)
    if role != "passer-by":
        start = context.new_page()
        sign_in(start, site, role)
        start.close()
    folder = ARTEFACTS / "pages" / f"{language}-{theme}-{width}" / role
    folder.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    complaints: list[str] = []
    count = 0
    context.on(
        "console", lambda message: complaints.append(message.text) if message.type == "error" else None
    )
    for path, page in pages_of(context, site):
        count += 1
        name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"
        found = axe_faults(page) + own_faults(page) + focus_faults(page)
        if page.locator("html").get_attribute("lang") != language:
            found.append("the page is not in the language that was chosen")
        faults += [f"{path}: {fault}" for fault in found]
        page.screenshot(path=folder / f"{name[:80]}.png", full_page=True)
    assert count > 5
    assert not faults, "\n".join(faults)
    assert not complaints, "\n".join(complaints)
