"""What an invented person answers to the questions of a real programme file."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from numpy.random import Generator

from tremplin.programmes.schema import EligibilityQuestion, Question, Section
from tremplin.programmes.schema.application import WEEK_HOURS
from tremplin.programmes.schema.training import FormQuestion
from tremplin.rehearsal.population.draws import below, chance, clamp, normal, pick, poisson
from tremplin.rehearsal.population.essays import QuestionKind, Said, answer, limit_of_words
from tremplin.rehearsal.population.outcomes import Outcome, Status
from tremplin.rehearsal.population.people import Person
from tremplin.rehearsal.population.scene import Setting

LONG_LIMIT = 1500
SHORT_LIMIT = 180
Answers = dict[str, str | list[str]]
SEES_OTHERWISE = 0.1
# What a question is about, told by the words of its code and its English label.
_TOPICS: tuple[tuple[QuestionKind, str], ...] = (
    ("stuck", r"stuck|hard_part"),
    ("together", r"together|ensemble|somebody else|helped somebody"),
    ("ai_use", r"\bai_"),
    ("project_idea", r"idea|idee|propos|final|would.*(make|build)|want.*(make|build)"),
    ("code_sample", r"code|sample|repositor|technical"),
    ("project_made", r"project|projet|made|built|build|finished|proud|work"),
    ("obstacle", r"obstacle|barrier|under|represent|context|difficult|challenge"),
    ("availability", r"^weeks$|availab|\bhours\b|commit"),
    ("learning_plan", r"plan|syllabus|learn|study|weeks"),
    ("motivation", r"motiv|why|goal|hope"),
    ("background", r"background|story|about|yourself|path|parcours|experience"),
)
# The same for the boxes of a check-in or a survey.
_BOXES: tuple[tuple[QuestionKind, str], ...] = (
    ("checkin_private", r"priv|alone"),
    ("checkin_block", r"block|bloqu|in the way"),
    ("checkin_next", r"next|goal"),
    ("outcome_note", r"own words"),
    ("wish", r"better|change"),
)
# What somebody does now, by the words of an answer's English label; the first that fits counts.
_IN_FIELD = (r"(?:work|job).*\bai\b", r"free software|technical", r"paid work|job")
_NOW: Mapping[Status, tuple[str, ...]] = {
    "ml_job": _IN_FIELD,
    "founder": _IN_FIELD,
    "study": (r"stud.*\bai\b", r"stud"),
    "tech_job": (r"other.*technical", r"other paid|another job"),
    "same_job": (r"other paid work|another job",),
    "searching": (r"looking",),
    "care": (r"care|something else",),
}
_SEVERAL = 1.6
# What a reader may come back to, by what the question was about.
_TOLD: Mapping[QuestionKind, str] = {
    "project_made": "t_made",
    "project_idea": "t_idea",
    "obstacle": "t_obstacle",
    "background": "t_path",
}
MUCH, LITTLE = 1.15, 0.9  # of the work that can be done


def essay_kind(question: Question) -> QuestionKind:
    """Which kind of essay answers `question`."""
    return _kind_of(question, _TOPICS, "generic")


def _kind_of(
    question: Question | FormQuestion, topics: tuple[tuple[QuestionKind, str], ...], otherwise: QuestionKind
) -> QuestionKind:
    """The first topic that the code of a question names, else the first one that its label names."""
    return _kind_named(question.code.lower(), question.label.get("en", "").lower(), topics, otherwise)


@lru_cache(maxsize=2_000)
def _kind_named(
    code: str, label: str, topics: tuple[tuple[QuestionKind, str], ...], otherwise: QuestionKind
) -> QuestionKind:
    found = (kind for text in (code, label) for kind, pattern in topics if re.search(pattern, text))
    return next(found, otherwise)


def told(answered: Iterable[Question]) -> frozenset[str]:
    """What an application speaks of, as marks for the sentences of those who read it."""
    return frozenset(_TOLD[kind] for question in answered if (kind := essay_kind(question)) in _TOLD)


def section_answers(section: Section, person: Person, earlier: Mapping[str, object]) -> Answers:
    """The answers of one section; `earlier` holds what was answered before, for questions shown on condition."""
    given: Answers = {}
    for question in section.questions:
        shown = question.show_if
        if shown and str({**earlier, **given}.get(shown.question, "")) not in shown.answers:
            continue
        rng = person.stream("answer", question.code)
        if question.kind == "file" or (not question.required and chance(rng, 0.35)):
            continue
        given[question.code] = _answer(question, person, rng)
    return given


def _answer(question: Question, person: Person, rng: Generator) -> str | list[str]:
    if question.kind in {"choice", "choices"}:
        codes = [option.code for option in question.options]
        first = pick(rng, codes)
        return [first] if question.kind == "choices" else first
    if question.kind == "yes_no":
        return "yes" if chance(rng, 0.8) else "no"
    if question.kind == "number":
        low = question.minimum if question.minimum is not None else 0
        high = question.maximum if question.maximum is not None else max(low + 1, 40)
        return str(low + below(rng, high - low + 1))
    return _text(question, person, rng)


def _text(question: Question, person: Person, rng: Generator) -> str:
    simple = {
        "email": person.email,
        "url": person.page,
        "country": person.country,
        "date": f"{1985 + below(rng, 20)}-{1 + below(rng, 12):02d}-{1 + below(rng, 28):02d}",
    }
    if question.kind in simple:
        return simple[question.kind]
    if question.autocomplete == "name" or (question.identifies and "name" in question.code):
        return person.name
    if (
        question.autocomplete in {"address-level2", "home city"}
        or "town" in question.code
        or "city" in question.code
    ):
        return person.town
    limit = _limit(question)
    return answer(person, essay_kind(question), person.language, rng, limit)


def _limit(question: Question) -> int:
    room = SHORT_LIMIT if question.kind == "short" else LONG_LIMIT
    if question.max_characters:
        room = min(room, question.max_characters)
    if question.max_words:
        room = min(room, limit_of_words(question.max_words))
    return room


def door_answers(questions: list[EligibilityQuestion], person: Person, *, eligible: bool) -> dict[str, str]:
    """Answers that open every door, or that close one."""
    rng = person.stream("doors")
    closed = pick(rng, questions).code if questions and not eligible else ""
    return {question.code: _door(question, person, open_it=question.code != closed) for question in questions}


def _door(question: EligibilityQuestion, person: Person, *, open_it: bool) -> str:
    if question.kind == "commitments":
        in_all = question.week_hours or WEEK_HOURS
        room = in_all - (question.at_least or 0)
        return f"study {min(10, room)} - -" if open_it else f"work {in_all} - -"
    if question.kind == "number":
        low, high = question.at_least, question.at_most
        if low is not None:
            return str(low if open_it else max(0, low - 1))
        return str(high or 0) if open_it else str((high or 0) + 1)
    if question.kind == "country":
        return (
            (question.passes[0] if question.passes else person.country)
            if open_it
            else (question.refuses or ["XX"])[0]
        )
    known = ["yes", "no"] if question.kind == "yes_no" else [option.code for option in question.options]
    wrong = [code for code in known if code not in question.passes]
    return question.passes[0] if open_it or not wrong else wrong[0]


def what_is_so(
    questions: list[FormQuestion], rng: Generator, *, mood: float, load: float = 1.0
) -> dict[str, str]:
    """The answers to closed questions that a scholar and a mentor would both give if they saw the same things.

    `load`: the work that is planned, divided by what can be done.
    """
    return {
        question.code: _what_is_so(question, rng, mood, load)
        for question in questions
        if question.kind in {"yes_no", "choice"}
    }


def is_size(question: FormQuestion) -> bool:
    """Whether the answers run from too small to too large, and not from good to bad."""
    labels = [option.label.get("en", "") for option in question.options]
    return len(labels) == 3 and "small" in labels[0] and "large" in labels[-1]


def _what_is_so(question: FormQuestion, rng: Generator, mood: float, load: float) -> str:
    if question.kind == "yes_no":
        return "yes" if chance(rng, 0.6 + 0.4 * mood) else "no"
    codes = [option.code for option in question.options]
    if is_size(question):
        return codes[2 if load > MUCH else 0 if load < LITTLE else 1]
    # Options run from the best to the worst in most forms; what goes well stays near the first.
    place = (1 - mood) * (len(codes) - 1) + normal(rng, 0.0, 0.5)
    return codes[round(clamp(place, 0, len(codes) - 1))]


def what_became(questions: list[FormQuestion], outcome: Outcome) -> dict[str, str]:
    """The answers of a survey that follow from what became of somebody."""
    found = {question.code: _became(question, outcome) for question in questions}
    return {code: answer for code, answer in found.items() if answer}


def _became(question: FormQuestion, outcome: Outcome) -> str:
    if question.kind == "yes_no" and re.search(
        r"(?:work|study).*\bin ai\b", question.label.get("en", ""), re.I
    ):
        return "yes" if outcome.in_field else "no"
    labels = {option.code: option.label.get("en", "").lower() for option in question.options}
    if not any("looking" in label for label in labels.values()):
        return ""
    fitting = (
        code
        for pattern in _NOW[outcome.status]
        for code, label in labels.items()
        if re.search(pattern, label)
    )
    return next(fitting, "")


def form_answers(
    questions: list[FormQuestion],
    person: Person,
    *,
    mood: float,
    setting: Setting,
    purpose: str,
    so: Mapping[str, str] | None = None,
    said: Said | None = None,
) -> dict[str, str]:
    """Answers to a check-in or survey; `mood` from 0 (badly) to 1 (very well).

    `so` holds what is so in a pair; now and then somebody sees it otherwise. `said`: see `essays.answer`.
    """
    rng = person.stream("form", purpose)
    given = {}
    for question in questions:
        if not question.required and chance(rng, 0.5):
            continue
        given[question.code] = _form_answer(question, person, rng, mood, setting, said)
        if so and question.code in so and not chance(rng, SEES_OTHERWISE):
            given[question.code] = so[question.code]
    return given


def _form_answer(
    question: FormQuestion,
    person: Person,
    rng: Generator,
    mood: float,
    setting: Setting,
    said: Said | None,
) -> str:
    if question.kind == "scale":
        return str(min(5, max(1, 1 + round(4 * mood + (below(rng, 3) - 1) * 0.4))))
    if question.kind == "yes_no":
        return "yes" if chance(rng, 0.35 + 0.6 * mood) else "no"
    if question.kind == "choice":
        return pick(rng, [option.code for option in question.options])
    if question.kind == "number":
        return str(below(rng, 40) if re.search("hour|heure", question.code) else poisson(rng, _SEVERAL))
    kind = _kind_of(question, _BOXES, "checkin_note")
    return answer(person, kind, person.language, rng, 600, setting=setting, said=said)
