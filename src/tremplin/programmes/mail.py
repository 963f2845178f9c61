"""Mail of a cohort: texts from the programme file, in the person's language, through the outbox only."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from string import Formatter
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.conf import settings

from tremplin.core.outbox import services as outbox
from tremplin.core.outbox.models import Batch, OutboxMessage
from tremplin.core.text import say
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.schema import MailText


@cache
def shipped() -> dict[str, MailText]:
    """The mails that Tremplin brings along, by code; a programme file may replace each."""
    data = tomllib.loads(files("tremplin.programmes").joinpath("mails.toml").read_text("utf-8"))
    return {mail["code"]: MailText.model_validate(mail) for mail in data["mails"]}


def text(cohort: Cohort, code: str) -> MailText:
    """The mail `code` of this cohort. Raises KeyError for a code that does not exist."""
    own = {mail.code: mail for mail in cohort.plan.mails}
    return own.get(code) or shipped()[code]


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
    and `institution` are always there.
    """
    mail = text(cohort, code)
    language = (
        to.language if to.language in cohort.plan.programme.languages else cohort.plan.programme.languages[0]
    )
    filled = {
        "name": to.get_short_name(),
        "programme": say(cohort.plan.programme.name, language),
        "institution": cohort.institution.name,
        **(values or {}),
    }
    return outbox.post(
        scope=cohort.scope,
        to=to.email,
        to_ref=to.ref,
        language=language,
        kind=code,
        subject=fill(say(mail.subject, language), filled),
        body=fill(say(mail.body, language), filled),
        now=now,
        key=f"{cohort.scope}:{key}",
        batch=batch,
    )


def open_batch(*, cohort: Cohort, code: str, title: str, actor: User | None, now: datetime) -> Batch:
    """A batch of mails that waits for an organiser's preview and release."""
    return outbox.open_batch(
        scope=cohort.scope, kind=code, title=title, actor_ref=actor.ref if actor else "", now=now
    )


def fill(template: str, values: Mapping[str, object]) -> str:
    """`template` with each `{name}` replaced. Only plain names: no attribute or index is ever followed.

    Raises KeyError naming a value that is missing.
    """
    parts: list[str] = []
    for literal, name, _spec, _conversion in Formatter().parse(template):
        parts.append(literal)
        if name is not None:
            parts.append(str(values[name]))
    return "".join(parts)


def names(template: str) -> set[str]:
    """The names that `template` asks for."""
    return {name for _literal, name, _spec, _conversion in Formatter().parse(template) if name is not None}


def link(path: str) -> str:
    """The full address of a page, for a mail."""
    return f"{settings.BASE_URL}{path}"


def day(at: datetime, cohort: Cohort, to: User) -> str:
    """A date as the person reads it: in their language, in the cohort's time zone."""
    local = at.astimezone(ZoneInfo(cohort.plan.cohort.time_zone))
    return format_date(local, format="full", locale=to.language)
