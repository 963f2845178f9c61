"""Values that all parts of a programme file share."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

from babel.numbers import get_currency_precision
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
)

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
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([_-][a-z0-9]+)*$", max_length=60)]


class Part(BaseModel):
    """A part of the file: frozen once read; an unknown key is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _words(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError('write one text for each language: { en = "…", fr = "…" }')
    for language, text in value.items():
        if language not in get_args(Language):
            raise ValueError(f"unknown language “{language}”: use en or fr")
        if not isinstance(text, str) or not text.strip():
            raise ValueError(f"the text for “{language}” is empty")
    if not value:
        raise ValueError("at least one language is needed")
    return value


Words = Annotated[dict[str, str], BeforeValidator(_words)]
"""Text in each language of the programme; every language that `programme.languages` names must be there."""

_OFFSET = re.compile(r"^(?:(?P<anchor>[a-z_]+))?\s*(?:(?P<sign>[+-])?\s*(?P<number>\d{1,3})(?P<unit>[wd]))?$")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time relative to a named date: `"training_starts+4w"`; `"3w"` alone counts from the opening."""

    anchor: str
    offset: timedelta

    @classmethod
    def parse(cls, text: str) -> "Moment":
        match = _OFFSET.match(text.strip())
        if not match or not text.strip():
            raise ValueError('write a time such as "5w", "10d" or "training_starts+4w"')
        anchor = match["anchor"] or "call_opens"
        if anchor not in DATE_CODES:
            raise ValueError(f"unknown date “{anchor}”: use one of {', '.join(DATE_CODES)}")
        days = int(match["number"] or 0) * (7 if match["unit"] == "w" else 1)
        return cls(anchor, timedelta(days=-days if match["sign"] == "-" else days))

    def after(self, dates: "dict[str, datetime]") -> datetime:
        """The moment itself, given the cohort's named dates."""
        return dates[self.anchor] + self.offset

    def __str__(self) -> str:
        days = self.offset.days
        size = f"{abs(days) // 7}w" if days % 7 == 0 else f"{abs(days)}d"
        return f"{self.anchor}{'-' if days < 0 else '+'}{size}"


def _moment(value: Any) -> Moment:
    if isinstance(value, Moment):
        return value
    if not isinstance(value, str):
        raise ValueError('write a time such as "5w", "10d" or "training_starts+4w"')
    return Moment.parse(value)


MomentText = Annotated[Moment, BeforeValidator(_moment), PlainSerializer(str)]


def _currency(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise ValueError("write an ISO 4217 code such as EUR or USD")
    return code


Currency = Annotated[str, AfterValidator(_currency)]


def _amount(value: Any) -> Decimal:
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,9}(\.\d{1,3})?", value):
        raise ValueError('write an amount as text with a point, such as "10000.00"')
    return Decimal(value)


Amount = Annotated[Decimal, BeforeValidator(_amount)]
"""Major units as text in the file ("10000.00"), so that no float ever touches money."""


def minor_units(amount: Decimal, currency: str) -> int:
    """`amount` in the smallest unit of `currency` (cents, or yen, or millimes).

    Raises ValueError when the amount is finer than the currency's smallest unit.
    """
    scaled = amount.scaleb(get_currency_precision(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} has more decimals than {currency} knows")
    return int(scaled)


def unique(codes: list[str], what: str) -> None:
    """Raises ValueError naming the first code that stands twice."""
    for position, code in enumerate(codes):
        if code in codes[:position]:
            raise ValueError(f"the {what} code “{code}” stands twice: give each {what} a code of its own")
