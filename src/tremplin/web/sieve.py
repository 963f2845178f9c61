"""A form with a file that is far too large: what was typed beside the file goes through, of the file only a beginning.

The beginning is longer than any file that is accepted, so the page that takes the form refuses it in its own words,
beside its field, and keeps everything else.
"""

import re
from collections.abc import Mapping

_BOUNDARY = re.compile(rb"""multipart/form-data\s*;.*\bboundary=("?)([^"\s;,]{1,70})\1""", re.IGNORECASE)
_IS_FILE = re.compile(rb"""^content-disposition:[^\r\n]*\bfilename\*?=""", re.IGNORECASE | re.MULTILINE)
_END = b"\r\n\r\n"
_LONGEST_HEAD = 16 * 1024  # bytes of a part's own headers; beyond it is no form that a browser sends


class Sieve:
    """Takes a body of multipart/form-data piece by piece, and hands on what of it is kept."""

    def __init__(self, boundary: bytes, most: int) -> None:
        self._mark = b"\r\n--" + boundary
        self._most = most  # bytes that are kept of one file
        self._held = b"\r\n"  # the first mark of a body has no line end before it
        self._first = True
        self._in_head = False
        self._room: int | None = None  # bytes that may still be kept of the file at hand; None in a text

    def feed(self, piece: bytes) -> bytes:
        """What of the body so far is kept and was not handed on before."""
        self._held += piece
        kept: list[bytes] = []
        while self._step(kept):
            pass
        found = b"".join(kept)
        if self._first and found:
            self._first, found = False, found[2:]
        return found

    def rest(self) -> bytes:
        """What is still held when the body has ended."""
        kept: list[bytes] = []
        self._keep(self._held, kept)
        self._held = b""
        return b"".join(kept)

    def _step(self, kept: list[bytes]) -> bool:
        """Go on by a head or a content; False when more of the body is needed."""
        if self._in_head:
            end = self._held.find(_END)
            if end < 0 and len(self._held) <= _LONGEST_HEAD:
                return False
            cut = end + len(_END) if end >= 0 else len(self._held)
            head, self._held = self._held[:cut], self._held[cut:]
            kept.append(head)
            self._in_head, self._room = False, self._most if _IS_FILE.search(head) else None
            return True
        at = self._held.find(self._mark)
        if at < 0:
            safe = max(0, len(self._held) - len(self._mark) + 1)  # a mark may have begun
            self._keep(self._held[:safe], kept)
            self._held = self._held[safe:]
            return False
        self._keep(self._held[:at], kept)
        kept.append(self._mark)
        self._held = self._held[at + len(self._mark) :]
        self._in_head, self._room = True, None
        return True

    def _keep(self, content: bytes, kept: list[bytes]) -> None:
        if self._room is None:
            kept.append(content)
            return
        kept.append(content[: self._room])
        self._room = max(0, self._room - len(content))


def for_body(headers: Mapping[bytes, bytes], most: int) -> Sieve | None:
    """A sieve for a form with files; None for any other body."""
    found = _BOUNDARY.match(headers.get(b"content-type", b"").strip())
    return Sieve(found[2], most) if found else None
