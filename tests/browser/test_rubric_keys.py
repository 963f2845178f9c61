"""The rubric by keyboard: a reviewer in a hurry gets the levels that were pressed, each at its criterion."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, sign_in
from tests.browser.site import Site
from tests.browser.test_journeys import PROGRAMME, YEAR

pytestmark = pytest.mark.browser


def chosen(page: Page) -> list[str]:
    return page.eval_on_selector_all(
        "form[data-rubric] fieldset:has(input[type=radio])",
        "all => all.map(one => one.querySelector('input:checked')?.value ?? '')",
    )


@pytest.mark.parametrize("keys", [["3", "4", "2", "0"], ["3", "j", "4", "j", "2", "j", "0", "j"]])
def test_each_level_goes_to_its_own_criterion_whether_one_presses_on_or_not(
    opened: Opener, site: Site, keys: list[str]
) -> None:
    page = opened().new_page()
    sign_in(page, site, "reviewer")
    page.goto(f"{PROGRAMME}/{YEAR}-autumn/review/next/")
    page.eval_on_selector_all(
        "form[data-rubric] input[type=radio]", "all => all.forEach(one => { one.checked = false })"
    )
    page.locator("h1").click()
    page.locator("form[data-rubric] fieldset input[type=radio]").first.focus()
    for key in keys:
        page.keyboard.press(key)
    assert chosen(page)[:4] == ["3", "4", "2", "cannot_judge"]
    page.keyboard.press("k")
    page.keyboard.press("1")
    assert chosen(page)[2] == "1"
    expect(page.locator("form[data-rubric] fieldset[data-current]")).to_have_count(1)
