"""What a file is, by its first bytes, whatever it is called; and for what cannot be read, what to do."""

import zipfile
from io import BytesIO
from typing import Literal

from tremplin.cli.sheets.faults import Wrong

FileKind = Literal["text", "workbook"]
_EXPORT = "Open it in the program that made it, and save the table as XLSX or CSV."
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")  # what a locked XLSX holds instead of its sheets
_SIGNS: tuple[tuple[bytes, str, str], ...] = (
    (
        b"%PDF",
        "a PDF",
        "A PDF holds a picture of a table, not the table. Ask for the spreadsheet it was made from.",
    ),
    (b"\x89PNG", "a picture", "A picture of a table cannot be read. Ask for the spreadsheet itself."),
    (b"\xff\xd8\xff", "a picture", "A picture of a table cannot be read. Ask for the spreadsheet itself."),
    (b"{\\rtf", "a text document", _EXPORT),
    (b"SQLite format 3", "a database", "Export the table from it as CSV."),
    (b"\x1f\x8b", "a packed file", "Unpack it first."),
    (b"7z\xbc\xaf", "a packed file", "Unpack it first."),
    (b"Rar!", "a packed file", "Unpack it first."),
)
_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin")


def kind_of(content: bytes, name: str) -> FileKind:
    """Whether to read it as text or as a workbook. Raises Wrong for what is neither."""
    if not content.strip(b"\x00\t\r\n \xef\xbb\xbf\xfe\xff"):
        raise Wrong(f"{name} is empty.", "Check that it was saved, or that the export worked.")
    if content.startswith(b"PK"):
        return _zipped(content, name)
    if content.startswith(_OLD_OFFICE):
        if _LOCKED in content:
            raise Wrong(
                f"{name} is locked with a password.",
                "Open it with the password, and save a copy without one (File, Info, Protect) or as CSV.",
            )
        return "workbook"
    for sign, what, remedy in _SIGNS:
        if content.startswith(sign):
            raise Wrong(f"{name} is {what}, not a table.", remedy)
    start = content[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise Wrong(
            f"{name} is a web page, not a table, whatever it is called.",
            "Some sites give their export that form: open it in a spreadsheet program, and save it as XLSX or CSV.",
        )
    if start.startswith((b"{", b"[{")):
        raise Wrong(f"{name} is JSON, not a table.", "Export the table as CSV or XLSX.")
    return "text"


def _zipped(content: bytes, name: str) -> FileKind:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            inside = packed.namelist()
            mime = packed.read("mimetype") if "mimetype" in inside else b""
    except (zipfile.BadZipFile, OSError) as error:
        raise Wrong(
            f"{name} is damaged: it ends too early or was changed on its way.", "Fetch it again."
        ) from error
    if any(part in inside for part in _WORKBOOKS) or b"opendocument.spreadsheet" in mime:
        return "workbook"
    if any(part.startswith("word/") for part in inside) or b"opendocument.text" in mime:
        raise Wrong(
            f"{name} is a text document, not a table.", "Copy its table into a spreadsheet, and save that."
        )
    if any(part.startswith("Index/") for part in inside):
        raise Wrong(f"{name} is a Numbers document.", "In Numbers: File, Export To, CSV.")
    raise Wrong(f"{name} is a packed file.", "Unpack it first, and name the table inside.")
