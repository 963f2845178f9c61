"""Word documents: the text and its pictures, without the names of those who wrote and corrected it."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from tremplin.core.cleaning.archives import packed, unpacked
from tremplin.core.cleaning.faults import Unclean, damaged
from tremplin.core.cleaning.images import clean_image

_PICTURES = {"png", "jpg", "jpeg", "webp"}
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
# Attributes that name a person, under any prefix (ECMA-376 part 1, 17.13; and Microsoft's w15 for people).
_NAMED = re.compile(
    rb'(\b[A-Za-z0-9]+:(?:author|initials|userId|providerId|lastEditedBy))\s*=\s*("[^"]*"|\'[^\']*\')'
)
_DATED = re.compile(rb'(\b[A-Za-z0-9]+:(?:date|dateUtc))\s*=\s*("[^"]*"|\'[^\']*\')(?=[^<]*>)')
# What is fetched when a document is opened tells its sender who opens it, and when.
_FETCHED = re.compile(
    rb"<Relationship\b[^>]*(?:attachedTemplate|TargetMode\s*=\s*[\"']External[\"'])[^>]*?/>"
)
_HYPERLINK = b"/hyperlink"
_EMPTY = {
    "core.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp="http://'
    b'schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.'
    b'openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "custom.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.'
    b'openxmlformats.org/officeDocument/2006/custom-properties"/>',
}


def clean_docx(content: bytes) -> bytes:
    """The same document without properties, authors, dates and anything fetched from elsewhere. Raises Unclean."""
    return packed(_parts(content))


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    found = False
    for name, body in unpacked(content):
        if name.lower().endswith("vbaproject.bin") or "/embeddings/" in name or "/activeX/" in name:
            raise Unclean(
                _("The document holds a program or another file. Save it as a plain document or as a PDF.")
            )
        found = found or name == "word/document.xml"
        yield name, _cleaned(name, body)
    if not found:
        raise damaged()


def _cleaned(name: str, body: bytes) -> bytes:
    folder, _slash, base = name.rpartition("/")
    if folder == "docProps":
        return _EMPTY.get(base, b"")
    if base.rpartition(".")[2].lower() in _PICTURES:
        return clean_image(body)
    if base.endswith(".rels"):
        return _FETCHED.sub(lambda match: match[0] if _HYPERLINK in match[0] else b"", body)
    if base.endswith(".xml"):
        return _DATED.sub(rb'\1="1980-01-01T00:00:00Z"', _NAMED.sub(rb'\1=""', body))
    return body
