"""Text in several languages, and text folded for search."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language, override, pgettext

Text = Mapping[str, str]
_FIRST_COMBINING = "\u0300"
_SURROGATES = re.compile("[\ud800-\udfff]")
_BREAKS = re.compile("\r\n|[\r\v\f]")  # word processors paste a line that goes on as a vertical tab
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\u202d\u202e]")
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


def in_every_language(words: Callable[[], str]) -> dict[str, str]:
    """What `words` says in each language that pages can have: for what is kept now and read by somebody later."""
    said = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            said[language] = str(words())
    return said


def language_name(code: str) -> str:
    """What a language is called inside a sentence of the active one: “French”, « français »."""
    return _language_name(code, get_language() or "en")


@cache
def _language_name(code: str, spoken: str) -> str:
    # Django's own French names begin with a capital, which French sentences do not have there.
    return str(Locale.parse(code, sep="-").get_display_name(Locale.parse(spoken, sep="-")))


def colon() -> str:
    """What joins a name and what is said of it: French has a space before it, at which no line breaks."""
    return pgettext("joins a name and what is said of it", ":")


def joined(name: str, said: object) -> str:
    """“Place: Orléans”, « Lieu : Orléans »."""
    return f"{name}{colon()} {said}"


def plain(text: str) -> str:
    """`text` as typed, with plain line ends, without what no database can hold and what nobody can see.

    Marks that turn all that follows around make a name read as another one; isolates and marks of direction, which
    people who write from right to left need, stay.
    """
    text = _UNSEEN.sub("", _BREAKS.sub("\n", text))
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text)


def is_whole(text: str, *, digits: int = 9) -> bool:
    """Whether `text` is a whole number in digits that `int` reads: "²" is a digit for `str.isdigit` alone."""
    return text.isascii() and text.isdigit() and len(text) <= digits


def whole(text: str | None, otherwise: int = 0, *, digits: int = 9) -> int:
    """The whole number that a field or a header carries; `otherwise` for anything else."""
    return int(text) if text and is_whole(text, digits=digits) else otherwise


def fold(text: str) -> str:
    """`text` without case or accents, for search columns that work alike on every database."""
    if text.isascii():  # most words are, and there is nothing to decompose in them
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).casefold()
    plain = [char for char in decomposed if char < _FIRST_COMBINING or not unicodedata.combining(char)]
    return " ".join("".join(plain).split())


def count_characters(text: str) -> int:
    """Characters as counter.js counts them: code points, a line end being one."""
    return len(plain(text))


def count_words(text: str) -> int:
    """Words as counter.js counts them: whatever stands between white space."""
    return sum(1 for word in SPACE.split(plain(text)) if word)
