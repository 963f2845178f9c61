"""What a change of the form means for one application that is being written or was sent."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tremplin.applications.rules.answers import Value, is_empty, problems
from tremplin.applications.rules.form import shown, with_lifted_limits
from tremplin.programmes.schema import ApplicationForm, Question

Answers = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Effect:
    """Codes of questions, in the order of the form."""

    to_answer: tuple[str, ...] = ()
    """Required, and without an answer: they are new, or newly required, or newly asked."""
    to_mend: tuple[str, ...] = ()
    """Answered in a way that was right and is not any more."""
    not_asked: tuple[str, ...] = ()
    """Answered, and no longer asked."""
    reworded: tuple[str, ...] = ()
    """Answered, and now in other words."""

    @property
    def touched(self) -> bool:
        """Whether the person has to look again, or has written something that is asked no more."""
        return bool(self.to_answer or self.to_mend or self.not_asked)


class Effects:
    """The change from one form to another, looked at once and then held against each application."""

    def __init__(self, old: ApplicationForm, new: ApplicationForm) -> None:
        self.old, self.new = old, new
        self.before = {question.code: question for question in old.questions()}
        self.after = {question.code: question for question in new.questions()}
        self.differing = {q.code for q in new.questions() if self.before.get(q.code) != q}
        self.same = self.before == self.after

    def on(self, answers: Answers, uncounted: Collection[str] = ()) -> Effect:
        """What the change means for these answers; those to questions of `uncounted` may be of any length."""
        if self.same:
            return Effect()
        was, is_ = shown(self.old, answers), shown(self.new, answers)
        asked = with_lifted_limits(self.new, uncounted).questions()
        looked_at = [q for q in asked if q.code in is_ and self._may_be_wrong(q, was)]
        wrong = [
            q.code
            for q in looked_at
            if problems(q, answers.get(q.code)) and not self._was_wrong(q, was, answers)
        ]
        given = [code for code in self.before if not is_empty(answers.get(code))]
        return Effect(
            to_answer=tuple(code for code in wrong if is_empty(answers.get(code))),
            to_mend=tuple(code for code in wrong if not is_empty(answers.get(code))),
            not_asked=tuple(code for code in given if code in was and code not in is_),
            reworded=tuple(
                code for code in given if code in was & is_ and reworded(self.before[code], self.after[code])
            ),
        )

    def _may_be_wrong(self, question: Question, was: Collection[str]) -> bool:
        return question.code not in was or question.code in self.differing

    def _was_wrong(self, question: Question, was: Collection[str], answers: Answers) -> bool:
        old = self.before.get(question.code)
        return old is not None and question.code in was and bool(problems(old, answers.get(question.code)))


def reworded(old: Question, new: Question) -> bool:
    """Whether a question, its help or its answers now stand in other words."""
    return _words(old) != _words(new)


def _words(question: Question) -> list[Any]:
    return [question.label, question.help, [option.label for option in question.options]]


@dataclass
class Tally:
    """What a change means for all applications, counted."""

    drafts: int = 0
    sent: int = 0
    drafts_touched: int = 0
    sent_touched: int = 0
    drafts_unfit: int = 0
    sent_unfit: int = 0
    reworded: int = 0
    to_answer: dict[str, int] = field(default_factory=dict)
    to_mend: dict[str, int] = field(default_factory=dict)
    not_asked: dict[str, int] = field(default_factory=dict)

    @property
    def touched(self) -> int:
        return self.drafts_touched + self.sent_touched

    @property
    def harsh(self) -> bool:
        """Whether answers that were right would be wrong: somebody has to shorten or change what they wrote."""
        return bool(self.drafts_unfit or self.sent_unfit)


def tally(effects: Effects, rows: Iterable[tuple[str, Answers, Collection[str]]]) -> Tally:
    """Count the effects on `rows`: state and answers of each application that is a draft or sent."""
    found = Tally()
    for state, answers, uncounted in rows:
        effect = effects.on(answers, uncounted)
        sent = state == "submitted"
        found.sent += sent
        found.drafts += not sent
        if effect.touched:
            found.sent_touched += sent
            found.drafts_touched += not sent
        if effect.to_mend:
            found.sent_unfit += sent
            found.drafts_unfit += not sent
        if effect.reworded and not effect.touched:
            found.reworded += 1
        for name in ("to_answer", "to_mend", "not_asked"):
            counts = getattr(found, name)
            for code in getattr(effect, name):
                counts[code] = counts.get(code, 0) + 1
    return found
