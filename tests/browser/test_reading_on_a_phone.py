"""A reviewer's list on a phone: a line for each application, and no word of keys that a phone has not."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener, sign_in
from tests.browser.site import Site
from tests.browser.test_journeys import PROGRAMME, YEAR

pytestmark = pytest.mark.browser
LIST = f"{PROGRAMME}/{YEAR}-autumn/review/"


def test_each_application_is_one_line_with_its_number_state_and_minutes(opened: Opener, site: Site) -> None:
    page = opened(width=360, has_touch=True, is_mobile=True).new_page()
    sign_in(page, site, "reviewer")
    page.goto(LIST)
    rows = page.locator("tbody tr")
    assert rows.count() > 3
    heights = rows.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert max(heights) <= 60, heights
    first = rows.first
    expect(first.locator("th a")).to_be_visible()
    expect(first.locator(".tag")).to_be_visible()
    expect(first.get_by_text("min", exact=False).last).to_be_visible()
    expect(first.locator("td.wide-only").first).to_be_hidden()
    expect(page.locator("[data-keys-toggle]:not([hidden])")).to_have_count(1)  # the script has run
    expect(page.locator("[data-keys-toggle]")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_with_a_mouse_and_keys_everything_is_told(opened: Opener, site: Site) -> None:
    page = opened(width=1280).new_page()
    sign_in(page, site, "reviewer")
    page.goto(LIST)
    expect(page.locator("tbody tr td.wide-only").first).to_be_visible()
    edges = (
        page.locator("tbody tr")
        .first.locator("td")
        .evaluate_all("all => all.map(one => getComputedStyle(one).borderBlockStartWidth)")
    )
    assert set(edges) == {"0px"}
    expect(page.locator("[data-keys-toggle]")).to_be_visible()
