"""Where a stipend cannot be paid, the question about the country says so as soon as such a country is chosen."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener, sign_in
from tests.browser.site import Site
from tests.browser.test_every_page import faults_of, in_each_look, pictures
from tests.browser.test_journeys import PROGRAMME, YEAR

pytestmark = pytest.mark.browser
SECTION = f"{PROGRAMME}/{YEAR + 1}/application/section/you/"
LINE = "main [role=status] [data-show-for]"
CHOOSER = "select[name=country]"


@in_each_look
def test_the_line_comes_with_the_country_and_goes_with_it(
    opened: Opener, site: Site, language: str, theme: str, width: int
) -> None:
    page = opened(language=language, theme=theme, width=width).new_page()
    sign_in(page, site, "applicant")
    page.goto(SECTION)
    line, chooser = page.locator(LINE), page.locator(CHOOSER)
    chooser.select_option("SN")
    expect(line).to_be_hidden()
    chooser.select_option("CU")
    expect(line).to_be_visible()
    expect(line.locator("xpath=..")).to_have_attribute("role", "status")  # so that it is heard too
    expect(page.locator("main form")).to_be_visible()  # one may apply all the same
    faults = faults_of(page, pictures((language, theme, width), "country"), language)
    chooser.select_option("SN")
    expect(line).to_be_hidden()
    assert not faults, "\n".join(faults)


def test_a_keyboard_brings_the_line_as_well_and_leaves_the_focus_where_it_is(
    opened: Opener, site: Site
) -> None:
    page = opened().new_page()
    sign_in(page, site, "applicant")
    page.goto(SECTION)
    chooser = page.locator(CHOOSER)
    chooser.select_option("SN")
    name = chooser.locator("option[value=CU]").inner_text()
    chooser.focus()
    page.keyboard.type(name, delay=20)
    expect(page.locator(LINE)).to_be_visible()
    expect(chooser).to_be_focused()


def test_without_script_the_server_says_it_after_saving(opened: Opener, site: Site) -> None:
    page = opened(script=False).new_page()
    sign_in(page, site, "applicant")
    page.goto(SECTION)
    page.locator(CHOOSER).select_option("CU")
    page.locator("main form button[type=submit]").first.click()
    page.goto(SECTION)
    expect(page.locator(LINE)).to_be_visible()
    page.locator(CHOOSER).select_option("SN")
    page.locator("main form button[type=submit]").first.click()
    page.goto(SECTION)
    expect(page.locator(LINE)).to_be_hidden()
