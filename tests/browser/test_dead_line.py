"""What is typed while the line is dead: kept on the device, offered again, and gone when it should be."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import autosaved
from tests.browser.conftest import Opener, sign_in
from tests.browser.site import PASSWORD, Site
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


def closed_and_back(page: Page) -> Page:
    """The phone goes into the pocket, the tab is closed; there is a line when the form is opened again."""
    page.wait_for_timeout(1000)  # a browser writes what it keeps a moment later
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(WORK)
    return again


def put_back(page: Page, button: str, text: str) -> None:
    """What this device kept is put back by its button and saved as `text`; the device keeps nothing more."""
    page.get_by_role("button", name=button).click()
    autosaved(page).to_contain_text("Saved", timeout=15_000)
    assert kept(page) == []
    page.reload()
    assert page.locator(BOX).first.input_value() == text


def test_saving_without_a_line_stays_on_the_page_and_the_text_is_offered_later(
    opened: Opener, site: Site
) -> None:
    page = at_the_form(opened, site)
    page.context.set_offline(True)
    page.locator(BOX).first.fill("Written in a bus without a line.")
    press_save(page)
    autosaved(page).to_contain_text("There is no connection, so nothing was sent.")
    assert page.locator(BOX).first.input_value() == "Written in a bus without a line."
    again = closed_and_back(page)
    autosaved(again).to_contain_text("This device holds text that was not saved.")
    assert again.locator(BOX).first.input_value() != "Written in a bus without a line."
    put_back(again, "Put it back", "Written in a bus without a line.")


def test_a_save_that_never_arrived_is_offered_again_and_one_that_did_is_forgotten(
    opened: Opener, site: Site
) -> None:
    page = at_the_form(opened, site)
    page.route(
        re.compile(r"/section/work/(\?|$)"),
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


OFFER = "form[data-autosave] .kept"


def test_text_outlives_a_lost_session_the_way_through_the_door_and_is_put_back(
    opened: Opener, site: Site
) -> None:
    page = at_the_form(opened, site)
    page.context.clear_cookies(name="sessionid")
    page.locator(BOX).first.fill("Written after the session had ended.")
    autosaved(page).to_contain_text("You are signed out", timeout=15_000)
    link = page.locator("[data-autosave-status] a")
    assert (link.get_attribute("target"), link.inner_text()) == ("_blank", "Sign in in a new tab")
    press_save(page)
    expect(page.locator("h1")).to_have_text("You are signed out")
    assert (
        "Written after the session had ended." in page.locator("main").inner_text()
        or page.locator("main textarea").first.input_value()
    )
    assert len(kept(page)) == 1
    page.get_by_role("link", name="Sign in and come back here").click()
    page.locator("input[name=address]").fill(site.address("applicant"))
    page.locator("button[name=way][value=password]").click()
    assert len(kept(page)) == 1
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"**{WORK}")
    expect(page.locator(OFFER)).to_contain_text("Written after the session had ended.")
    put_back(page, "Put it back", "Written after the session had ended.")


def test_an_address_that_leads_on_is_no_proof_that_a_text_has_arrived(opened: Opener, site: Site) -> None:
    page = at_the_form(opened, site)
    page.route(
        re.compile(r"/section/work/(\?|$)"),
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    page.route("**/autosave/", lambda route: route.abort())
    page.locator(BOX).first.fill("The line died, and I came back by another door.")
    press_save(page)
    page.wait_for_timeout(500)
    page.unroute_all()
    page.goto(f"{PROGRAMME}/{YEAR + 1}/apply/start/")
    assert page.url.endswith(APPLICATION)
    assert len(kept(page)) == 1
    told = page.locator("[data-kept]")
    expect(told).to_contain_text("This device holds text that may not be saved.")
    told.get_by_role("link").click()
    expect(page.locator(OFFER)).to_contain_text("I came back by another door.")
    page.goto(f"{APPLICATION}check/")
    expect(page.locator("[data-kept]")).to_contain_text("This device holds text")
    page.goto(WORK)
    page.get_by_role("button", name="Throw it away").click()
    assert kept(page) == []


def test_kept_text_does_not_replace_what_was_saved_since_on_another_device(
    opened: Opener, site: Site
) -> None:
    phone = at_the_form(opened, site)
    phone.context.set_offline(True)
    phone.locator(BOX).first.fill("OLD, from the phone.")
    press_save(phone)
    autosaved(phone).to_contain_text("There is no connection")
    laptop = at_the_form(opened, site)
    laptop.locator(BOX).first.fill("NEW, from the laptop.")
    autosaved(laptop).to_contain_text("Saved", timeout=15_000)
    phone = closed_and_back(phone)
    offer = phone.locator(OFFER)
    expect(offer).to_contain_text("OLD, from the phone.")
    expect(offer).to_contain_text("Saved since then:")
    expect(offer).to_contain_text("NEW, from the laptop.")
    box = offer.bounding_box()
    assert box is not None
    assert box["y"] < 700
    both = "NEW, from the laptop.\n\nOLD, from the phone."
    put_back(phone, "Put it below what is saved", both)


def test_an_answer_that_can_never_be_kept_is_named_and_those_beside_it_are_saved(
    opened: Opener, site: Site
) -> None:
    page = at_the_form(opened, site)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/autosave/" in request.url else None)
    page.locator(BOX).nth(1).fill("A short answer beside it.")
    page.locator(BOX).first.fill("x" * 60_000)
    autosaved(page).to_contain_text("too long to be kept", timeout=15_000)
    assert len(kept(page)) == 1
    page.wait_for_timeout(3000)
    assert len(sent) == 1
    page.locator("[data-autosave-status] button").click()
    expect(page.locator(BOX).first).to_be_focused()
    page.locator(BOX).first.fill("Shorter.")
    autosaved(page).to_contain_text("Saved", timeout=15_000)
    assert kept(page) == []
    page.reload()
    assert page.locator(BOX).first.input_value() == "Shorter."
    assert page.locator(BOX).nth(1).input_value() == "A short answer beside it."


def test_after_a_new_sign_in_in_another_tab_the_page_goes_on_by_itself(opened: Opener, site: Site) -> None:
    page = at_the_form(opened, site)
    page.context.clear_cookies(name="sessionid")
    other = page.context.new_page()
    sign_in(other, site, "applicant")
    page.locator(BOX).first.fill("The token of this page is old.")
    autosaved(page).to_contain_text("Saved", timeout=15_000)
    assert kept(page) == []


def test_nobody_is_offered_what_another_person_wrote_on_this_device(opened: Opener, site: Site) -> None:
    page = at_the_form(opened, site)
    page.evaluate(
        """place => localStorage.setItem(`autosave:${place}autosave/#somebody.x`, JSON.stringify(
            { at: Date.now(), texts: { name: ["Not yours"] }, base: {} }))""",
        WORK,
    )
    page.reload()
    page.wait_for_timeout(500)
    expect(page.locator(OFFER)).to_have_count(0)
    page.goto(APPLICATION)
    page.wait_for_timeout(500)
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert len(kept(page)) == 1
