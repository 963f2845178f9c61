"""Sound and film without what recorders write beside them: places, times, devices, names, titles, pictures.

Nothing is encoded anew, so nothing is lost of what is heard and seen: the containers are taken apart, and what is
needed to play them is written anew. What stands in a container and serves no playing does not come along, known
or not. A recording is read and written piece by piece: it may be far larger than what a server keeps in memory.
"""

import struct
from collections.abc import Callable
from typing import IO

from tremplin.core.cleaning.faults import Unclean
from tremplin.core.cleaning.recordings.boxes import clean_boxes
from tremplin.core.cleaning.recordings.common import unreadable
from tremplin.core.cleaning.recordings.matroska import clean_matroska
from tremplin.core.cleaning.recordings.mpeg import clean_mpeg
from tremplin.core.cleaning.recordings.ogg import clean_ogg
from tremplin.core.cleaning.recordings.wave import clean_wave

__all__ = ["clean_recording"]

_CLEANERS: dict[str, Callable[[IO[bytes], IO[bytes]], None]] = {
    "ogg": clean_ogg,
    "mp3": clean_mpeg,
    "m4a": clean_boxes,
    "mp4": clean_boxes,
    "webm": clean_matroska,
    "wav": clean_wave,
}
_BROKEN = (EOFError, struct.error, IndexError, ValueError, OverflowError)


def clean_recording(source: IO[bytes], target: IO[bytes], kind: str) -> None:
    """Write to `target` what is heard and seen in `source`, which is of `kind`. Raises Unclean."""
    source.seek(0)
    try:
        _CLEANERS[kind](source, target)
    except Unclean:
        raise
    except _BROKEN as error:
        raise unreadable() from error
