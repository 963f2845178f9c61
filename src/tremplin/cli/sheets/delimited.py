"""Tables as text: CSV in whatever separator, encoding and line ends a program or a country prefers."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.raw import Raw

SEPARATORS = (";", ",", "\t", "|")
_LINES_LOOKED_AT = 200
_LONGEST_CELL = 10_000_000
_FIRST_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_GUARD = re.compile(
    r"'(?=\s*[=+\-@＝＋－＠])"
)  # what our own files, and others, put before what looks like a formula
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(content: bytes, name: str, *, mask: str = "", encoding: str = "") -> Raw:
    """The rows of a text file. Raises Wrong for bytes that are no text."""
    text, notes = _decoded(content, name, encoding)
    if first := _FIRST_LINE.match(text):
        mask, text = mask or first[1], text[first.end() :]
        offset = 1
    else:
        offset = 0
    if not text.strip("".join(SEPARATORS) + "\r\n "):
        raise Wrong(f"{name} holds no row.", "Check that the right sheet was saved.")
    separator = mask or _separator(text)
    rows = _rows(text, separator, name, offset)
    many = max((len(cells) for _number, cells in rows), default=0)
    decimal = {";": ",", ",": "."}.get(separator, "") if many > 1 else ""
    return Raw("", rows, tuple(notes), separator if many > 1 else "", decimal)


def _decoded(content: bytes, name: str, encoding: str) -> tuple[str, list[str]]:
    """The text, and how it was read if that was not plainly UTF-8."""
    found = encoding or next((kind for mark, kind in _BOMS if content.startswith(mark)), "") or _wide(content)
    try:
        text = content.decode(found or "utf-8")
    except LookupError:
        raise Wrong(f"There is no encoding “{found}”.", "Use --encoding utf-8, utf-16 or cp1252.") from None
    except UnicodeDecodeError as error:
        if found:
            raise Wrong(
                f"{name} is not {found} as {'--encoding' if encoding else 'it'} says: byte {error.start} does not fit.",
                "Leave --encoding out, or name another." if encoding else "Save it anew as UTF-8.",
            ) from None
        return _western(content, name), ["letters are read as Windows-1252"]
    if "\x00" in text:
        raise Wrong(f"{name} is not a table: it holds bytes that are no text.", "Save it as XLSX or CSV.")
    return text, [f"letters are read as {found.upper()}"] if found and found != "utf-8-sig" else []


def _wide(content: bytes) -> str:
    """UTF-16 without its mark: every second byte of western text is zero."""
    start = content[:4000]
    if len(start) < 4 or start.count(0) < len(start) * 0.3:
        return ""
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"


def _western(content: bytes, name: str) -> str:
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = "\x00"
    if any(sign < " " and sign not in "\t\r\n\f\v" for sign in text):
        raise Wrong(
            f"{name} is not a table: it holds bytes that are no text.",
            "Save it as XLSX, or as CSV in UTF-8; or name its encoding with --encoding.",
        )
    return text


def _separator(text: str) -> str:
    """The separator by which most rows have the same number of cells, and more than one."""
    start = "\n".join(text[:200_000].splitlines()[:_LINES_LOOKED_AT])
    best, found = (0.0, 0), ","
    for separator in SEPARATORS:
        widths = Counter(len(cells) for cells in _parsed(start, separator) if any(cells))
        widths.pop(1, 0)
        if not widths:
            continue
        rows = sum(1 for cells in _parsed(start, separator) if any(cells))
        wide, times = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
        score = (round(times / rows, 2), wide)
        if score > best:
            best, found = score, separator
    return found


def _parsed(text: str, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)


def _rows(text: str, separator: str, name: str, offset: int) -> list[tuple[int, tuple[str, ...]]]:
    rows: list[tuple[int, tuple[str, ...]]] = []
    try:
        for number, cells in enumerate(_parsed(text, separator), 1 + offset):
            rows.append((number, tuple(_GUARD.sub("", cell.strip(), count=1) for cell in cells)))
    except csv.Error as error:
        raise Wrong(
            f"{name} cannot be read after row {len(rows) + offset}: {error}.", "Save it anew as CSV or XLSX."
        ) from error
    _require_closed(text, rows, name)
    return rows


def _require_closed(text: str, rows: list[tuple[int, tuple[str, ...]]], name: str) -> None:
    """An opened quotation mark that nothing closes swallows all rows after it, in silence."""
    if not rows or text.count('"') % 2 == 0 or not any("\n" in cell for cell in rows[-1][1]):
        return
    raise Wrong(
        f"{name}: a quotation mark is opened in row {rows[-1][0]} and never closed, so all that follows is one cell.",
        "Close it or remove it; a quotation mark inside a text is written twice.",
    )
