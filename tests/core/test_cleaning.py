"""Nothing that people did not mean to send stays in a file, and nothing harmful comes in with one."""

import contextlib
import io
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Text
from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

from tests.samples import zipped
from tremplin.core.cleaning import Unclean, archives, clean, images, pdf
from tremplin.core.files import kind_of

MARK = "Mireille-Marker"
HIDDEN = MARK.encode()


def photograph(form: str) -> bytes:
    picture = Image.new("RGB", (40, 20), "white")
    picture.putpixel((0, 0), (255, 0, 0))
    exif = Image.Exif()
    exif[0x013B], exif[0x0112] = MARK, 6  # artist; turned by 90 degrees
    exif.get_ifd(0x8825)[1] = "N"
    target = io.BytesIO()
    picture.save(target, form, exif=exif, quality=95)
    return target.getvalue() + HIDDEN  # and something behind the end


def pdf_of(*, password: str = "", pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(200, 200)
        content = StreamObject()
        content.set_data(b"BT /F1 12 Tf (seen) Tj ET")
        page[NameObject("/Contents")] = writer._add_object(content)
        page[NameObject("/PieceInfo")] = TextStringObject(MARK)
    writer.add_metadata({"/Author": MARK, "/Title": MARK})
    writer.xmp_metadata = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><!--{MARK}--></x:xmpmeta>".encode()
    writer.add_attachment("secret.txt", HIDDEN)
    script = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject(f"app.alert('{MARK}')"),
        }
    )
    writer.root_object[NameObject("/OpenAction")] = script
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    writer.add_annotation(0, Text(text=MARK, rect=(0, 0, 10, 10)))
    drawn = FreeText(text="seen too", rect=(0, 0, 90, 20))
    drawn[NameObject("/T")] = TextStringObject(MARK)
    writer.add_annotation(0, drawn)
    if password:
        writer.encrypt(password)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def document(**more: bytes) -> bytes:
    written = f'w:id="1" w:author="{MARK}" w:date="2026-11-22T21:07:00Z"'
    text = f"<w:document><w:ins {written}><w:t>kept</w:t></w:ins></w:document>"
    settings_ = (
        '<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" Target="http://spy.example.org/t" '
        'TargetMode="External"/><Relationship Id="r2" Type="http://x/hyperlink" Target="http://a.example.org" '
        'TargetMode="External"/></Relationships>'
    )
    return zipped(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": text.encode(),
            "word/_rels/settings.xml.rels": settings_.encode(),
            "word/media/photo.jpeg": photograph("JPEG"),
            "docProps/core.xml": f"<dc:creator>{MARK}</dc:creator>".encode(),
            "docProps/app.xml": f"<Company>{MARK}</Company>".encode(),
            **more,
        },
        comment=HIDDEN,
    )


def everything_in(content: bytes) -> bytes:
    """The bytes of a file, and those of all that is packed in it."""
    found = content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found += archive.comment + b"".join(archive.read(name) for name in archive.namelist())
    return found


