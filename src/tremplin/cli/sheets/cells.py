"""What a cell says: numbers as people in several countries write them, codes, chances, lists.

A cell is text. Each kind of cell has a function that reads it and raises `Unreadable`, which says what is wrong and
what would be right.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tremplin.cli.sheets.words import quoted, shown

MISSING = frozenset(
    {"", "-", "–", "—", "n/a", "na", "n.a.", "nd", "n.d.", "nc", "null", "none", "nan", "?", "#n/a"}
)
"""What people write into a cell that holds nothing, in small letters."""
YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔", "oui", "o", "vrai"})
NO = frozenset({"", "no", "n", "false", "0", "non", "faux", *MISSING})
LONGEST_CODE = 64
LONGEST_TEXT = 200
_SPACES = re.compile("[\\s\u00a0\u202f\u2009'’]")  # what separates thousands somewhere
_PLAIN = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?|[+-]?\d{1,3}(\.\d{3})+(,\d+)?")
_UNSURE = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_FRACTION = re.compile(r"(\d{1,9})\s*/\s*(\d{1,9})")
_ERROR = re.compile(r"#(REF|DIV/0|VALUE|NAME|NUM|NULL|VALEUR|NOM|NOMBRE)[!?]?", re.IGNORECASE)
_MONTHS = r"jan|f[eé]v|feb|mar|apr|avr|ma[iy]|jun|jui|jul|aug|ao[uû]|sep|o[ck]t|nov|d[eé]c"
_DAY = re.compile(rf"\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|\d{{1,2}}[-.]({_MONTHS})\w*")
_LETTER_FOR_DIGIT = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})


class Unreadable(ValueError):
    """A cell does not say what it should: `what` is wrong, `remedy` what to write instead, `kind` groups the like."""

    def __init__(self, what: str, remedy: str, kind: str = "") -> None:
        super().__init__(what)
        self.what, self.remedy, self.kind = what, remedy, kind or remedy


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of cell. `read(text, mark)` takes the decimal mark of the column; `what` names it in a sentence."""

    what: str
    read: Callable[[str, str], object]
    numeric: bool = False


def is_missing(text: str) -> bool:
    return text.strip().lower() in MISSING


def decimal_mark(texts: Iterable[str], hint: str = "") -> str:
    """The mark before decimals in a column: the one that some cell uses in a way that leaves no doubt.

    Else `hint`, unless a cell that may be two numbers uses the other mark; then nobody can tell.
    """
    doubtful = ""
    for text in texts:
        text = _SPACES.sub("", text).rstrip("%")
        if "," in text and "." in text:
            return "," if text.rfind(",") > text.rfind(".") else "."
        if _UNSURE.fullmatch(text):
            doubtful += "," if "," in text else "."
        elif _PLAIN.fullmatch(text):
            if "," in text:
                return ","
            if "." in text:
                return "."
    return hint if set(doubtful) <= {hint} else ""


def number(text: str, mark: str = "") -> float:
    """A number. `mark` is the decimal mark of its column, where that is known. Raises Unreadable."""
    plain = _SPACES.sub("", text).replace("−", "-").replace("–", "-")
    if _UNSURE.fullmatch(plain) and mark != ("." if "." in plain else ","):
        if not mark:
            whole, parts = plain.replace(",", "").replace(".", ""), plain.replace(",", ".")
            stands = "." if "." in plain else ","
            raise Unreadable(
                f"{quoted(text)} may be {parts} or {whole}.",
                f"Write {whole} or {parts}0; or add --decimal {stands} if the whole file is meant so.",
                "unsure",
            )
        return float(re.sub("[.,]", "", plain))
    if _PLAIN.fullmatch(plain):
        return float(plain.replace(",", "."))
    if _GROUPED.fullmatch(plain):
        decimal = "," if plain.rfind(",") > plain.rfind(".") else "."
        if plain.count(decimal) > 1:
            return float(plain.replace(decimal, ""))
        return float(plain.replace("." if decimal == "," else ",", "").replace(",", "."))
    raise _not_a_number(text, plain)


