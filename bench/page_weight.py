"""What an applicant's phone fetches, page by page from the call to the receipt, in a real browser.

A newcomer of the demonstration goes the whole way in Chromium. Then each page is opened twice: with an empty
cache, as by somebody who follows a link, and once more with what the first visit left. Bytes are those on the
wire, counted by the browser. Queries and CPU of the same pages are counted in a process of their own, where other
work of the machine does not enter. pretalx's call and its submission form are weighed in the same run, by the same
browser, from its package behind gunicorn as its documentation runs it.

`python -m bench pages` looks at every page of every role, without a browser; this looks at one way, on the wire.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.deadline import theirs
from bench.installation import ROOT, Installation, stop

HELP = "an applicant's way in Chromium, from the call to the receipt: bytes and requests, cold and warm"
FIRST_KB, AFTER_KB, QUERIES, CPU_MS = 20, 8, 5, 20
PERSON = "page-weight@example.org"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
_FILL = """() => {
  const names = new Set();
  for (const box of document.querySelectorAll("main form [name]")) {
    if (!box.offsetParent || box.disabled || ["hidden", "submit", "file"].includes(box.type)) continue;
    if (box.type === "radio") {
      if (names.has(box.name)) continue;
      names.add(box.name);
      const all = [...document.querySelectorAll(`main form [name="${box.name}"]`)];
      if (!all.some((one) => one.checked)) (all.find((one) => one.value === "yes") ?? all.at(-1)).checked = true;
    } else if (box.type === "checkbox") continue;
    else if (box.options) box.selectedIndex = box.value ? box.selectedIndex : 5;
    else if (!box.value) box.value = box.inputMode === "numeric" ? "40" : { email: "me@example.org",
      url: "https://example.org/me" }[box.type] ?? "I repaired the inventory of our clinic with a small program.";
  }
}"""


class Scales:
    """A browser page that counts what comes over the wire."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.wire = page.context.new_cdp_session(page)
        self.wire.send("Network.enable")
        self.bytes, self.requests, self.cached = 0, set[str](), set[str]()
        self.wire.on("Network.requestServedFromCache", lambda event: self.cached.add(event["requestId"]))
        self.wire.on("Network.responseReceived", self._response)
        self.wire.on("Network.loadingFinished", self._finished)

    def _response(self, event: dict[str, Any]) -> None:
        known = event["response"].get("fromDiskCache") or event["response"]["url"].startswith("data:")
        (self.cached if known else self.requests).add(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] not in self.cached:
            self.bytes += int(event["encodedDataLength"])

    def weigh(self, url: str) -> tuple[int, int]:
        """Bytes and requests of one visit."""
        self.page.goto("about:blank")
        self.bytes, self.requests, self.cached = 0, set(), set()
        self.page.goto(url, wait_until="networkidle")
        return self.bytes, len(self.requests - self.cached)

    def cold_and_warm(self, url: str) -> dict[str, int]:
        self.page.goto("about:blank")
        self.wire.send("Network.clearBrowserCache")
        cold, cold_requests = self.weigh(url)
        warm, warm_requests = self.weigh(url)
        return {"cold": cold, "requests": cold_requests, "warm": warm, "again": warm_requests}


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise RuntimeError("This benchmark needs Chromium (Debian: apt-get install chromium).")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def apply(page: Any, call: str) -> list[tuple[str, str]]:
    """Go from the call to the receipt as a newcomer; name and address of each page on the way, up to sending."""

    def press(selector: str = "main form button.button") -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")

    page.goto(f"{call}apply/")
    page.evaluate(_FILL)
    press()
    page.locator("input[name=address]").fill(PERSON)
    press()
    mail = page.locator("main table a").first
    for _time in range(120):
        page.goto(f"/mailbox/?to={PERSON}")
        if mail.count():
            break
        page.wait_for_timeout(500)
    mail.click()
    page.locator("main a[href*='/sign-in/link/']").click()
    press()
    press()
    page.wait_for_url(f"**{call}application/")
    sections = page.eval_on_selector_all(
        "main a[href*='/application/section/']",
        "all => [...new Set(all.map(one => one.getAttribute('href')))]",
    )
    for section in [*sections, *sections]:  # answers may open further questions
        page.goto(section)
        page.evaluate(_FILL)
        press()
    names = [(f"section {re.findall(r'section/([^/]+)/', path)[0]}", path) for path in sections]
    return [("your application", f"{call}application/"), *names, ("check", f"{call}application/check/")]


def ours(data: Path, site: Installation) -> dict[str, dict[str, Any]]:
    """Every page of the way, weighed."""
    site.environment["TREMPLIN_DEMO_DIR"] = str(data)
    server = site.start("demo", "--port", str(site.port))
    try:
        site.wait_until_up(server, 120)
        call = _open_call(site)
        with chromium() as browser:
            context = browser.new_context(base_url=site.address, locale="en-GB")
            scales = Scales(context.new_page())
            found: dict[str, dict[str, Any]] = {
                "call": scales.cold_and_warm(call) | {"path": call},
                "may I apply?": scales.cold_and_warm(f"{call}apply/") | {"path": f"{call}apply/"},
            }
            for name, path in apply(scales.page, call):
                found[name] = scales.cold_and_warm(path) | {"path": path}
            scales.page.goto(f"{call}application/check/")
            scales.page.locator("main form:has([name=once]) button.button").click()
            scales.page.wait_for_url(f"**{call}application/received/")
            found["receipt"] = scales.cold_and_warm(scales.page.url) | {
                "path": f"{call}application/received/"
            }
    finally:
        stop(server)
    for name, row in _counted(data, site, [row["path"] for row in found.values()]).items():
        next(entry for entry in found.values() if entry["path"] == name).update(row)
    return found


