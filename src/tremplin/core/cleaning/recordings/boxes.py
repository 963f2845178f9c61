"""MP4, M4A and QuickTime (ISO/IEC 14496-12): the tracks of sound and film, and what is needed to play them.

Nothing moves: what does not come along becomes empty room of the same size, so that every place that the file
names stays right. That is the case for titles, authors and pictures (`udta`, `meta`, `ilst`), for where a
telephone stood (`©xyz`, `loci`), for its tracks of places and times, for XMP (`uuid`), and for every byte of the
data that no track of sound or film plays.
"""

from collections.abc import Callable, Iterator
from typing import IO, NamedTuple

from tremplin.core.cleaning.recordings.common import blank, copy, exactly, length, unplayable, unreadable
from tremplin.core.cleaning.recordings.samples import Track, played

_MOST_OF_AN_INDEX = 32 * 1024 * 1024  # hours of film
_DEEPEST = 8
_TOP = {b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx"}
_EMPTY = {b"free", b"skip", b"wide"}
_KEPT = {
    b"moov": {b"mvhd", b"trak", b"mvex"},
    b"trak": {b"tkhd", b"edts", b"mdia"},
    b"edts": {b"elst"},
    b"mdia": {b"mdhd", b"hdlr", b"minf"},
    b"minf": {b"vmhd", b"smhd", b"hdlr", b"dinf", b"stbl"},
    b"dinf": {b"dref"},
    b"stbl": {
        b"stsd", b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"stss", b"stps",
        b"sdtp", b"sgpd", b"sbgp",
    },
    b"mvex": {b"mehd", b"trex"},
    b"moof": {b"mfhd", b"traf"},
    b"traf": {b"tfhd", b"tfdt", b"trun", b"sdtp", b"sgpd", b"sbgp"},
}  # fmt: skip
_FILM = {b"avc1", b"avc3", b"hvc1", b"hev1", b"mp4v", b"vp08", b"vp09", b"av01", b"s263"}
_SOUND = {
    b"mp4a", b"Opus", b"alac", b"fLaC", b"samr", b"sawb", b"ac-3", b"ec-3", b"twos", b"sowt", b"lpcm", b"in24",
    b"fl32", b"ulaw", b"alaw", b".mp3",
}  # fmt: skip
_TELLING_IN_ENTRIES = {b"udta", b"meta", b"uuid", b"name"}
_HERE = 1  # of a reference to data: it is in this very file


class _Box(NamedTuple):
    kind: bytes
    at: int
    body: int
    end: int


def clean_boxes(source: IO[bytes], target: IO[bytes]) -> None:
    """The recording with empty room where something stood that nobody hears or sees."""
    size = length(source)
    top = list(_top(source, size))
    index = [box for box in top if box.kind == b"moov"]
    if len(index) != 1:
        raise unreadable()
    moov = _read(source, index[0])
    tracks, dropped = _tracks(moov)
    if not any(track.heard_or_seen for track in tracks):
        raise unplayable()
    in_pieces = any(box.kind == b"moof" for box in top)
    if in_pieces and dropped:
        raise unplayable()
    ranges = [(0, size)] if in_pieces else played(tracks, size)
    for box in top:
        source.seek(box.at)
        if box.kind == b"moov":
            target.write(moov)
        elif box.kind == b"moof":
            target.write(_bared(_read(source, box), b"moof"))
        elif box.kind == b"mdat":
            _write_data(source, target, box, ranges)
        elif box.kind in _TOP:
            copy(source, target, box.end - box.at)
        else:
            head = bytearray(exactly(source, box.body - box.at))
            head[4:8] = b"free"
            target.write(head)
            blank(target, box.end - box.body)


def _top(source: IO[bytes], size: int) -> Iterator[_Box]:
    at = 0
    while at < size:
        source.seek(at)
        box = _box(source.read(16), at, size)
        if box.kind in {b"ftyp", b"styp"} and box.end - box.at > 512:
            raise unreadable()
        yield box
        at = box.end


def _box(head: bytes | bytearray, at: int, end: int) -> _Box:
    """The box that begins at `at` with `head`, inside of what ends at `end`."""
    if len(head) < 8:
        raise unreadable()
    size, body = int.from_bytes(head[:4], "big"), at + 8
    if size == 1:
        size, body = int.from_bytes(head[8:16], "big"), at + 16
    elif size == 0:
        size = end - at
    if body > at + size or at + size > end:
        raise unreadable()
    return _Box(bytes(head[4:8]), at, body, at + size)


def _read(source: IO[bytes], box: _Box) -> bytearray:
    if box.end - box.at > _MOST_OF_AN_INDEX:
        raise unreadable()
    source.seek(box.at)
    return bytearray(exactly(source, box.end - box.at))


def _inside(content: bytearray, start: int, end: int) -> Iterator[_Box]:
    while end - start >= 8:
        box = _box(content[start : start + 16], start, end)
        yield box
        start = box.end
    content[start:end] = bytes(end - start)  # QuickTime ends some lists with four bytes of nothing


def _child(content: bytearray, box: _Box, *path: bytes) -> _Box:
    """The one box at `path` below `box`."""
    for kind in path:
        found = [row for row in _inside(content, box.body, box.end) if row.kind == kind]
        if len(found) != 1:
            raise unreadable()
        box = found[0]
    return box


def _erase(content: bytearray, box: _Box) -> None:
    content[box.at + 4 : box.at + 8] = b"free"
    content[box.body : box.end] = bytes(box.end - box.body)


def _bared(content: bytearray, kind: bytes) -> bytearray:
    """A box of `kind` as it is in memory, without what does not come along."""
    _bare(content, _box(content[:16], 0, len(content)), 0)
    return content


def _bare(content: bytearray, parent: _Box, depth: int) -> None:
    if depth > _DEEPEST:
        raise unreadable()
    for box in _inside(content, parent.body, parent.end):
        if box.kind not in _KEPT[parent.kind]:
            _erase(content, box)
        elif box.kind in _KEPT:
            _bare(content, box, depth + 1)
        elif box.kind in _EDITED:
            _EDITED[box.kind](content, box)


def _tracks(moov: bytearray) -> tuple[list[Track], int]:
    """The tracks of the index, all of them, whose index is bared of what does not come along; how many go."""
    found, dropped = [], 0
    root = _box(moov[:16], 0, len(moov))
    for box in list(_inside(moov, root.body, root.end)):
        if box.kind != b"trak":
            continue
        track = _track(moov, box)
        found.append(track)
        if not track.heard_or_seen:
            _erase(moov, box)
            dropped += 1
    _bare(moov, root, 0)
    return found, dropped


def _track(moov: bytearray, box: _Box) -> Track:
    media = _child(moov, box, b"mdia")
    handler = _child(moov, media, b"hdlr")
    table = _child(moov, media, b"minf", b"stbl")
    kind = bytes(moov[handler.body + 8 : handler.body + 12])
    entries = _child(moov, table, b"stsd")
    formats = {entry.kind for entry in _inside(moov, entries.body + 8, entries.end)}
    known = {b"soun": _SOUND, b"vide": _FILM}.get(kind, set[bytes]())
    tables = {row.kind: bytes(moov[row.body : row.end]) for row in _inside(moov, table.body, table.end)}
    return Track(heard_or_seen=bool(formats) and formats <= known, tables=tables)


def _timeless(content: bytearray, box: _Box) -> None:
    """When it was recorded, and when changed."""
    first = box.body + 4
    end = first + (16 if content[box.body] else 8)
    if end > box.end:
        raise unreadable()
    content[first:end] = bytes(end - first)


def _nameless(content: bytearray, box: _Box) -> None:
    """What wrote it, which some recorders call by the name of the device."""
    content[box.body + 12 : box.end] = bytes(max(0, box.end - box.body - 12))


def _here_alone(content: bytearray, box: _Box) -> None:
    """Data is in this very file; the path at which it once lay tells whose disk that was."""
    for entry in _inside(content, box.body + 8, box.end):
        if not content[entry.body + 3] & _HERE:
            raise unplayable()
        content[entry.body + 4 : entry.end] = bytes(max(0, entry.end - entry.body - 4))


def _plain_entries(content: bytearray, box: _Box) -> None:
    """How samples are to be read, without the names of encoders and makers."""
    for entry in _inside(content, box.body + 8, box.end):
        film = entry.kind in _FILM
        head = 86 if film else {0: 36, 1: 52, 2: 72}.get(content[entry.at + 17], 36)
        if entry.at + head > entry.end:
            raise unreadable()
        content[entry.at + 20 : entry.at + 24] = bytes(4)
        if film:
            content[entry.at + 50 : entry.at + 82] = bytes(32)
        for part in _inside(content, entry.at + head, entry.end):
            if part.kind in _TELLING_IN_ENTRIES:
                _erase(content, part)


_EDITED: dict[bytes, Callable[[bytearray, _Box], None]] = {
    b"mvhd": _timeless,
    b"tkhd": _timeless,
    b"mdhd": _timeless,
    b"hdlr": _nameless,
    b"dref": _here_alone,
    b"stsd": _plain_entries,
}


def _write_data(source: IO[bytes], target: IO[bytes], box: _Box, ranges: list[tuple[int, int]]) -> None:
    """The data of a file: what is played, and nothing in between."""
    copy(source, target, box.body - box.at)
    at = box.body
    for start, end in ranges:
        start, end = max(start, at), min(end, box.end)
        if start >= end:
            continue
        blank(target, start - at)
        source.seek(start)
        copy(source, target, end - start)
        at = end
    blank(target, box.end - at)
