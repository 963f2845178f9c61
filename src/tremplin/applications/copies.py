"""An application as people read it: section by section on a page, and as a plain text to keep."""

import textwrap
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from tremplin.applications.last_time import LastTime, last_time
from tremplin.applications.models import Application, ApplicationState, Snapshot
from tremplin.applications.rules.answers import Answers, readable
from tremplin.applications.rules.form import asked, may_be_reviewed, terse
from tremplin.core.text import say
from tremplin.core.ui.moments import moment_text
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
    changed: bool = False
    terse: bool = False
    opened: bool = False
    """Read by reviewers in a second pass alone."""

    @property
    def organisers_only(self) -> bool:
        return not self.opened and not may_be_reviewed(self.question)


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
    opened: Collection[str] = (),
) -> list[Part]:
    """All that is asked, with what was answered; of a `draft` also what was taken over from last time.

    `opened`: codes of the questions that a second pass of reading opens.
    """
    short = set(terse(form, answers)) if draft else set()
    return [
        Part(
            section, tuple(_line(question, answers, problems, draft, short, opened) for question in questions)
        )
        for section, questions in asked(form, answers)
    ]


def sections_as_sent(snapshot: Snapshot) -> list[Part]:
    """That, of a version that was sent."""
    plan = snapshot.version.plan
    return sections_of(plan.application, snapshot.answers, opened=plan.opened)


def _line(
    question: Question,
    answers: Answers,
    problems: Collection[str],
    draft: Application | None,
    short: Collection[str],
    opened: Collection[str],
) -> Line:
    value = answers.get(question.code)
    return Line(
        question=question,
        text=readable(question, value),
        problem=question.code in problems,
        file=value if isinstance(value, dict) else None,
        last_time=last_time(draft, question) if draft else None,
        changed=draft is not None and question.code in draft.changed_since_sent,
        terse=question.code in short,
        opened=question.code in opened,
    )


def file_name(application: Application) -> str:
    """What a copy is called where it is kept."""
    cohort = application.cohort
    return f"{cohort.programme.slug}-{cohort.slug}-{application.ref.upper()}.txt"


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
        return [*lines, *_standing(application)]
    withdrawn = application.state == ApplicationState.WITHDRAWN
    return [
        *lines,
        _("Sent %(when)s") % {"when": _moment(application, snapshot.created_at)},
        *([_("Withdrawn since: nobody reads it.")] if withdrawn else []),
        _("Checksum (SHA-256): %(checksum)s") % {"checksum": snapshot.checksum},
    ]


def _standing(application: Application) -> list[str]:
    """What a draft is, beside what counts."""
    saved = _("Saved %(when)s") % {"when": _moment(application, application.saved_at)}
    if not application.sent or not application.submitted_at:
        return [_("Draft, not sent. %(saved)s") % {"saved": saved}]
    sent = {"when": _moment(application, application.submitted_at), "saved": saved}
    if application.state == ApplicationState.SUBMITTED:
        return [_("Changes that were not sent. %(saved)s") % sent, _("What counts was sent %(when)s") % sent]
    return [_("Draft, not sent. %(saved)s") % sent, _("What was sent %(when)s was withdrawn.") % sent]


def _moment(application: Application, at: datetime) -> str:
    """On the clock of the writer, and in UTC: whoever shows this text as a proof shows it anywhere."""
    words = date_words(application.cohort, at, reader=application.applicant)
    return f"{words}, {moment_text(at, 'long', UTC)} UTC"


def _indented(text: str) -> list[str]:
    wrapped: list[str] = []
    for paragraph in text.split("\n"):
        wrapped += textwrap.wrap(paragraph, _WIDTH, initial_indent="  ", subsequent_indent="  ") or [""]
    return wrapped
