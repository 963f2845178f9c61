"""Small real files for tests that hand one in."""

import io
import struct
import zipfile
from pathlib import Path

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


def a_wave(samples: bytes = bytes(800)) -> bytes:
    """A WAV of one channel, 8,000 samples of 8 bits a second."""
    form = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(samples))
    return b"RIFF" + struct.pack("<I", len(body) + len(samples)) + body + samples


def recorded(name: str) -> bytes:
    """Half a second of a tone, or of grey that becomes lighter, with notes of whoever recorded it.

    Made by FFmpeg; each says “Marker-Mireille” as title, artist, album and device, and a place in Paris.
    """
    return (Path(__file__).parent / "core" / "recorded" / name).read_bytes()
