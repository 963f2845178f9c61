"""An application as people read it: section by section on a page, and as a plain text to keep."""

import textwrap
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tremplin.applications.last_time import LastTime, last_time
from tremplin.applications.models import Application, Snapshot
from tremplin.applications.rules.answers import Answers, readable
from tremplin.applications.rules.form import asked, may_be_reviewed
from tremplin.core.text import say
from tremplin.programmes.dates import date_words
from tremplin.programmes.schema import ApplicationForm, Question, Section

_WIDTH = 90


@dataclass(frozen=True, slots=True)
class Line:
    """One question with its answer in words; `file` where the answer is one."""

    question: Question
    text: str
    problem: bool = False
    file: Mapping[str, Any] | None = None
    last_time: LastTime | None = None

    @property
    def organisers_only(self) -> bool:
        return not may_be_reviewed(self.question)


@dataclass(frozen=True, slots=True)
class Part:
    section: Section
    lines: tuple[Line, ...]


def sections_of(
    form: ApplicationForm,
    answers: Answers,
    problems: Collection[str] = (),
    *,
    draft: Application | None = None,
) -> list[Part]:
    """All that is asked, with what was answered; of a `draft` also what was taken over from last time."""
    return [
        Part(section, tuple(_line(question, answers, problems, draft) for question in questions))
        for section, questions in asked(form, answers)
    ]


def _line(question: Question, answers: Answers, problems: Collection[str], draft: Application | None) -> Line:
    value = answers.get(question.code)
    return Line(
        question=question,
        text=readable(question, value),
        problem=question.code in problems,
        file=value if isinstance(value, dict) else None,
        last_time=last_time(draft, question) if draft else None,
    )


def text_copy(application: Application, snapshot: Snapshot | None) -> str:
    """The draft, or what was sent, as a plain text that any machine opens."""
    form = snapshot.version.plan.application if snapshot else application.cohort.plan.application
    answers = snapshot.answers if snapshot else application.answers
    lines = [*_head(application, snapshot), ""]
    for part in sections_of(form, answers):
        title = say(part.section.title)
        lines += ["", title, "=" * len(title), ""]
        for line in part.lines:
            lines += [*textwrap.wrap(say(line.question.label), _WIDTH), ""]
            lines += [*_indented(line.text or _("(no answer)")), ""]
    return "\n".join(lines).rstrip() + "\n"


def _head(application: Application, snapshot: Snapshot | None) -> list[str]:
    cohort = application.cohort
    lines = [
        f"{say(cohort.plan.programme.name)} · {cohort.title or cohort.slug}",
        cohort.institution.name,
        _("Reference: %(ref)s") % {"ref": application.ref.upper()},
    ]
    if snapshot is None:
        return [
            *lines,
            _("Draft, not sent. Saved %(when)s") % {"when": date_words(cohort, application.saved_at)},
        ]
    return [
        *lines,
        _("Sent %(when)s") % {"when": date_words(cohort, snapshot.created_at)},
        _("Checksum (SHA-256): %(checksum)s") % {"checksum": snapshot.checksum},
    ]


def _indented(text: str) -> list[str]:
    wrapped: list[str] = []
    for paragraph in text.split("\n"):
        wrapped += textwrap.wrap(paragraph, _WIDTH, initial_indent="  ", subsequent_indent="  ") or [""]
    return wrapped
