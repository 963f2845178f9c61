"""What of a form may still change while people fill it in: what was answered stays askable as it was asked.

Before the call opens everything may change, after it has closed nothing but texts. In between, a change is a new
version of the file: drafts go on under it, and what was sent keeps the version that it was sent under.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from tremplin.programmes.schema import Criterion, EligibilityQuestion, Plan, Question
from tremplin.programmes.schema.application import WEEK_HOURS

Used = Mapping[str, Collection[str]]
"""Question → the answers that somebody gave to it, drafts included; of free answers only that there are any."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that cannot be made while people rely on what it changes: why, and what to do instead."""

    kind: Literal["question", "door", "criterion"]
    code: str
    reason: str
    instead: str


def rubric_read_by(plan: Plan) -> dict[str, Criterion]:
    """Each criterion as those who read rely on it: weight, figures and every word, the reason alone left out.

    A score says what the words beside it said. With other words, or with a help that was not there, two people who
    gave the same figure meant different things.
    """
    criteria = plan.review.criteria if plan.review else []
    return {one.code: one.model_copy(update={"rationale": None}) for one in criteria}


def refusals(old: Plan, new: Plan, used: Used) -> list[Refusal]:
    """What of the change from `old` to `new` is refused while the call is open, in the order of the form."""
    return [*_doors(old, new), *_questions(old, new, used)]


def _questions(old: Plan, new: Plan, used: Used) -> Iterator[Refusal]:
    after = {question.code: question for question in new.application.questions()}
    before = {question.code: question for question in old.application.questions()}
    for code, question in before.items():
        changed = after.get(code)
        found = _of_question(question, changed, used.get(code)) if changed != question else ("", "")
        if found[0]:
            yield Refusal("question", code, *found)
    for code, question in after.items():
        if code not in before and question.attribute:
            yield Refusal("question", code, *_law())


def _of_question(old: Question, new: Question | None, used: Collection[str] | None) -> tuple[str, str]:
    if new is None:
        return _deleted() if used is not None else ("", "")
    if (old.attribute, old.use) != (new.attribute, new.use):
        return _law()
    if used is None:
        return "", ""
    if old.kind != new.kind:
        return (
            _("People have answered it, and their answers would be of another kind."),
            _("Leave it as it is, and add a question of the new kind."),
        )
    lost = {option.code for option in old.options} - {option.code for option in new.options}
    if lost & set(used):
        return (
            _("People have chosen this answer: %(answers)s.")
            % {"answers": ", ".join(sorted(lost & set(used)))},
            _("Leave the answer there and change its words, or add another one."),
        )
    if _read_by_reviewers(new) and not _read_by_reviewers(old):
        return (
            _("People answered it knowing that reviewers would not read it."),
            _("Leave it to organisers, and add a question that reviewers read."),
        )
    return "", ""


def _deleted() -> tuple[str, str]:
    return (
        _("People have answered it, and what they wrote must not go."),
        _("Make it optional instead, and say in its help that it need not be answered any more."),
    )


def _law() -> tuple[str, str]:
    return (
        _("What is asked about guarded attributes was fixed when the call opened."),
        _("Change it in the file of the next cohort."),
    )


def _read_by_reviewers(question: Question) -> bool:
    return question.for_reviewers and not question.identifies and question.names is None


def _doors(old: Plan, new: Plan) -> Iterator[Refusal]:
    after = {door.code: door for door in new.eligibility}
    before = {door.code: door for door in old.eligibility}
    for code, door in before.items():
        changed = after.get(code)
        if changed is not None and _narrower(door, changed):
            yield Refusal("door", code, *_shut())
    for code in after.keys() - before.keys():
        yield Refusal("door", code, *_shut())


def _shut() -> tuple[str, str]:
    return (
        _("Those who have begun were let in without it, and cannot be shut out any more."),
        _("Ask about it in the form, or change the doors of the next cohort. A door may be opened wider."),
    )


def _narrower(old: EligibilityQuestion, new: EligibilityQuestion) -> bool:
    """Whether `new` might refuse somebody whom `old` let in, or asks about something else."""
    if (old.kind, old.attribute) != (new.kind, new.attribute):
        return True
    if old.kind == "commitments":
        return _asks_more(old, new)
    if old.kind == "number":
        below = new.at_least is not None and (old.at_least is None or new.at_least > old.at_least)
        above = new.at_most is not None and (old.at_most is None or new.at_most < old.at_most)
        return below or above
    if {option.code for option in old.options} != {option.code for option in new.options}:
        return True
    return not (set(old.passes) <= set(new.passes) and set(new.refuses) <= set(old.refuses))


def _asks_more(old: EligibilityQuestion, new: EligibilityQuestion) -> bool:
    """Whether commitments that left enough free might not leave enough any more."""
    hours = (new.at_least or 0) > (old.at_least or 0)
    longer = (new.weeks or 99) > (old.weeks or 99)
    return hours or longer or (new.week_hours or WEEK_HOURS) < (old.week_hours or WEEK_HOURS)
