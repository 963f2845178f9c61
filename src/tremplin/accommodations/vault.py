"""What the database must not be able to read, sealed for the one place where it stands.

Each request has a key of its person's own, which goes with it: no backup holds the key, so what was said in
confidence is gone from every backup as well (`core.personal_keys`).
"""

from django.db.models import Exists, OuterRef, Q

from tremplin.accommodations.models import Part, Recording, Request, Word
from tremplin.core import personal_keys
from tremplin.core.personal_keys import LOST, Lock
from tremplin.programmes.models import Cohort

_SHELF = "accommodations"


def lock_of(request: Request) -> Lock:
    """The key to everything that hangs on a request."""
    # Keys carry the day on which somebody first asked, which the row says anyway, and none of those that followed.
    return Lock(_SHELF, request.ref, request.created_at)


def seal_word(word: Word, text: str) -> None:
    word.text = _seal(text, word.request, f"word/{word.ref}/text")


def word_of(word: Word) -> str:
    """What was written; that it is lost, where its key is."""
    text = _unseal(word.text, word.request, f"word/{word.ref}/text")
    return str(LOST) if text is None else text


def seal_reason(part: Part, text: str) -> None:
    part.reason = _seal(text, part.request, f"part/{part.ref}/reason") if text else b""


def reason_of(part: Part) -> str:
    """Why so; that it is lost, where its key is."""
    text = _unseal(part.reason, part.request, f"part/{part.ref}/reason") if part.reason else ""
    return str(LOST) if text is None else text


def seal_transcript(recording: Recording, text: str) -> None:
    place = f"recording/{recording.ref}/transcript"
    recording.transcript = _seal(text, recording.request, place) if text else b""


def transcript_of(recording: Recording) -> str:
    """What the officer wrote down; nothing when it is lost, since it stands in a box to be written in."""
    if not recording.transcript:
        return ""
    return _unseal(recording.transcript, recording.request, f"recording/{recording.ref}/transcript") or ""


def forget(request: Request) -> None:
    """Destroy the key of a request that goes, once the caller's transaction has held."""
    personal_keys.destroy_later(lock_of(request))


def _seal(text: str, request: Request, place: str) -> bytes:
    lock = lock_of(request)
    return personal_keys.seal(text, shelf=lock.shelf, handle=lock.handle, now=request.created_at, place=place)


def _unseal(value: bytes | memoryview, request: Request, place: str) -> str | None:
    lock = lock_of(request)
    return personal_keys.unseal(bytes(value), shelf=lock.shelf, handle=lock.handle, place=place)


def _of_every_request() -> dict[str, set[str]]:
    """No shelf where there is no cohort: into an empty database the rows that need the keys may still come back."""
    wanted = set(Request.objects.values_list("ref", flat=True))
    return {_SHELF: wanted} if wanted or Cohort.objects.exists() else {}


def _of_what_is_sealed() -> dict[str, set[str]]:
    """A request may have been ticked and not written."""
    words = Word.objects.filter(request=OuterRef("pk"))
    reasons = Part.objects.filter(request=OuterRef("pk")).exclude(reason=b"")
    spoken = Recording.objects.filter(request=OuterRef("pk"))
    rows = Request.objects.filter(Q(Exists(words)) | Q(Exists(reasons)) | Q(Exists(spoken)))
    return {_SHELF: set(rows.values_list("ref", flat=True))}


personal_keys.register(_of_every_request, in_use=_of_what_is_sealed)
