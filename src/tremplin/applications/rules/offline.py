"""The text file of all questions, filled in without a connection, taken apart again.

Each answer stands between “[[ 2.1 motivation ]] …” and “[[ /2.1 ]] …”, whatever the language of the file. What cannot
be placed is never dropped: it comes back as text, to be copied by hand.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from babel import Locale
from django.utils.translation import gettext as _

from tremplin.applications.rules.answers import LONGEST, Value, clean, is_empty, whole_date
from tremplin.core.errors import Invalid
from tremplin.core.text import fold, plain
from tremplin.programmes.schema import LANGUAGES, ApplicationForm, Question
from tremplin.programmes.schema.application import country_codes, country_names

LARGEST = 1_000_000  # bytes of a file; a form that is full to its limits has a tenth of that
_MARKER = re.compile(r"^[>\s]*\[\[(?P<inside>[^\[\]]{1,90})\]\](?P<rest>.*)$")
_MARK = re.compile(r"\d{1,3}\.\d{1,3}")
_TICKED = re.compile(r"^[>\s]*[(\[]\s*[xX✓✔✗✘*]\s*[)\]]\s*(?P<label>.+)$")
_BOX = re.compile(r"[(\[]\s*[xX✓✔✗✘*]\s*[)\]]")
_CHOSEN = frozenset({"choice", "choices", "yes_no"})
_AROUND = " .?!:;"
_MOST_SAID = 100  # lines that a choice is looked for in, and characters of a day
_YES_NO = {"yes": "yes", "y": "yes", "oui": "yes", "o": "yes", "no": "no", "n": "no", "non": "no"}
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DOCUMENTS = (b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8")


@dataclass(frozen=True, slots=True)
class Placed:
    """An answer that belongs to a question, as it would be kept."""

    question: Question
    value: Value


@dataclass(frozen=True, slots=True)
class Stray:
    """A text that belongs nowhere, or not as it is: why, and where it stood."""

    text: str
    reason: str
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file comes to."""

    placed: tuple[Placed, ...]
    strays: tuple[Stray, ...]


def text_of(content: bytes) -> str:
    """The text of a file from whatever machine, with plain line ends.

    UTF-8, UTF-16 as old editors of Windows write it, else the code page of Western Europe. Raises Invalid for what is
    no text, and for more than anybody can have written.
    """
    if len(content) > LARGEST:
        raise Invalid({"file": [_("This file is too large to be a text of answers.")]})
    if content.startswith(_DOCUMENTS):
        raise Invalid({"file": [_("This is no plain text. Save it as a text file (.txt) and hand that in.")]})
    decoded = _decoded(content)
    if re.search(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]", decoded):  # before they are taken out: no text has any
        raise Invalid({"file": [_("This is no plain text. Save it as a text file (.txt) and hand that in.")]})
    return plain(decoded).replace("\ufeff", "").replace("\u2028", "\n").replace("\u2029", "\n")


