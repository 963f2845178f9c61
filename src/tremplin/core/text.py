"""Text in several languages, and text folded for search."""

import re
import unicodedata
from collections.abc import Mapping

from django.utils.translation import get_language

Text = Mapping[str, str]
_FIRST_COMBINING = "\u0300"
# White space as a browser's script knows it, so that words are counted alike on both sides.
SPACE = re.compile("[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")


def say(text: Text | str, language: str | None = None) -> str:
    """`text` in `language` (default: the active one), else in any language it has.

    A plain string is returned as it is, so that templates need not ask.
    """
    if isinstance(text, str):
        return text
    wanted = (language or get_language() or "en").split("-")[0]
    return text.get(wanted) or next((value for value in text.values() if value), "")


def fold(text: str) -> str:
    """`text` without case or accents, for search columns that work alike on every database."""
    if text.isascii():  # most words are, and there is nothing to decompose in them
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).casefold()
    plain = [char for char in decomposed if char < _FIRST_COMBINING or not unicodedata.combining(char)]
    return " ".join("".join(plain).split())


def count_characters(text: str) -> int:
    """Characters as counter.js counts them: code points, a line end being one."""
    return len(text.replace("\r\n", "\n"))


def count_words(text: str) -> int:
    """Words as counter.js counts them: whatever stands between white space."""
    return sum(1 for word in SPACE.split(text) if word)
