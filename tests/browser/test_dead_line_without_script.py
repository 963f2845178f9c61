"""Without script nothing can be kept on the device: then going back from the browser's error has to bring the text."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, sign_in
from tests.browser.site import Site
from tests.browser.test_journeys import PROGRAMME, TEXT, YEAR

pytestmark = pytest.mark.browser
COHORT = f"{PROGRAMME}/{YEAR + 1}"
FORMS = (
    f"{COHORT}/application/section/work/",
    f"{COHORT}/application/section/work/?return=check",
    f"{COHORT}/application/in-confidence/",
    "/account/details/",
)
STRANGERS = ("/sign-in/", f"/sign-in/?next={COHORT}/apply/start/", f"{COHORT}/apply/")
BOXES = (
    "main form textarea, main form input[type=text], main form input[type=email], main form input:not([type])"
)
Typed = list[str | bool]


def type_everywhere(page: Page) -> Typed:
    """Fill every box that takes text and choose the last of each group; what stands on the page then."""
    for box in page.locator(BOXES).all():
        if box.is_visible():
            kind = box.get_attribute("type")
            box.fill("somebody@example.org" if kind == "email" else TEXT[:20])
    for choice in page.locator("main form input[type=radio], main form input[type=checkbox]").all():
        if choice.is_visible():
            choice.check()
    found = standing(page)
    assert found, page.url
    return found


def standing(page: Page) -> Typed:
    texts: Typed = [box.input_value() for box in page.locator(BOXES).all() if box.is_visible()]
    choices = page.locator("main form input[type=radio], main form input[type=checkbox]").all()
    return texts + [choice.is_checked() for choice in choices if choice.is_visible()]


def press(page: Page) -> None:
    """The button of the form in which one has typed, over a dead line: the browser's own error follows."""
    page.context.set_offline(True)
    form = page.locator("main form").filter(has=page.locator("textarea, input:not([type=hidden])"))
    form.locator("button.button").first.click(no_wait_after=True)
    page.wait_for_timeout(700)
    assert page.locator("main form").count() == 0
    page.context.set_offline(False)


def back(page: Page) -> None:
    page.go_back()
    page.locator("main form").first.wait_for()


@pytest.mark.parametrize("address", FORMS)
def test_going_back_brings_what_was_typed(opened: Opener, site: Site, address: str) -> None:
    page = opened(width=360, script=False).new_page()
    sign_in(page, site, "applicant")
    page.goto(address)
    typed = type_everywhere(page)
    for _time in range(2):  # and once more, if the line is still dead
        press(page)
        back(page)
        assert standing(page) == typed
    assert page.url.endswith(address)


@pytest.mark.parametrize("address", STRANGERS)
def test_the_same_before_anybody_has_signed_in(opened: Opener, site: Site, address: str) -> None:
    page = opened(width=360, script=False).new_page()
    page.goto(f"{COHORT}/")
    page.goto(address)
    typed = type_everywhere(page)
    press(page)
    back(page)
    assert standing(page) == typed


def test_it_is_said_beside_the_form_and_what_came_back_can_be_saved(opened: Opener, site: Site) -> None:
    page = opened(width=360, script=False).new_page()
    sign_in(page, site, "applicant")
    page.goto(FORMS[0])
    said = page.locator("main form noscript p")
    expect(said).to_be_visible()
    assert "what you typed is usually still here" in said.inner_text()
    box = page.locator("main form textarea").first
    box.fill("Typed in a tunnel.")
    press(page)
    back(page)
    page.locator("main form button.button").first.click()
    page.wait_for_load_state()
    page.goto(FORMS[0])
    assert page.locator("main form textarea").first.input_value() == "Typed in a tunnel."


def test_trying_the_error_page_again_sends_what_was_typed(opened: Opener, site: Site) -> None:
    page = opened(width=360, script=False).new_page()
    sign_in(page, site, "applicant")
    page.goto(FORMS[0])
    page.locator("main form textarea").first.fill("Sent by trying again.")
    press(page)
    page.reload()
    page.wait_for_load_state()
    page.goto(FORMS[0])
    assert page.locator("main form textarea").first.input_value() == "Sent by trying again."
