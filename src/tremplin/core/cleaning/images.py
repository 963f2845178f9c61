"""Pictures: pixels alone. Cameras write where a photograph was taken, when, and with whose camera."""

import io
import struct

from PIL import Image, ImageOps

from tremplin.core.cleaning.faults import Unclean, damaged, too_much

MOST_PIXELS = 40_000_000  # a good camera's; a picture of a few bytes may claim a thousand times more
_FORMATS = ("PNG", "JPEG", "WEBP")
_FLOOD = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_BROKEN = (OSError, SyntaxError, ValueError, KeyError, TypeError, IndexError, struct.error, EOFError, Warning)
_TELLING = {0xFE, *(0xE0 + number for number in range(16) if number not in {0, 2, 14})}
_MODES = {"1", "L", "LA", "RGB", "RGBA"}


def clean_image(content: bytes) -> bytes:
    """The same picture, upright, without anything that is not a pixel. Raises Unclean.

    The size is read before a pixel is unpacked. Of an animation the first picture stays.
    """
    try:
        return _anew(content)
    except Unclean:
        raise
    except _FLOOD as error:
        raise too_much() from error
    except _BROKEN as error:
        raise damaged(error) from error


def _anew(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise too_much()
        form = str(picture.format)
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        if upright.mode not in _MODES or (form == "JPEG" and upright.mode == "1"):
            upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        bare = Image.frombytes(upright.mode, upright.size, upright.tobytes())
    target = io.BytesIO()
    bare.save(target, form, **({} if form == "PNG" else {"quality": 90}))
    return target.getvalue()


def bare_jpeg(content: bytes) -> bytes:
    """The same JPEG data without comments and application segments, its pixels untouched (ISO/IEC 10918-1, B.1).

    For pictures inside of other files, whose colours are described there. Colour profiles (APP2) and Adobe's
    transform (APP14) say how to read the pixels, so they stay. What is no JPEG comes back as it was.
    """
    if not content.startswith(b"\xff\xd8"):
        return content
    kept, at = [b"\xff\xd8"], 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker, size = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == 0xDA:  # from here on it is pixels
            break
        if marker not in _TELLING:
            kept.append(content[at : at + 2 + size])
        at += 2 + size
    end = content.rfind(b"\xff\xd9")  # what stands behind the end is no picture
    return b"".join([*kept, content[at : end + 2] if end > at else content[at:]])
