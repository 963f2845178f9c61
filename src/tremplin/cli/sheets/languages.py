"""Languages as people write them: “FR”, “français”, “French (fluent)”, « français et anglais », “fr/en”."""

import re
from functools import cache

from babel import Locale

from tremplin.cli.sheets.cells import Kind, Unreadable
from tremplin.cli.sheets.words import quoted, shown, spelling

_BETWEEN = re.compile(r"[,;|/+&\n]|\s(?:et|and|ou|or)\s", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_REGION = re.compile(r"([a-z]{2})[-_][a-z]{2}")
_THREE = {
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "deu": "de",
    "ger": "de",
    "ita": "it",
    "por": "pt",
}


@cache
def _known() -> dict[str, str]:
    """Codes by themselves and by their names, in English, in French and in the language itself."""
    found: dict[str, str] = {}
    for locale in ("en", "fr"):
        for code, name in Locale(locale).languages.items():
            if len(code) == 2:
                found.setdefault(spelling(name), code)
    for code in ("es", "de", "it", "pt", "nl", "ar", "pl", "ro", "tr", "ru", "uk", "el", "zh", "ja", "vi"):
        found.setdefault(spelling(Locale(code).languages.get(code, code)), code)
    return {**found, **_THREE, **{code: code for code in set(found.values())}}


@cache
def code_of(word: str) -> str:
    """“fr” for French in any of these forms; what nobody knows stays as it is, in small letters."""
    plain = spelling(_BRACKETS.sub(" ", word)) or spelling(word)
    if region := _REGION.fullmatch(plain):
        plain = region[1]
    return _known().get(plain, plain)


def several(cell: str, mark: str = "") -> tuple[str, ...]:
    """The languages of a cell, each once, in its order."""
    parts = (shown(part, longest=60) for part in _BETWEEN.split(cell))
    return tuple(dict.fromkeys(code_of(part) for part in parts if part))


def one(cell: str, mark: str = "") -> str:
    """The one language of a cell. Raises Unreadable where it names several."""
    found = several(cell)
    if len(found) > 1:
        what = f"{quoted(cell)} names {len(found)} languages."
        raise Unreadable(what, "Write the one in which it is to be read.", "several languages")
    return next(iter(found), "")


LANGUAGE = Kind("text", one)
LANGUAGES = Kind("list of words", several)
