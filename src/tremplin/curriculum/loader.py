"""The labs that ship with Tremplin, read once and checked as they are read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tremplin.grader import ContentError, Lab, read_lab

FOLDER = Path(__file__).parent / "labs"


@cache
def labs() -> tuple[Lab, ...]:
    """Every lab, in the order to do them. `ContentError` names the file, the key and the remedy."""
    return read_all(FOLDER)


def lab(code: str) -> Lab:
    """The lab of that code, or `KeyError`."""
    for candidate in labs():
        if candidate.code == code:
            return candidate
    raise KeyError(code)


def read_all(folder: Path) -> tuple[Lab, ...]:
    """Read each lab folder in `folder`, ordered by week and then so that prerequisites come first."""
    found = {path.name: read_lab(path) for path in sorted(folder.iterdir()) if (path / "lab.toml").is_file()}
    for item in found.values():
        for code in item.prerequisites:
            if code not in found:
                raise ContentError(item.folder / "lab.toml", "prerequisites", f"there is no lab {code!r}")
            if found[code].week > item.week:
                remedy = f"{code!r} comes in week {found[code].week}, after this lab: move one of them"
                raise ContentError(item.folder / "lab.toml", "prerequisites", remedy)
    return tuple(sorted(found.values(), key=lambda item: (item.week, _depth(item, found, ()), item.code)))


def _depth(item: Lab, found: dict[str, Lab], above: tuple[str, ...]) -> int:
    """How many labs in a row must be done before this one."""
    if item.code in above:
        raise ContentError(
            item.folder / "lab.toml", "prerequisites", f"they form a circle: {' → '.join(above)}"
        )
    return 1 + max(
        (_depth(found[code], found, (*above, item.code)) for code in item.prerequisites), default=0
    )