def _not_a_number(text: str, plain: str) -> Unreadable:
    if _ERROR.fullmatch(plain):
        return Unreadable(f"{quoted(text)} is an error of the spreadsheet.", "Mend its formula.")
    if _DAY.fullmatch(text.strip().lower()):
        return Unreadable(
            f"{quoted(text)} is a date: spreadsheets make dates of figures like 7.5.",
            "Write the figure again, in cells formatted as numbers.",
            "date",
        )
    if _FRACTION.fullmatch(plain):
        return Unreadable(
            f"{quoted(text)} is two numbers.", "Write the mark alone, such as 7, on one scale for all.", "of"
        )
    if plain.endswith("%"):
        return Unreadable(f"{quoted(text)} is a percentage.", "Write a plain number.", "percent")
    if _PLAIN.fullmatch(plain.translate(_LETTER_FOR_DIGIT)):
        return Unreadable(f"{quoted(text)} has a letter for a digit.", "Write it in digits.")
    return Unreadable(
        f"{quoted(text)} is not a number.", "Write a figure such as 7.5 or 7,5, or leave it empty."
    )


def whole(text: str, mark: str = "") -> int:
    """A whole number from 0. Raises Unreadable."""
    remedy = "Write a whole number from 0 upwards."
    try:
        found = number(text, mark)
    except Unreadable as fault:
        raise Unreadable(fault.what, remedy) from None
    if found != int(found) or found < 0:
        raise Unreadable(f"{quoted(text)} is not a whole number from 0.", remedy)
    return int(found)


def chance(text: str, mark: str = "") -> Fraction:
    """A probability, exactly as written: 0.25, 0,25, 25 % or 1/4. Raises Unreadable."""
    plain = _SPACES.sub("", text)
    if (parts := _FRACTION.fullmatch(plain)) and int(parts[2]):
        found = Fraction(int(parts[1]), int(parts[2]))
    else:
        try:
            number(plain.rstrip("%"), mark or ".")
            found = Fraction(plain.rstrip("%").replace(",", ".")) / (100 if plain.endswith("%") else 1)
        except ValueError:
            raise Unreadable(f"{quoted(text)} is not a probability.", "Write 0.25, 25 % or 1/4.") from None
    if not 0 <= found <= 1:
        raise Unreadable(f"{quoted(text)} is not between 0 and 1.", "Write a probability: 0.25, 25 % or 1/4.")
    return found


def code(text: str, mark: str = "") -> str:
    """A code that stands for a person or a thing. Raises Unreadable."""
    found = unicodedata.normalize("NFC", " ".join(text.split()))
    if len(found) > LONGEST_CODE:
        raise Unreadable(
            f"{quoted(found)} is too long for a code.",
            f"A code has at most {LONGEST_CODE} signs.",
            "long code",
        )
    if not found.isprintable():
        raise Unreadable(f"{quoted(found)} holds signs that nobody sees.", "Type the code again.", "unseen")
    if _ERROR.fullmatch(found):
        raise Unreadable(f"{quoted(found)} is an error of the spreadsheet.", "Mend its formula.")
    return found


def text(cell: str, mark: str = "") -> str:
    """One line, without signs that nobody sees: it is shown on a terminal again."""
    return shown(cell, longest=LONGEST_TEXT)


def words(cell: str, mark: str = "") -> tuple[str, ...]:
    """A list in one cell, separated by commas, semicolons, bars or line ends; each once, as first written."""
    parts = (shown(part, longest=LONGEST_TEXT) for part in re.split(r"[,;|\n]", cell))
    return tuple(dict.fromkeys(part for part in parts if part))


def yes(cell: str, mark: str = "") -> bool:
    """Yes or no, as people tick it. Raises Unreadable."""
    said = cell.strip().lower()
    if said in YES or said in NO:
        return said in YES
    raise Unreadable(f"{quoted(cell)} is neither yes nor no.", "Write yes or no, or x and nothing.")


def day(cell: str, mark: str = "") -> date:
    """A day, 2027-01-31 or 31/01/2027. Raises Unreadable for any other, and for one that may be two days."""
    plain = cell.strip()[:10].rstrip("T ")
    try:
        if parts := re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", plain):
            first, second, year = (int(part) for part in parts.groups())
            if first <= 12 and second <= 12 and first != second and "." not in plain:
                raise Unreadable(f"{quoted(cell)} may be two days.", "Write it as 2027-01-31.", "two days")
            return date(year, second, first) if second <= 12 else date(year, first, second)
        return date.fromisoformat(plain)
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable(f"{quoted(cell)} is not a day.", "Write it as 2027-01-31.") from None


CODE = Kind("code", code)
NUMBER = Kind("number", number, numeric=True)
WHOLE = Kind("whole number", whole, numeric=True)
CHANCE = Kind("probability", chance, numeric=True)
TEXT = Kind("text", text)
WORDS = Kind("list of words", words)
YES_NO = Kind("yes or no", yes)
DAY = Kind("day", day)
