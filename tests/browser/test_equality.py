"""The equality questions in a real browser: a box that stands alone, and the count from proposal to figures."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import engines
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Opener, sign_in
from tests.browser.site import Site
from tests.browser.test_every_page import faults_of, in_each_look, pictures
from tests.browser.test_journeys import FINISHED, PROGRAMME
from tremplin import equality
from tremplin.equality.forms import SurveyForm
from tremplin.programmes.jurisdiction import counted
from tremplin.programmes.schema.profile import load_profile

pytestmark = pytest.mark.browser
OVER = f"{PROGRAMME}/{FINISHED}"
REASON = "The institute’s board asks, before the next call opens, whether every group had the same chance."


ALONE = Path(equality.__file__).parent / "static" / "equality" / "alone.js"
FORM = (
    '<!doctype html><html lang="en"><body><form data-alone="{{ form.alone }}">{{ form }}</form></body></html>'
)


@pytest.fixture
def form(chromium: Browser) -> Iterator[Page]:
    """The questions that the law of private funds in the United States lets a programme ask, with their script."""
    asked = SurveyForm(counted(load_profile("us-private"), ()))
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    page.set_content(engines["django"].from_string(FORM).render({"form": asked}))
    page.add_script_tag(content=ALONE.read_text("utf-8"), type="module")
    yield page
    context.close()


def boxes(page: Page, question: str, which: str = "") -> Locator:
    return page.locator(f"input[type=checkbox][name={question}]{which}")


def test_whoever_would_rather_not_say_says_nothing_else(form: Page) -> None:
    rather_not = boxes(form, "gender", "[value=not_said]")
    others = boxes(form, "gender", ":not([value=not_said])")
    assert others.count() >= 2
    others.nth(0).check()
    others.nth(1).check()
    expect(rather_not).not_to_be_checked()
    rather_not.check()
    expect(boxes(form, "gender", ":checked")).to_have_count(1)
    expect(rather_not).to_be_checked()
    others.nth(1).press("Space")
    expect(rather_not).not_to_be_checked()
    expect(others.nth(0)).not_to_be_checked()
    others.nth(1).uncheck()  # taking a tick off sets none
    expect(boxes(form, "gender", ":checked")).to_have_count(0)


def test_a_question_leaves_the_ticks_of_another_as_they_are(form: Page) -> None:
    elsewhere = boxes(form, "race_ethnicity", ":not([value=not_said])").first
    elsewhere.check()
    boxes(form, "gender", "[value=not_said]").check()
    expect(elsewhere).to_be_checked()
    boxes(form, "race_ethnicity", "[value=not_said]").check()
    expect(elsewhere).not_to_be_checked()
    expect(boxes(form, "gender", "[value=not_said]")).to_be_checked()


@in_each_look
def test_the_count_is_proposed_confirmed_read_and_sealed_again(
    opened: Opener, site: Site, language: str, theme: str, width: int
) -> None:
    first, second = (opened(language=language, theme=theme, width=width).new_page() for _ in range(2))
    sign_in(first, site, "organiser")
    sign_in(second, site, "observer")
    folder = pictures((language, theme, width), "equality")
    faults: list[str] = []

    def look(page: Page) -> None:
        faults.extend(faults_of(page, folder, language))

    comparison = f"{OVER}/survey/groups/"
    first.goto(comparison)
    first.locator("main form button.button--quiet").click()  # the demonstration leaves it open
    look(first)
    first.locator("main .actions a.button").click()
    look(first)
    first.locator("main form button[type=submit]").click()
    expect(first.locator(".error-summary")).to_be_visible()
    look(first)
    first.locator("input[name=purpose][value=fairness]").check()
    first.locator("textarea[name=reason]").fill(REASON)
    first.locator("main form button[type=submit]").click()
    expect(first.locator("main")).to_contain_text(REASON)
    expect(first.locator("main form button:not(.button--quiet)")).to_have_count(
        0
    )  # nobody confirms their own
    look(first)
    second.goto(comparison)
    expect(second.locator("main")).to_contain_text(REASON)
    look(second)
    second.locator("main form button:not(.button--quiet)").click()
    expect(second.locator("main table").first).to_be_visible()
    look(second)
    first.reload()
    expect(first.locator("main table").first).to_be_visible()
    look(first)
    assert not faults, "\n".join(faults)
