"""Numbers on the command line, refused in words."""

import argparse
from collections.abc import Callable
from fractions import Fraction


def whole(least: int, most: int) -> Callable[[str], int]:
    """How argparse reads a whole number from `least` to `most`."""

    def read(word: str) -> int:
        try:
            found = int(word)
        except ValueError:
            found = least - 1
        if not least <= found <= most:
            raise argparse.ArgumentTypeError(f"“{word}” is not a whole number from {least} to {most}")
        return found

    return read


def share(word: str) -> Fraction:
    """How argparse reads a share above 0 and up to 1: 0.5, 0,5, 50% or 1/2."""
    plain = "".join(word.split()).replace(",", ".")
    try:
        found = Fraction(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        found = Fraction(0)
    if not 0 < found <= 1:
        raise argparse.ArgumentTypeError(f"“{word}” is not a share above 0 and up to 1, such as 0.5")
    return found


PORT = whole(1, 65535)
