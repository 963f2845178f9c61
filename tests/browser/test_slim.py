"""A browser reads the slim form of style sheets as it reads their sources."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

import tremplin
from tremplin.web import slim

pytestmark = pytest.mark.browser
SHEETS = sorted(Path(tremplin.__file__).parent.rglob("static/**/*.css"))
READ = """async (text) => {
  const sheet = new CSSStyleSheet();
  await sheet.replace(text);
  // The values of custom properties stay as they are written: only the spaces in them are no matter.
  return [...sheet.cssRules].map((rule) => rule.cssText.replace(/,\\s+/g, ",").replace(/\\s+/g, " "));
}"""


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_slim_style_sheet_has_the_rules_of_its_source(chromium: Browser, path: Path) -> None:
    source = path.read_text("utf-8")
    page = chromium.new_page()
    try:
        rules = page.evaluate(READ, source)
        assert rules
        assert page.evaluate(READ, slim.css(source)) == rules
    finally:
        page.close()
