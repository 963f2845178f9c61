"""Jobs of the form builder."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from tremplin.applications.models import Application, ApplicationState
from tremplin.applications.rules.answers import problems
from tremplin.applications.services.common import refresh
from tremplin.builder.rules.effects import Answers, Effect, Effects
from tremplin.builder.rules.words import rules_of
from tremplin.core import clock
from tremplin.core.jobs.task import task
from tremplin.core.outbox.models import Batch, BatchState
from tremplin.core.text import Text, in_every_language, say
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort, ProgrammeVersion
from tremplin.programmes.schema import Question

CHUNK = 100


@task(attempts=5)
def follow_change(
    cohort_pk: int,
    before_pk: int,
    after_pk: int,
    reason: Text | str,
    words: bool,
    actor_ref: str,
    position: int,
) -> None:
    """After a change of the form: how far along each draft is, and a mail to whom it concerns, if there is a reason.

    In chunks, so that nobody else's saving waits long. The mails wait in a batch until an organiser has released
    it; `position` is that of the change in the audit log, so that a second run finds the mails of the first.
    """
    cohort = Cohort.objects.select_related("programme__institution", "version").get(pk=cohort_pk)
    versions = ProgrammeVersion.objects.in_bulk([before_pk, after_pk])
    effects = Effects(versions[before_pk].plan.application, versions[after_pk].plan.application)
    rows = Application.objects.filter(cohort=cohort).exclude(state=ApplicationState.WITHDRAWN).order_by("pk")
    last = 0
    while chunk := list(rows.select_related("applicant").filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        with transaction.atomic():
            _count_anew(cohort, chunk)
            if reason:
                _tell(cohort, effects, chunk, reason, words, actor_ref, position)


def _count_anew(cohort: Cohort, chunk: Iterable[Application]) -> None:
    """Bring what lists say of drafts up to date with the form in force. What was sent counts as it was sent."""
    for application in chunk:
        if application.state != ApplicationState.DRAFT:
            continue
        application.cohort = cohort
        columns = {name: getattr(application, name) for name in refresh(application)}
        Application.objects.filter(pk=application.pk, version=application.version).update(**columns)


def _tell(
    cohort: Cohort,
    effects: Effects,
    chunk: Iterable[Application],
    reason: Text | str,
    words: bool,
    actor_ref: str,
    position: int,
) -> None:
    concerned = []
    for application in chunk:
        effect = effects.on(application.answers, application.uncounted)
        if effect.touched or (words and effect.reworded):
            concerned.append((application, effect))
    if not concerned:
        return
    batch = _batch(cohort, actor_ref)
    for application, effect in concerned:
        language = mail.language_of(cohort, application.applicant)
        mail.send(
            cohort=cohort,
            code="form-changed",
            to=application.applicant,
            values={
                "link": cohort_url(cohort, "applications:hub"),
                "date": cohort.dates["call_closes"],
                "reason": reason,
                "feedback": in_words(
                    effects, effect, application.answers, language, sent=application.sent > 0
                ),
            },
            now=clock.now(),
            key=f"form-changed:{position}:{application.ref}",
            batch=batch,
        )


def _batch(cohort: Cohort, actor_ref: str) -> Batch:
    """The open batch that tells of changes of the form, or a new one."""
    waiting = Batch.objects.filter(scope=cohort.scope, kind="form-changed", state=BatchState.OPEN).first()
    actor = User.objects.filter(ref=actor_ref).first()
    title = in_every_language(lambda: _("The form has changed: to those whom it concerns"))
    return waiting or mail.open_batch(
        cohort=cohort, code="form-changed", title=title, actor=actor, now=clock.now()
    )


def in_words(effects: Effects, effect: Effect, answers: Answers, language: str, *, sent: bool) -> str:
    """What one person has to know, a paragraph each, in their language."""
    with override(language):
        parts = [
            (_("Please answer:"), effect.to_answer, effects.after),
            (_("No longer asked (you need not do anything):"), effect.not_asked, effects.before),
            (_("Now in other words (look whether your answer still fits):"), effect.reworded, effects.after),
        ]
        paragraphs = [_listed(head, codes, questions) for head, codes, questions in parts if codes]
        if effect.to_mend:
            head = _("Please look again, the rules of these answers have changed:")
            lines = [_no_longer_fits(effects, code, answers) for code in effect.to_mend]
            paragraphs.insert(0, "\n".join([head, *lines]))
        if sent:
            paragraphs.append(
                _(
                    "What you sent stays as you sent it, and it counts. If you change something, "
                    "send it again before the deadline."
                )
            )
        return "\n\n".join(paragraphs)


def _no_longer_fits(effects: Effects, code: str, answers: Answers) -> str:
    """The question with its old and its new rule, and what is wrong with the answer under the new one."""
    is_ = effects.after[code]
    rules = rules_of(effects.before.get(code), is_)
    return "\n".join(
        [f"– {say(is_.label)}", *(f"  {line}" for line in (rules, *problems(is_, answers.get(code))))]
    )


def _listed(head: str, codes: Iterable[str], questions: dict[str, Question]) -> str:
    return "\n".join([head, *(f"– {say(questions[code].label)}" for code in codes)])