def _decoded(content: bytes) -> str:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content.decode(encoding, errors="replace")
    halves = (content[0:2000:2].count(0), content[1:2000:2].count(0))
    if max(halves) > len(content[:2000]) // 8:  # every other byte of Latin letters in UTF-16
        return content.decode("utf-16-be" if halves[0] > halves[1] else "utf-16-le", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read(text: str, form: ApplicationForm, printed: Collection[str]) -> Sheet:
    """Which answer goes to which question. `printed`: the lines of the file as it was downloaded, stripped."""
    return _Reader(form, frozenset(printed)).sheet(text)


@dataclass(slots=True)
class _Area:
    """What stands between two markers; `found` is None for a question that the form does not have."""

    found: Question | None
    mark: str
    ticked: list[str]
    lines: list[str] = field(default_factory=list)


class _Reader:
    """Goes through a file line by line."""

    def __init__(self, form: ApplicationForm, printed: frozenset[str]) -> None:
        self.printed = printed
        self.by_code = {question.code: question for question in form.questions()}
        self.by_mark = {
            f"{page}.{place}": question
            for page, section in enumerate(form.sections, 1)
            for place, question in enumerate(section.questions, 1)
        }
        self.area: _Area | None = None
        self.ticked: list[str] = []
        self.outside: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.ticks: dict[str, list[str]] = {}
        self.strays: list[Stray] = []

    def sheet(self, text: str) -> Sheet:
        for line in text.split("\n"):
            self._take(line)
        self._close(cut=True)
        self._stray_outside()
        self._stray_ticks()
        placed, strays = [], self.strays
        for code in self.by_code:
            if code in self.texts or self.ticks.get(code):
                outcome = self._outcome(self.by_code[code])
                if isinstance(outcome, Placed):
                    placed.append(outcome)
                elif outcome:
                    strays.append(outcome)
        return Sheet(tuple(placed), tuple(strays))

    def _take(self, line: str) -> None:
        marker = _MARKER.match(line)
        if marker is None:
            self._take_text(line)
        elif "/" in marker["inside"]:
            self._close(cut=False)
        else:
            self._close(cut=True)
            self._open(marker)

    def _open(self, marker: re.Match[str]) -> None:
        self._stray_outside()
        words = marker["inside"].split()
        codes = [word.lower() for word in words if not _MARK.fullmatch(word)]
        # The code is sure: places move when a form changes after somebody has downloaded it.
        found = self.by_code.get(codes[0]) if codes else self.by_mark.get(" ".join(words))
        if found is None or found.kind not in _CHOSEN:
            self._stray_ticks()
        self.area = _Area(found, " ".join(words), self.ticked)
        self.ticked = []
        rest = self._typed_behind(marker)
        if rest:
            self.area.lines.append(rest)

    def _typed_behind(self, marker: re.Match[str]) -> str:
        """What somebody wrote into the line of the marker itself."""
        line = marker[0].strip().lstrip("> ")
        known = [text for text in self.printed if text.startswith("[[") and line.startswith(text)]
        return line.removeprefix(max(known, key=len)).strip() if known else marker["rest"].strip()

    def _take_text(self, line: str) -> None:
        if self.area is not None:
            self.area.lines.append(line)
        elif ticked := _TICKED.match(line):
            self.ticked.append(ticked["label"].strip())
        elif line.strip() not in self.printed:
            self.outside.append(line)
        else:
            self._stray_outside()

    def _close(self, *, cut: bool) -> None:
        """The end of an area; where its own end is missing, it ends where the printed lines go on."""
        area, self.area = self.area, None
        if area is None:
            return
        lines = area.lines
        if cut:
            ends = (at for at, line in enumerate(lines) if line.strip() and line.strip() in self.printed)
            lines = lines[: next(ends, len(lines))]
        text = "\n".join(line.rstrip() for line in lines).strip("\n")
        if area.found is None:
            self._stray(text, _("The form has no question %(mark)s.") % {"mark": area.mark})
            return
        self.ticks.setdefault(area.found.code, []).extend(area.ticked)
        if text.strip():
            said = self.texts.setdefault(area.found.code, [])
            if text not in said:
                said.append(text)

    def _stray_outside(self) -> None:
        self._stray("\n".join(self.outside).strip(), _("It stood outside the lines for answers."))
        self.outside = []

    def _stray_ticks(self) -> None:
        self._stray("\n".join(f"(x) {label}" for label in self.ticked), _("Nothing is chosen here."))
        self.ticked = []

    def _stray(self, text: str, reason: str) -> None:
        if text.strip():
            self.strays.append(Stray(text, reason))

    def _outcome(self, question: Question) -> Placed | Stray | None:
        said, ticked = self.texts.get(question.code, []), self.ticks.get(question.code, [])
        text = "\n\n".join([*said, *(f"(x) {label}" for label in ticked if not said)])
        if question.kind == "file":
            return Stray(text, _("A file cannot be handed in like this."), question) if text else None
        value = value_of(question, "\n".join(said), ticked)
        if value is None:
            return Stray(text, _("It is none of the answers that this question takes."), question)
        if len(value) > LONGEST and isinstance(value, str):
            return Stray(text, _("This text is too long to be kept."), question)
        return None if is_empty(value) else Placed(question, value)


def value_of(question: Question, text: str, ticked: Sequence[str] = ()) -> Value | None:
    """What is kept of a typed answer and ticked boxes; empty for nothing, None where it cannot be understood."""
    if question.kind in _CHOSEN:
        return _chosen(question, text, ticked)
    if question.kind == "country":
        return _country(text.strip())
    if question.kind == "date":
        return _day(text.strip())
    return clean(question, text)


def _chosen(question: Question, text: str, ticked: Sequence[str]) -> Value | None:
    lines = [_BOX.sub("", line, count=1).strip(" \t>-–•") for line in text.split("\n")]
    said = [*ticked, *(line for line in lines if line)]
    if len(said) > _MOST_SAID:
        return None
    codes: list[str] = []
    for words in said:
        found = [_option(question, words)]
        if None in found and question.kind == "choices":
            found = [_option(question, part) for part in re.split(r"[,;]", words) if part.strip()]
        if not found or None in found:
            return None
        codes += [code for code in found if code and code not in codes]
    if question.kind == "choices":
        return codes
    if len(codes) > 1:
        return None
    return codes[0] if codes else ""


def _option(question: Question, words: str) -> str | None:
    """The code of the option that is meant: its words in any language, their beginning if no other has it, its code."""
    if question.kind == "yes_no":
        return _YES_NO.get(fold(words).strip(_AROUND))
    wanted = fold(words).strip(_AROUND)
    labels = [(option.code, fold(text)) for option in question.options for text in option.label.values()]
    whole = {code for code, label in labels if wanted in (label.strip(_AROUND), code)}
    found = whole or {code for code, label in labels if len(wanted) > 3 and label.startswith(wanted)}
    return found.pop() if len(found) == 1 else None


def _country(text: str) -> str | None:
    if not text:
        return ""
    return text.upper() if text.upper() in country_codes() else country_names().get(fold(text).strip(" ."))


def _day(text: str) -> str | None:
    """A day as people write it; None for one that could be two days, such as 3/4/2027."""
    if not text or whole_date(text):
        return text
    if len(text) > _MOST_SAID:
        return None
    if named := re.fullmatch(r"(\d{1,2})(?:er|st|nd|rd|th)?\.?\s+(\S+?),?\s+(\d{4})", text, re.IGNORECASE):
        return _iso(named[3], _months().get(fold(named[2]).strip(".")), named[1])
    if named := re.fullmatch(r"([^\W\d]+)\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", text, re.IGNORECASE):
        return _iso(named[3], _months().get(fold(named[1])), named[2])
    if figures := re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", text):
        first, second = int(figures[1]), int(figures[2])
        if "." in text or first > 12 or first == second:
            return _iso(figures[3], second, figures[1])
        return _iso(figures[3], first, figures[2]) if second > 12 else None
    return None


def _iso(year: str, month: int | None, day: str) -> str | None:
    try:
        found = date(int(year), month or 0, int(day)).isoformat()
    except ValueError:
        return None
    return found if whole_date(found) else None


@cache
def _months() -> dict[str, int]:
    """The number of each month by its folded name, whole or short, in every language that we speak."""
    return {fold(name).strip("."): number for number, name in _month_names()}


def _month_names() -> Iterator[tuple[int, str]]:
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            yield from Locale(language).months["format"][width].items()
