"""MP3: its frames, one after the other. Whatever stands before, between and behind them does not come along.

So go ID3 in all its versions with pictures and comments, APE, Lyrics3, and what encoders note of themselves.
"""

from typing import IO, NamedTuple

from tremplin.core.cleaning.recordings.common import unreadable

_WINDOW = 64 * 1024
_MOST_TRIES = 100_000  # at what looks like the beginning of a frame and is none
_RATES = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLINGS = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_ID3_FOOTER = 0x10
_COUNTED = {b"Xing", b"Info"}
_FIELDS = (
    (1, 4),
    (2, 4),
    (4, 100),
    (8, 4),
)  # of the count of frames: the flag that says it is there, its size


class _Frame(NamedTuple):
    size: int
    sound: tuple[int, int]
    """Version and sampling, which are the same in every frame of a recording."""
    beside: int
    """Where the count of frames stands in the first frame, if it does."""


def _frame(head: bytes) -> _Frame | None:
    """The frame of layer III whose first four bytes are `head`."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, rate, sampling, padding = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or rate in {0, 15} or sampling == 3:
        return None
    bits = _RATES[3 if version == 3 else 2][rate] * 1000
    samples = 144 if version == 3 else 72
    mono = head[3] >> 6 == 3
    beside = (21 if mono else 36) if version == 3 else (13 if mono else 21)
    return _Frame(samples * bits // _SAMPLINGS[version][sampling] + padding, (version, sampling), beside)


def clean_mpeg(source: IO[bytes], target: IO[bytes]) -> None:
    """Every whole frame of the recording."""
    at, tries, kept = 0, 0, 0
    sound: tuple[int, int] | None = None
    while True:
        source.seek(at)
        head = source.read(10)
        if len(head) < 4:
            break
        if skipped := _tag(head):
            at += skipped
            continue
        frame = _frame(head)
        if frame is None or sound not in (None, frame.sound) or (sound is None and not _goes_on(source, at)):
            found, tried = _next(source, at + 1, sound)
            tries += tried
            if tries > _MOST_TRIES:
                raise unreadable()
            if found is None:
                break
            at = found
            continue
        source.seek(at)
        body = source.read(frame.size)
        if len(body) < frame.size:
            break
        target.write(_bare(body, frame) if not kept else body)
        sound, kept, at = frame.sound, kept + 1, at + frame.size
    if kept < 2:
        raise unreadable()


def _tag(head: bytes) -> int:
    """How long the ID3 tag is that begins here; 0 when none does."""
    if head[:3] != b"ID3" or len(head) < 10 or max(head[6:10]) > 0x7F:
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return 10 + size + (10 if head[5] & _ID3_FOOTER else 0)


def _goes_on(source: IO[bytes], at: int) -> bool:
    """Whether the frame at `at` is followed by another, or by the end."""
    source.seek(at)
    frame = _frame(source.read(4))
    if frame is None:
        return False
    source.seek(at + frame.size)
    after = source.read(4)
    following = _frame(after)
    return not after or (following is not None and following.sound == frame.sound)


def _next(source: IO[bytes], at: int, sound: tuple[int, int] | None) -> tuple[int | None, int]:
    """Where sound goes on from `at`, and how many places were tried."""
    tries = 0
    while True:
        source.seek(at)
        window = source.read(_WINDOW)
        place = window.find(b"\xff")
        while 0 <= place <= len(window) - 4:
            tries += 1
            frame = _frame(window[place : place + 4])
            if frame and sound in (None, frame.sound) and _goes_on(source, at + place):
                return at + place, tries
            if tries > _MOST_TRIES:
                return None, tries
            place = window.find(b"\xff", place + 1)
        if len(window) < _WINDOW:
            return None, tries
        at += len(window) - 3


def _bare(body: bytes, frame: _Frame) -> bytes:
    """The first frame: it may count the others, which players need, and say what wrote it, which nobody does."""
    at = frame.beside
    if body[at : at + 4] not in _COUNTED:
        return body
    end = at + 8 + sum(size for flag, size in _FIELDS if body[at + 7] & flag)
    return body[:end] + bytes(max(0, len(body) - end))
