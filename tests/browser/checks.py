"""What a page must hold: no fault that axe can see, and none of those that it cannot."""

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import LocatorAssertions, Page, expect


def autosaved(page: Page) -> LocatorAssertions:
    """What the line about saving must say."""
    return expect(page.locator("[data-autosave-status]"))


_REFLOW = """() => {
  document.documentElement.style.fontSize = '200%';
  const wide = [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > innerWidth + 1 && !e.closest('.table-scroll, pre, svg, .visually-hidden, [hidden]');
  }).slice(0, 3).map(e => e.outerHTML.slice(0, 120));
  const over = document.documentElement.scrollWidth - innerWidth;
  document.documentElement.style.fontSize = '';
  return over > 1 ? [over, wide] : null;
}"""
_STRUCTURE = """() => {
  const faults = [];
  if (!document.documentElement.lang) faults.push('no lang');
  if (document.querySelectorAll('h1').length !== 1) faults.push('not exactly one h1');
  let last = 0;
  for (const h of document.querySelectorAll('h1,h2,h3,h4,h5,h6')) {
    const level = +h.tagName[1];
    if (last && level > last + 1) faults.push('heading jumps to ' + h.outerHTML.slice(0, 80));
    last = level;
  }
  for (const e of document.querySelectorAll('[aria-describedby],[aria-labelledby]'))
    for (const name of ['aria-describedby', 'aria-labelledby'])
      for (const id of (e.getAttribute(name) || '').split(/\\s+/).filter(Boolean))
        if (!document.getElementById(id)) faults.push(name + ' leads nowhere: ' + id);
  for (const e of document.querySelectorAll('[aria-invalid=true]'))
    if (!e.getAttribute('aria-describedby') && !e.closest('fieldset[aria-describedby]'))
      faults.push('an error is not tied to its field: ' + e.name);
  for (const e of document.querySelectorAll('[onclick], [style]:not([style=""])'))
    faults.push('inline: ' + e.outerHTML.slice(0, 80));
  for (const a of document.querySelectorAll('a[href^="#"]'))
    if (a.hash.length > 1 && !document.getElementById(a.hash.slice(1))) faults.push('link leads nowhere: ' + a.hash);
  return faults;
}"""
_FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  const shown = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
  return [e.outerHTML.slice(0, 100), shown];
}"""


@cache
def axe_source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def axe_faults(page: Page) -> list[str]:
    """Violations that axe finds, each with the places where."""
    page.evaluate(axe_source())
    found: dict[str, Any] = page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return [
        f"{fault['id']}: {fault['help']} at {[node['html'][:120] for node in fault['nodes'][:3]]}"
        for fault in found["violations"]
    ]


def own_faults(page: Page) -> list[str]:
    """What axe does not see: structure, errors tied to fields, reflow at 320 px and 200 % text."""
    faults: list[str] = list(page.evaluate(_STRUCTURE))
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 700})
    over = page.evaluate(_REFLOW)
    if over:
        faults.append(f"overflows by {over[0]} px at 320 px and 200 % text: {over[1]}")
    if size:
        page.set_viewport_size(size)
    return faults


def focus_faults(page: Page, stops: int = 8) -> list[str]:
    """Places where the keyboard's focus cannot be seen."""
    faults = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        found = page.evaluate(_FOCUS)
        if found and not found[1]:
            faults.append(f"focus cannot be seen on {found[0]}")
    return faults
