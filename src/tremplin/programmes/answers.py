"""Short forms of a programme file (check-ins, surveys): which answers can be sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tremplin.core.errors import Invalid
from tremplin.core.text import is_whole, say
from tremplin.programmes.schema.training import FormQuestion

SCALE = ("1", "2", "3", "4", "5")


def known(questions: Sequence[FormQuestion], answers: Mapping[str, Any]) -> dict[str, str]:
    """The answers that belong to `questions`, as texts of at most 5,000 characters: what a draft keeps."""
    codes = {question.code for question in questions}
    return {code: str(value)[:5000] for code, value in answers.items() if code in codes}


def faults(questions: Sequence[FormQuestion], answers: Mapping[str, Any]) -> dict[str, str]:
    """What keeps `answers` from being sent: code of the fault by question code.

    `missing` for a required question without an answer, `unknown` for one that is not offered.
    """
    found: dict[str, str] = {}
    for question in questions:
        value = str(answers.get(question.code, "")).strip()
        if not value:
            if question.required:
                found[question.code] = "missing"
        elif not offered(question, value):
            found[question.code] = "unknown"
    return found


def offered(question: FormQuestion, value: str) -> bool:
    """Whether `value` is an answer that this question offers."""
    if question.kind == "scale":
        return value in SCALE
    if question.kind == "yes_no":
        return value in {"yes", "no"}
    if question.kind == "choice":
        return value in {option.code for option in question.options}
    if question.kind == "number":
        return is_whole(value.removeprefix("-"), digits=15)
    return True


def check(questions: Sequence[FormQuestion], answers: Mapping[str, Any]) -> None:
    """Raises Invalid, by question, when `answers` cannot be sent."""
    found = faults(questions, answers)
    if found:
        labels = {question.code: say(question.label) for question in questions}
        raise Invalid({code: [_words(fault, labels[code])] for code, fault in found.items()})


def _words(fault: str, label: str) -> str:
    """What to do about a fault. It names the question: in a list of faults it stands without it."""
    if fault == "missing":
        return _("Answer this question: “%(label)s”.") % {"label": label}
    return _("Choose one of the answers.")
