"""What a person wrote for an earlier call, and what of it answers the questions of this one.

Only what was typed comes along. Never a choice, a consent or a statement, a date, a file, an address, nor an
answer about a guarded attribute: those are asked anew each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal, NotRequired, TypedDict

from tremplin.applications.rules.answers import Answers, Value, is_empty
from tremplin.programmes.schema import ApplicationForm, Question

KINDS = frozenset({"short", "long", "url", "number", "country"})
_LIMITS = ("max_words", "max_characters", "minimum", "maximum")
_MOST_WORDS = 600  # beyond, the two texts are shown one after the other


class Carried(TypedDict):
    """One answer as it was last time; `label` and `limits` are those of then, where they were others."""

    value: Value
    label: NotRequired[dict[str, str]]
    limits: NotRequired[dict[str, int | None]]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that stayed, went or came."""

    text: str
    change: Literal["", "gone", "new"] = ""


def carry(form: ApplicationForm, before: ApplicationForm, answers: Answers) -> dict[str, Carried]:
    """Question → what may be taken over from `answers`, which were given on the form `before`."""
    known = {question.code: question for question in before.questions()}
    found = {}
    for question in form.questions():
        old, value = known.get(question.code), answers.get(question.code)
        if old is None or value is None or not _may_come(question, old):
            continue
        if not is_empty(value):
            found[question.code] = _carried(question, old, value)
    return found


def _may_come(question: Question, old: Question) -> bool:
    guarded = question.attribute or old.attribute
    return question.kind == old.kind and question.kind in KINDS and not guarded


def _carried(question: Question, old: Question, value: Value) -> Carried:
    made = Carried(value=value)
    if dict(question.label) != dict(old.label):
        made["label"] = dict(old.label)
    if any(getattr(question, name) != getattr(old, name) for name in _LIMITS):
        made["limits"] = {name: getattr(old, name) for name in _LIMITS}
    return made


def unchanged(carried: Mapping[str, Any], answers: Answers) -> list[str]:
    """The questions whose answer is still, word for word, the one that was taken over."""
    return [code for code, row in carried.items() if answers.get(code) == row["value"]]


def difference(old: str, new: str) -> Sequence[Piece]:
    """What became of `old`, word by word; the one text and then the other where they are long."""
    before, after = old.split(), new.split()
    if max(len(before), len(after)) > _MOST_WORDS:
        return (Piece(old, "gone"), Piece(new, "new"))
    pieces: list[Piece] = []
    for deed, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if deed == "equal":
            pieces.append(Piece(" ".join(before[a:b])))
            continue
        if b > a:
            pieces.append(Piece(" ".join(before[a:b]), "gone"))
        if d > c:
            pieces.append(Piece(" ".join(after[c:d]), "new"))
    return pieces
