"""Files over a line that breaks: a real server, a real browser, and a line that is cut."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import LocatorAssertions, Page, Route, expect

from tests.browser.conftest import Opener, sign_in
from tests.browser.site import Site, free_port, serving
from tests.browser.test_journeys import PROGRAMME, YEAR

pytestmark = pytest.mark.browser
WORK = f"{PROGRAMME}/{YEAR + 1}/application/section/work/"
SIZE = 900_000


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A file of text that no line sends in one go."""
    file = tmp_path / "simulation.py"
    line = "x = {}  # a line of a long program that somebody wrote and wants to show\n"
    file.write_text("".join(line.format(number) for number in range(SIZE // 70)), "utf-8")
    return file


def at_the_form(opened: Opener, site: Site) -> Page:
    page = opened(width=360).new_page()
    sign_in(page, site, "applicant")
    page.goto(WORK)
    expect(page.locator("[data-upload] input[type=file]")).to_be_visible()
    return page


def line(page: Page) -> LocatorAssertions:
    return expect(page.locator("[data-upload-line] [role=status]"))


def arrived(page: Page) -> int:
    return int(page.locator("[data-upload-line] progress").get_attribute("value") or 0)


def choose(page: Page, file: Path) -> None:
    page.locator("[data-upload] input[type=file]").set_input_files(file)


def remove(page: Page) -> None:
    """Take back what earlier tests gave."""
    box = page.locator("input[name=_remove]")
    if box.count():
        box.check()
        page.locator("form button[name=_then]").click()
        page.goto(WORK)


def test_a_cut_line_costs_a_piece_and_it_goes_on_by_itself(opened: Opener, site: Site, program: Path) -> None:
    page = at_the_form(opened, site)
    remove(page)
    seen: list[int] = []

    def cut(route: Route) -> None:
        offset = int(route.request.headers.get("upload-offset", "-1"))
        if offset >= 0:
            seen.append(offset)
        if len(seen) in {2, 4} and offset >= 0:
            seen.append(offset)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/pieces/**", cut)
    choose(page, program)
    line(page).to_contain_text("Saved: “simulation.py”", timeout=60_000)
    assert len(seen) >= 6
    page.reload()
    assert "simulation.py" in page.locator("main").inner_text()


def test_offline_it_waits_and_the_file_goes_on_after_a_reload(
    opened: Opener, site: Site, program: Path
) -> None:
    page = at_the_form(opened, site)
    remove(page)
    stop = {"after": 2}

    def dead(route: Route) -> None:
        if "upload-offset" in route.request.headers:
            stop["after"] -= 1
        if stop["after"] < 0:
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route("**/pieces/**", dead)
    choose(page, program)
    line(page).to_contain_text("The connection is gone", timeout=30_000)
    before = arrived(page)
    assert 0 < before < program.stat().st_size
    page.unroute("**/pieces/**")
    page.reload()
    line(page).to_contain_text("has arrived in part")
    assert arrived(page) == before
    offsets: list[int] = []
    page.on(
        "request",
        lambda request: (
            offsets.append(int(request.headers["upload-offset"]))
            if "upload-offset" in request.headers
            else None
        ),
    )
    choose(page, program)
    line(page).to_contain_text("Saved: “simulation.py”", timeout=30_000)
    assert offsets[0] == before


def test_saving_waits_for_the_file_and_cancelling_lets_the_file_go_alone(
    opened: Opener, site: Site, program: Path
) -> None:
    page = at_the_form(opened, site)
    remove(page)
    page.route("**/pieces/**", lambda route: None)  # nothing answers
    page.route("**/autosave/", lambda route: route.abort())
    choose(page, program)
    line(page).to_contain_text("Sending “simulation.py”")
    page.locator("form[data-autosave] textarea").first.fill("Saved although the file is given up.")
    page.locator("form[data-autosave] button.button").first.click()
    line(page).to_contain_text("waits for “simulation.py”")
    page.get_by_role("button", name="Cancel this file").click()
    page.wait_for_url(lambda url: not url.endswith(WORK))
    page.unroute_all(behavior="ignoreErrors")
    page.goto(WORK)
    assert "simulation.py" not in page.locator("main").inner_text()
    first = page.locator("form[data-autosave] textarea").first
    expect(first).to_have_value("Saved although the file is given up.")


def test_a_wrong_file_is_refused_after_its_first_piece(opened: Opener, site: Site, tmp_path: Path) -> None:
    page = at_the_form(opened, site)
    film = tmp_path / "film.pdf"
    film.write_bytes(b"\0\0\0\x18ftypmp42" + os.urandom(800_000))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/pieces/" in request.url else None)
    choose(page, film)
    line(page).to_contain_text("Its content is something else", timeout=20_000)
    assert len(sent) == 1


@pytest.fixture
def own_site(site: Site, tmp_path: Path) -> tuple[Site, int]:
    """A copy of the demonstration that may be killed, and the port that it is to be served on."""
    folder = tmp_path / "demo"
    shutil.copytree(site.folder, folder)
    port = free_port()
    return Site(f"http://127.0.0.1:{port}", folder), port


def test_kill_9_in_the_middle_loses_nothing_that_was_acknowledged(
    opened: Opener, own_site: tuple[Site, int], program: Path
) -> None:
    site, port = own_site
    acknowledged: list[int] = []
    sent: list[int] = []
    with serving(site.folder, port) as server:
        page = opened(width=360, base_url=site.url).new_page()
        sign_in(page, site, "applicant")
        page.goto(WORK)
        remove(page)
        page.on(
            "response",
            lambda answer: (
                acknowledged.append(int(answer.headers["upload-offset"]))
                if answer.status == 204 and "upload-offset" in answer.headers
                else None
            ),
        )

        def killing(route: Route) -> None:
            sent.append(int(route.request.headers.get("upload-offset", "-1")))
            if len(acknowledged) == 3 and server.poll() is None:
                server.kill()
                server.wait()
            route.continue_()

        page.route("**/pieces/**", killing)
        choose(page, program)
        line(page).to_contain_text("The connection is gone", timeout=30_000)
        server.wait()
    known, before = max(acknowledged), len(sent)
    with serving(site.folder, port):
        line(page).to_contain_text("Saved: “simulation.py”", timeout=90_000)
        # Pieces grow while the line is good: sometimes the one that was cut off was the last.
        assert [offset for offset in sent[before:] if 0 <= offset < known] == []
        page.reload()
        assert "simulation.py" in page.locator("main").inner_text()
