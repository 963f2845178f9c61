"""What an answer is, what is wrong with it, and how it reads. No answer is ever refused for being unfinished."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import TypedDict

from babel import Locale
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.addresses import require_address, tidy_address
from tremplin.core.text import SPACE, count_characters, count_words, fold, plain, say
from tremplin.core.ui.amounts import locale, number
from tremplin.core.ui.moments import day_text
from tremplin.programmes.schema import Choice, Question
from tremplin.programmes.schema.application import country_codes


class FileAnswer(TypedDict):
    """What is known of a file that answers a question."""

    file: str
    name: str
    kind: str
    size: int
    sha256: str


Value = str | list[str] | FileAnswer
Raw = str | Sequence[str]
Answers = Mapping[str, Value]

LONGEST = 50_000  # characters of one answer that are kept, far above any limit that a programme may set
_SHORT = 500
_LONG = 20_000
_YEARS = range(1900, 2101)
_web_address = URLValidator(schemes=["http", "https"])


def clean(question: Question, raw: Raw) -> Value:
    """What is stored of `raw`: what was typed, with plain line ends and without what no database can hold."""
    if question.kind == "choices":
        given = [raw] if isinstance(raw, str) else list(raw)
        return list(dict.fromkeys(plain(text).strip() for text in given if text.strip()))
    text = plain(raw if isinstance(raw, str) else " ".join(raw))
    if question.kind == "long":
        return text if text.strip() else ""
    text = " ".join(text.split("\n")).strip()
    if question.kind == "email":
        return tidy_address(text)
    return _with_scheme(text) if question.kind == "url" else text


def _with_scheme(text: str) -> str:
    """People leave out “https://”; a browser does not mind and nor do we."""
    bare = text and "://" not in text and "." in text and not SPACE.search(text)
    return f"https://{text}" if bare else text


def is_empty(value: Value | None) -> bool:
    return not value or (isinstance(value, str) and not value.strip())


def problems(question: Question, value: Value | None) -> list[str]:
    """What stands in the way of sending this answer; none when it may be sent as it is."""
    if value is None or is_empty(value):
        return [_missing(question)] if question.required else []
    if isinstance(value, dict):
        return []
    if isinstance(value, list):
        known = {option.code for option in question.options}
        return [] if known.issuperset(value) else [_("Choose from the list: “%(label)s”.") % _label(question)]
    fault = _FAULTS.get(question.kind, _text_fault)(question, value)
    return [fault] if fault else []


def _label(question: Question) -> dict[str, object]:
    return {"label": say(question.label).rstrip(" \u00a0\u202f?.:")}


def _missing(question: Question) -> str:
    if question.kind == "file":
        return _("A file is still missing: “%(label)s”.") % _label(question)
    if question.kind in {"choice", "choices", "yes_no", "country"}:
        return _("Nothing is chosen yet: “%(label)s”.") % _label(question)
    return _("This is still empty: “%(label)s”.") % _label(question)


def _text_fault(question: Question, value: str) -> str:
    if question.max_words:
        over = count_words(value) - question.max_words
        text = ngettext(
            "“%(label)s” is %(over)s word too long. It may have %(limit)s.",
            "“%(label)s” is %(over)s words too long. It may have %(limit)s.",
            over,
        )
        limit = question.max_words
    else:
        limit = question.max_characters or (_SHORT if question.kind == "short" else _LONG)
        over = count_characters(value) - limit
        text = ngettext(
            "“%(label)s” is %(over)s character too long. It may have %(limit)s.",
            "“%(label)s” is %(over)s characters too long. It may have %(limit)s.",
            over,
        )
    return text % {**_label(question), "over": number(over), "limit": number(limit)} if over > 0 else ""


def _choice_fault(question: Question, value: str) -> str:
    known = {"yes", "no"} if question.kind == "yes_no" else {option.code for option in question.options}
    return "" if value in known else _("Choose from the list: “%(label)s”.") % _label(question)


def _country_fault(question: Question, value: str) -> str:
    return "" if value in country_codes() else _("Choose from the list: “%(label)s”.") % _label(question)


def whole_number(text: str) -> int | None:
    """The whole number that `text` says, however its thousands are set apart; None when it says none."""
    bare = "".join(SPACE.split(text)).replace("\N{MINUS SIGN}", "-")
    return int(bare) if re.fullmatch(r"-?[0-9]{1,12}", bare) else None


def _number_fault(question: Question, value: str) -> str:
    found = whole_number(value)
    if found is None:
        return _("“%(label)s” must be a whole number, such as 12.") % _label(question)
    if question.minimum is not None and found < question.minimum:
        return _("“%(label)s” must be %(limit)s or more.") % {
            **_label(question),
            "limit": number(question.minimum),
        }
    if question.maximum is not None and found > question.maximum:
        return _("“%(label)s” must be %(limit)s or less.") % {
            **_label(question),
            "limit": number(question.maximum),
        }
    return ""


def whole_date(text: str) -> date | None:
    """The day that `text` says, year first; None when there is no such day."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def _date_fault(question: Question, value: str) -> str:
    if whole_date(value):
        return ""
    return _("“%(label)s” must be a real day, with day, month and year.") % _label(question)


def _email_fault(question: Question, value: str) -> str:
    try:
        require_address(value)
    except ValidationError as error:
        if error.code == "character":
            return _("“%(label)s”: %(fault)s") % {**_label(question), "fault": error.message}
        return _("“%(label)s” must be an e-mail address, such as name@example.org.") % _label(question)
    return ""


def _url_fault(question: Question, value: str) -> str:
    try:
        _web_address(value)
    except ValidationError:
        return _("“%(label)s” must be a web address, such as https://example.org/page.") % _label(question)
    return ""


_FAULTS = {
    "choice": _choice_fault,
    "yes_no": _choice_fault,
    "country": _country_fault,
    "number": _number_fault,
    "date": _date_fault,
    "email": _email_fault,
    "url": _url_fault,
}


def countries() -> list[tuple[str, str]]:
    """Code and name of every country, named and sorted in the language of the page."""
    return _countries(str(locale()))


@cache
def _countries(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language).territories
    return sorted(((code, names.get(code, code)) for code in country_codes()), key=lambda pair: fold(pair[1]))


def option_label(options: Sequence[Choice], code: str) -> str:
    """The label of the option `code`, or the code itself if the programme has it no longer."""
    return next((say(option.label) for option in options if option.code == code), code)


def readable(question: Question, value: Value | None) -> str:
    """The answer as a person reads it, in the language of the page; empty when there is none."""
    if value is None or is_empty(value):
        return ""
    if isinstance(value, dict):
        return value["name"]
    if isinstance(value, list):
        return "\n".join(option_label(question.options, code) for code in value)
    if question.kind == "yes_no":
        return {"yes": _("Yes"), "no": _("No")}.get(value, value)
    if question.kind == "choice":
        return option_label(question.options, value)
    if question.kind == "country":
        return dict(countries()).get(value, value)
    if question.kind == "number" and (found := whole_number(value)) is not None:
        return number(found)
    if question.kind == "date" and (day := whole_date(value)):
        return day_text(day)
    return value
