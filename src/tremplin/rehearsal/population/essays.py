"""What people write: every answer is grown from the person's story, as long and as concrete as they are."""

import re
from collections.abc import Sequence
from typing import Literal

from numpy.random import Generator

from .draws import chance, clamp, normal, pick, shuffled
from .grammar.engine import Grower
from .grammar.library import Library, Move, library
from .idiolect import idiolect
from .people import Person
from .scene import Setting, entries_for, slots, tags, teller
from .stories import concreteness, story_of

QuestionKind = Literal[
    "background",
    "motivation",
    "project_made",
    "project_idea",
    "obstacle",
    "stuck",
    "together",
    "ai_use",
    "learning_plan",
    "availability",
    "code_sample",
    "syllabus_week",
    "journal_title",
    "journal_post",
    "replan",
    "checkin_note",
    "checkin_next",
    "checkin_block",
    "checkin_private",
    "hand_note",
    "wish",
    "project_title",
    "project_readme",
    "outcome_note",
    "milestone_report",
    "milestone_feedback",
    "review_comment",
    "review_note",
    "mentor_bio",
    "showcase_summary",
    "reflection",
    "generic",
]

Said = set[tuple[str, str]]

_SIGNED = frozenset({"motivation", "background"})
_WORD = 6.2  # letters and the space after them, in both languages
_ENOUGH = 1200  # beyond this limit people no longer write in proportion to the room they are given
_END_OF_SENTENCE = re.compile(r"[.!?…][»”\"]?(?=\s|$)")


def answer(
    person: Person,
    question_kind: str,
    language: str,
    rng: Generator,
    limit_chars: int,
    *,
    setting: Setting | None = None,
    said: Said | None = None,
) -> str:
    """One answer, never longer than the limit. A kind nobody prepared for is answered as ``generic``.

    ``said`` holds sentences that were used before; they are avoided while there are others, and grow by this one's.
    """
    book = library(language)
    question_kind = question_kind if question_kind in book.kinds else "generic"
    kind = book.kinds[question_kind]
    grower = _grower(person, question_kind, book, rng, setting or Setting(), said)
    outline = pick(rng, kind.outlines)
    text = _written(grower, outline, limit_chars, _target(person, rng, limit_chars))
    if said is not None:
        said |= grower.said
    habits = idiolect(person, book.code)
    text = book.tongue.finish(habits.apply(text), careful=habits.careful)
    if question_kind in _SIGNED and chance(person.stream("signs", question_kind), 0.06):
        text = _signed(text, person, limit_chars)
    return text if len(text) <= limit_chars else _cut(text, limit_chars)


def limit_of_words(words: int) -> int:
    """The characters that a limit in words leaves room for, safely."""
    return int(words * _WORD * 0.76)


def _grower(
    person: Person, question_kind: str, book: Library, rng: Generator, setting: Setting, said: Said | None
) -> Grower:
    story = story_of(teller(person, setting))
    habits = idiolect(person, book.code)
    return Grower(
        tongue=book.tongue,
        rng=rng,
        voice=person.voice,
        concrete=concreteness(person),
        tags=tags(story, setting),
        slots=slots(person, book, setting, digits=habits.digits),
        entries=entries_for(question_kind, person, book, setting),
        rules={**book.shared, **book.kinds[question_kind].rules},
        # What differs from week to week, such as how often code was committed, ends in "_w".
        figure=lambda kind, key: story.figure(kind, f"{key}{setting.week}" if key.endswith("_w") else key),
        steady=story.steady,
        digits=habits.digits,
        before=said or (),
    )


def _target(person: Person, rng: Generator, limit: int) -> int:
    """How much someone means to write: half to nine tenths of the room, more if they have more to say."""
    share = clamp(normal(rng, 0.56 + 0.28 * person.quality, 0.11), 0.36, 0.95)
    room = min(limit, _ENOUGH) + 0.3 * max(0, limit - _ENOUGH)
    return int(share * room)


def _written(grower: Grower, outline: Sequence[Move], limit: int, target: int) -> str:
    moves = [move for move in outline if move.name not in ("/", "//")]
    grown = {at: grower.grow(move.name) for at, move in enumerate(moves) if move.core}
    while len(grown) > 1 and _length(grown) > limit:
        del grown[max(grown)]
    for at in shuffled(grower.rng, [at for at, move in enumerate(moves) if not move.core]):
        if _length(grown) >= target:
            break
        more = grower.grow(moves[at].name)
        if _length(grown) + len(more) + 2 <= min(limit, target + 160):
            grown[at] = more
    return _laid_out(grower, outline, grown)


def _length(grown: dict[int, str]) -> int:
    return sum(len(text) + 1 for text in grown.values())


def _laid_out(grower: Grower, outline: Sequence[Move], grown: dict[int, str]) -> str:
    """Put the moves in their order, with a new paragraph where the outline allows one."""
    paragraphs = chance(grower.rng, 0.55) and _length(grown) > 420
    text, at, gap = "", 0, ""
    for move in outline:
        if move.name in ("/", "//"):
            gap = "\n\n" if move.name == "//" or paragraphs else gap
            continue
        if at in grown:
            text += (gap or " ") + grown[at] if text else grown[at]
            gap = ""
        at += 1
    return text


def _signed(text: str, person: Person, limit: int) -> str:
    """Some people sign, whatever a form says about blind reading."""
    signed = f"{text}\n\n{person.name}"
    return signed if len(signed) <= limit else text


def _cut(text: str, limit: int) -> str:
    """Stop at the last sentence that fits, or at the last word when not even one does."""
    ends = [found.end() for found in _END_OF_SENTENCE.finditer(text) if found.end() <= limit]
    if ends:
        return text[: ends[-1]]
    words = text[: max(0, limit - 1)].rsplit(" ", 1)[0].rstrip(" ,;:")
    return f"{words}…" if limit > 1 else text[:limit]
