"""Sound and film that people give us: known by its first bytes, kept without what recorders note, played to few.

What is heard and seen stays as it is, and a voice is an identity: who may hear it is decided by whoever calls.
"""

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from tremplin.core import personal_keys, sealed_files
from tremplin.core.cleaning import Unclean
from tremplin.core.cleaning.recordings import clean_recording
from tremplin.core.errors import Invalid
from tremplin.core.files import require_size
from tremplin.core.ids import new_ref
from tremplin.core.models import StoredFile
from tremplin.core.personal_keys import Lock

CONTENT_TYPES = {
    "ogg": "audio/ogg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "wav": "audio/wav",
}
ACCEPT = "audio/*,video/*"
_HEAD = 64
_SOUND_BRANDS = (b"M4A ", b"M4B ")
# What telephones write: ISO, MP4, 3GPP and QuickTime. HEIC and AVIF pictures have other brands.
_FILM_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"3gp4", b"3gp5")
_MORE_FILM_BRANDS = (b"3gp6", b"3g2a", b"MSNV", b"dash", b"qt  ")
_RANGE = re.compile(r"bytes=(\d{1,18})?-(\d{1,18})?")
_PIECE = 64 * 1024


def kind_of(head: bytes) -> str:
    """What begins with `head`: a key of CONTENT_TYPES, or "" for anything else."""
    if head.startswith(b"OggS"):
        return "ogg"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head:
        return "webm"
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in _SOUND_BRANDS:
            return "m4a"
        return "mp4" if brand in _FILM_BRANDS + _MORE_FILM_BRANDS else ""
    return "mp3" if head.startswith(b"ID3") or _is_mpeg_frame(head) else ""


def _is_mpeg_frame(head: bytes) -> bool:
    """Whether a frame of layer III begins here: eleven set bits, a known version, layer and rate."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, sampling = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and rate not in {0, 15} and sampling != 3


def store(
    upload: "UploadedFile[Any]",
    *,
    owner_ref: str,
    max_bytes: int,
    now: datetime,
    lock: Lock,
    field: str = "file",
) -> StoredFile:
    """Clean `upload` and keep it privately under a name of ours, piece by piece: a long one needs no memory.

    It is sealed with the key that `lock` names, which is made when there is none. Size and checksum are those of
    what is heard. Raises Invalid when it is empty, too large, no sound and no film
    that we know, or cannot be cleaned.
    """
    require_size(upload.size or 0, max_bytes=max_bytes, field=field)
    upload.seek(0)
    kind = kind_of(upload.read(_HEAD))
    if not kind:
        raise _no_recording(field)
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as clean:
        try:
            clean_recording(upload, clean, kind)
        except Unclean as fault:
            raise Invalid({field: [str(fault)]}) from fault
        size = clean.tell()
        clean.seek(0)
        digest = hashlib.file_digest(clean, "sha256")
        clean.seek(0)
        with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as sealed:
            key = personal_keys.key_for(lock, now=now)
            sealed_files.seal(clean, sealed, size=size, lock=lock, key=key)
            sealed.seek(0)
            name = f"{now:%Y/%m}/{new_ref()}{new_ref()}.{kind}{sealed_files.SUFFIX}"
            path = default_storage.save(name, File(sealed))
    return StoredFile.objects.create(
        owner_ref=owner_ref,
        path=path,
        kind=kind,
        given_name=(upload.name or "recording")[:200],
        size=size,
        sha256=digest.hexdigest(),
        created_at=now,
    )


def refusal(field: str = "file") -> Callable[[bytes], Invalid | None]:
    """What is wrong with a file by its first bytes, so that nobody waits for a long upload to be told at its end."""
    return lambda start: None if kind_of(start[:_HEAD]) else _no_recording(field)


def _no_recording(field: str) -> Invalid:
    text = _(
        "This is no recording that we can play. Give a file of one of these kinds: %(kinds)s. Telephones "
        "and computers record one of them."
    )
    return Invalid({field: [text % {"kinds": "MP3, M4A, MP4, OGG, OPUS, WEBM, WAV"}]})


def response(file: StoredFile, *, name: str, wanted: str = "") -> HttpResponseBase:
    """`file` as `name`, or the part of it that a player asks for; the caller has checked who asks.

    Never shown as a page: a player in a page of ours may use it, a browser on its own only saves it. Raises
    `sealed_files.Lost` when its key is gone.
    """
    part = _part(wanted, file.size)
    answer: HttpResponseBase
    if part is None:
        answer = FileResponse(sealed_files.opened(file.path), content_type=CONTENT_TYPES[file.kind])
    elif part:
        start, end = part
        sealed_files.opened(file.path).close()  # that it is lost is said before the first byte, or never
        answer = StreamingHttpResponse(
            _pieces(file.path, start, end - start + 1), status=206, content_type=CONTENT_TYPES[file.kind]
        )
        answer["Content-Length"] = str(end - start + 1)
        answer["Content-Range"] = f"bytes {start}-{end}/{file.size}"
    else:
        answer = HttpResponse(status=416)
        answer["Content-Range"] = f"bytes */{file.size}"
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Disposition"] = f'attachment; filename="{name}.{file.kind}"'
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _part(wanted: str, size: int) -> tuple[int, int] | tuple[()] | None:
    """First and last byte that a header Range asks for; () where there are none such, None for all of it."""
    found = _RANGE.fullmatch(wanted.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if found[1] is None:
        start, end = max(0, size - int(found[2])), size - 1
    else:
        start, end = int(found[1]), min(int(found[2] or size - 1), size - 1)
    return (start, end) if start <= end else ()


def _pieces(path: str, start: int, left: int) -> Iterator[bytes]:
    """The bytes of a file from `start`. It is opened when they are first asked for: a player often hangs up."""
    with sealed_files.opened(path) as held:
        held.seek(start)
        while left > 0:
            piece = held.read(min(_PIECE, left))
            if not piece:
                return
            left -= len(piece)
            yield piece
