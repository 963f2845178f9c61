"""WAV: the format and the samples. Titles (LIST/INFO), broadcast notes (bext) and tags (id3, iXML, cart) go."""

import struct
from typing import IO

from tremplin.core.cleaning.recordings.common import copy, exactly, length, unplayable, unreadable

_PCM, _ADPCM, _FLOAT, _ALAW, _ULAW, _IMA, _EXTENSIBLE = 1, 2, 3, 6, 7, 17, 0xFFFE
_PLAYED = {_PCM, _ADPCM, _FLOAT, _ALAW, _ULAW, _IMA, _EXTENSIBLE}
_BARE = {_PCM, _FLOAT, _ALAW, _ULAW}  # nothing behind the common fields matters to them
_STREAMED = {0, 0xFFFF_FFFF}  # what recorders write that do not know yet how long it becomes


def clean_wave(source: IO[bytes], target: IO[bytes]) -> None:
    """The samples of one WAV file, with a head of ours."""
    end = length(source)
    exactly(source, 12)
    form, size = _found(source)
    if size in _STREAMED or source.tell() + size > end:
        size = end - source.tell()
    align = max(1, int.from_bytes(form[12:14], "little"))
    size -= size % align
    if not size:
        raise unreadable()
    head = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", size)
    target.write(b"RIFF" + struct.pack("<I", 4 + len(head) + size + size % 2) + b"WAVE" + head)
    copy(source, target, size)
    target.write(bytes(size % 2))


def _found(source: IO[bytes]) -> tuple[bytes, int]:
    """The format, and the size of the samples, at which `source` stands then."""
    form = b""
    while True:
        name, size = struct.unpack("<4sI", exactly(source, 8))
        if name == b"data":
            if not form:
                raise unreadable()
            return form, size
        if name == b"fmt ":
            form = _format(exactly(source, min(size, 64)))
            size = max(0, size - 64)
        source.seek(size + size % 2, 1)


def _format(given: bytes) -> bytes:
    (codec,) = struct.unpack("<H", given[:2])
    if codec not in _PLAYED:
        raise unplayable()
    if len(given) < 16:
        raise unreadable()
    if codec in _BARE:
        return given[:16]
    (more,) = struct.unpack("<H", given[16:18])
    return given[: 18 + more]
