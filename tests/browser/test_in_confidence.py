"""What is asked in confidence, seen from both sides in each look: asked, answered, spoken, written down, taken back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, sign_in
from tests.browser.site import Site
from tests.browser.test_every_page import faults_of, in_each_look, pictures
from tests.browser.test_journeys import PROGRAMME, YEAR
from tests.samples import a_wave

pytestmark = pytest.mark.browser
COHORT = f"{PROGRAMME}/{YEAR + 1}"
MINE = f"{COHORT}/application/in-confidence/"


def take_back(page: Page) -> None:
    """Erase what was asked before, if anything was."""
    page.goto(f"{MINE}take-back/")
    button = page.locator("main form button")
    if button.count():
        button.first.click()


def name_of(page: Page) -> str:
    page.goto("/account/details/")
    return page.locator("main input[name=name]").input_value()


@in_each_look
def test_both_sides_of_what_is_asked_in_confidence(
    opened: Opener, site: Site, language: str, theme: str, width: int
) -> None:
    mine, officer = (opened(language=language, theme=theme, width=width).new_page() for _ in range(2))
    sign_in(mine, site, "applicant")
    sign_in(officer, site, "officer")
    folder = pictures((language, theme, width), "in-confidence")
    faults: list[str] = []

    def look(page: Page) -> None:
        faults.extend(faults_of(page, folder, language))

    name = name_of(mine)
    take_back(mine)
    mine.goto(MINE)
    look(mine)
    mine.check("input[name=kinds][value=recording]")
    mine.fill("textarea[name=words]", "I speak better than I type.")
    mine.locator("main form button[type=submit]").click()
    look(mine)
    mine.locator(f"a[href='{MINE}word/']").click()
    look(mine)
    mine.fill("textarea[name=words]", "A quiet room helps too.")
    mine.locator("main form button[type=submit]").click()

    officer.goto(f"{COHORT}/in-confidence/?only=waiting")
    look(officer)
    officer.get_by_role("link", name=name).click()
    look(officer)
    request = officer.url
    officer.locator("main a.button").click()
    look(officer)
    officer.check("input[name=recording][value=yes]")
    officer.fill("textarea[name=words]", "Of course.")
    officer.locator("main form button[type=submit]").last.click()
    look(officer)

    mine.goto(MINE)
    look(mine)
    mine.locator("section[aria-labelledby=speak] a").first.click()
    look(mine)
    spoken = mine.url
    voice = {"name": "voice.wav", "mimeType": "audio/wav", "buffer": a_wave()}
    mine.set_input_files("input[name=recording]", [voice])
    mine.locator("section[aria-labelledby=give] form button[type=submit]").click()
    expect(mine.locator("audio")).to_be_visible()
    look(mine)

    officer.goto(request)
    officer.locator("section[aria-labelledby=recordings] a").first.click()
    look(officer)
    officer.fill("textarea[name=text]", "I build weather stations.")
    officer.locator("main form button[type=submit]").last.click()
    look(officer)

    mine.goto(spoken)
    look(mine)
    mine.locator("section[aria-labelledby=words] form button[type=submit]").click()
    look(mine)
    mine.goto(f"{MINE}take-back/")
    look(mine)
    take_back(mine)
    assert not faults, "\n".join(faults)
