"""Numbers on the command line, refused in words."""

import argparse
from collections.abc import Callable


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


PORT = whole(1, 65535)