def _open_call(site: Installation) -> str:
    """The address of the call that is open in the demonstration."""
    code = (
        "import django; django.setup()\n"
        "from tremplin.core import clock\n"
        "from tremplin.programmes.http import cohort_url\n"
        "from tremplin.programmes.models import Cohort\n"
        "from tremplin.programmes.states import phase_of\n"
        "for cohort in Cohort.objects.select_related('programme__institution', 'version'):\n"
        "    if phase_of(cohort, clock.now()) == 'open': print(cohort_url(cohort, 'programmes:call'))\n"
    )
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, env=_inside(site), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.split()[0]


def _inside(site: Installation) -> dict[str, str]:
    return {**site.environment, "TREMPLIN_DATA_DIR": site.environment["TREMPLIN_DEMO_DIR"]}


def _counted(data: Path, site: Installation, paths: list[str]) -> dict[str, dict[str, Any]]:
    """Queries and CPU milliseconds of each page, for the newcomer."""
    result = site.folder / "counted.json"
    words = [sys.executable, "-m", "bench.crawl", str(result), PERSON, *paths]
    done = subprocess.run(words, env=_inside(site), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, dict[str, Any]] = json.loads(result.read_text("utf-8"))
    return found


def peer(folder: Path) -> dict[str, dict[str, int]]:
    """pretalx's pages by the same browser; none where its package cannot be had."""
    packages = theirs.installed()
    if packages is None:
        return {}
    with theirs.served(folder, packages, workers=2) as site, chromium() as browser:
        home = f"http://127.0.0.1:{site.port}/night"
        scales = Scales(browser.new_context(locale="en-GB").new_page())
        scales.page.goto(f"{home}/submit/")
        form = scales.page.url
        return {"call": scales.cold_and_warm(f"{home}/cfp"), "submission form": scales.cold_and_warm(form)}


def faults(rows: dict[str, dict[str, Any]]) -> list[str]:
    """The bars that a page misses."""
    found = []
    for name, row in rows.items():
        for key, most, unit in (
            ("cold", FIRST_KB * 1000, "bytes on a first visit"),
            ("warm", AFTER_KB * 1000, "bytes afterwards"),
            ("queries", QUERIES, "queries"),
            ("ms", CPU_MS, "ms of CPU"),
        ):
            if row.get(key, 0) > most:
                found.append(f"{name}: {row[key]} {unit}, bar {most}")
    return found


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, help="a demonstration that was made before (it gains an applicant)"
    )
    parser.add_argument("--alone", action="store_true", help="without pretalx")


def run(args: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = Installation(folder, settings="tremplin.web.settings", TREMPLIN_DEMO="1")
        data = folder / "demonstration"
        if args.data:
            shutil.copytree(args.data, data)
        else:
            made = {**site.environment, "TREMPLIN_DEMO_DIR": str(data)}
            many = "24" if args.quick else "60"
            done = site.run("demo", "--no-serve", "--applicants", many, env=made, timeout=1800)
            if done.returncode:
                raise RuntimeError(done.stdout + done.stderr)
        rows = ours(data, site)
        (folder / "peer").mkdir()
        other = {} if args.alone else peer(folder / "peer")
    missed = faults(rows)
    _print(rows, other, missed)
    return {"ours": rows, "pretalx": other, "version": theirs.VERSION, "missed": missed}


def _print(rows: dict[str, dict[str, Any]], other: dict[str, dict[str, int]], missed: list[str]) -> None:
    print(f"{'page':<32}{'first':>9}{'requests':>10}{'after':>9}{'requests':>10}{'queries':>9}{'ms':>7}\n")
    named = [*rows.items(), *((f"pretalx: {name}", row) for name, row in other.items())]
    for name, row in named:
        print(
            f"{name:<32}{row['cold']:>9}{row['requests']:>10}{row['warm']:>9}{row['again']:>10}"
            f"{row.get('queries', ''):>9}{row.get('ms', ''):>7}"
        )
    print("\n" + ("\n".join(["bars missed:", *missed]) if missed else "all bars met"))
    if not other:
        print("pretalx was left out: it was not asked for, or its package cannot be had here")


def page(figures: dict[str, Any]) -> str:
    """The results as a page."""
    lines = [
        "An applicant's way through the demonstration in Chromium: bytes on the wire and requests, with an empty cache "
        "and once more with what that visit left; queries and CPU (median of five) on the server.",
        "",
        f"Bars: {FIRST_KB} KB on a first visit, {AFTER_KB} KB afterwards, {QUERIES} queries, {CPU_MS} ms. "
        + ("Missed: " + "; ".join(figures["missed"]) + "." if figures["missed"] else "All met."),
        "",
        "| page | first | requests | after | requests | queries | ms |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    other = {f"pretalx {figures['version']}: {name}": row for name, row in figures["pretalx"].items()}
    for name, row in {**figures["ours"], **other}.items():
        measures = [row[key] for key in ("cold", "requests", "warm", "again")]
        measures += [row.get("queries", "–"), row.get("ms", "–")]
        lines.append(f"| {name} | " + " | ".join(map(str, measures)) + " |")
    return "\n".join(lines)
