"""What a page must hold: no fault that axe can see, and none of those that it cannot."""

from base64 import b64decode
from functools import cache
from importlib.resources import files
from pathlib import Path

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
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) faults.push('an id stands twice: ' + id);
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
# All of a page but the frame around it, and the marks in its forms that are others each time.
_CONTENT = """() => {
  const main = document.querySelector('main').cloneNode(true);
  for (const field of main.querySelectorAll('input[type=hidden]')) field.removeAttribute('value');
  return [document.title, document.documentElement.className, document.body.className, main.outerHTML].join('\\n');
}"""
_WATCH_FOCUS = """() => {
  window.unseenFocus = [];
  document.addEventListener('focusin', ({ target: e }) => {
    const style = getComputedStyle(e);
    const shown = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
    if (!shown) window.unseenFocus.push(e.outerHTML.slice(0, 100));
  });
}"""
_AXE = """async () => (await axe.run({ resultTypes: ['violations'] })).violations.map(({ id, help, nodes }) =>
  `${id}: ${help} at ${nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(', ')}`)"""


@cache
def axe_source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def axe_faults(page: Page) -> list[str]:
    """Violations that axe finds, each with the places where."""
    page.evaluate(axe_source())
    found: list[str] = page.evaluate(_AXE)
    return found


def shape_faults(page: Page) -> list[str]:
    """What is wrong with the parts of the page taken together: headings, names, what leads where."""
    found: list[str] = page.evaluate(_STRUCTURE)
    return found


def content_of(page: Page) -> str:
    """What the page says and shows, whoever looks at it."""
    found: str = page.evaluate(_CONTENT)
    return found


def own_faults(page: Page) -> list[str]:
    """What axe does not see: structure, errors tied to fields, reflow at 320 px and 200 % text."""
    faults = shape_faults(page)
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
    page.evaluate(_WATCH_FOCUS)
    for _ in range(stops):
        page.keyboard.press("Tab")
    return [f"focus cannot be seen on {place}" for place in page.evaluate("window.unseenFocus")]


def picture(page: Page, path: Path) -> None:
    """Keep a picture of the whole page, packed quickly rather than tightly."""
    session = page.context.new_cdp_session(page)
    options = {"format": "png", "captureBeyondViewport": True, "optimizeForSpeed": True}
    path.write_bytes(b64decode(session.send("Page.captureScreenshot", options)["data"]))
    session.detach()
