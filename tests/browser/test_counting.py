"""Server and script count alike, so that nobody is told “3 words left” and refused."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tremplin import core
from tremplin.applications.rules.answers import clean
from tremplin.core.text import count_characters, count_words
from tremplin.core.ui.forms import MaxWords
from tremplin.programmes.schema import Question

COUNTER = Path(core.__file__).parent / "static" / "core" / "js" / "counter.js"
pytestmark = pytest.mark.browser
# Combining marks, emoji of many parts, flags, scripts without blanks, every kind of blank, every line end.
PIECES = [
    *("a", "Z", "é", "e\u0301", "ñ", "ß", "ﬁ", "中文", "हिन्दी", "עברית", "العربية"),
    *("👩‍👩‍👧‍👦", "🇸🇳", "👍🏿", "𝔘", "☃️", "\u200d", "\u200b", "\u2060"),
    *(" ", "  ", "\t", "\n", "\r\n", "\r", "\v", "\f", "\u00a0", "\u1680", "\u2000", "\u200a", "\u2028"),
    *("\u2029", "\u202f", "\u205f", "\u3000", "\ufeff", "\x85", "\x1c", "\x1f", "\u180e", "-", "’", "."),
]
PAGE = """<!doctype html><html lang="en"><body>
<textarea id="{unit}" data-count="100000" data-count-unit="{unit}"></textarea>
<p data-count-for="{unit}" data-left-one="{{n}}" data-left-other="{{n}}" data-over-one="" data-over-other=""></p>
</body></html>"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="en-GB")
    yield context.new_page()
    context.close()


def samples() -> list[str]:
    rng = random.Random(20271)
    made = ["".join(rng.choices(PIECES, k=rng.randint(0, 40))) for _ in range(400)]
    return ["", " ", "one", *PIECES, *made]


@pytest.mark.parametrize("unit", ["words", "characters"])
def test_the_counter_says_what_the_server_counts(page: Page, unit: str) -> None:
    page.set_content(PAGE.format(unit=unit))
    page.add_script_tag(content=COUNTER.read_text("utf-8"), type="module")
    page.wait_for_function("document.querySelector('[aria-live]')")
    counted = page.evaluate(
        """texts => texts.map(text => {
            const area = document.querySelector("textarea");
            area.value = text;
            area.dispatchEvent(new Event("input"));
            return 100000 - Number(document.querySelector("[data-count-for]").textContent.replaceAll(",", ""));
        })""",
        samples(),
    )
    count = count_words if unit == "words" else count_characters
    question = Question(code="q", kind="long", label={"en": "Q"})
    for text, here in zip(samples(), counted, strict=True):
        # A box hands over plain line ends; a form posts CRLF; what is stored has plain ones again.
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        assert count(plain) == here, repr(text)
        assert count(plain.replace("\n", "\r\n")) == here, repr(text)
        stored = clean(question, plain.replace("\n", "\r\n"))
        assert isinstance(stored, str)
        if plain.strip():
            assert count(stored) == here, repr(text)


def test_forms_of_staff_count_as_the_script_does() -> None:
    for text in samples():
        limit = max(0, count_words(text) - 1)
        if count_words(text):
            with pytest.raises(Exception, match="Take out 1 word"):
                MaxWords(limit)(text)
        MaxWords(limit + 1)(text)
