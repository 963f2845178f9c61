"""What English needs at the joints: a or an, numbers in words, apostrophes, capitals."""

import re

_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_VOWEL_SOUND = re.compile(
    r"(?:hour|honest|heir|SMS|MRI|ML\b|HTML|FM\b)|(?!uni[a-z]|use|user|usu|euro|one\b|once)[aeiou]", re.I
)
_STAYS_CAPITAL = re.compile(r"I\b|English|Python|[A-Z][A-Z]")
_START = re.compile(r"(^|[.!?…]\s+)(?!https?:)([a-zà-ÿ])")


def number(value: int, *, digits: bool = False) -> str:
    return _WORDS[value] if value <= 12 and not digits else f"{value:,}"


def joint(function: str, text: str, features: str, forms: tuple[str, ...]) -> str:
    """Apply one of the grammar's functions to a piece of text."""
    if function == "an":
        return f"an {text}" if _VOWEL_SOUND.match(text) else f"a {text}"
    if function == "cap":
        return capital(text)
    if function == "low":
        return text if _STAYS_CAPITAL.match(text) else text[:1].lower() + text[1:]
    if function == "is":
        return forms[1] if "p" in features else forms[0]
    raise KeyError(f"English has no function {function!r}")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def finish(text: str, *, careful: bool) -> str:
    """Tidy a grown text; a careful writer's keyboard has curly apostrophes."""
    text = re.sub(r"\n +", "\n", re.sub(r"[ \t]{2,}", " ", text)).strip()
    text = re.sub(r" +([,.;:?!])", r"\1", text)
    text = _START.sub(lambda found: found[1] + found[2].upper(), text)
    return text.replace("'", "’") if careful else text
