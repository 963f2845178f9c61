"""What was chosen from lists, at the doors and in what was sent: by it the board of the organisers is narrowed.

Answers about a guarded attribute are no way to sort people: no such question of the form is offered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tremplin.applications.rules.answers import Answers, countries
from tremplin.core.text import say
from tremplin.programmes.schema import ApplicationForm, Choice, EligibilityQuestion, Question

_KINDS = frozenset({"choice", "choices", "yes_no", "country"})
MEETS, FAILS = "meets", "fails"
MOST = 40  # tokens of one filter


@dataclass(frozen=True, slots=True)
class Asked:
    """One question by which a list can be narrowed, with the answers it takes in words."""

    code: str
    label: str
    answers: tuple[tuple[str, str], ...]

    def words(self, answer: str) -> str:
        """One answer in words; what is no answer of it any more stays as it is."""
        return dict(self.answers).get(answer, answer)


def picked(form: ApplicationForm, answers: Answers) -> dict[str, int]:
    """The keys “question:answer” of everything that was chosen in `answers`."""
    found = {}
    for question in form.questions():
        if _offered(question):
            value = answers.get(question.code)
            for one in [value] if isinstance(value, str) else value if isinstance(value, list) else []:
                if one:
                    found[f"{question.code}:{one}"] = 1
    return found


def _offered(question: Question) -> bool:
    return question.kind in _KINDS and not question.attribute


def of_the_form(form: ApplicationForm) -> list[Asked]:
    """The questions of the form that can narrow a list, in their order."""
    return [
        Asked(question.code, _label(question), _answers(question.kind, question.options))
        for question in form.questions()
        if _offered(question)
    ]


def of_the_doors(doors: list[EligibilityQuestion]) -> list[Asked]:
    """The doors that can: by their answer, or for a number by whether it would open the door as it stands today."""
    return [
        Asked(door.code, _label(door), _answers(door.kind, door.options))
        for door in doors
        if door.kind != "commitments"
    ]


def _label(question: Question | EligibilityQuestion) -> str:
    return say(question.label).rstrip(" \u00a0\u202f?.:")


def _answers(kind: str, options: list[Choice]) -> tuple[tuple[str, str], ...]:
    if kind == "yes_no":
        return (("yes", _("Yes")), ("no", _("No")))
    if kind == "country":
        return tuple(countries())
    if kind == "number":
        return ((MEETS, _("Meets the condition")), (FAILS, _("Does not meet the condition")))
    return tuple((option.code, say(option.label)) for option in options)


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """The pairs that a filter names: “country:SN country:ML”."""
    for token in text.split()[:MOST]:
        code, _colon, answer = token.partition(":")
        if code and answer:
            yield code, answer


def grouped(text: str) -> dict[str, list[str]]:
    """Question → the answers of which any will do."""
    found: dict[str, list[str]] = {}
    for code, answer in dict.fromkeys(tokens(text)):
        found.setdefault(code, []).append(answer)
    return found


def known(text: str, asked: Mapping[str, Asked]) -> str:
    """`text` without what the call does not ask, or not so."""
    pairs = dict.fromkeys(tokens(text))
    return " ".join(
        f"{code}:{answer}" for code, answer in pairs if code in asked and answer in dict(asked[code].answers)
    )


def veiled(text: str, doors: list[EligibilityQuestion]) -> str:
    """`text` as a log may keep it: without the answers about a guarded attribute."""
    guarded = {door.code for door in doors if door.attribute}
    said = (f"{code}:{'…' if code in guarded else answer}" for code, answer in tokens(text))
    return " ".join(dict.fromkeys(said))
