"""The board of the organisers: ticks, the bar that stays at hand, filters, by keyboard and without script."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener, sign_in
from tests.browser.site import Site
from tests.browser.test_journeys import FINISHED, PROGRAMME

pytestmark = pytest.mark.browser
BOARD = f"{PROGRAMME}/{FINISHED}/applications/"
# Every control of the list in turn has the focus: how many are under the bar then?
_COVERED = """() => {
  const bar = document.querySelector(".bulk");
  return [...document.querySelectorAll("[data-choose] tbody :is(a, input)")].filter((one) => {
    one.focus();
    const at = one.getBoundingClientRect(), over = bar.getBoundingClientRect();
    return at.bottom > over.top + 1 && at.top < over.bottom;
  }).length;
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_the_bar_counts_ticks_ticks_the_page_and_covers_no_focus(
    opened: Opener, site: Site, width: int
) -> None:
    page = opened(width=width).new_page()
    sign_in(page, site, "organiser")
    page.goto(BOARD)
    count = page.locator("[data-choose-count]")
    expect(count).to_have_text("None ticked")
    page.locator("input[name=rows]").nth(2).focus()
    page.keyboard.press("Space")
    expect(count).to_have_text("1 ticked")
    page.locator("[data-choose-link]").press("Enter")
    many = page.locator("input[name=rows]").count()
    expect(count).to_have_text(f"{many} ticked")
    expect(page.locator("input[name=rows]:checked")).to_have_count(many)
    assert page.evaluate(_COVERED) == 0
    bar = page.locator(".bulk").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] <= 801  # at the foot of the window, wherever one reads
    assert bar["height"] < 240
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_script_a_page_is_ticked_by_a_link_and_filters_become_chips(
    opened: Opener, site: Site
) -> None:
    page = opened(script=False).new_page()
    sign_in(page, site, "organiser")
    page.goto(BOARD)
    page.locator("[data-choose-link]").click()
    many = page.locator("input[name=rows]").count()
    expect(page.locator("input[name=rows]:checked")).to_have_count(many)
    page.locator("summary", has_text="By what people answered").click()
    page.locator("select[name^=door-]").first.select_option(index=1)
    page.locator("form.filters button").click()
    expect(page.locator(".chip")).to_have_count(1)
    page.locator(".chip").click()
    expect(page.locator(".chip")).to_have_count(0)
