"""From a snapshot to the texts of its copy: what was declared is gathered, the rules are applied."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence

from django.utils.translation import override

from tremplin.applications.models import Snapshot
from tremplin.applications.rules.answers import readable
from tremplin.applications.rules.form import may_be_reviewed
from tremplin.blinding.models import Correction, Maker
from tremplin.blinding.rules import Corrections, Declared, Redaction, declared_in, redact
from tremplin.blinding.rules.contacts import handles_in
from tremplin.blinding.rules.declared import Known
from tremplin.blinding.rules.found import Kind, folded_words
from tremplin.programmes.schema import ApplicationForm, Plan, Question

FREE = frozenset({"short", "long", "url"})
"""Kinds of question whose answers are words of the applicant. What is chosen from a list is said by the form."""
LONGEST_NAME = 200
Answers = Mapping[str, object]


def opened_in(plan: Plan, pass_number: int) -> frozenset[str]:
    """Codes of the questions that a pass of reading opens besides what all reviewers read."""
    return plan.opened if pass_number > 1 else frozenset()


def passes_of(plan: Plan) -> tuple[int, ...]:
    """The passes of reading that a programme has."""
    return (1, 2) if plan.opened else (1,)


def free_texts(form: ApplicationForm, answers: Answers, opened: Collection[str] = ()) -> dict[str, str]:
    """What reviewers would read in the applicant's own words, by question, as it was written."""
    return {
        question.code: answer
        for question in form.questions()
        if may_be_reviewed(question, opened)
        and question.kind in FREE
        and isinstance(answer := answers.get(question.code), str)
    }


def declared_by(
    form: ApplicationForm, answers: Answers, names: Sequence[str] = (), opened: Collection[str] = ()
) -> Known:
    """What the applicant said of themselves in `answers`, and `names` that they go by; not what is `opened`."""
    found = [Declared("person", name) for name in names if name.strip()]
    handles: set[str] = set()
    for question in form.questions():
        answer = answers.get(question.code)
        if not isinstance(answer, str) or question.code in opened:
            continue
        if question.kind in {"url", "email"}:
            handles |= handles_in(answer)
        elif kind := _kind(question, answer):
            found += declared_in(kind, readable(question, answer))
    return Known(found, handles)


def _kind(question: Question, answer: str) -> Kind | None:
    """What an answer declares: what the form says; the short answer to a question that names the person, a name."""
    if question.names is not None:
        return question.names
    names = question.identifies and question.kind in {"short", "long"} and len(answer) <= LONGEST_NAME
    return "person" if names else None


def _names(snapshot: Snapshot) -> Iterator[str]:
    application = snapshot.application
    yield application.name
    yield application.applicant.name
    yield application.applicant.email.split("@")[0]


def known_of(snapshot: Snapshot, pass_number: int = 1) -> Known:
    """What leads to the applicant: their names, and what they declared in this version and the pass does not open."""
    plan = snapshot.version.plan
    names, opened = list(_names(snapshot)), opened_in(plan, pass_number)
    return declared_by(plan.application, snapshot.answers, names, opened)


def redaction_of(snapshot: Snapshot, corrections: Sequence[Correction], pass_number: int = 1) -> Redaction:
    """The texts of the copy of `snapshot`, its markers in the language of the application."""
    plan = snapshot.version.plan
    texts = free_texts(plan.application, snapshot.answers, opened_in(plan, pass_number))
    known = known_of(snapshot, pass_number)
    with override(snapshot.language):
        return redact(texts, known, corrected(corrections))


def corrected(corrections: Sequence[Correction]) -> Corrections:
    """The corrections that stand, in their order. Hidden wins over shown, unless an organiser showed it later."""
    standing = [row for row in corrections if row.ended_at is None]
    return Corrections(
        hide=tuple(row.phrase for row in standing if row.hide),
        show=_shown(standing, Maker.APPLICANT),
        show_more=_shown(standing, Maker.ORGANISER),
    )


def _shown(rows: Sequence[Correction], maker: Maker) -> frozenset[tuple[str, ...]]:
    return frozenset(folded_words(row.phrase) for row in rows if not row.hide and row.maker == maker)


def checksum_of(snapshot: Snapshot, number: int, texts: Mapping[str, str], pass_number: int = 1) -> str:
    """SHA-256 over what a copy says, of which version of which application, and for which pass of reading."""
    content = {"snapshot": snapshot.checksum, "pass": pass_number, "number": number, "texts": texts}
    spelt = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(spelt.encode()).hexdigest()
