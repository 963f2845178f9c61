"""Files that arrive in pieces, so that a line that breaks costs one piece and never the file.

In the spirit of the resumable uploads of tus and the IETF draft: an upload is begun with its name, size and
SHA-256; a piece says at which offset it belongs; whoever asks is told how much has arrived. A piece is
acknowledged once it lies in the private storage and its row says so, in this order, so that a process that is
killed loses nothing it had acknowledged. Pieces are stored one by one under the offset at which they begin,
since not every storage can append, and they follow each other without a gap: their sizes lead from one to
the next. The whole is put together and checked once, and then goes where every other file goes.
"""

import hashlib
import re
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from tremplin.core import files, personal_keys, sealed_files
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.models import PartialUpload, StoredFile
from tremplin.core.personal_keys import Lock

LEAST, MOST = 16 * 1024, 512 * 1024  # bytes of a piece; the last may be smaller
LIFE = timedelta(days=7)  # without a new piece
AT_ONCE = 8  # uploads of one person that are on their way
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Kept(Protocol):
    """What an upload becomes: something with a file of its own."""

    @property
    def file(self) -> StoredFile: ...


K = TypeVar("K", bound=Kept)


class WrongOffset(Conflict):
    """The piece does not begin where the last one ended; `arrived` says where the next must begin."""

    def __init__(self, arrived: int) -> None:
        super().__init__(_("This part of the file is not the next one."))
        self.arrived = arrived


def begin(
    *,
    owner_ref: str,
    purpose: str,
    name: str,
    size: int,
    sha256: str,
    max_bytes: int,
    now: datetime,
    field: str = "file",
) -> PartialUpload:
    """Begin an upload for `purpose`, or go on with the one of the very same file. Another file takes its place.

    Raises Invalid when the declared size is not allowed, or the person has too much on its way.
    """
    files.require_size(size, max_bytes=max_bytes, field=field)
    if not _SHA256.fullmatch(sha256):
        raise Invalid({field: [_("The file could not be read. Choose it again.")]})
    found = PartialUpload.objects.select_for_update().filter(purpose=purpose).first()
    if found and (found.owner_ref, found.size, found.sha256) == (owner_ref, size, sha256):
        found.touched_at, found.given_name = now, _bare(name)
        found.save(update_fields=["touched_at", "given_name"])
        return found
    if found:
        forget(found)
    others = PartialUpload.objects.filter(owner_ref=owner_ref, stored_ref="", touched_at__gt=now - LIFE)
    others = others.filter(
        purpose__startswith=f"{purpose.partition(':')[0]}:"
    )  # each stage has its own limit
    bytes_ = others.aggregate(sum=Sum("size"))["sum"] or 0
    if others.count() >= AT_ONCE or bytes_ + size > AT_ONCE * max_bytes // 2:
        text = _("Too many of your files are on their way. Let one arrive, or cancel one, and try again.")
        raise Invalid({field: [text]})
    return PartialUpload.objects.create(
        owner_ref=owner_ref,
        purpose=purpose,
        given_name=_bare(name),
        size=size,
        sha256=sha256,
        touched_at=now,
        created_at=now,
    )


@transaction.atomic
def add(
    part: PartialUpload,
    *,
    offset: int,
    content: bytes,
    refuse: Callable[[bytes], Invalid | None],
    now: datetime,
    field: str = "file",
    lock: Lock | None = None,
) -> PartialUpload:
    """Keep the next piece. `refuse` looks at the first one: what is wrong with a file that begins so, if anything.

    With a `lock` the piece is sealed with the key that it names.

    Raises WrongOffset, Conflict when the file is complete; Invalid for a wrong piece.
    """
    held = PartialUpload.objects.select_for_update().filter(pk=part.pk).first()
    if held is None or held.stored_ref:
        raise _ended()
    if offset != held.arrived:
        raise WrongOffset(held.arrived)
    last = offset + len(content) == held.size
    if not content or len(content) > MOST or offset + len(content) > held.size:
        raise Invalid({field: [_("This part of the file has the wrong size.")]})
    if len(content) < LEAST and not last:
        raise Invalid({field: [_("This part of the file has the wrong size.")]})
    if not offset and (fault := refuse(content)):
        raise fault
    path, kept = _path(held, offset), content
    if lock is not None:
        path += sealed_files.SUFFIX
        kept = sealed_files.sealed(content, lock=lock, key=personal_keys.key_for(lock, now=now))
    default_storage.delete(path)  # what a process left there that was killed before it could say so
    default_storage.save(path, ContentFile(kept))
    held.arrived, held.touched_at = offset + len(content), now
    held.save(update_fields=["arrived", "touched_at"])
    return held


