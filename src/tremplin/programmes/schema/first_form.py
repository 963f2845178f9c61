"""A first form for a programme file that has none yet, so that organisers can build theirs on pages.

What a file says of itself stays as it is, byte by byte: the part [application] is added at its end, or what is missing
of it in its place. It is short and says that it is a beginning.
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from tremplin.programmes.schema.application import ApplicationForm

LOOKS_FOR = {
    "en": "What we look for will stand here before the call opens.",
    "fr": "Ce que nous cherchons sera décrit ici avant l’ouverture de l’appel.",
}
TITLE = {"en": "Your application", "fr": "Votre candidature"}
ASKED = {"en": "Why do you want to take part?", "fr": "Pourquoi souhaitez-vous participer\u00a0?"}
_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_.\s-]+?)\s*\]\]?\s*(#.*)?$")
_FENCES = re.compile(r'"""|\'\'\'')


def begun(text: str) -> str:
    """`text` with a first form where it has none; any other text, also one that is no TOML, as it is."""
    data = _parsed(text)
    programme = data.get("programme")
    spoken = programme.get("languages") if isinstance(programme, Mapping) else None
    languages = [code for code in spoken if code in TITLE] if isinstance(spoken, list) else []
    form = data.get("application", {})
    if not languages or not isinstance(form, Mapping) or not lacks_form(text):
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    grown = _with_form(text.replace("\r\n", "\n"), form, languages).replace("\n", newline)
    return grown if _only_adds(data, _parsed(grown)) else text


def lacks_form(text: str) -> bool:
    """Whether a file that reads as TOML asks applicants nothing at all."""
    data = _parsed(text)
    form = data.get("application", {})
    sections = form.get("sections", []) if isinstance(form, Mapping) else [None]
    if not data or not isinstance(sections, list):
        return False
    return not any(not isinstance(section, Mapping) or section.get("questions") for section in sections)


def is_first(form: ApplicationForm) -> bool:
    """Whether nobody has gone on with a form that was begun here."""
    labels = [label for question in form.questions() for label in question.label.values()]
    return set(labels) <= set(ASKED.values()) or set(form.looks_for.values()) <= set(LOOKS_FOR.values())


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError:
        return {}


def _only_adds(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether `after` says all of `before`, and asks something."""
    rest = {key: value for key, value in after.items() if key != "application"}
    old, new = before.get("application", {}), after.get("application", {})
    kept = all(new.get(key) == value for key, value in old.items() if key != "sections")
    titles = [{k: v for k, v in section.items() if k != "questions"} for section in old.get("sections", [])]
    same = [{k: v for k, v in section.items() if k != "questions"} for section in new.get("sections", [])]
    return (
        rest == {key: value for key, value in before.items() if key != "application"}
        and kept
        and same[: len(titles)] == titles
        and bool(same)
    )


def _with_form(text: str, form: Mapping[str, Any], languages: list[str]) -> str:
    looks_for = f"looks_for = {_words(LOOKS_FOR, languages)}\n"
    question = (
        f'\n[[application.sections.questions]]\ncode = "motivation"\nkind = "long"\n'
        f"label = {_words(ASKED, languages)}\nmax_words = 300\n"
    )
    section = (
        f'\n[[application.sections]]\ncode = "application"\ntitle = {_words(TITLE, languages)}\n{question}'
    )
    if "application" not in _headers(text):
        end = "" if text.endswith("\n") else "\n"
        return f"{text}{end}\n[application]\n{looks_for}{section}"
    missing = question if form.get("sections") else section
    last = "application.sections" if form.get("sections") else "application"
    text = _put(text, last, missing)
    return text if form.get("looks_for") else _put(text, "application", looks_for)


def _words(words: Mapping[str, str], languages: list[str]) -> str:
    return "{ " + ", ".join(f'{code} = "{words[code]}"' for code in languages) + " }"


def _put(text: str, header: str, more: str) -> str:
    """`text` with `more` at the end of the last table of that name, before the comments and lines left free there."""
    lines = text.splitlines(keepends=True)
    heads = list(_headers_at(lines))
    place = max(number for number, (_line, name) in enumerate(heads) if name == header)
    end = heads[place + 1][0] if place + 1 < len(heads) else len(lines)
    while end > heads[place][0] + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    return "".join([*lines[:end], more, *lines[end:]])


def _headers(text: str) -> set[str]:
    return {name for _line, name in _headers_at(text.splitlines())}


def _headers_at(lines: list[str]) -> list[tuple[int, str]]:
    """Each line that begins a table, with its name; lines within texts of several lines are none."""
    found: list[tuple[int, str]] = []
    within = ""
    for number, line in enumerate(lines):
        if not within and (header := _HEADER.match(line)):
            found.append((number, re.sub(r"\s", "", header[1])))
        for fence in _FENCES.findall(line):
            within = ("" if within == fence else within) if within else fence
    return found
