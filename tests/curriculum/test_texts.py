"""Both languages are complete, alike in shape, and set in proper type; nothing is fetched from elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tremplin.curriculum.loader import labs
from tremplin.curriculum.notes import figure_names, render
from tremplin.curriculum.units import plans, units
from tremplin.grader import Lab, words
from tremplin.grader.text import LANGUAGES, Text

LABS = labs()
EACH_LAB = pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.code)
SVG = "{http://www.w3.org/2000/svg}"


def texts() -> Iterator[Text]:
    for lab in LABS:
        yield from (lab.title, lab.summary, lab.topics)
        for check in lab.checks:
            yield from (check.title, check.hint)
    for unit in units():
        yield from (unit.title, unit.goal, unit.text, *(resource.note for resource in unit.resources))
    for plan in plans():
        yield from (plan.title, plan.summary)
        for week in plan.weeks:
            yield from (week.focus, week.deliverable)
    yield from (words._WORDS[code] for code in words.codes() if code != "said")


def prose(markdown: str) -> str:
    """The text without code, formulas, link targets and headings marks, whose signs follow other rules."""
    return re.sub(r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$|\]\([^)\s]*", "·", markdown, flags=re.DOTALL)


def french_of_checks(lab: Lab) -> Iterator[str]:
    """The French sentences in a lab's checks.py, wherever they stand beside an English one."""
    for node in ast.walk(ast.parse((lab.folder / "checks.py").read_text("utf-8"))):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.search(r"[éèàêçù’«]", node.value)
        ):
            yield node.value


def mistakes(french: str) -> list[str]:
    rules = {
        "plain apostrophe": r"\w'[\w*·]",
        "plain quotation mark": r'"',
        "no no-break space before": r"[^\u00a0\u202f\s\W][;:!?](?=\s|$)|[^\u00a0\u202f][«»]?(?<=[ ])[;:!?»]",
        "no no-break space after": r"«[^\u00a0]",
        "plain space in a number": r"\d \d{3}\b",
    }
    return [f"{name}: {m.group()!r}" for name, rule in rules.items() for m in re.finditer(rule, french)]


def test_every_text_is_in_both_languages_and_says_something_else_in_each() -> None:
    for text in texts():
        assert set(text) == set(LANGUAGES)
        assert all(sentence.strip() for sentence in text.values())
        if len(text["en"].split()) > 3 and "{name}" not in text["en"]:
            assert text["en"] != text["fr"]


def test_french_sentences_are_set_as_french() -> None:
    for text in texts():
        code_free = re.sub(r"\{[^}]*\}|\w+\([^)]*\)|\w+\[[^\]]*\]|https?:\S+", "x", text["fr"])
        found = [m for m in mistakes(code_free) if "quotation" not in m]
        assert not found, (text["fr"], found)


@EACH_LAB
def test_french_notes_and_messages_are_set_as_french(lab: Lab) -> None:
    notes = prose(lab.notes("fr"))
    found = [m for m in mistakes(notes) if "quotation" not in m]
    assert not found
    for sentence in french_of_checks(lab):
        found = [m for m in mistakes(sentence) if "quotation" not in m]
        assert not found, sentence


@EACH_LAB
def test_notes_say_the_same_in_both_languages(lab: Lab) -> None:
    def shape(language: str) -> list[object]:
        markdown = lab.notes(language)
        return [
            re.findall(r"^#+(?= )", markdown, re.MULTILINE),
            len(re.findall(r"^```", markdown, re.MULTILINE)),
            len(re.findall(r"^\|", markdown, re.MULTILINE)),
            len(re.findall(r"^(?:\d\.|-) ", markdown, re.MULTILINE)),
            [re.sub(r"\\text\{[^}]*\}", "", f) for f in re.findall(r"\$\$(.*?)\$\$", markdown, re.DOTALL)],
            [name.replace(f".{language}.", ".") for name in figure_names(markdown)],
        ]

    assert shape("en") == shape("fr")
    assert 900 < len(lab.notes("en").split()) < 2500


@EACH_LAB
@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_become_a_page_of_our_own(lab: Lab, language: str) -> None:
    html = render(
        lab.notes(language), figure_url=lambda name: f"/figures/{name}", figure_size=lab.figure_size
    )
    page = ElementTree.fromstring(f"<page>{html}</page>")
    assert page[0].tag == "h2"
    images = list(page.iter("img"))
    assert len(images) >= 2
    for image in images:
        assert image.get("src", "").startswith("/figures/")
        assert len(image.get("alt", "")) > 20
        assert int(image.get("width", "0")) > int(image.get("height", "0")) > 100
    assert len(list(page.iter("figcaption"))) == len(images)
    assert "$" not in re.sub(r"<(code|pre)[^>]*>.*?</\1>", "", html, flags=re.DOTALL)
    assert not re.search(r"(?:src|href)=\"https?:", html)


@EACH_LAB
def test_every_drawing_is_used_complete_and_self_contained(lab: Lab) -> None:
    used = {name for language in LANGUAGES for name in figure_names(lab.notes(language))}
    assert used == set(lab.figures)
    for name in lab.figures:
        drawing = lab.figure(name)
        root = ElementTree.fromstring(drawing)
        assert root.tag == SVG + "svg"
        assert root.get("viewBox")
        assert root.findtext(SVG + "title")
        text = drawing.decode()
        assert len(drawing) < 60_000
        assert not re.search(
            r"<script|<style|\sstyle=|href|on\w+=|url\((?!#)|https?://(?!www\.w3\.org)", text
        )
        if ".fr." in name:
            for node in root.iter(SVG + "text"):
                assert not mistakes(node.text or ""), name


def test_no_content_names_this_machine_or_the_outside() -> None:
    folder = Path(__file__).parents[2] / "src" / "tremplin" / "curriculum" / "labs"
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".svg"}:
            assert not re.search(r"/root/|/home/|/work/|localhost", path.read_text("utf-8")), path
