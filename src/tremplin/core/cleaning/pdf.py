"""PDF: pages alone, without properties, histories, scripts, attachments and names of commentators."""

import io
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    EncodedStreamObject,
    IndirectObject,
    NameObject,
    PdfObject,
)

from tremplin.core.cleaning.faults import Unclean, damaged, locked
from tremplin.core.cleaning.images import bare_jpeg

MOST_PAGES = 100
MOST_OBJECTS = 200_000
# ISO 32000-2: 14.3 metadata, 14.5 page pieces, 12.6 actions, 12.5.6 authors and dates of annotations.
_DROPPED = (
    "/Metadata",
    "/PieceInfo",
    "/LastModified",
    "/Thumb",
    "/AA",
    "/AF",
    "/Associated",
    "/B",
    "/StructParents",
)
_OF_ANNOTATIONS = ("/T", "/NM", "/M", "/CreationDate", "/RC", "/Popup", "/IRT", "/Parent")
_HARMLESS_ACTIONS = {"/URI", "/GoTo"}
_KEPT_ANNOTATIONS = {
    "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline",
    "/Squiggly", "/StrikeOut", "/Stamp", "/Ink", "/Widget",
}  # fmt: skip
_BROKEN = (
    PyPdfError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    RecursionError,
    OverflowError,
)


def clean_pdf(content: bytes) -> bytes:
    """The same pages in a new file. Raises Unclean when it is locked, damaged or endless."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise locked()
        if len(reader.pages) > MOST_PAGES:
            raise Unclean(
                _("The file has more than %(most)s pages. Choose the pages that matter.")
                % {"most": MOST_PAGES}
            )
        writer = PdfWriter()
        for page in reader.pages:
            writer.add_page(page)
        if not writer.pages:
            raise damaged()
        for page in writer.pages:
            _bare_annotations(page)
        for part in _parts(writer.pages):
            _bare(part)
        writer.metadata = None
        target = io.BytesIO()
        writer.write(target)
        return target.getvalue()
    except Unclean:
        raise
    except _BROKEN as error:
        raise damaged(error) from error


def _bare(part: DictionaryObject) -> None:
    for key in _DROPPED:
        part.pop(NameObject(key), None)
    if isinstance(part, EncodedStreamObject) and part.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        part._data = bare_jpeg(part._data)  # the library has no public way to replace encoded data


def _bare_annotations(page: DictionaryObject) -> None:
    """What is drawn on the page and its links stay; who drew it, notes, sounds, films and attachments go."""
    notes = page.get("/Annots")
    notes = notes.get_object() if notes is not None else None
    if not isinstance(notes, ArrayObject):
        page.pop(NameObject("/Annots"), None)
        return
    kept = ArrayObject()
    for entry in notes:
        note = entry.get_object()
        if isinstance(note, DictionaryObject) and note.get("/Subtype") in _KEPT_ANNOTATIONS:
            for key in _OF_ANNOTATIONS:
                note.pop(NameObject(key), None)
            action = note.get("/A")
            if action is not None and action.get_object().get("/S") not in _HARMLESS_ACTIONS:
                del note[NameObject("/A")]
            kept.append(entry)
    page[NameObject("/Annots")] = kept


def _parts(roots: Any) -> Iterator[DictionaryObject]:
    """Every dictionary that can be reached from the pages, each once."""
    waiting: list[PdfObject] = list(roots)
    seen = set[tuple[int, int]]()
    count = 0
    while waiting:
        count += 1
        if count > MOST_OBJECTS:
            raise damaged()
        part = waiting.pop()
        if isinstance(part, IndirectObject):
            if (part.idnum, part.generation) in seen:
                continue
            seen.add((part.idnum, part.generation))
            found = part.get_object()
            if found is None:
                continue
            part = found
        if isinstance(part, DictionaryObject):
            yield part
            # The way back up to the page tree is known already.
            waiting.extend(part.raw_get(key) for key in part if key != "/Parent")
        elif isinstance(part, ArrayObject):
            waiting.extend(part)
