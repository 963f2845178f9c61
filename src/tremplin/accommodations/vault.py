"""What the database must not be able to read, sealed for the one place where it stands."""

from tremplin.accommodations.models import Part, Recording, Word
from tremplin.core import sealed


def seal_word(word: Word, text: str) -> None:
    word.text = sealed.seal(text, context=f"accommodation-word/{word.ref}/text")


def word_of(word: Word) -> str:
    return sealed.unseal(bytes(word.text), context=f"accommodation-word/{word.ref}/text")


def seal_reason(part: Part, text: str) -> None:
    part.reason = sealed.seal(text, context=f"accommodation-part/{part.ref}/reason") if text else b""


def reason_of(part: Part) -> str:
    if not part.reason:
        return ""
    return sealed.unseal(bytes(part.reason), context=f"accommodation-part/{part.ref}/reason")


def seal_transcript(recording: Recording, text: str) -> None:
    context = f"recording/{recording.ref}/transcript"
    recording.transcript = sealed.seal(text, context=context) if text else b""


def transcript_of(recording: Recording) -> str:
    if not recording.transcript:
        return ""
    return sealed.unseal(bytes(recording.transcript), context=f"recording/{recording.ref}/transcript")
