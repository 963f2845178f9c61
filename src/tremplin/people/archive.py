"""The export as a person takes it along: one archive with a page to read, the same for programs, and the files."""

import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from tempfile import TemporaryFile
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from tremplin.core import sealed_files
from tremplin.core.models import StoredFile
from tremplin.people import export
from tremplin.people.models import User

_BLOCK = 64 * 1024
# The page is read far from the site, without its style sheet.
_STYLE = (
    "body{max-width:45rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
    "dt{font-weight:600;margin-top:.6rem}dd{margin-inline-start:1rem}dd span{white-space:pre-line}"
)


def archive(user: User, *, now: datetime) -> Iterator[bytes]:
    """The archive, block by block: `read-me.html`, `data.json`, and the files that the person gave, under `files/`.

    What is written in words is asked for at once; files are packed when somebody takes the blocks.
    """
    document = export.document(user, now=now)
    text = json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    given = list(StoredFile.objects.filter(owner_ref=user.ref).order_by("pk"))
    # What is read is made of what programs get, so that neither says more than the other.
    page = _page(user, json.loads(text), given, now)
    return _packed({"read-me.html": page, "data.json": text}, given)


def _packed(texts: Mapping[str, str], given: Sequence[StoredFile]) -> Iterator[bytes]:
    with TemporaryFile() as made:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, text in texts.items():
                packed.writestr(name, text)
            for file in given:
                _add(packed, file)
        made.seek(0)
        while block := made.read(_BLOCK):
            yield block


def file_in(file: StoredFile) -> str:
    """Where a file stands in the archive: under a name of ours, for a given one may lead anywhere."""
    return f"files/{file.ref}.{file.kind}"


def _add(packed: zipfile.ZipFile, file: StoredFile) -> None:
    try:
        source = sealed_files.opened(file.path)
    except (FileNotFoundError, sealed_files.Lost):  # erased a moment ago
        return
    with source, packed.open(file_in(file), "w") as target:
        shutil.copyfileobj(source, target, _BLOCK)


def _page(user: User, document: Mapping[str, Any], given: Sequence[StoredFile], now: datetime) -> str:
    files = [{"name": file.given_name, "href": file_in(file)} for file in given]
    told = {key: value for key, value in document.items() if key not in {"format", "made_at"}}
    rooms = [(_heading(key, {}), _said(value, {})) for key, value in told.items() if value]
    return render_to_string(
        "people/archive.html", {"person": user, "now": now, "style": _STYLE, "rooms": rooms, "files": files}
    )


def _said(value: Any, labels: Mapping[str, str]) -> SafeString:
    """A value as a page shows it; `labels` are the questions of the form that it belongs to."""
    if isinstance(value, Mapping):
        asked = value.get("questions")
        labels = asked if isinstance(asked, Mapping) else labels
        rows = (
            (_heading(key, labels), _said(each, labels)) for key, each in value.items() if key != "questions"
        )
        return format_html("<dl>{}</dl>", format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return format_html(
            "<ol>{}</ol>", format_html_join("", "<li>{}</li>", ((_said(each, labels),) for each in value))
        )
    return format_html('<span dir="auto">{}</span>', "–" if value in (None, "") else value)


def _heading(key: str, labels: Mapping[str, str]) -> str:
    return labels.get(key) or key.replace("_", " ").capitalize()
