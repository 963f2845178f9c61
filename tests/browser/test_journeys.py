"""Whole journeys in a real browser: the applicant's without script, the reviewer's, the organisers'."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Opener, sign_in
from tests.browser.site import Site
from tremplin.rehearsal.editions import editions

pytestmark = pytest.mark.browser
PROGRAMME = "/institute/deep-learning-scholars"
YEAR = datetime.now(UTC).year
FINISHED = editions(datetime.now(UTC))[0].slug
TEXT = (
    "I repaired the inventory of our clinic with a small program, and I want to learn how models are trained."
)


def fill(page: Page) -> None:
    """Answer every question on the page that has no answer yet, as a person would."""
    names = page.eval_on_selector_all(
        "main form input[type=radio]", "all => [...new Set(all.map(one => one.name))]"
    )
    for name in names:
        group = page.locator(f"main form input[type=radio][name='{name}']")
        if not page.locator(f"main form input[type=radio][name='{name}']:checked").count():
            wanted = page.locator(f"main form input[type=radio][name='{name}'][value=yes]")
            (wanted.first if wanted.count() else group.last).check()
    for box in page.locator("main form textarea, main form input:not([type])").all():
        if box.is_visible() and not box.input_value():
            box.fill(TEXT[: int(box.get_attribute("maxlength") or 400)])
    for kind, value in (
        ("text", "A short answer"),
        ("email", "new@example.org"),
        ("url", "https://example.org/me"),
    ):
        for box in page.locator(f"main form input[type={kind}]").all():
            if box.is_visible() and not box.input_value():
                numeric = box.get_attribute("inputmode") == "numeric"
                box.fill("40" if numeric else value)
    for box in page.locator("main form input[type=number]").all():
        if box.is_visible() and not box.input_value():
            box.fill(box.get_attribute("min") or "40")
    for chooser in page.locator("main form select").all():
        if chooser.is_visible() and not chooser.input_value():
            chooser.select_option(index=5)


def press(page: Page, selector: str = "main form button.button") -> None:
    page.locator(selector).first.click()
    page.wait_for_load_state()


def come_in_by_mail(page: Page, address: str) -> None:
    """Ask for a link on the sign-in page that is open, find it in the mailbox, and use it."""
    page.locator("input[name=address]").fill(address)
    press(page)
    mail = page.locator("main table a").first
    for _ in range(60):
        page.goto(f"/mailbox/?to={address}")
        if mail.count():
            break
        page.wait_for_timeout(500)
    mail.click()
    page.locator("main a[href*='/sign-in/link/']").click()
    press(page)


@pytest.mark.parametrize(("language", "script"), [("en", False), ("fr", True)])
def test_an_applicant_gets_from_the_call_to_the_receipt(
    opened: Opener, site: Site, language: str, script: bool
) -> None:
    cohort = f"{PROGRAMME}/{YEAR + 1}"
    page = opened(language=language, width=360, script=script).new_page()
    page.goto(f"{cohort}/")
    page.locator("main a.button").first.click()
    fill(page)  # eligibility, before an address is asked for
    press(page)
    come_in_by_mail(page, f"newcomer-{language}@example.org")
    press(page)
    page.wait_for_url(f"**{cohort}/application/")
    sections = page.eval_on_selector_all(
        "main a[href*='/application/section/']",
        "all => [...new Set(all.map(one => one.getAttribute('href')))]",
    )
    assert len(sections) > 1
    for section in sections:
        for _ in range(3):  # answers may open further questions
            page.goto(section)
            fill(page)
            press(page)
    page.goto(f"{cohort}/application/check/")
    for box in page.locator("main form input[type=checkbox]").all():
        box.check()
    press(page, "main form:has([name=once]) button.button")
    page.wait_for_url(f"**{cohort}/application/received/")
    assert re.search(r"\b[0-9A-HJKMNP-TV-Z]{10}\b", page.locator("main").inner_text())


def test_a_reviewer_reads_one_and_comes_to_the_next(opened: Opener, site: Site) -> None:
    page = opened().new_page()
    sign_in(page, site, "reviewer")
    page.goto(f"{PROGRAMME}/{YEAR}-autumn/review/next/")
    first = page.url
    assert "/review/read/" in first
    text = page.locator("main").inner_text()
    assert "@" not in text
    names = page.eval_on_selector_all(
        "main form input[type=radio]", "all => [...new Set(all.map(one => one.name))]"
    )
    assert names
    for name in names:
        page.locator(f"main form input[type=radio][name='{name}']").nth(1).check()
    page.locator("main form textarea").first.fill("Concrete, and honest about what did not work.")
    page.locator("main form:has(textarea) button.button").first.click()
    page.wait_for_load_state()
    page.goto(f"{PROGRAMME}/{YEAR}-autumn/review/")
    assert page.locator("main").inner_text()
    page.goto(f"{PROGRAMME}/{YEAR}-autumn/review/next/")
    assert page.url != first


def test_an_organiser_sees_desk_board_and_decision_room(opened: Opener, site: Site) -> None:
    page = opened().new_page()
    sign_in(page, site, "organiser")
    for path in ("desk/", "applications/", "reviews/", "decisions/", "mails/", "programme/log/"):
        answer = page.goto(f"{PROGRAMME}/{YEAR}-autumn/{path}")
        assert answer is not None
        assert answer.status == 200, path
    page.goto(f"{PROGRAMME}/{YEAR}/stipends/")
    page.locator("main table a").first.click()
    page.wait_for_load_state()
    assert page.locator("#ledger, h2").count()


def test_a_scholar_hands_in_a_lab_and_reads_the_result(opened: Opener, site: Site) -> None:
    page = opened().new_page()
    sign_in(page, site, "scholar")
    page.goto(f"{PROGRAMME}/{YEAR}/labs/softmax/")
    page.locator("textarea[name=code]").fill("def softmax(x):\n    return x\n")
    page.locator("main form:has(textarea[name=code]) button.button").first.click()
    page.wait_for_load_state()
    for _ in range(60):
        if page.locator("main .tag--stop, main .tag--ok").count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    assert page.locator("main .tag--stop").count()
