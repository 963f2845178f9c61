"""What is typed while the line is dead: kept on the device, offered again, and gone when it should be."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import autosaved
from tests.browser.conftest import Opener, sign_in
from tests.browser.site import Site
from tests.browser.test_journeys import PROGRAMME, YEAR

pytestmark = pytest.mark.browser
APPLICATION = f"{PROGRAMME}/{YEAR + 1}/application/"
WORK = f"{APPLICATION}section/work/"
BOX = "main form[data-autosave] textarea"


def at_the_form(opened: Opener, site: Site) -> Page:
    page = opened(width=360).new_page()
    sign_in(page, site, "applicant")
    page.goto(WORK)
    return page


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('autosave:'))")
    return found


def press_save(page: Page) -> None:
    page.locator("form[data-autosave] button.button").first.click()


def test_saving_without_a_line_stays_on_the_page_and_the_text_is_offered_later(
    opened: Opener, site: Site
) -> None:
    page = at_the_form(opened, site)
    page.context.set_offline(True)
    page.locator(BOX).first.fill("Written in a bus without a line.")
    press_save(page)
    autosaved(page).to_contain_text("There is no connection, so nothing was sent.")
    assert page.locator(BOX).first.input_value() == "Written in a bus without a line."
    page.wait_for_timeout(1000)  # a browser writes what it keeps a moment later
    page.close()  # the phone goes into the pocket, the tab is closed
    context = page.context
    context.set_offline(False)
    again = context.new_page()
    again.goto(WORK)
    autosaved(again).to_contain_text("This device holds text that was not saved.")
    assert again.locator(BOX).first.input_value() != "Written in a bus without a line."
    again.get_by_role("button", name="Put it back").click()
    autosaved(again).to_contain_text("Saved", timeout=15_000)
    again.reload()
    assert again.locator(BOX).first.input_value() == "Written in a bus without a line."
    assert kept(again) == []


def test_a_save_that_never_arrived_is_offered_again_and_one_that_did_is_forgotten(
    opened: Opener, site: Site
) -> None:
    page = at_the_form(opened, site)
    page.route(
        "**/section/work/",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    page.route("**/autosave/", lambda route: route.abort())
    page.locator(BOX).first.fill("The line died as I pressed.")
    press_save(page)
    page.wait_for_timeout(500)
    page.unroute_all()
    page.goto(APPLICATION)
    assert len(kept(page)) == 1
    page.goto(WORK)
    autosaved(page).to_contain_text("This device holds text that was not saved.")
    page.get_by_role("button", name="Put it back").click()
    press_save(page)
    page.wait_for_url(lambda url: "/section/work/" not in url or "problems" in url)
    assert kept(page) == []
    page.goto(WORK)
    assert page.locator(BOX).first.input_value() == "The line died as I pressed."


def test_kept_text_goes_after_a_week(opened: Opener, site: Site) -> None:
    page = at_the_form(opened, site)
    page.context.set_offline(True)
    page.locator(BOX).first.fill("Nobody came back for this.")
    press_save(page)
    autosaved(page).to_contain_text("There is no connection")
    assert len(kept(page)) == 1
    page.evaluate(
        """() => { for (const [key, text] of Object.entries(localStorage)) {
            const found = JSON.parse(text);
            if (found?.at) localStorage.setItem(key, JSON.stringify({ ...found, at: found.at - 7.01 * 864e5 }));
        } }"""
    )
    page.context.set_offline(False)
    page.goto(APPLICATION)
    page.goto(WORK)
    assert kept(page) == []
    expect(page.get_by_role("button", name="Put it back")).to_have_count(0)


def test_signing_out_takes_along_what_was_kept(opened: Opener, site: Site) -> None:
    page = at_the_form(opened, site)
    page.context.set_offline(True)
    page.locator(BOX).first.fill("On a phone that others use.")
    press_save(page)
    autosaved(page).to_contain_text("There is no connection")
    page.context.set_offline(False)
    page.goto("/sign-out/")
    page.evaluate("localStorage.setItem('autosave:upload:/x/', '{}')")
    page.locator("main form[data-forget] button").click()
    page.wait_for_load_state()
    assert kept(page) == []


def test_after_sending_nothing_of_it_stays(opened: Opener, site: Site) -> None:
    page = at_the_form(opened, site)
    page.evaluate(
        """place => { for (const key of [`autosave:${place}section/x/autosave/`, `autosave:upload:${place}upload/x/`,
            "autosave:/elsewhere/"]) localStorage.setItem(key, JSON.stringify({ at: Date.now(), pairs: [] })) }""",
        APPLICATION,
    )
    assert len(kept(page)) == 3
    page.evaluate(
        """place => { const mark = document.createElement("p"); mark.dataset.forgetKept = place;
            document.body.append(mark) }""",
        APPLICATION,
    )
    script = page.locator("script[src*='/autosave']").get_attribute("src")
    page.add_script_tag(url=f"{script}?again", type="module")
    page.wait_for_timeout(500)
    assert kept(page) == ["autosave:/elsewhere/"]
