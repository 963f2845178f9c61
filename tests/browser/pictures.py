"""Takes the pictures of the README from a demonstration, in a real browser: `scripts/screenshots [DEMONSTRATION]`."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import launched, sign_in
from tests.browser.site import Site, make, running
from tremplin.rehearsal.editions import editions

FOLDER = Path(__file__).parents[2] / "docs" / "images"
COLOURS = 128  # enough for a page in few colours, at a third of the bytes
PHONE, DESK = (360, 720), (1180, 820)
YEAR = datetime.now(UTC).year
FINISHED = editions(datetime.now(UTC))[0].slug
PROGRAMME = "/institute/deep-learning-scholars"


class Shot(NamedTuple):
    """One picture: whose page, where, how wide, and in which language and look."""

    name: str
    role: str
    path: str
    size: tuple[int, int]
    language: str = "en"
    theme: str = "light"


SHOTS = (
    Shot("desk", "organiser", f"{PROGRAMME}/{YEAR}-autumn/desk/", DESK),
    Shot("reading", "reviewer", f"{PROGRAMME}/{YEAR}-autumn/review/next/", DESK),
    Shot("figures", "organiser", f"{PROGRAMME}/{YEAR + 1}/applications/figures/", DESK),
    Shot("application", "applicant", f"{PROGRAMME}/{YEAR + 1}/application/", PHONE, "fr"),
    Shot("training", "scholar", f"{PROGRAMME}/{YEAR}/training/", PHONE),
    Shot("showcase", "", f"{PROGRAMME}/{FINISHED}/showcase/", PHONE, "en", "dark"),
)


def take(browser: Browser, site: Site, shot: Shot) -> Path:
    """One picture, in few colours so that the README loads on a slow line."""
    with _page(browser, site, shot) as page:
        if shot.role:
            sign_in(page, site, shot.role)
        page.goto(f"{shot.path}?lang={shot.language}")
        page.wait_for_load_state("networkidle")
        target = FOLDER / f"{shot.name}.png"
        page.screenshot(path=target)
    with Image.open(target) as whole:
        whole.convert("RGB").quantize(COLOURS).save(target, optimize=True)
    return target


@contextmanager
def _page(browser: Browser, site: Site, shot: Shot) -> Iterator[Page]:
    width, height = shot.size
    context = browser.new_context(
        base_url=site.url,
        locale={"en": "en-GB", "fr": "fr-FR"}[shot.language],
        timezone_id="Africa/Dakar",
        color_scheme="dark" if shot.theme == "dark" else "light",
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as name, launched() as browser:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(name) / "demonstration"
        if not folder.exists():
            make(folder, applicants=240)
        with running(folder) as site:
            for shot in SHOTS:
                print(take(browser, site, shot))


if __name__ == "__main__":
    main()
