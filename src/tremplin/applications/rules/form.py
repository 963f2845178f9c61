"""Decisions about a whole form: what is asked, how far along it is, what still stands in the way."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tremplin.applications.rules.answers import Answers, Value, is_empty, problems
from tremplin.core.text import say
from tremplin.core.ui.parts import TaskStatus
from tremplin.programmes.schema import ApplicationForm, Question, Section
from tremplin.programmes.schema.second_pass import may_be_opened


def with_lifted_limits(form: ApplicationForm, codes: Collection[str]) -> ApplicationForm:
    """`form` with no limit of length of its own on the questions `codes`."""
    if not codes:
        return form
    lifted = {"max_words": None, "max_characters": None}
    sections = [
        section.model_copy(
            update={
                "questions": [
                    question.model_copy(update=lifted) if question.code in codes else question
                    for question in section.questions
                ]
            }
        )
        for section in form.sections
    ]
    return form.model_copy(update={"sections": sections})


def section_of(form: ApplicationForm, code: str) -> Section | None:
    return next((section for section in form.sections if section.code == code), None)


def section_after(form: ApplicationForm, code: str) -> Section | None:
    """The section that follows `code`, None after the last."""
    codes = [section.code for section in form.sections]
    position = codes.index(code) + 1
    return form.sections[position] if position < len(codes) else None


def question_of(form: ApplicationForm, code: str) -> tuple[Section, Question] | None:
    """A question with the section it stands in."""
    for section in form.sections:
        for question in section.questions:
            if question.code == code:
                return section, question
    return None


def shown(form: ApplicationForm, answers: Answers) -> set[str]:
    """Codes of the questions that are asked, given what was answered before them."""
    open_: set[str] = set()
    for question in form.questions():
        rule = question.show_if
        if rule is None or (
            rule.question in open_ and _given(answers.get(rule.question)) & set(rule.answers)
        ):
            open_.add(question.code)
    return open_


def _given(value: Value | None) -> set[str]:
    if isinstance(value, str):
        return {value}
    return set(value) if isinstance(value, list) else set()


def asked(form: ApplicationForm, answers: Answers) -> Iterator[tuple[Section, list[Question]]]:
    """Each section with the questions that are asked in it; sections without any are left out."""
    open_ = shown(form, answers)
    for section in form.sections:
        questions = [question for question in section.questions if question.code in open_]
        if questions:
            yield section, questions


def all_problems(
    form: ApplicationForm, answers: Answers, aside: Collection[str] = ()
) -> dict[str, list[str]]:
    """Question → what stands in the way of sending it, in the order of the form. Empty: it can be sent."""
    found = {}
    for _section, questions in asked(form, answers):
        for question in questions:
            faults = problems(question, answers.get(question.code))
            if question.code in aside:
                faults = [two_versions(question)]
            if faults:
                found[question.code] = faults
    return found


_SLIPS = {"long": 10, "short": 2}


def terse(form: ApplicationForm, answers: Answers) -> list[str]:
    """Required questions answered so briefly that it may be a slip. Nothing stands in the way of sending them."""
    return [
        question.code
        for _section, questions in asked(form, answers)
        for question in questions
        if question.required
        and isinstance(answer := answers.get(question.code), str)
        and 0 < len(answer.strip()) < _SLIPS.get(question.kind, 0)
    ]


def two_versions(question: Question) -> str:
    return _("“%(label)s” has two versions. Choose one.") % {
        "label": say(question.label).rstrip(" \u00a0?.:")
    }


def wrong_answers(section: Section, answers: Answers) -> dict[str, list[str]]:
    """What is wrong with the answers given in one section; questions still empty are not wrong yet."""
    return {
        question.code: faults
        for question in section.questions
        if not is_empty(answers.get(question.code)) and (faults := problems(question, answers[question.code]))
    }


def section_status(
    questions: Collection[Question], answers: Answers, touched: Collection[str], aside: Collection[str] = ()
) -> TaskStatus:
    """Not started, in progress, done, or with a problem: of one section's questions that are asked."""
    given = [question for question in questions if not is_empty(answers.get(question.code))]
    wrong = any(problems(question, answers[question.code]) for question in given)
    if wrong or any(question.code in aside for question in questions):
        return "error"
    seen = any(question.code in touched for question in questions)
    if not any(question.required for question in questions):
        return "done" if given or seen else "optional"
    if all(question in given for question in questions if question.required):
        return "done"
    return "started" if seen else "todo"


def progress(form: ApplicationForm, answers: Answers) -> int:
    """Per cent of the required questions that have an answer which could be sent."""
    return standing(form, answers)[0]


def standing(form: ApplicationForm, answers: Answers) -> tuple[int, list[str]]:
    """That, and for each required question that lacks such an answer the code of its section."""
    required = [(section, q) for section, questions in asked(form, answers) for q in questions if q.required]
    lacking = [section.code for section, q in required if problems(q, answers.get(q.code))]
    good = len(required) - len(lacking)
    return (100 * good // len(required) if required else 100), lacking


def frozen(form: ApplicationForm, answers: Answers) -> dict[str, Value]:
    """What a snapshot keeps: answers to the questions that were asked, and no empty ones."""
    open_ = shown(form, answers)
    return {
        question.code: answers[question.code]
        for question in form.questions()
        if question.code in open_ and not is_empty(answers.get(question.code))
    }


def may_be_reviewed(question: Question, opened: Collection[str] = ()) -> bool:
    """Whether reviewers may see answers to `question`; `opened`: what the pass in which they read opens besides."""
    if question.code in opened:
        return may_be_opened(question)
    names = question.identifies or question.names is not None
    return question.for_reviewers and not names and question.kind not in {"file", "email"}


def checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 over the content in one canonical spelling."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def pseudonym(blind_key: str, round_code: str) -> str:
    """What reviewers of one round call an application: stable in the round, of no use in another.

    Forty random-looking bits in a form that can be read out: “7K2M-9QXD”.
    """
    letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is taken for something else
    value = int.from_bytes(hashlib.sha256(f"{round_code}\n{blind_key}".encode()).digest()[:16], "big")
    drawn = []
    for _position in range(8):
        value, index = divmod(value, len(letters))
        drawn.append(letters[index])
    return f"{''.join(drawn[:4])}-{''.join(drawn[4:])}"