def whole(part: PartialUpload, *, field: str = "file") -> "UploadedFile[bytes]":
    """The complete file, on the disk until it is closed: an hour of sound needs no memory.

    Raises Conflict while something is missing, Invalid when it is not what was announced.
    """
    if part.arrived < part.size:
        raise WrongOffset(part.arrived)
    held = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 (closed by who takes it)
    digest, size = hashlib.sha256(), 0
    for path in _pieces(part):
        content = _read(path)
        digest.update(content)
        size += held.write(content)
    if size != part.size or digest.hexdigest() != part.sha256:
        held.close()
        raise Invalid({field: [_("The file did not arrive whole. Choose it again.")]})
    held.seek(0)
    return UploadedFile(held, part.given_name, size=size)


def complete(
    part: PartialUpload,
    *,
    field: str,
    lock: Callable[[], object],
    take: Callable[["UploadedFile[bytes]"], K],
    again: Callable[[str], K | None],
) -> K:
    """Put the pieces together and let `take` keep the file, once.

    `lock` is held meanwhile, so that two tabs that finish together give one file. Asked again, because the answer
    was lost on its way, it says the same: `again` finds by its reference what the file became. What cannot be taken
    goes, since sending it once more would not mend it.

    Raises Conflict when the upload was given up, or what it became is gone; WrongOffset while something is missing;
    Invalid; whatever `lock` and `take` raise.
    """
    try:
        with transaction.atomic():
            lock()
            held = PartialUpload.objects.select_for_update().filter(pk=part.pk).first()
            if held is None or held.stored_ref:
                kept = again(held.stored_ref) if held else None
                if kept is None:
                    raise _ended()
                return kept
            with whole(held, field=field) as upload:
                kept = take(upload)
            finish(held, kept.file.ref)
            return kept
    except Invalid:
        with transaction.atomic():
            forget(part)
        raise


def finish(part: PartialUpload, stored_ref: str) -> None:
    """The upload became a file of its own: its pieces go. The row stays for a while to tell who asks again."""
    _discard(part)
    part.stored_ref = stored_ref
    part.save(update_fields=["stored_ref"])


def restart(part: PartialUpload) -> None:
    """Begin once more with a file that had become one and was taken back since."""
    part.arrived, part.stored_ref = 0, ""
    part.save(update_fields=["arrived", "stored_ref"])


def forget(part: PartialUpload) -> None:
    """Let an upload go, and its pieces once the transaction has held."""
    _discard(part)
    part.delete()


def forget_of(prefix: str) -> None:
    """Let go of every upload whose purpose begins with `prefix`."""
    for part in PartialUpload.objects.filter(purpose__startswith=prefix):
        forget(part)


def forget_old(*, now: datetime) -> int:
    """Let go of what nobody has gone on with; how many there were."""
    old = list(PartialUpload.objects.filter(touched_at__lte=now - LIFE)[:500])
    for part in old:
        with transaction.atomic():
            forget(part)
    return len(old)


def _ended() -> Conflict:
    return Conflict(_("This upload has ended."), _("Load the page again to see what is saved."))


def _bare(name: str) -> str:
    """A name as people know it, without folders or what no file is called."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(char for char in last if char.isprintable()).strip()
    return plain[-200:] if plain.strip(".") else "file"


def _path(part: PartialUpload, offset: int) -> str:
    return f"partial/{part.ref}/{offset:012d}"


def _pieces(part: PartialUpload) -> list[str]:
    """Where the acknowledged pieces lie: each begins where the one before ends."""
    found, offset = [], 0
    while offset < part.arrived and (path := _piece(part, offset)):
        found.append(path)
        offset += max(1, sealed_files.size_of(path))
    return found


def _piece(part: PartialUpload, offset: int) -> str:
    """Where the piece lies that begins at `offset`, sealed or not; nowhere when it is not there."""
    plain = _path(part, offset)
    return next((path for path in (plain, plain + sealed_files.SUFFIX) if default_storage.exists(path)), "")


def _read(path: str) -> bytes:
    with sealed_files.opened(path) as file:
        return file.read()


def _discard(part: PartialUpload) -> None:
    if part.stored_ref:
        return
    last = _path(part, part.arrived)  # of a process that was killed before it could say so
    paths = [*_pieces(part), last, last + sealed_files.SUFFIX]

    def remove() -> None:
        for path in paths:
            default_storage.delete(path)

    transaction.on_commit(remove)
