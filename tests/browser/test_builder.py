"""The form builder in a real browser: its states that no link leads to, and all of it by keyboard without script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import axe_faults, focus_faults, own_faults
from tests.browser.conftest import ARTEFACTS, Opener, sign_in
from tests.browser.site import Site
from tests.browser.test_every_page import in_each_look
from tests.browser.test_journeys import PROGRAMME, YEAR

pytestmark = pytest.mark.browser
FORM = f"{PROGRAMME}/{YEAR + 1}/programme/form/"


def save(page: Page) -> None:
    with page.expect_navigation():
        page.locator("form[data-autosave] button[type=submit]").last.click()


def discard(page: Page) -> None:
    page.goto(f"{FORM}discard/")
    page.locator("main button.button--danger").click()
    page.wait_for_url(re.compile(r"/programme/form/$"))


@in_each_look
def test_states_of_the_builder_hold_what_every_page_holds(
    opened: Opener, site: Site, language: str, theme: str, width: int
) -> None:
    page = opened(language=language, theme=theme, width=width).new_page()
    sign_in(page, site, "organiser")
    folder = ARTEFACTS / "pages" / f"{language}-{theme}-{width}" / "builder"
    folder.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []

    def look(name: str) -> None:
        faults.extend(
            f"{name}: {fault}" for fault in axe_faults(page) + own_faults(page) + focus_faults(page)
        )
        page.screenshot(path=folder / f"{name}.png", full_page=True)

    page.goto(FORM)
    page.goto(str(page.locator("a[href*='add/question/?section=']").first.get_attribute("href")))
    look("new-question")
    page.goto(FORM)
    page.goto(str(page.locator("a[href*='/move/']").first.get_attribute("href")))
    look("another-place")
    page.goto(f"{FORM}criterion/drive/")
    page.locator("#id_level0_score").fill("3")
    page.locator("#id_why_needed_en").fill("")
    save(page)
    look("criterion-with-faults")
    page.locator("#id_level0_score").fill("1")
    page.locator("#id_why_needed_en").fill("Because it is.")
    page.locator("#id_weight").fill("3")
    save(page)
    look("form-with-a-working-copy")
    for name in ("publish", "discard"):
        page.goto(f"{FORM}{name}/")
        look(name)
    other = page.context.new_page()
    page.goto(f"{FORM}form/form/")
    other.goto(f"{FORM}form/form/")
    for tab, text in ((other, "From the other tab."), (page, "From this tab.")):
        tab.locator("#id_looks_for_en").fill(text)
        save(tab)
    expect(page.locator("main")).to_contain_text("From the other tab.")
    look("two-tabs")
    discard(page)
    assert not faults, "\n".join(faults)


def test_all_of_it_by_keyboard_and_without_script(opened: Opener, site: Site) -> None:
    page = opened(script=False).new_page()
    sign_in(page, site, "organiser")
    page.goto(FORM)
    names = page.locator("tr[id^=question-]")
    first, second = names.nth(0).get_attribute("id"), names.nth(1).get_attribute("id")
    page.locator(f"#{first} button", has_text="Down").focus()
    page.keyboard.press("Enter")
    expect(names.nth(0)).to_have_attribute("id", str(second))
    expect(names.nth(1)).to_have_attribute("id", str(first))
    # The button keeps the focus and says where the question stands: a second press needs no way back to it.
    moved = page.locator(f"#{first} button", has_text="Down")
    expect(moved).to_be_focused()
    expect(moved).to_have_accessible_description(re.compile(r"It is now question 2 of \d+ in “"))
    page.keyboard.press("Enter")
    expect(names.nth(2)).to_have_attribute("id", str(first))
    expect(moved).to_be_focused()
    page.get_by_role("button", name="Take the last change back").focus()
    page.keyboard.press("Enter")
    expect(names.nth(1)).to_have_attribute("id", str(first))
    page.get_by_role("button", name="Take the last change back").focus()
    page.keyboard.press("Enter")
    expect(names.nth(0)).to_have_attribute("id", str(first))
    page.goto(str(page.locator("a[href*='add/question/?section=']").first.get_attribute("href")))
    page.locator("#id_kind").select_option("choice")
    expect(page.locator("#id_option0_en")).to_be_hidden()
    page.get_by_role("button", name="Show what this kind needs").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#id_option0_en")).to_be_visible()
    expect(page.locator("#id_max_words")).to_be_hidden()
    page.goto(f"{FORM}criterion/drive/")
    page.get_by_role("button", name="More rows").focus()
    page.keyboard.press("Enter")
    page.locator("#id_level6_score").wait_for()
    page.goto(FORM)
    discard(page)


def test_the_fields_of_a_kind_appear_with_it_and_keep_what_was_typed(opened: Opener, site: Site) -> None:
    page = opened().new_page()
    sign_in(page, site, "organiser")
    page.goto(FORM)
    page.goto(str(page.locator("a[href*='add/question/?section=']").first.get_attribute("href")))
    expect(page.get_by_role("button", name="Show what this kind needs")).to_be_hidden()
    page.locator("#id_max_words").fill("90")
    kind = page.locator("#id_kind")
    kind.select_option("choice")
    expect(page.locator("#id_option0_en")).to_be_visible()
    expect(page.locator("#id_max_words")).to_be_hidden()
    kind.select_option("file")
    expect(page.locator("input[name=files]").first).to_be_visible()
    kind.select_option("long")
    expect(page.locator("#id_max_words")).to_have_value("90")
    # What was typed a moment before one leaves stands apart when another question is begun.
    page.locator("#id_label_en").fill("Half a question")
    page.goto(FORM)
    page.wait_for_timeout(500)
    page.goto(str(page.locator("a[href*='add/question/?section=']").first.get_attribute("href")))
    expect(page.locator("#id_label_en")).to_have_value("")
    expect(page.locator("main")).to_contain_text("you began another one")
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator("main")).not_to_contain_text("you began another one")
    page.goto(FORM)
    discard(page)
