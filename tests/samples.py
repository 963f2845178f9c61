"""Small real files for tests that hand one in."""

import io
import zipfile

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import NameObject, StreamObject


def a_pdf(words: str = "example") -> bytes:
    """One page that says `words`."""
    writer = PdfWriter()
    content = StreamObject()
    content.set_data(f"BT /F1 12 Tf 20 20 Td ({words}) Tj ET".encode())
    writer.add_blank_page(200, 100)[NameObject("/Contents")] = content
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def a_picture() -> bytes:
    """A PNG of one colour."""
    target = io.BytesIO()
    Image.new("RGB", (4, 4), "teal").save(target, "PNG")
    return target.getvalue()


def zipped(files: dict[str, bytes], comment: bytes = b"") -> bytes:
    """An archive of `files`."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, body in files.items():
            archive.writestr(name, body)
    return target.getvalue()
