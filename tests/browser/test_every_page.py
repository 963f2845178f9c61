"""Every page of every role, in both languages and themes, narrow and wide: no fault of access, screenshots kept."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext, Page

from tests.browser.checks import axe_faults, focus_faults, own_faults
from tests.browser.conftest import ARTEFACTS, Opener, sign_in
from tests.browser.site import Site
from tests.browser.test_journeys import PROGRAMME, YEAR

pytestmark = pytest.mark.browser
ROLES = ("organiser", "reviewer", "applicant", "mentor", "scholar", "finance", "observer")
LOOKS = (("en", "light", 1280), ("fr", "dark", 360))
SKIP = re.compile(
    r"/(sign-out|export|files?|start\.py|figures|static)(/|$)|\.(json|csv|txt|toml|ics|svg)$|format=json|/download|/account/data/|/copy/"
)
COHORTS = [f"{PROGRAMME}/{slug}/" for slug in (YEAR - 2, YEAR, f"{YEAR}-autumn", YEAR + 1)]


def name_of(path: str) -> str:
    """The name under which the address is declared; the address itself if it is none of ours."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return path


def pages_of(context: BrowserContext, starts: list[str]) -> Iterator[tuple[str, Page]]:
    """Follow links from `starts`: each page by its name, in the first two cohorts where it is found."""
    page = context.new_page()
    queue, seen = ["/", *starts], {"/", *starts}
    visits, done = Counter[str](), set[tuple[str, str]]()
    while queue:
        path = queue.pop(0)
        name = name_of(path)
        place = (name, next((cohort for cohort in COHORTS if path.startswith(cohort)), ""))
        if visits[name] >= 2 or place in done:
            continue
        answer = page.goto(path)
        assert answer is not None
        if path in starts and answer.status == 404:  # a cohort that this person has nothing to do with
            continue
        assert answer.status < 400, f"{path}: {answer.status}"
        visits[name] += 1
        done.add(place)
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
    # The full cohorts first in one look, the young ones, which are empty here and there, first in the other.
    cohorts = COHORTS if theme == "light" else COHORTS[::-1]
    starts = [f"{cohort}{'' if role == 'passer-by' else 'desk/'}" for cohort in cohorts]
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
        "console",
        lambda message: (
            complaints.append(f"{message.location['url']}: {message.text}")
            if message.type == "error"
            else None
        ),
    )
    for path, page in pages_of(context, starts):
        count += 1
        name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"
        found = axe_faults(page) + own_faults(page) + focus_faults(page)
        if page.locator("html").get_attribute("lang") != language:
            found.append("the page is not in the language that was chosen")
        faults += [f"{path}: {fault}" for fault in found]
        page.screenshot(path=folder / f"{name[:80]}.png", full_page=True)
    assert count > 5
    assert not faults, "\n".join(faults)
    unasked = [
        line for line in complaints if not line.startswith(tuple(f"{site.url}{start}:" for start in starts))
    ]
    assert not unasked, "\n".join(unasked)
