"""Values that all parts of a programme file share."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, get_args

from babel.numbers import list_currencies
from django.utils.translation import gettext as _
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
)

from tremplin.core.ui.amounts import exponent
from tremplin.programmes.schema.suggest import suggestion

DateCode = Literal[
    "call_opens",
    "call_closes",
    "reading_ends",
    "decisions_out",
    "offers_answered",
    "training_starts",
    "midpoint",
    "training_ends",
    "demo_day",
    "follow_up_ends",
]
DATE_CODES: tuple[str, ...] = get_args(DateCode)

Stage = Literal[
    "eligibility",
    "equality",
    "review",
    "selection",
    "mentoring",
    "stipends",
    "training",
    "projects",
    "showcase",
    "impact",
]
STAGES: tuple[str, ...] = get_args(Stage)

Language = Literal["en", "fr"]
LANGUAGES: tuple[str, ...] = get_args(Language)
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([_-][a-z0-9]+)*$", max_length=60)]
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Part(BaseModel):
    """A part of the file: frozen once read; an unknown key is an error, never ignored, and nothing is guessed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _words(value: Any, info: ValidationInfo) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError(_('write one text for each language: { en = "…", fr = "…" }'))
    for language, text in value.items():
        if language not in LANGUAGES:
            raise ValueError(_("unknown language “%(language)s”: use en or fr") % {"language": language})
        if not isinstance(text, str) or not text.strip():
            raise ValueError(_("the text for “%(language)s” is empty") % {"language": language})
        if _CONTROL.search(text):
            raise ValueError(
                _("the text for “%(language)s” holds a control character") % {"language": language}
            )
    missing = [language for language in spoken(info) if language not in value]
    if missing:
        raise ValueError(missing_text(missing))
    if not value:
        raise ValueError(_("at least one language is needed"))
    return value


def spoken(info: ValidationInfo) -> list[str]:
    """The languages of the file that is being read, where its reader has told them."""
    return list((info.context or {}).get("languages", ()))


def missing_text(languages: list[str]) -> str:
    return _("the text in %(languages)s is missing: add it") % {"languages": ", ".join(languages)}


Words = Annotated[dict[str, str], BeforeValidator(_words)]
"""Text in each language of the programme; every language that `programme.languages` names must be there."""

_TIME = r"(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?P<utc>Z)?"
_MOMENT = re.compile(
    rf"^(?P<anchor>[a-z_]+)?\s*(?:(?P<sign>[+-])?\s*(?P<number>\d{{1,4}})(?P<unit>[wd]))?(?:\s+{_TIME})?$"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time relative to a named date: `"training_starts+4w"`; `"3w"` alone counts from the opening.

    Named dates may add an hour of the programme's zone, `"3w 18:00"`, or of UTC, `"3w 16:00Z"`.
    """

    anchor: str
    offset: timedelta
    hour: time | None = None

    @classmethod
    def parse(cls, text: str) -> "Moment":
        match = _MOMENT.match(text.strip())
        if not match or not (match["anchor"] or match["number"]):
            raise ValueError(_('write a time such as "5w", "10d" or "training_starts+4w"'))
        anchor = match["anchor"] or "call_opens"
        if anchor not in DATE_CODES:
            message = _("unknown date “%(anchor)s”: use one of %(known)s") % {
                "anchor": anchor,
                "known": ", ".join(DATE_CODES),
            }
            raise ValueError(message + suggestion(anchor, DATE_CODES))
        days = int(match["number"] or 0) * (7 if match["unit"] == "w" else 1)
        if days > 3660:
            raise ValueError(_("that is more than ten years away"))
        return cls(anchor, timedelta(days=-days if match["sign"] == "-" else days), _hour(match))

    def after(self, dates: "dict[str, datetime]") -> datetime:
        """The moment itself, given the cohort's named dates."""
        return dates[self.anchor] + self.offset

    def __str__(self) -> str:
        days = self.offset.days
        size = f"{abs(days) // 7}w" if days % 7 == 0 else f"{abs(days)}d"
        text = f"{self.anchor}{'-' if days < 0 else '+'}{size}"
        return text if self.hour is None else f"{text} {hour_text(self.hour)}"


def _hour(match: re.Match[str]) -> time | None:
    if match["hour"] is None:
        return None
    zone = UTC if match["utc"] else None
    return time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0), tzinfo=zone)


def hour_text(hour: time) -> str:
    """An hour as the file says it: `18:00`, `18:00:30`, `16:00Z`."""
    text = hour.strftime("%H:%M:%S" if hour.second else "%H:%M")
    return f"{text}Z" if hour.tzinfo else text


def _moment(value: Any) -> Moment:
    if isinstance(value, Moment):
        return value
    if not isinstance(value, str):
        raise ValueError(_('write a time such as "5w", "10d" or "training_starts+4w"'))
    return Moment.parse(value)


def _without_hour(moment: Moment) -> Moment:
    if moment.hour is not None:
        raise ValueError(_("an hour may be set in [dates] only"))
    return moment


MomentText = Annotated[
    Moment, BeforeValidator(_moment), AfterValidator(_without_hour), PlainSerializer(str, return_type=str)
]
DateText = Annotated[Moment, BeforeValidator(_moment), PlainSerializer(str, return_type=str)]


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def _currency(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", code) or code not in _currencies():
        raise ValueError(_("write an ISO 4217 code such as EUR or USD"))
    return code


Currency = Annotated[str, AfterValidator(_currency)]


def _amount(value: Any) -> Decimal:
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,9}(\.\d{1,4})?", value):
        raise ValueError(_('write an amount as text with a point, such as "10000.00"'))
    return Decimal(value)


Amount = Annotated[Decimal, BeforeValidator(_amount)]
"""Major units as text in the file ("10000.00"), so that no float ever touches money."""


def minor_units(amount: Decimal, currency: str) -> int:
    """`amount` in the smallest unit of `currency` (cents, or yen, or millimes), by ISO 4217.

    Raises ValueError when the amount is finer than the currency's smallest unit.
    """
    scaled = amount.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(
            _("%(amount)s has more decimals than %(currency)s knows")
            % {"amount": amount, "currency": currency}
        )
    return int(scaled)