@pytest.mark.parametrize(("form", "kind"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_a_photograph_keeps_its_pixels_upright_and_nothing_else(form: str, kind: str) -> None:
    given_ = photograph(form)
    assert HIDDEN in given_
    cleaned = clean(given_, kind)
    assert HIDDEN not in cleaned
    assert kind_of(cleaned, "") == kind
    with Image.open(io.BytesIO(cleaned)) as picture:
        assert picture.size == (20, 40)  # what the camera had only noted is done
        assert not picture.getexif()


def test_a_picture_of_few_colours_stays_as_it_looks() -> None:
    picture = Image.new("P", (2, 1))
    picture.putpalette([250, 10, 10, 10, 250, 10])
    picture.putpixel((1, 0), 1)
    target = io.BytesIO()
    picture.save(target, "PNG")
    with Image.open(io.BytesIO(clean(target.getvalue(), "png"))) as cleaned:
        assert [cleaned.convert("RGB").getpixel((x, 0)) for x in (0, 1)] == [(250, 10, 10), (10, 250, 10)]


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + chunk(b"IEND", b"")
    )


def test_a_flood_of_pixels_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(Unclean, match="too large"):
        clean(png_that_claims(60_000, 60_000), "png")
    with pytest.raises(Unclean, match="too large"):
        clean(png_that_claims(images.MOST_PIXELS // 1000 + 1, 1000), "png")


def test_a_pdf_keeps_its_pages_and_what_is_drawn_on_them() -> None:
    cleaned = clean(pdf_of(), "pdf")
    for word in (
        HIDDEN,
        b"/JavaScript",
        b"/EmbeddedFiles",
        b"/Metadata",
        b"/Author",
        b"/Producer",
        b"/PieceInfo",
    ):
        assert word not in cleaned
    read = PdfReader(io.BytesIO(cleaned))
    assert read.metadata in (None, {})
    assert b"seen" in read.pages[0].get_contents().get_data()
    notes = [note.get_object() for note in read.pages[0]["/Annots"]]
    assert [(note["/Subtype"], note["/Contents"]) for note in notes] == [("/FreeText", "seen too")]


def test_a_photograph_in_a_pdf_loses_where_it_was_taken() -> None:
    target = io.BytesIO()
    with Image.open(io.BytesIO(photograph("JPEG"))) as picture:
        picture.save(target, "PDF", exif=picture.getexif(), resolution=72)
    writer = PdfWriter(clone_from=PdfReader(target))
    photo = writer.pages[0]["/Resources"]["/XObject"].values()
    found = next(iter(photo)).get_object()
    found._data = photograph("JPEG")
    target = io.BytesIO()
    writer.write(target)
    assert HIDDEN in target.getvalue()
    cleaned = clean(target.getvalue(), "pdf")
    assert b"Exif" not in cleaned
    assert HIDDEN not in cleaned
    with Image.open(io.BytesIO(PdfReader(io.BytesIO(cleaned)).pages[0].images[0].data)) as picture:
        assert picture.size == (40, 20)
        assert picture.convert("RGB").getpixel((30, 10)) == (255, 255, 255)


def test_a_pdf_that_is_locked_or_endless_says_what_to_do() -> None:
    with pytest.raises(Unclean, match="password"):
        clean(pdf_of(password="word"), "pdf")
    with pytest.raises(Unclean, match="pages"):
        clean(pdf_of(pages=pdf.MOST_PAGES + 1), "pdf")


@pytest.mark.parametrize("kind", ["pdf", "png", "jpg", "webp", "zip", "docx"])
def test_half_a_file_is_damaged(kind: str) -> None:
    whole = {
        "pdf": b"%PDF-1.7\n" + b"x" * 300,
        "png": photograph("PNG"),
        "jpg": photograph("JPEG"),
        "webp": photograph("WEBP"),
        "zip": zipped({"a.py": b"pass"}),
        "docx": document(),
    }[kind]
    with pytest.raises(Unclean, match="save it once more"):
        clean(whole[: len(whole) // 3], kind)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_broken_file_breaks_us(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["pdf", "png", "jpg", "webp", "zip", "docx"]))
    whole = bytearray(
        {
            "pdf": pdf_of,
            "png": lambda: photograph("PNG"),
            "jpg": lambda: photograph("JPEG"),
            "webp": lambda: photograph("WEBP"),
            "zip": lambda: zipped({"a.py": b"pass", "b/c.txt": b"text"}),
            "docx": document,
        }[kind]()
    )
    for _ in range(data.draw(st.integers(1, 12))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Unclean):
        assert clean(bytes(whole), kind)


def test_a_document_loses_authors_properties_and_what_it_would_fetch() -> None:
    cleaned = clean(document(), "docx")
    found = everything_in(cleaned)
    assert HIDDEN not in found
    assert b"spy.example.org" not in found
    assert b"a.example.org" in found
    assert b"2026-11-22" not in found
    assert b"<w:t>kept</w:t>" in found
    assert kind_of(cleaned, "") == "docx"


def test_a_document_with_a_program_in_it_is_refused() -> None:
    with pytest.raises(Unclean, match="program"):
        clean(document(**{"word/vbaProject.bin": b"\0"}), "docx")


def test_an_archive_keeps_files_without_their_history() -> None:
    cleaned = clean(
        zipped({"src/main.py": b"print(1)", ".git/config": HIDDEN, "__MACOSX/._main.py": HIDDEN}), "zip"
    )
    assert HIDDEN not in everything_in(cleaned)
    with zipfile.ZipFile(io.BytesIO(cleaned)) as archive:
        assert [(entry.filename, entry.date_time) for entry in archive.infolist()] == [
            ("src/main.py", (1980, 1, 1, 0, 0, 0))
        ]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/../../b", "C:/windows", "a\\..\\b"])
def test_an_archive_that_leads_outside_is_refused(name: str) -> None:
    with pytest.raises(Unclean, match="outside"):
        clean(zipped({name: b"x"}), "zip")


def test_a_link_in_an_archive_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(Unclean, match="outside"):
        clean(target.getvalue(), "zip")


def test_a_zip_bomb_stops_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 100_000)
    bomb = zipped({"zeros": b"\0" * 5_000_000})
    assert len(bomb) < 10_000
    with pytest.raises(Unclean, match="too large"):
        clean(bomb, "zip")


def test_too_many_files_in_an_archive_are_refused() -> None:
    with pytest.raises(Unclean, match="too large"):
        clean(zipped({f"{number}": b"" for number in range(archives.MOST_ENTRIES + 1)}), "zip")


def test_a_locked_archive_says_so() -> None:
    content = bytearray(zipped({"a": b"x"}))
    for start in (content.find(b"PK\x03\x04") + 6, content.find(b"PK\x01\x02") + 8):
        content[start] |= 1
    with pytest.raises(Unclean, match="password"):
        clean(bytes(content), "zip")


def test_plain_text_stays_as_it_was() -> None:
    assert clean("# café\n".encode(), "py") == "# café\n".encode()
    assert PurePosixPath("a.py").suffix == ".py"
