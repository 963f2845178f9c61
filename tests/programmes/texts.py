"""The small programme, with changes."""

from tests.cast import PLANS

SMALL = (PLANS / "small.toml").read_text("utf-8")


def mended(*changes: tuple[str, str], text: str = SMALL) -> str:
    """The small programme with each old part replaced once. Raises AssertionError for a part that is not there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def line_of(text: str, part: str) -> int:
    """The line, from 1, on which `part` first stands."""
    return text[: text.index(part)].count("\n") + 1
