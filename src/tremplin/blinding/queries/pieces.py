"""A copy as its writer and organisers look at it: with what was hidden marked, and what stood there."""

from collections.abc import Iterator
from dataclasses import dataclass

from tremplin.applications.models import Snapshot
from tremplin.blinding.making import known_of
from tremplin.blinding.models import RedactedCopy
from tremplin.blinding.rules import Kind, Mark, may_be_shown
from tremplin.blinding.rules.found import folded_words


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a copy's text: words that stay, or a marker."""

    text: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Hidden:
    """Words that were hidden: the marker that stands for them, and whether whoever looks may show them again."""

    words: str
    marker: str
    kind: Kind
    times: int
    may_show: bool


def pieces_of(copy: RedactedCopy, code: str) -> list[Piece]:
    """The text of one answer, its markers apart."""
    text, at, found = copy.texts.get(code, ""), 0, []
    for mark in _marks(copy, code):
        if at < mark.start:
            found.append(Piece(text[at : mark.start]))
        found.append(Piece(text[mark.start : mark.end], hidden=True))
        at = mark.end
    return [*found, Piece(text[at:])] if text[at:] else found


def hidden_in(copy: RedactedCopy, snapshot: Snapshot, *, organiser: bool) -> list[Hidden]:
    """What was hidden in all answers, each way of writing it once, in the order in which it stands."""
    known = known_of(snapshot, copy.pass_number)
    found: dict[tuple[tuple[str, ...], str], Hidden] = {}
    for code, text in copy.texts.items():
        answer = str(snapshot.answers.get(code, ""))
        for mark in _marks(copy, code):
            words, marker = answer[mark.at : mark.till], text[mark.start : mark.end]
            key = (folded_words(words) or (words,), marker)
            before = found[key].times if key in found else 0
            found[key] = Hidden(
                found[key].words if key in found else words,
                marker,
                mark.kind,
                before + 1,
                may_be_shown(mark.kind, organiser=organiser) and not known.name_in(words),
            )
    return list(found.values())


def hidden_in_all(
    copy: RedactedCopy, opened: RedactedCopy | None, snapshot: Snapshot, *, organiser: bool
) -> list[Hidden]:
    """That, in what all reviewers read and in what a second pass opens: what both hide stands there once."""
    found = hidden_in(copy, snapshot, organiser=organiser)
    if opened is None:
        return found
    known = {one.words for one in found}
    more = hidden_in(opened, snapshot, organiser=organiser)
    return [*found, *(one for one in more if one.words not in known)]


def _marks(copy: RedactedCopy, code: str) -> Iterator[Mark]:
    return (Mark(*mark) for mark in copy.marks.get(code, ()))
