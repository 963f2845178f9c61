"""What taking every container apart needs."""

import io
from typing import IO

from django.utils.translation import gettext as _

from tremplin.core.cleaning.faults import Unclean

PIECE = 64 * 1024
_NOTHING = bytes(PIECE)


def unreadable() -> Unclean:
    return Unclean(
        _(
            "This recording cannot be read to its end, so nothing can be taken out of it that you did not mean to "
            "send. Record it once more, or save it as MP3 or MP4, and choose the new file."
        )
    )


def unplayable() -> Unclean:
    return Unclean(
        _(
            "This recording holds sound or film of a kind that not every browser plays. Save it as MP3, M4A, MP4 "
            "or WebM, and choose the new file."
        )
    )


def exactly(source: IO[bytes], size: int) -> bytes:
    """The next `size` bytes. Raises EOFError when there are fewer."""
    content = source.read(size)
    if len(content) < size:
        raise EOFError
    return content


def copy(source: IO[bytes], target: IO[bytes], size: int) -> None:
    """Write the next `size` bytes as they are. Raises EOFError when there are fewer."""
    while size > 0:
        size -= target.write(exactly(source, min(PIECE, size)))


def blank(target: IO[bytes], size: int) -> None:
    """Write `size` bytes that say nothing."""
    while size > 0:
        size -= target.write(_NOTHING[: min(PIECE, size)])


def length(source: IO[bytes]) -> int:
    """How long `source` is; it stands where it stood."""
    here = source.tell()
    end = source.seek(0, io.SEEK_END)
    source.seek(here)
    return end
