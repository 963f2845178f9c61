"""WebM and what browsers record as such (RFC 8794, RFC 9559): blocks of sound and film, and how to play them.

Nothing moves: what does not come along becomes an empty element of the same size. That is the case for tags,
attachments, chapters, titles, dates and the names of what recorded it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import IO, NamedTuple

from tremplin.core.cleaning.recordings.common import blank, copy, exactly, length, unplayable, unreadable

_MOST_IN_MEMORY = 32 * 1024 * 1024  # one picture of a film
_EBML, _SEGMENT, _CLUSTER, _VOID = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0xEC
_SEEK_HEAD, _SEEK, _SEEK_ID, _INFO, _TRACKS, _CUES = (
    0x114D9B74,
    0x4DBB,
    0x53AB,
    0x1549A966,
    0x1654AE6B,
    0x1C53BB6B,
)
_TRACK, _NUMBER, _TYPE, _CODEC, _PRIVATE, _ENCODINGS = 0xAE, 0xD7, 0x83, 0x86, 0x63A2, 0x6D80
_SIMPLE_BLOCK, _GROUP, _BLOCK = 0xA3, 0xA0, 0xA1
_OPENED = {_SEGMENT, _CLUSTER}  # their size may be unknown: what is in them follows, one after the other
_AS_IT_IS = {_EBML, _CUES, 0xE7, 0xAB, 0xA7}  # time, size and place of a cluster
_KEPT_IN_INFO = {0x2AD7B1, 0x4489}  # scale of time, duration
_BLANK_IN_INFO = {0x4D80, 0x5741}  # what wrote it; without these two it would be no WebM
_KEPT_IN_TRACK = {
    _NUMBER, 0x73C5, _TYPE, 0xB9, 0x88, 0x55AA, 0x9C, 0x6DE7, 0x6DF8, 0x23E383, 0x234E7A, 0x23314F, 0x55EE, _CODEC,
    0x56AA, 0x56BB, 0x22B59C, 0x22B59D, 0xE0, 0xE1,
}  # fmt: skip
_KEPT_IN_GROUP = {0x9B, 0xFB, 0x75A2}  # duration, what it rests on, what to leave out at the end
_PLAYED = {
    b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG4/ISO/AVC", b"A_OPUS", b"A_VORBIS", b"A_PCM/FLOAT/IEEE", b"A_PCM/INT/LIT",
}  # fmt: skip
_SEEKABLE = {
    _INFO.to_bytes(4, "big"),
    _TRACKS.to_bytes(4, "big"),
    _CUES.to_bytes(4, "big"),
    _CLUSTER.to_bytes(4, "big"),
}


class _Element(NamedTuple):
    id: int
    at: int
    body: int
    end: int | None
    """None when the size is not known, as in what is recorded live."""


def clean_matroska(source: IO[bytes], target: IO[bytes]) -> None:
    """The recording with empty elements where something stood that nobody hears or sees."""
    size, at, tracks, blocks = length(source), 0, dict[int, bytes](), 0
    while at < size:
        source.seek(at)
        element = _element(source.read(12), at)
        if element is None or (element.id not in _OPENED and (element.end or 0) > size):
            if not blocks:
                raise unreadable()
            break  # it was cut off in the middle of a block
        source.seek(at)
        if element.id in _OPENED:
            copy(source, target, element.body - at)
            at = element.body
            continue
        if element.end is None:
            raise unreadable()
        whole = element.end - at
        if element.id in _AS_IT_IS:
            copy(source, target, whole)
        elif element.id == _SIMPLE_BLOCK:
            blocks += _write_block(source, target, element, tracks)
        elif element.id in _REWRITTEN:
            content = _rewritten(source, element, tracks)
            blocks += element.id == _GROUP and content[0] != _VOID
            target.write(content)
        else:
            _write_empty(target, whole)
        at = element.end
    if not tracks or not blocks:
        raise unreadable()


def _element(head: bytes, at: int) -> _Element | None:
    """The element that begins at `at` with `head`; None where none can."""
    if not head or not head[0] or head[0] < 0x10:
        return None
    wide = 9 - head[0].bit_length()
    id_ = int.from_bytes(head[:wide], "big")
    rest = head[wide:]
    if not rest or not rest[0]:
        return None
    width = 9 - rest[0].bit_length()
    if len(rest) < width:
        return None
    value = int.from_bytes(rest[:width], "big") & ((1 << 7 * width) - 1)
    body = at + wide + width
    unknown = value == (1 << 7 * width) - 1
    return _Element(id_, at, body, None if unknown else body + value)


def _inside(content: bytes, start: int, end: int) -> Iterator[_Element]:
    while start < end:
        element = _element(content[start : start + 12], start)
        if element is None or element.end is None or element.end > end:
            raise unreadable()
        yield element
        start = element.end


def _empty(size: int) -> bytes:
    """The head of an empty element that takes `size` bytes with what follows its head."""
    if size < 2:
        raise unreadable()
    if size <= 128:
        return bytes([_VOID, 0x80 | size - 2])
    return bytes([_VOID, 0x01]) + (size - 9).to_bytes(7, "big")


def _write_empty(target: IO[bytes], size: int) -> None:
    blank(target, size - target.write(_empty(size)))


def _emptied(size: int) -> bytes:
    head = _empty(size)
    return head + bytes(size - len(head))


def _write_block(source: IO[bytes], target: IO[bytes], element: _Element, tracks: Mapping[int, bytes]) -> int:
    """A block of sound or film; an empty element for one of anything else. How many blocks came along."""
    end = element.end or element.body
    head = exactly(source, min(end, element.body + 8) - element.at)
    source.seek(element.at)
    if _track_of(head[element.body - element.at :]) not in tracks:
        _write_empty(target, end - element.at)
        return 0
    copy(source, target, end - element.at)
    return 1


def _track_of(block: bytes) -> int:
    if not block or not block[0]:
        raise unreadable()
    width = 9 - block[0].bit_length()
    return int.from_bytes(block[:width], "big") & ((1 << 7 * width) - 1)


def _rewritten(source: IO[bytes], element: _Element, tracks: dict[int, bytes]) -> bytes:
    """A part that is kept in parts. Of `tracks`, those that come along are noted with their codecs."""
    end = element.end or element.body
    if end - element.at > _MOST_IN_MEMORY:
        raise unreadable()
    content = exactly(source, end - element.at)
    start = element.body - element.at
    made = _REWRITTEN[element.id](content, start, tracks)
    if len(made) != len(content):
        raise unreadable()
    return made


def _picked(
    content: bytes,
    start: int,
    kept: Collection[int],
    more: Callable[[_Element], bytes | None] = lambda _: None,
) -> bytes:
    """`content` with what is in `kept`, what `more` makes of the rest, and nothing else."""
    parts = [content[:start]]
    for element in _inside(content, start, len(content)):
        whole = content[element.at : element.end]
        made = whole if element.id in kept else more(element)
        parts.append(_emptied(len(whole)) if made is None else made)
    return b"".join(parts)


def _info(content: bytes, start: int, _tracks: dict[int, bytes]) -> bytes:
    def blanked(element: _Element) -> bytes | None:
        if element.id not in _BLANK_IN_INFO:
            return None
        end = element.end or element.body
        return content[element.at : element.body] + bytes(end - element.body)

    return _picked(content, start, _KEPT_IN_INFO, blanked)


def _seek_head(content: bytes, start: int, _tracks: dict[int, bytes]) -> bytes:
    def known(element: _Element) -> bytes | None:
        if element.id != _SEEK:
            return None
        whole = content[element.at : element.end]
        rows = list(_inside(content, element.body, element.end or element.body))
        ids = [content[row.body : row.end] for row in rows if row.id == _SEEK_ID]
        return whole if ids and ids[0] in _SEEKABLE else None

    return _picked(content, start, (), known)


def _track_list(content: bytes, start: int, tracks: dict[int, bytes]) -> bytes:
    if tracks:  # a second list would change what the blocks before it were
        raise unreadable()

    def entry(element: _Element) -> bytes | None:
        if element.id != _TRACK:
            return None
        return _track(content[element.at : element.end], element.body - element.at, tracks)

    made = _picked(content, start, (), entry)
    if not tracks:
        raise unplayable()
    return made


def _track(content: bytes, start: int, tracks: dict[int, bytes]) -> bytes | None:
    """A track of sound or film without its names; None for any other."""
    fields = {row.id: content[row.body : row.end] for row in _inside(content, start, len(content))}
    codec = fields.get(_CODEC, b"").rstrip(b"\0")
    heard_or_seen = int.from_bytes(fields.get(_TYPE, b""), "big") in {1, 2}
    if not heard_or_seen or codec not in _PLAYED or _NUMBER not in fields:
        return None
    if _ENCODINGS in fields:
        raise unplayable()
    tracks[int.from_bytes(fields[_NUMBER], "big")] = codec

    def private(element: _Element) -> bytes | None:
        if element.id != _PRIVATE:
            return None
        body = content[element.body : element.end]
        return content[element.at : element.body] + (_vorbis(body) if codec == b"A_VORBIS" else body)

    return _picked(content, start, _KEPT_IN_TRACK, private)


def _vorbis(private: bytes) -> bytes:
    """Three heads, of which the second holds comments: as long as it was, and without a word."""
    if not private or private[0] != 2:
        raise unreadable()
    at, sizes = 1, []
    for _head in range(2):
        size = 0
        while private[at] == 255:
            size, at = size + 255, at + 1
        sizes.append(size + private[at])
        at += 1
    first = at + sizes[0]
    end = first + sizes[1]
    comment = b"\x03vorbis" + bytes(8) + b"\x01"
    if end > len(private) or sizes[1] < len(comment):
        raise unreadable()
    return private[:first] + comment.ljust(sizes[1], b"\0") + private[end:]


def _group(content: bytes, start: int, tracks: dict[int, bytes]) -> bytes:
    blocks = [row for row in _inside(content, start, len(content)) if row.id == _BLOCK]
    if len(blocks) != 1:
        raise unreadable()
    if _track_of(content[blocks[0].body : blocks[0].end]) not in tracks:
        return _emptied(len(content))
    return _picked(content, start, {_BLOCK, *_KEPT_IN_GROUP})


_REWRITTEN: dict[int, Callable[[bytes, int, dict[int, bytes]], bytes]] = {
    _SEEK_HEAD: _seek_head,
    _INFO: _info,
    _TRACKS: _track_list,
    _GROUP: _group,
}
