"""Mail of a cohort: texts from the programme file, in the person's language, through the outbox only."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings
from django.utils import translation

from tremplin.core.outbox import services as outbox
from tremplin.core.outbox.models import Batch, OutboxMessage
from tremplin.core.text import Text, say
from tremplin.people.models import User
from tremplin.programmes.dates import date_words
from tremplin.programmes.http import cohort_url
from tremplin.programmes.mail_values import names, occasions
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import MailText

__all__ = [
    "Letter",
    "Words",
    "fill",
    "language_of",
    "link",
    "names",
    "open_batch",
    "preview",
    "send",
    "send_many",
    "shipped",
    "text",
    "written",
]

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


Words = tuple[Text, Text]
"""A subject and a body, each in several languages."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One reader of a mail to many, with the values that it names and the occasion's key."""

    to: User
    values: Mapping[str, object]
    key: str


@cache
def shipped() -> dict[str, MailText]:
    """The mails that Tremplin brings along, by code; a programme file may replace each."""
    return {
        code: MailText(code=code, subject=mail.subject, body=mail.body) for code, mail in occasions().items()
    }


def text(cohort: Cohort, code: str) -> MailText:
    """The mail `code` of this cohort. Raises KeyError for a code that does not exist."""
    own = {mail.code: mail for mail in cohort.plan.mails}
    return own.get(code) or shipped()[code]


def link(cohort: Cohort, name: str, **kwargs: object) -> str:
    """The full address of the page `name` of `cohort`, as a mail must carry it."""
    return f"{settings.BASE_URL}{cohort_url(cohort, name, **kwargs)}"


def language_of(cohort: Cohort, user: User) -> str:
    """The language in which this cohort writes to `user`: theirs, if the programme speaks it."""
    spoken = cohort.plan.programme.languages
    return user.language if user.language in spoken else spoken[0]


def send(
    *,
    cohort: Cohort,
    code: str,
    to: User,
    values: Mapping[str, object] | None = None,
    now: datetime,
    key: str,
    batch: Batch | None = None,
) -> OutboxMessage:
    """Put one mail in the outbox; with a batch it waits there until an organiser has released it.

    `key` names the occasion: a second call with the same key changes nothing. Values `name`, `programme`
    and `institution` are always there; what else an occasion brings is in `mails.toml`. A value may be a text,
    a text in several languages, a moment (said in the cohort's zone) or a path of this site (made a full
    address). Raises KeyError for a code that does not exist or a value that the text needs and nobody gave.
    """
    language = language_of(cohort, to)
    subject, body = preview(cohort=cohort, code=code, to=to, values=values, language=language)
    return outbox.post(
        scope=cohort.scope,
        to=to.email,
        to_ref=to.ref,
        language=language,
        kind=code,
        subject=subject,
        body=body,
        now=now,
        key=f"{cohort.scope}:{key}",
        batch=batch,
        reply_to=cohort.plan.programme.contact,
    )


def preview(
    *, cohort: Cohort, code: str, to: User, values: Mapping[str, object] | None = None, language: str = ""
) -> tuple[str, str]:
    """Subject and body as `to` would read them."""
    language = language or language_of(cohort, to)
    mail, optional = text(cohort, code), occasions()[code].optional
    return written(
        cohort=cohort,
        words=(mail.subject, mail.body),
        to=to,
        values=values,
        language=language,
        optional=optional,
    )


def written(
    *,
    cohort: Cohort,
    words: Words,
    to: User,
    values: Mapping[str, object] | None = None,
    language: str,
    optional: Collection[str] = (),
) -> tuple[str, str]:
    """Subject and body of `words` as `to` would read them. Raises KeyError for a value that nobody gave."""
    given: dict[str, object] = {
        "name": to.get_short_name(),
        "programme": cohort.plan.programme.name,
        "institution": cohort.institution.name,
        **(values or {}),
    }
    with translation.override(language):
        filled = {name: _said(value, name, cohort, to, language) for name, value in given.items()}
    return (
        _one_line(fill(say(words[0], language), filled, optional)),
        fill(say(words[1], language), filled, optional),
    )


def send_many(
    *,
    cohort: Cohort,
    kind: str,
    words: Words,
    letters: Iterable[Letter],
    batch: Batch,
    now: datetime,
    optional: Collection[str] = (),
) -> int:
    """Put one text, filled in for each reader in their language, into an open batch; how many mails wait in it.

    For thousands: a few statements in all. A key that is known adds nothing.
    """

    def mails() -> Iterator[outbox.Mail]:
        for letter in letters:
            language = language_of(cohort, letter.to)
            subject, body = written(
                cohort=cohort,
                words=words,
                to=letter.to,
                values=letter.values,
                language=language,
                optional=optional,
            )
            yield outbox.Mail(
                to=letter.to.email,
                to_ref=letter.to.ref,
                language=language,
                kind=kind,
                subject=subject,
                body=body,
                key=f"{cohort.scope}:{letter.key}",
                reply_to=cohort.plan.programme.contact,
            )

    return outbox.post_many(batch=batch, mails=mails(), now=now)


def send_batch(*, cohort: Cohort, code: str, letters: Iterable[Letter], batch: Batch, now: datetime) -> int:
    """The mail `code` of the programme to everybody of an open batch, a few statements in all; how many wait in it.

    Raises KeyError as `send` does.
    """
    mail = text(cohort, code)
    return send_many(
        cohort=cohort,
        kind=code,
        words=(mail.subject, mail.body),
        letters=letters,
        batch=batch,
        now=now,
        optional=occasions()[code].optional,
    )


def open_batch(*, cohort: Cohort, code: str, title: Text, actor: User | None, now: datetime) -> Batch:
    """A batch of mails that waits for an organiser's preview and release.

    `title` says in every language what it is (`core.text.in_every_language`): colleagues read it in theirs.
    """
    return outbox.open_batch(
        scope=cohort.scope, kind=code, title=title, actor_ref=actor.ref if actor else "", now=now
    )


def _said(value: object, name: str, cohort: Cohort, to: User, language: str) -> str:
    """A value as the mail says it to its reader: on their own clock, where we know it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return date_words(cohort, value, reader=to)
    if isinstance(value, Mapping):
        return say(value, language)
    written = str(value)
    return f"{settings.BASE_URL}{written}" if name == "link" and written.startswith("/") else written


def _one_line(text: str) -> str:
    """`text` without line ends; no-break spaces, which French needs, stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def fill(template: str, values: Mapping[str, object], optional: Collection[str] = ()) -> str:
    """`template` with each `{name}` replaced. Only plain names: no attribute or index is ever followed.

    A line that names a value of `optional` which is missing or empty is left out, and a gap that this tears
    closes. Raises KeyError naming any other value that is missing.
    """
    lines: list[str] = []
    for line in template.split("\n"):
        if any(name in optional and not str(values.get(name) or "") for name in _PLACEHOLDER.findall(line)):
            continue
        lines.append(_PLACEHOLDER.sub(lambda found: str(values[found[1]]), line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
