"""Style sheets and scripts leave without what only those who write them need: comments, and space between words.

The sources lie beside them as they were written, under their names without a hash.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

_KEPT = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|/\*!.*?\*/)"""  # a string, or the words of a licence
_COMMENT = re.compile(_KEPT + r"|/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(_KEPT + r"|\s*([{};,])\s*((?:[-\w]+:\s*)?)|\s+", re.DOTALL)


def css(text: str) -> str:
    """The same rules. Space stays where it may mean something: within a selector, around a sign."""
    text = _COMMENT.sub(lambda found: found[1] or "", text)
    return _SPACE.sub(_closer, text).strip()


def _closer(found: re.Match[str]) -> str:
    kept, sign, name = found.groups()
    return kept or (f"{sign}{name.rstrip()}" if sign else " ")


def script(text: str) -> str:
    """The same program, its names too: who looks into a browser's console still finds the way."""
    return str(jsmin(text, keep_bang_comments=True))


_SLIM = {".css": css, ".js": script}


class _Source:
    """Where files are gathered from, read in their slim form."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def open(self, path: str, mode: str = "rb") -> Any:
        slim = _SLIM.get(PurePosixPath(path).suffix)
        if slim is None:
            return self.storage.open(path, mode)
        with self.storage.open(path) as source:
            return ContentFile(slim(source.read().decode()).encode(), name=path)


class SlimStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise is untyped
    """WhiteNoise's, which names files by their hash and packs them; what it hashes and packs is slim."""

    def post_process(self, paths: dict[str, Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
        slim = {name: (_Source(storage), path) for name, (storage, path) in paths.items()}
        yield from super().post_process(slim, *args, **kwargs)
