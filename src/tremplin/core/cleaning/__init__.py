"""Files without what their writers never meant to send: names of authors, places, histories, hidden parts.

Every file that a person gives us is written anew from its visible content, so that nothing else travels: no
metadata, no scripts, no second file hidden behind the first. What cannot be read safely is refused with the
reason and what to do.
"""

from collections.abc import Callable

from tremplin.core.cleaning.archives import clean_zip
from tremplin.core.cleaning.documents import clean_docx
from tremplin.core.cleaning.faults import Unclean
from tremplin.core.cleaning.images import clean_image
from tremplin.core.cleaning.pdf import clean_pdf

__all__ = ["Unclean", "clean"]

_CLEANERS: dict[str, Callable[[bytes], bytes]] = {
    "pdf": clean_pdf,
    "png": clean_image,
    "jpg": clean_image,
    "webp": clean_image,
    "zip": clean_zip,
    "docx": clean_docx,
}


def clean(content: bytes, kind: str) -> bytes:
    """`content` of `kind`, written anew; plain text is as it was. Raises Unclean."""
    cleaner = _CLEANERS.get(kind)
    return cleaner(content) if cleaner else content
