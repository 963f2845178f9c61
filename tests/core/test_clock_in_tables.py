"""In a table the clock stands once, in its caption, and not after each time."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "tremplin"
_TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
_MOMENT = re.compile(r"{% when (?:(?!%}).)*%}")


def with_times() -> list[tuple[str, str]]:
    """Each table of a template that tells times of day."""
    found = []
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        for number, table in enumerate(_TABLE.findall(path.read_text("utf-8")), 1):
            if any(_tells_a_time(moment) for moment in _MOMENT.findall(table)):
                found.append((f"{path.relative_to(SOURCE)} {number}", table))
    return found


def _tells_a_time(moment: str) -> bool:
    return not re.search(r'"(date|day)"', moment)


@pytest.mark.parametrize(("where", "table"), with_times(), ids=lambda value: value.split(" ")[0][-40:])
def test_the_caption_names_the_clock_and_no_cell_does(where: str, table: str) -> None:
    caption = re.search(r"<caption.*?</caption>", table, re.DOTALL)
    assert caption, where
    assert "{% clock_note" in caption[0], where
    told = [moment for moment in _MOMENT.findall(table) if _tells_a_time(moment)]
    assert all("bare=True" in moment for moment in told), where
    # By the same clock as the cells.
    zones = {re.sub(r'"[a-z]+"|bare=True|{% when \S+|%}|utc=True', "", moment).strip() for moment in told}
    named = re.search(r"{% clock_note ?(.*?) ?%}", caption[0])
    assert named
    assert zones == {named[1]}, where


def test_there_are_such_tables() -> None:
    assert len(with_times()) >= 12
