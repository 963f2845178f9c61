"""Every page of every role, in both languages and themes, narrow and wide: no fault of access, screenshots kept.

Where several people find the very same content on a page, one of them looks at it closely. Their own frames around
it, the navigation, are on pages that they alone have.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.checks import axe_faults, content_of, focus_faults, own_faults, picture, shape_faults
from tests.browser.conftest import ARTEFACTS, FirstLook, Opener, sign_in
from tests.browser.site import Site
from tests.browser.test_journeys import FINISHED, PROGRAMME, YEAR

pytestmark = pytest.mark.browser
ROLES = ("organiser", "reviewer", "applicant", "mentor", "scholar", "finance", "observer", "officer")
LOOKS = (("en", "light", 1280), ("fr", "dark", 360))
in_each_look = pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
# Pages that the links must lead to, or the walk saw less than it says.
OF_EVERYBODY = {"people:account", "people:tokens", "people:token-new", "api"}
BUILT = ("section", "question", "door", "criterion")
OF_BUILDER = {
    *(
        "builder:form",
        "builder:preview",
        "builder:preview-section",
        "builder:item:form",
        "builder:item:reading",
    ),
    *(f"builder:{page}:{kind}" for page in ("item", "new", "delete") for kind in BUILT),
}
OF_ROLE = {
    "officer": {"accommodations:list", "accommodations:request"},
    "organiser": OF_BUILDER,
}
SKIP = re.compile(
    r"/(sign-out|export|files?|start\.py|figures|static)(/|$)|\.(json|csv|txt|toml|ics|atom|svg)$|format=json|/download|/account/data/|/copy/"
)
COHORTS = [f"{PROGRAMME}/{slug}/" for slug in (FINISHED, YEAR, f"{YEAR}-autumn", YEAR + 1)]


def name_of(path: str) -> str:
    """The name under which the address is declared, with the kind of thing; the address if it is none of ours."""
    try:
        found = resolve(path)
    except Resolver404:
        return path
    kind = found.kwargs.get("kind")
    return f"{found.view_name}:{kind}" if kind else found.view_name


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


def faults_of(page: Page, folder: Path, language: str) -> list[str]:
    """What is wrong with the page that is open, each with its address; a picture of it is kept."""
    path = urlsplit(page.url).path
    name = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "home"
    found = axe_faults(page) + own_faults(page) + focus_faults(page)
    if page.locator("html").get_attribute("lang") != language:
        found.append("the page is not in the language that was chosen")
    picture(page, folder / f"{name[:80]}.png")
    return [f"{path}: {fault}" for fault in found]


def faults_of_known(page: Page, language: str) -> list[str]:
    """What is wrong with a page whose content somebody else was shown: its parts may not fit together."""
    found = shape_faults(page)
    if page.locator("html").get_attribute("lang") != language:
        found.append("the page is not in the language that was chosen")
    return [f"{urlsplit(page.url).path}: {fault}" for fault in found]


def pictures(look: tuple[str, str, int], role: str) -> Path:
    folder = ARTEFACTS / "pages" / "-".join(map(str, look)) / role
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@in_each_look
@pytest.mark.parametrize("role", ["passer-by", *ROLES])
def test_every_page_is_open_to_everyone(
    opened: Opener, site: Site, first_look: FirstLook, role: str, language: str, theme: str, width: int
) -> None:
    context = opened(language=language, theme=theme, width=width)
    # The full cohorts first in one look, the young ones, which are empty here and there, first in the other.
    cohorts = COHORTS if theme == "light" else COHORTS[::-1]
    starts = [f"{cohort}{'' if role == 'passer-by' else 'desk/'}" for cohort in cohorts]
    if role != "passer-by":
        start = context.new_page()
        sign_in(start, site, role)
        start.close()
    folder = pictures((language, theme, width), role)
    faults: list[str] = []
    complaints: list[str] = []
    seen: set[str] = set()
    context.on(
        "console",
        lambda message: (
            complaints.append(f"{message.location['url']}: {message.text}")
            if message.type == "error"
            else None
        ),
    )
    for path, page in pages_of(context, starts):
        seen.add(name_of(path))
        new = first_look(theme, content_of(page))
        faults += faults_of(page, folder, language) if new else faults_of_known(page, language)
    assert len(seen) > 5
    assert role == "passer-by" or not (OF_EVERYBODY | OF_ROLE.get(role, set())) - seen
    assert not faults, "\n".join(faults)
    unasked = [
        line for line in complaints if not line.startswith(tuple(f"{site.url}{start}:" for start in starts))
    ]
    assert not unasked, "\n".join(unasked)


@in_each_look
def test_a_token_is_made_shown_listed_and_revoked(
    opened: Opener, site: Site, language: str, theme: str, width: int
) -> None:
    page = opened(language=language, theme=theme, width=width).new_page()
    sign_in(page, site, "observer")
    folder = pictures((language, theme, width), "token")
    page.goto("/account/tokens/new/")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_visible()
    faults = faults_of(page, folder, language)
    page.fill("input[name=name]", f"Script {language}")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main code").first).to_have_text(re.compile(r"\S{20,}"))
    faults += faults_of(page, folder, language)
    page.locator("main .actions a.button").click()
    row = page.get_by_role("row", name=f"Script {language}")
    faults += faults_of(page, folder, language)
    row.get_by_role("button").click()
    expect(row).to_have_count(0)
    faults += faults_of(page, folder, language)
    assert not faults, "\n".join(faults)
