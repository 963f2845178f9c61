"""What careful French looks like, and English beside it."""

import re

_SLIPS = (
    (r"\w'\w", "a straight apostrophe"),
    (r"[^\s\u00a0\u202f(«“/…?!0-9][?!;]", "no space before ? ! ;"),
    (r" [?!;:»]", "a space that may break before ? ! ; : »"),
    (r"« ", "a space that may break after «"),
    (r"\.\.\.", "three full stops for an ellipsis"),
    (r'\w"|"\w', "straight quotes"),
)
_CODE = re.compile(r"`[^`]*`|\{[^}]*\}|https?://\S+|\]\([^)]*\)|%\([^)]*\)[sd]|\[…\]|<[^>]+>")


def slips(french: str, *, code: bool = False) -> list[str]:
    """What is wrong with the typography of a French text; with `code` it may quote a programme file."""
    text = _CODE.sub("x", french)
    return [
        f"{what}: …{found[0]}… in {french[:60]!r}"
        for pattern, what in (_SLIPS[:-1] if code else _SLIPS)
        for found in re.finditer(pattern, text)
    ]
