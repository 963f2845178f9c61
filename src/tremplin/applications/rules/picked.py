"""What was chosen from lists, at the doors and in what was sent: by it the board of the organisers is narrowed.

Answers about a guarded attribute are no way to sort people: no such question of the form is offered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tremplin.applications.rules.answers import Answers, countries
from tremplin.core.text import is_whole, say
from tremplin.core.ui.amounts import number
from tremplin.programmes.schema import ApplicationForm, Choice, EligibilityQuestion, Question
from tremplin.programmes.schema.application import WEEK_HOURS

_KINDS = frozenset({"choice", "choices", "yes_no", "country"})
MEETS, FAILS = "meets", "fails"
DAILY = (2, 4, 6, 8, 10)
"""So many free hours a day a list can be narrowed by, five days a week."""
DAYS = 5
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
    """The doors: by their answer, for a number and for free hours by whether the door would open as it stands today."""
    return [
        Asked(
            door.code,
            _label(door),
            _free(door) if door.kind == "commitments" else _answers(door.kind, door.options),
        )
        for door in doors
    ]


def _free(door: EligibilityQuestion) -> tuple[tuple[str, str], ...]:
    """By whether commitments leave what the door asks for, and by how many hours a day they leave."""
    in_all = door.week_hours or WEEK_HOURS
    daily = [(f"day{hours}", hours) for hours in DAILY if hours * DAYS <= in_all]
    words = _("%(hours)s hours a day or more, five days a week")
    return (*_answers("number", []), *((code, words % {"hours": number(hours)}) for code, hours in daily))


def weekly(answer: str) -> int | None:
    """The hours a week that “day6” stands for; None for any other answer."""
    hours = answer.removeprefix("day")
    return int(hours) * DAYS if answer != hours and is_whole(hours, digits=2) else None


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
