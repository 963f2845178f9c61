import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.site import PASSWORD, Site, make, running
from tests.once import made_once

ARTEFACTS = Path(__file__).parents[2] / "test-artefacts"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
Opener = Callable[..., BrowserContext]
Theme = Literal["light", "dark"]
FirstLook = Callable[[str, str], bool]


@pytest.fixture(autouse=True)
def no_network() -> None:
    """These tests talk to a server of their own, from processes of their own."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server for each process of the tests, all on copies of one demonstration, which takes a while to make."""
    pattern = made_once(tmp_path_factory, "demonstration", partial(make, applicants=60))
    folder = tmp_path_factory.mktemp("site") / "demo"
    shutil.copytree(pattern, folder)
    with running(folder) as found:
        yield found


@contextmanager
def launched() -> Iterator[Browser]:
    """The system's Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Browser tests need Chromium (Debian: apt-get install chromium)."
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def first_look(tmp_path_factory: pytest.TempPathFactory) -> FirstLook:
    """Whether nobody in this run, in whichever process, has looked at this content in this theme before."""
    folder = made_once(tmp_path_factory, "looked-at", Path.mkdir)

    def is_first(theme: str, content: str) -> bool:
        try:
            (folder / sha256(f"{theme} {content}".encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    return is_first


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def opened(chromium: Browser, site: Site) -> Iterator[Opener]:
    """Opens a browser window: language, theme, width, script on or off."""
    contexts: list[BrowserContext] = []

    def make(
        *, language: str = "en", theme: Theme = "light", width: int = 1280, script: bool = True, **more: Any
    ) -> BrowserContext:
        home = more.pop("base_url", site.url)
        context = chromium.new_context(
            base_url=home,
            locale={"en": "en-GB", "fr": "fr-FR"}[language],
            color_scheme=theme,
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(20_000)
        context.add_cookies([{"name": "language", "value": language, "url": home}])
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


def sign_in(page: Page, site: Site, role: str) -> None:
    """Sign in as one of the people of the demonstration, by password."""
    page.goto("/sign-in/")
    page.locator("input[name=address]").fill(site.address(role))
    page.locator("button[name=way][value=password]").click()
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
