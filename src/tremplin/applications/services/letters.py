"""Writing to many people: one text in every language of the programme, to whom a filter of the board finds."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.applications import queries
from tremplin.applications.leaving import KIND
from tremplin.applications.models import Application, ApplicationState, Letter
from tremplin.applications.rules.form import all_problems
from tremplin.applications.services.common import form_of
from tremplin.applications.services.sending import mail_values
from tremplin.core import once as once_keys
from tremplin.core.errors import Conflict, Invalid
from tremplin.core.outbox import services as outbox
from tremplin.core.outbox.models import Batch, BatchState
from tremplin.core.outbox.rules import LONGEST_SUBJECT
from tremplin.core.text import Text, in_every_language
from tremplin.core.ui.moments import day_text
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.dates import day_meant
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require

PLACEHOLDERS = ("name", "programme", "institution", "link", "date", "reference", "missing")
IN_BODIES = frozenset({"missing"})  # several lines, which no subject has
LONGEST_BODY = 10_000


def recipients(
    *, cohort: Cohort, actor: User, choice: queries.Choice, now: datetime
) -> QuerySet[Application]:
    """Whom a letter goes to: those that were chosen, without closed accounts, and without excluded applications
    unless it is these that were asked for. Raises NotAllowed.
    """
    found = queries.chosen(cohort, actor, choice, now=now).filter(applicant__is_active=True)
    if choice.refs or choice.filters.state == ApplicationState.EXCLUDED:
        return found
    return found.exclude(state=ApplicationState.EXCLUDED)


@transaction.atomic
def prepare_letter(
    *,
    cohort: Cohort,
    actor: User,
    choice: queries.Choice,
    subject: Text,
    body: Text,
    now: datetime,
    once: str = "",
    instead_of: Batch | None = None,
) -> Batch:
    """Put a letter for everybody who was chosen into the outbox, where it waits until an organiser releases it.

    Pressed twice with the same `once`, it returns the batch of the first press. `instead_of` is a letter that
    waits and whose text this one replaces; that one is cancelled.
    Order: permission; the texts; the key; the letter before it; the batch; a mail a person; the audit event.
    Raises NotAllowed; Invalid for a text that is missing or names what does not exist; Conflict without readers.
    """
    require(actor, cohort, Role.ORGANISER)
    faults = faults_of(cohort, subject, body)
    if faults:
        raise Invalid(faults)
    key = f"applications.letter:{cohort.ref}:{once}" if once else ""
    if not once_keys.first(key, now=now):
        before = Letter.objects.filter(cohort=cohort, once=once).select_related("batch").first()
        if before:
            return before.batch
    found = recipients(cohort=cohort, actor=actor, choice=choice, now=now).order_by("pk")
    many = found.count()
    if not many:
        raise Conflict(_("Nobody is left to write to."), _("Look at the board again: things have moved."))
    if instead_of is not None and instead_of.state == BatchState.OPEN:
        outbox.cancel_batch(batch=instead_of, actor=actor.ref, now=now)
    title = in_every_language(lambda: _title(cohort, subject, body, actor, many))
    batch = mail.open_batch(cohort=cohort, code=KIND, title=title, actor=actor, now=now)
    Letter.objects.create(
        cohort=cohort,
        batch=batch,
        texts={"subject": subject, "body": body},
        filters={**choice.filters.given, "asked_at": now.isoformat()},
        rows=list(choice.refs),
        once=once,
        created_at=now,
    )
    wanted = set[str]().union(*(mail.names(text) for text in body.values()))
    rows = found.defer(None) if "missing" in wanted else found
    letters = (
        mail.Letter(row.applicant, _values(cohort, row, wanted), f"letter:{batch.ref}:{row.ref}")
        for row in rows.iterator(chunk_size=500)
    )
    mail.send_many(cohort=cohort, kind=KIND, words=(subject, body), letters=letters, batch=batch, now=now)
    log(
        cohort=cohort,
        actor=actor,
        verb="applications.letter-prepared",
        subject=batch,
        now=now,
        people=many,
        filters=choice.filters.noted(cohort),
        chosen=len(choice.refs),
    )
    return batch


def _title(cohort: Cohort, subject: Text, body: Text, actor: User, many: int) -> str:
    """To how many, and the subject in the active language; what differs from reader to reader stays in its braces.

    The day is the one that the cohort calls its deadline, whatever the clock of whoever reads the title.
    """
    same = {
        "programme": cohort.plan.programme.name,
        "date": day_text(day_meant(cohort, cohort.dates["call_closes"])),
    }
    each = {name: f"{{{name}}}" for name in PLACEHOLDERS if name not in {*same, "institution"}}
    language = translation.get_language() or "en"
    found = mail.written(
        cohort=cohort, words=(subject, body), to=actor, values={**same, **each}, language=language
    )[0]
    title = ngettext(
        "Letter to %(count)s person: %(subject)s", "Letter to %(count)s people: %(subject)s", many
    )
    return title % {"count": many, "subject": found}


def _values(cohort: Cohort, application: Application, wanted: Collection[str]) -> dict[str, object]:
    application.cohort = cohort
    values = mail_values(application)
    if "missing" in wanted:
        values["missing"] = _missing(application)
    return values


def _missing(application: Application) -> str:
    """What stands in the way of sending a draft, as the check page says it to its writer: never a word of theirs."""
    with translation.override(mail.language_of(application.cohort, application.applicant)):
        found = all_problems(form_of(application), application.answers, application.aside)
        lines = [f"- {fault}" for faults in found.values() for fault in faults]
        if application.state != ApplicationState.DRAFT or not lines:
            return _("Nothing is missing.")
        return "\n".join(lines)


def faults_of(cohort: Cohort, subject: Text, body: Text) -> dict[str, list[str]]:
    """What is wrong with the texts, by “subject_en”, “body_fr” and so on."""
    faults: dict[str, list[str]] = {}
    for language in cohort.plan.programme.languages:
        for field, texts, longest in (
            ("subject", subject, LONGEST_SUBJECT // 2),
            ("body", body, LONGEST_BODY),
        ):
            known = set(PLACEHOLDERS) - (IN_BODIES if field == "subject" else set())
            found = _faults(texts.get(language, ""), longest, known)
            if found:
                faults[f"{field}_{language}"] = found
    return faults


def _faults(text: str, longest: int, known: Collection[str]) -> list[str]:
    if not text.strip():
        return [_("Write it in this language too: some of your readers read no other.")]
    if len(text) > longest:
        return [_("This is longer than %(count)s characters.") % {"count": longest}]
    wrong = sorted(mail.names(text) - set(known))
    return [_("{%(name)s} stands for nothing. Use one of those listed.") % {"name": name} for name in wrong]


def letter_of(cohort: Cohort, ref: str) -> Letter | None:
    """The letter whose batch is `ref`, while it waits."""
    waiting = Letter.objects.filter(cohort=cohort, batch__ref=ref, batch__state=BatchState.OPEN)
    return waiting.select_related("batch").first()
