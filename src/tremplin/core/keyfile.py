"""A secret that is made once, by whoever needs it first, however many processes begin at the same moment."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tremplin.core.errors import UserError


def made_once(path: Path, make: Callable[[], str]) -> str:
    """What the file at `path` holds. One that is not there is made: whole or not at all, its owner's alone.

    Two that make it at once end up with the same secret, and a crash in between leaves none that is empty:
    what was signed or sealed with a secret that nobody kept would be lost.
    """
    with suppress(FileNotFoundError):
        return _read(path)
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
    return _read(path)


def _read(path: Path) -> str:
    """What the key file holds. Raises FileNotFoundError, and UserError where it is there and holds no key."""
    put_back = (
        "Put it back from a backup, or from where it is mirrored. With another key, what was signed or sealed with "
        "this one is lost."
    )
    try:
        found = path.read_text("ascii")
    except FileNotFoundError:
        raise
    except PermissionError:
        raise UserError(
            f"The key file {path} may not be read by this account.",
            "Give it to the account that runs Tremplin (chown), readable by that account alone (chmod 600).",
        ) from None
    except (OSError, UnicodeDecodeError):
        raise UserError(f"{path} should be a file with a key in it, and is not.", put_back) from None
    if not found.strip():
        raise UserError(f"The key file {path} is empty.", put_back)
    return found
