"""An organiser's decision day, by keyboard and in French: from the first list to the mails that leave."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import sign_in
from tests.browser.site import Site, make, running
from tests.once import made_once

pytestmark = pytest.mark.browser
YEAR = datetime.now(UTC).year
COHORT = f"/institute/deep-learning-scholars/{YEAR}-autumn"
MOST_STOPS = 90


@pytest.fixture(scope="module")
def decision_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demonstration of its own in which everybody has been read."""
    pattern = made_once(tmp_path_factory, "demonstration", partial(make, applicants=60))
    folder = tmp_path_factory.mktemp("deciding") / "demo"
    shutil.copytree(pattern, folder)
    read_all(folder)
    with running(folder) as found:
        yield found


def read_all(folder: Path) -> None:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TREMPLIN_", "DJANGO_"))
    }
    environment = {**kept, "TREMPLIN_DATA_DIR": str(folder), "TREMPLIN_DEMO": "1", "TREMPLIN_MAIL": "file"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.all_read", "deep-learning-scholars", f"{YEAR}-autumn"],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def window(chromium: Browser, site: Site, role: str) -> tuple[BrowserContext, Page]:
    """A French window in which somebody has signed in."""
    context = chromium.new_context(
        base_url=site.url, locale="fr-FR", viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    context.add_cookies([{"name": "language", "value": "fr", "url": site.url}])
    page = context.new_page()
    sign_in(page, site, role)
    return context, page


def reach(page: Page, words: str) -> int:
    """Tab until what has the focus says `words`; how many stops it took."""
    for stops in range(1, MOST_STOPS):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "() => { const one = document.activeElement; if (!one) return '';"
            " const label = one.labels && one.labels.length ? one.labels[0].innerText : '';"
            " return [one.innerText || '', label, one.getAttribute('aria-label') || ''].join(' '); }"
        )
        if re.search(words, said.replace("\u00a0", " ")):
            return stops
    raise AssertionError(
        f"No way by keyboard to “{words}” on {page.url}:\n{page.locator('main').inner_text()}"
    )


def press(page: Page, words: str) -> None:
    """Go to the link or button that says `words` by keyboard, and press it: another page comes."""
    reach(page, words)
    enter(page)


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tick(page: Page, words: str) -> None:
    reach(page, words)
    page.keyboard.press("Space")


def choose(page: Page, words: str) -> None:
    """Go to the group of radio buttons of which one says `words`, and down in it to that one."""
    wanted = page.get_by_label(re.compile(words))
    name = wanted.first.get_attribute("name")
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            break
    page.keyboard.press("Space")
    for _option in range(20):
        if wanted.first.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{words} cannot be chosen by keyboard on {page.url}")


def release(page: Page) -> None:
    """Look at each batch of mails that waits, and send it."""
    for _batch in range(3):
        page.goto(f"{COHORT}/decisions/")
        if not page.locator("main a.button", has_text="Courriels à envoyer").count():
            break
        page.goto(f"{COHORT}/mails/")
        page.locator("main a[href*='/mails/']:not([href$='/all/'])").first.focus()
        enter(page)
        press(page, "^Envoyer")
    says(page, "tout le monde est prévenu")


def says(page: Page, *words: str) -> None:
    text = page.locator("main, [role=status], .messages").all_inner_texts()
    said = " ".join(text).replace("\u00a0", " ").replace("\u202f", " ")
    for word in words:
        assert word in said, f"{word!r} is not on {page.url}:\n{said}"


def test_two_organisers_decide_in_french_without_a_mouse(chromium: Browser, decision_day: Site) -> None:
    first, one = window(chromium, decision_day, "organiser")
    second, other = window(chromium, decision_day, "observer")
    one.goto(f"{COHORT}/decisions/")
    press(one, "^Proposer des décisions")
    says(one, "Avant le tirage")
    press(one, "^Tirer les places")
    says(one, "Signer la liste")

    # One decision by hand: proposed by one, agreed to by the other, and nothing is signed before.
    one.goto(f"{COHORT}/decisions/?only=waitlist")
    one.locator("section:has(> #list) tbody th a").first.focus()
    enter(one)
    choose(one, "Proposer une place")
    choose(one, "Une erreur dans une lecture")
    reach(one, "Pourquoi")
    one.keyboard.type("Une lecture a été mal saisie.")
    press(one, "^Proposer le changement")
    says(one, "attend une deuxième personne")
    assert one.locator("main a.button", has_text="Signer la liste").count() == 0

    other.goto(f"{COHORT}/desk/")
    press(other, "Approuver ou refuser")
    says(other, "Une lecture a été mal saisie.", "Une erreur dans une lecture")
    choose(other, "Oui, j’approuve")
    press(other, "^Répondre")
    says(other, "Approuvé")

    one.goto(f"{COHORT}/decisions/")
    press(one, "^Signer la liste")
    says(one, "Une lecture a été mal saisie.")
    tick(one, "J’ai lu la liste")
    press(one, "^Signer")
    says(one, "Signé")

    other.goto(f"{COHORT}/decisions/")
    press(other, "^Confirmer la liste")
    tick(other, "J’ai lu la liste")
    press(other, "^Confirmer")
    says(other, "Confirmé")
    press(other, "^Courriels à envoyer")
    release(other)
    first.close()
    second.close()
