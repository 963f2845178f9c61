"""The doors before the form. Each opens or closes at once, and a closed one says why and what else there is."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tremplin.applications.rules.answers import countries, option_label, whole_number
from tremplin.applications.rules.commitments import Window, read, typed, weigh
from tremplin.applications.rules.commitments import readable as commitments_in_words
from tremplin.core.text import say
from tremplin.core.ui.amounts import number
from tremplin.programmes.schema import EligibilityQuestion, Plan
from tremplin.programmes.schema.application import country_codes

_UNIT = re.compile(r"(?<=[0-9])\s*(?:h|hrs?|hours?|heures?|ans|years?)\.?\s*$", re.IGNORECASE)
_DECIMAL = re.compile(r"\s*\d+\s*[.,]\s*\d+")
_EXAMPLE = 12


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the answers lead to. `answers` holds codes and figures alone, in the order of the questions."""

    answers: dict[str, str]
    problems: dict[str, list[str]]
    closed: tuple[EligibilityQuestion, ...]

    @property
    def complete(self) -> bool:
        return not self.problems

    @property
    def eligible(self) -> bool:
        return self.complete and not self.closed


def conditions(plan: Plan) -> list[EligibilityQuestion]:
    """The doors of a call that has any: what somebody must meet to apply."""
    return plan.eligibility if plan.runs("eligibility") else []


def judge(
    questions: Sequence[EligibilityQuestion], given: Mapping[str, str], window: Window | None = None
) -> Verdict:
    """Every door, tried with what was answered. Answers to questions that are not asked are dropped.

    `window`: first and last day of training, against which commitments are weighed.
    """
    answers: dict[str, str] = {}
    problems: dict[str, list[str]] = {}
    closed: list[EligibilityQuestion] = []
    for question in questions:
        answer, fault = _answer(question, given)
        if fault:
            problems[question.code] = [fault]
            continue
        answers[question.code] = str(figure(answer)) if question.kind == "number" else answer
        if not opens(question, answers[question.code], window):
            closed.append(question)
    return Verdict(answers, problems, tuple(closed))


def _answer(question: EligibilityQuestion, given: Mapping[str, str]) -> tuple[str, str]:
    """What was answered, and what is wrong with it."""
    if question.kind == "commitments":
        return typed(question.code, given)
    answer = given.get(question.code, "").strip()
    return answer, _fault(question, answer)


def opens(question: EligibilityQuestion, answer: str, window: Window | None = None) -> bool:
    """Whether a valid answer opens the door."""
    if question.kind == "commitments":
        return window is None or weigh(question, read(answer) or [], window).enough
    if question.kind == "number":
        whole = int(answer)
        above = question.at_least is None or whole >= question.at_least
        below = question.at_most is None or whole <= question.at_most
        return above and below
    if question.passes:
        return answer in question.passes
    return answer not in question.refuses


def readable(question: EligibilityQuestion, answer: str) -> str:
    """What was answered at a door, as a person reads it, in the language of the page."""
    if question.kind == "commitments":
        return commitments_in_words(answer) if answer else ""
    if question.kind == "yes_no":
        return {"yes": _("Yes"), "no": _("No")}.get(answer, answer)
    if question.kind == "country":
        return dict(countries()).get(answer, answer)
    if question.kind == "number":
        found = whole_number(answer)
        return answer if found is None else number(found)
    return option_label(question.options, answer)


def figure(answer: str) -> int | None:
    """The whole number that was meant: in the digits of any script, with its unit, “35h” or “40 hours”."""
    digits = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in answer)
    found = whole_number(_UNIT.sub("", digits))
    return found if found is not None and found >= 0 else None


def _example(question: EligibilityQuestion) -> int:
    """A figure that opens the door: an example that closes it would be read as advice."""
    if question.at_least is not None:
        return question.at_least
    return question.at_most if question.at_most is not None else _EXAMPLE


def _fault(question: EligibilityQuestion, answer: str) -> str:
    label = {"label": say(question.label).rstrip(" \u00a0\u202f?.:")}
    if not answer:
        return _("Answer this question: “%(label)s”.") % label
    if question.kind == "number":
        if figure(answer) is not None:
            return ""
        if _DECIMAL.match(answer):
            return _("“%(label)s” must be a whole number: leave out what comes after the point.") % label
        text = _("“%(label)s” must be a whole number, such as %(example)s.")
        return text % {**label, "example": number(_example(question))}
    known = {
        "yes_no": {"yes", "no"},
        "choice": {option.code for option in question.options},
        "country": country_codes(),
    }[question.kind]
    return "" if answer in known else _("Choose from the list: “%(label)s”.") % label
