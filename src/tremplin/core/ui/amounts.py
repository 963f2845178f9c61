"""Numbers and money as people write them, in the language of the page."""

from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import (
    format_compact_decimal,
    format_decimal,
    format_percent,
    format_scientific,
    get_currency_symbol,
    parse_pattern,
)
from django.utils.translation import get_language

_HUGE = 1e15  # beyond, digits are noise and Decimal's context overflows
_ABSURD = 1e100
NBSP = "\N{NO-BREAK SPACE}"
# "22 November 2026, 14:02" and "US$" can be read anywhere; American dates and a bare "$" cannot.
_LOCALES = {"en": "en_GB"}
# ISO 4217. Babel's own figures are those of daily use (no decimals for the Iraqi dinar), not of the standard.
_EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}


def locale() -> Locale:
    """The locale of the active language."""
    return _parsed(get_language() or "en")


@cache
def _parsed(language: str) -> Locale:
    code = language.replace("-", "_")
    return Locale.parse(_LOCALES.get(code, code))


def exponent(currency: str) -> int:
    """How many decimals the minor unit of `currency` stands for, by ISO 4217."""
    return _EXPONENTS.get(currency.upper(), 2)


def major(minor: int, currency: str) -> Decimal:
    """`minor` units of `currency` as an exact number of major units."""
    return Decimal(minor).scaleb(-exponent(currency))


def money(minor: int, currency: str) -> str:
    """`money(120000, "EUR")` → "€1,200.00" or « 1 200,00 € »."""
    here, currency = locale(), currency.upper()
    pattern = parse_pattern(here.currency_formats["standard"].pattern)
    pattern.frac_prec = (exponent(currency),) * 2
    text = pattern.apply(major(minor, currency), here, currency=currency, currency_digits=False)
    symbol = get_currency_symbol(currency, here)
    if symbol[-1].isalpha() and not text.endswith(symbol):
        text = text.replace(symbol, symbol + NBSP, 1)
    return str(text).replace("-", "\N{MINUS SIGN}")


def finite(value: float | Decimal | None) -> float | None:
    """`value`, or None where it is missing or no number of this world: differences of those below stay finite."""
    if value is None:
        return None
    try:
        shown = float(value)
    except OverflowError:
        return None
    return shown if abs(shown) < _ABSURD else None


def number(value: float | Decimal | None, digits: int = 2) -> str:
    """`value` with at most `digits` decimals; an en dash where there is none."""
    shown = finite(value)
    if value is None or shown is None:
        return "–"
    if abs(shown) >= _HUGE:
        return str(format_scientific(shown, "0.##E0", locale=locale())).replace("-", "\N{MINUS SIGN}")
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return str(format_decimal(value, pattern, locale=locale())).replace("-", "\N{MINUS SIGN}")


def compact(value: float | None) -> str:
    """`value` short enough for an axis: "12K", « 12 k »."""
    shown = finite(value)
    if shown is None:
        return "–"
    if abs(shown) < 10_000 or abs(shown) >= _HUGE:
        return number(shown, 1)
    text = format_compact_decimal(shown, locale=locale(), fraction_digits=1)
    return str(text).replace("-", "\N{MINUS SIGN}")


def percent(share: float | None) -> str:
    """`share` of one as a whole percentage; "<1%" and ">99%" rather than a false 0 or 100."""
    shown = finite(share)
    if shown is None:
        return "–"
    if abs(shown) >= _HUGE:
        return number(shown * 100)
    edge = 0.01 if 0 < shown < 0.01 else 0.99 if 0.99 < shown < 1 else None
    text = str(format_percent(round(shown, 2) if edge is None else edge, locale=locale())).replace(
        "-", "\N{MINUS SIGN}"
    )
    return text if edge is None else f"{'<' if edge == 0.01 else '>'}{NBSP}{text}"
