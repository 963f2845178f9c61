"""A secret that is made once, by whoever needs it first, however many processes begin at the same moment."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def made_once(path: Path, make: Callable[[], str]) -> str:
    """What the file at `path` holds. One that is not there is made: whole or not at all, its owner's alone.

    Two that make it at once end up with the same secret, and a crash in between leaves none that is empty:
    what was signed or sealed with a secret that nobody kept would be lost.
    """
    with suppress(FileNotFoundError):
        return path.read_text("ascii")
    path.parent.mkdir(parents=True, exist_ok=True)
    number, draft = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(number, "w", encoding="ascii") as file:
            file.write(make())
            file.flush()
            os.fsync(number)
        with suppress(FileExistsError):  # somebody was faster: theirs counts
            os.link(draft, path)
    finally:
        os.unlink(draft)
    return path.read_text("ascii")
