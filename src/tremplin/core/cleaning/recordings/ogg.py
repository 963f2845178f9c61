"""OGG with Opus or Vorbis (RFC 3533, RFC 7845): their heads and their sound, with comments that say nothing.

Comments name titles, artists, places, and hold pictures. Other streams beside the sound do not come along.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, NamedTuple

from tremplin.core.cleaning.recordings.common import unplayable, unreadable

_WINDOW = 64 * 1024
_MOST_OF_A_HEAD = 16 * 1024 * 1024  # a picture in the comments
_CONTINUED, _FIRST = 1, 2
_HEAD = struct.Struct("<4sBBqIIIB")
_NO_PACKET_ENDS = -1
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_OPUS_COMMENT = b"OpusTags" + bytes(8)
_VORBIS_COMMENT = b"\x03vorbis" + bytes(8) + b"\x01"


class _Page(NamedTuple):
    flags: int
    granule: int
    serial: int
    lacing: bytes
    body: bytes


@dataclass(slots=True)
class _Stream:
    """One sound: of which kind, where it stands in what we write, and its heads as far as they have come."""

    serial: int
    heads: int
    number: int
    pages: int = 0
    packets: list[bytes] = field(default_factory=list)
    begun: bytes = b""

    @property
    def plays(self) -> bool:
        return len(self.packets) == self.heads


def checksum(page: bytes) -> int:
    """The CRC of OGG. It reads bits in the other direction than zlib's, and begins and ends with nothing."""
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFF_FFFF) ^ 0xFFFF_FFFF
    return int.from_bytes(mirrored.to_bytes(4, "little").translate(_MIRRORED), "big")


def clean_ogg(source: IO[bytes], target: IO[bytes]) -> None:
    """The first sound of the recording, and whatever follows when it has ended."""
    stream: _Stream | None = None
    written = links = 0
    for page in _pages(source):
        if page.flags & _FIRST:
            heads = _heads_of(page.body)
            if heads and (stream is None or (stream.plays and page.serial != stream.serial)):
                links += 1
                stream = _Stream(page.serial, heads, links)
        if stream is None or page.serial != stream.serial:
            continue
        if stream.plays:
            flags = page.flags & ~_FIRST
            _write(target, stream, flags, page.granule, page.lacing, page.body)
            written += 1
        elif _collect(stream, page):
            _write_heads(target, stream)
    if stream is None:
        raise unplayable()
    if not written:
        raise unreadable()


def _heads_of(body: bytes) -> int:
    """How many packets come before the sound; 0 for what is no sound that we know."""
    if body.startswith(b"OpusHead"):
        return 2
    return 3 if body.startswith(b"\x01vorbis") else 0


def _pages(source: IO[bytes]) -> Iterator[_Page]:
    """Every whole page. What is none, or is damaged, is passed over, as players do."""
    at = 0
    while True:
        source.seek(at)
        window = source.read(_WINDOW)
        place = window.find(b"OggS")
        if place < 0:
            if len(window) < _WINDOW:
                return
            at += _WINDOW - 3
            continue
        at += place
        source.seek(at)
        page, size = _page(source)
        if page is not None:
            yield page
        at += size if page is not None else 4


def _page(source: IO[bytes]) -> tuple[_Page | None, int]:
    head = source.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None, 0
    _name, _version, flags, granule, serial, _number, crc, segments = _HEAD.unpack(head)
    lacing = source.read(segments)
    body = source.read(sum(lacing))
    whole = len(lacing) == segments and len(body) == sum(lacing)
    if not whole or checksum(head[:22] + bytes(4) + head[26:] + lacing + body) != crc:
        return None, 0
    return _Page(flags, granule, serial, lacing, body), len(head) + len(lacing) + len(body)


def _collect(stream: _Stream, page: _Page) -> bool:
    """Take the heads out of a page; whether these were the last. Sound begins on a page of its own."""
    at = 0
    for size in page.lacing:
        if stream.plays:
            raise unreadable()
        stream.begun += page.body[at : at + size]
        at += size
        if len(stream.begun) > _MOST_OF_A_HEAD:
            raise unreadable()
        if size < 255:
            stream.packets.append(stream.begun)
            stream.begun = b""
    return stream.plays


def _write_heads(target: IO[bytes], stream: _Stream) -> None:
    first, comment, *setup = stream.packets
    opus = stream.heads == 2
    if not comment.startswith(b"OpusTags" if opus else b"\x03vorbis") or len(first) < (19 if opus else 30):
        raise unreadable()
    if opus:
        first = first[:19] if first[18] == 0 else first[: 21 + first[9]]
    else:
        first = first[:30]
    _write_packets(target, stream, [first], _FIRST)
    _write_packets(target, stream, [_OPUS_COMMENT if opus else _VORBIS_COMMENT, *setup], 0)
    stream.packets = [b""] * stream.heads  # that they have come is all that counts now


def _write_packets(target: IO[bytes], stream: _Stream, packets: list[bytes], flags: int) -> None:
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    body, at = b"".join(packets), 0
    for start in range(0, len(lacing), 255):
        part = lacing[start : start + 255]
        ends = min(part) < 255
        size = sum(part)
        _write(target, stream, flags, 0 if ends else _NO_PACKET_ENDS, part, body[at : at + size])
        at += size
        flags = 0 if part[-1] < 255 else _CONTINUED


def _write(target: IO[bytes], stream: _Stream, flags: int, granule: int, lacing: bytes, body: bytes) -> None:
    head = _HEAD.pack(b"OggS", 0, flags, granule, stream.number, stream.pages, 0, len(lacing))
    crc = checksum(head + lacing + body)
    target.write(head[:22] + struct.pack("<I", crc) + head[26:] + lacing + body)
    stream.pages += 1
