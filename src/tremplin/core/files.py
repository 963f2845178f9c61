"""Files that people give us: checked by content, cleaned, named by us, private."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Set
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.cleaning import Unclean, clean
from tremplin.core.errors import Invalid
from tremplin.core.ids import new_ref
from tremplin.core.models import StoredFile
from tremplin.core.text import plain

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
    "py": "text/plain; charset=utf-8",
}
_TEXT_KINDS = {"txt", "py"}
_ALSO = {
    "jpg": {"jpeg", "jpe", "jfif"},
    "txt": {"text", "md", "markdown", "rst", "tex", "csv", "tsv", "log", "org"},
}
_BINARY_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13})


def kind_of(content: bytes, given_name: str) -> str:
    """What `content` really is, by its first bytes; the name only tells kinds of plain text apart.

    Returns a key of CONTENT_TYPES, or "" for anything else.
    """
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "docx" if _is_document(content) else "zip"
    return _text_kind(content, given_name)


def _is_document(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def _text_kind(content: bytes, given_name: str) -> str:
    try:
        content.decode()
    except UnicodeDecodeError:
        return ""
    if content.translate(None, _BINARY_CONTROL) != content:
        return ""
    return "py" if given_name.lower().endswith(".py") else "txt"


def may_become(start: bytes, kinds: Set[str]) -> bool:
    """Whether a file that begins with `start` can still turn out to be of one of `kinds`.

    So that nobody waits for a long upload to be told at its end that it was the wrong file.
    """
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return bool(kinds & {"docx", "zip"})
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return bool(kinds & _TEXT_KINDS)
    found = kind_of(start, "")
    if found in {"", *_TEXT_KINDS}:
        return bool(kinds & _TEXT_KINDS) and start.translate(None, _BINARY_CONTROL) == start
    return found in kinds


def in_utf8(content: bytes) -> bytes:
    """A text as old editors save it, written anew in UTF-8; anything else as it is."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        wide = content.decode("utf-16", errors="replace")
        return wide.encode() if "\0" not in wide and "\N{REPLACEMENT CHARACTER}" not in wide else content
    if content.translate(None, _BINARY_CONTROL) != content:
        return content
    # A western text has few letters beyond ASCII; in one of another script every second sign would come out wrong.
    if 3 * sum(byte > 127 for byte in content) > len(content):
        return content
    try:
        return content.decode("cp1252").encode()
    except UnicodeDecodeError:
        return content


def shown_name(given_name: str, kind: str) -> str:
    """The name of a file as it is shown: no mark that turns it around, and an ending that is true."""
    name = " ".join(plain(given_name).split()) or "file"
    ending = name.rpartition(".")[2].lower()
    true = ending in {kind, *_ALSO.get(kind, ())} or "." not in name
    return name[:200] if true else f"{name[:190]}.{kind}"


def require_size(size: int, *, max_bytes: int, field: str = "file") -> None:
    """Raises Invalid when a file of `size` bytes is empty or too large."""
    if size <= 0:
        raise Invalid({field: [_("The file is empty. Choose another file.")]})
    if size > max_bytes:
        limit = max(1, max_bytes // 1024 // 1024)
        text = ngettext(
            "The file is larger than %(limit)s megabyte. Choose a smaller file.",
            "The file is larger than %(limit)s megabytes. Choose a smaller file.",
            limit,
        )
        raise Invalid({field: [text % {"limit": limit}]})


def refusal(kinds: Set[str], field: str = "file") -> Callable[[bytes], Invalid | None]:
    """What is wrong with a file by its first bytes, when it can only be one of `kinds`; None when it may be."""
    return lambda start: None if may_become(start, kinds) else wrong_kind(kinds, field)


def wrong_kind(kinds: Set[str], field: str = "file") -> Invalid:
    """The fault of a file whose content is of none of `kinds`."""
    wanted = ", ".join(sorted(name.upper() for name in kinds))
    text = _("The file must be one of these: %(kinds)s. Its content is something else.")
    return Invalid({field: [text % {"kinds": wanted}]})


def _named_text(name: str) -> bool:
    return name.rpartition(".")[2].lower() in {"txt", *_ALSO["txt"]}


def check(
    upload: "UploadedFile[bytes]", *, kinds: Set[str], max_bytes: int, field: str = "file"
) -> tuple[bytes, str]:
    """The content and the kind of `upload`. Raises Invalid when it is empty, too large or of another kind."""
    require_size(upload.size or 0, max_bytes=max_bytes, field=field)
    content = upload.read()
    kind = kind_of(content, upload.name or "")
    if not kind and "txt" in kinds and _named_text(upload.name or ""):
        content = in_utf8(content)
        kind = kind_of(content, upload.name or "")
        if not kind and content.translate(None, _BINARY_CONTROL) == content:
            raise Invalid(
                {field: [_("This text is in an old encoding. Save it as UTF-8, then choose it again.")]}
            )
    if kind not in kinds:
        raise wrong_kind(kinds, field)
    return content, kind


def store(
    upload: "UploadedFile[bytes]",
    *,
    owner_ref: str,
    kinds: Set[str],
    max_bytes: int,
    now: datetime,
    field: str = "file",
) -> StoredFile:
    """Check `upload`, clean it and keep it privately under a name of ours.

    Size and checksum are those of what is kept. Raises Invalid as `check` does, and when it cannot be cleaned.
    """
    given, kind = check(upload, kinds=kinds, max_bytes=max_bytes, field=field)
    try:
        content = clean(given, kind)
    except Unclean as fault:
        raise Invalid({field: [str(fault)]}) from fault
    path = default_storage.save(f"{now:%Y/%m}/{new_ref()}{new_ref()}.{kind}", ContentFile(content))
    return StoredFile.objects.create(
        owner_ref=owner_ref,
        path=path,
        kind=kind,
        given_name=shown_name(upload.name or "", kind),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=now,
    )


def response(file: StoredFile, *, name: str) -> FileResponse:
    """A download of `file` as `name`; the caller has checked who asks. Never shown in the page's own origin."""
    answer = FileResponse(
        default_storage.open(file.path),
        as_attachment=True,
        filename=f"{name}.{file.kind}",
        content_type=CONTENT_TYPES[file.kind],
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
