"""Which bytes of an MP4 file its tracks of sound and film play (ISO/IEC 14496-12, 8.7)."""

import struct
from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from typing import NamedTuple

from tremplin.core.cleaning.recordings.common import unreadable


class Track(NamedTuple):
    """One track: whether somebody hears or sees it, and the tables of its samples."""

    heard_or_seen: bool
    tables: Mapping[bytes, bytes]


def played(tracks: list[Track], size: int) -> list[tuple[int, int]]:
    """Where the samples of sound and film lie in a file of `size` bytes, in order and without overlaps."""
    places = [_places(track.tables) for track in tracks]
    borders = sorted({place for row in places for place in row} | {size})
    found: list[tuple[int, int]] = []
    for track, row in zip(tracks, places, strict=True):
        if track.heard_or_seen:
            sizes = _chunk_sizes(track.tables, len(row))
            for number, start in enumerate(row):
                if start >= size:
                    raise unreadable()
                # Where no sizes are given, a run of samples may reach as far as the next one of any track.
                end = start + sizes[number] if sizes else borders[bisect_right(borders, start)]
                if end > size:
                    raise unreadable()
                found.append((start, end))
    if not any(start < end for start, end in found):
        raise unreadable()
    return _merged(sorted(found))


def _merged(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _places(tables: Mapping[bytes, bytes]) -> tuple[int, ...]:
    """Where each run of samples begins."""
    if b"co64" in tables:
        return _column(tables[b"co64"], "Q")
    return _column(tables.get(b"stco", b""), "I")


def _column(table: bytes, form: str, head: int = 4) -> tuple[int, ...]:
    if not table:
        return ()
    (count,) = struct.unpack_from(">I", table, head)
    return struct.unpack_from(f">{count}{form}", table, head + 4) if count else ()


def _chunk_sizes(tables: Mapping[bytes, bytes], chunks: int) -> list[int]:
    """How long each of `chunks` runs is; none when the file gives no size for each sample."""
    table = tables.get(b"stsz", b"")
    if not table or struct.unpack_from(">I", table, 4)[0]:
        return []
    sums = [0, *accumulate(_column(table, "I", head=8))]
    flat = _column_of_runs(tables.get(b"stsc", b""))
    sizes, sample = [], 0
    for (first, many), following in zip(flat, [*(row[0] for row in flat[1:]), chunks + 1], strict=True):
        if not 0 < first <= following <= chunks + 1:
            raise unreadable()
        for _chunk in range(first, following):
            end = min(sample + many, len(sums) - 1)
            sizes.append(sums[end] - sums[sample])
            sample = end
    if len(sizes) != chunks:
        raise unreadable()
    return sizes


def _column_of_runs(table: bytes) -> list[tuple[int, int]]:
    """From which run on so many samples lie in each."""
    if not table:
        return []
    (count,) = struct.unpack_from(">I", table, 4)
    rows = struct.iter_unpack(">III", table[8 : 8 + 12 * count])
    return [(first, many) for first, many, _entry in rows]
