"""Zip archives: names and contents alone, and no more of them than a person could mean."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from tremplin.core.cleaning.faults import Unclean, damaged, locked, too_much

MOST_ENTRIES = 2000
MOST_BYTES = 60 * 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ENCRYPTED = 0x1
# Histories and droppings of programs: they name their authors and machines.
_LEFT_OUT = {
    ".git",
    ".hg",
    ".svn",
    "__MACOSX",
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    "__pycache__",
    ".idea",
}
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)


def clean_zip(content: bytes) -> bytes:
    """The same files without dates, owners, comments and histories of versions. Raises Unclean."""
    kept = (
        (name, body) for name, body in unpacked(content) if not _LEFT_OUT & set(PurePosixPath(name).parts)
    )
    return packed(kept)


def unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file, read piece by piece up to a limit, whatever its header claims.

    Raises Unclean for archives that are locked, damaged, too large or that would write outside their folder.
    """
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                raise too_much()
            seen = set[str]()
            for entry in entries:
                _check(entry, seen)
                if entry.is_dir():
                    continue
                with archive.open(entry) as file:
                    body = file.read(left + 1)
                left -= len(body)
                if left < 0:
                    raise too_much()
                yield entry.filename, body
    except Unclean:
        raise
    except _BROKEN as error:
        raise damaged(error) from error


def packed(files: Iterator[tuple[str, bytes]]) -> bytes:
    """An archive of `files` that says nothing of when and by whom it was made."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files:
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body)
    return target.getvalue()


def _check(entry: zipfile.ZipInfo, seen: set[str]) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise locked()
    path = PurePosixPath(entry.filename)
    outside = path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in entry.filename
    link = stat.S_ISLNK(entry.external_attr >> 16)
    if outside or link or entry.filename in seen:
        raise Unclean(
            _("The archive holds “%(name)s”, which leads outside of it or stands in it twice. Pack it anew.")
            % {"name": entry.filename[:80]}
        )
    seen.add(entry.filename)
