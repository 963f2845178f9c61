"""Reminding the accommodation officer of whoever still waits, before the dates on which an answer loses its worth."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.accommodations import queries
from tremplin.accommodations.rules import next_date, reminder
from tremplin.core.outbox.models import OutboxMessage
from tremplin.core.text import in_every_language
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.dates import LABELS, date_words
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.programmes.queries import people_with
from tremplin.programmes.roles import Role

KIND = "confidence-waiting"
REST = timedelta(hours=36)


@transaction.atomic
def remind(*, cohort: Cohort, now: datetime) -> int:
    """Write to each officer when a reminder is due; how many mails were made.

    A mail says how many wait and since when, and nothing of whom or what. Order: what waits; which reminder that
    makes due; nobody is reminded twice within a day and a half; the mails, each once.
    """
    found = queries.waiting(cohort, now)
    if found.oldest is None:
        return 0
    due = reminder(cohort.dates, found.oldest, now)
    if due is None:
        return 0
    officers = _not_reminded(cohort, due, now)
    code = next_date(cohort.dates, now)
    values = {
        "link": cohort_url(cohort, "accommodations:list"),
        "feedback": in_every_language(lambda: " ".join(_sentences(cohort, found, over=code is None))),
        "title": in_every_language(lambda: str(LABELS[code])) if code else None,
        "date": cohort.dates[code] if code else None,
    }
    for officer in officers:
        mail.send(
            cohort=cohort,
            code=KIND,
            to=officer,
            values=values,
            now=now,
            key=_key(due, officer),
        )
    return len(officers)


def _not_reminded(cohort: Cohort, due: str, now: datetime) -> list[User]:
    """The officers who have had neither this reminder nor another one lately."""
    officers = list(people_with(cohort, Role.OFFICER))
    keys = [f"{cohort.scope}:{_key(due, officer)}" for officer in officers]
    had = Q(key__in=keys) | Q(scope=cohort.scope, kind=KIND, created_at__gt=now - REST)
    reminded = set(OutboxMessage.objects.filter(had).values_list("to_ref", flat=True))
    return [officer for officer in officers if officer.ref not in reminded]


def _key(due: str, officer: User) -> str:
    return f"{KIND}:{due}:{officer.ref}"


def _sentences(cohort: Cohort, found: queries.Waiting, *, over: bool) -> list[str]:
    lines = []
    if found.since:
        asked = ngettext(
            "%(count)s person has been waiting for your answer since %(day)s.",
            "%(count)s people are waiting for your answer, the first since %(day)s.",
            found.requests,
        )
        day = date_words(cohort, found.since, day_only=True)
        lines.append(asked % {"count": found.requests, "day": day})
    if found.recordings_since:
        spoken = ngettext(
            "%(count)s recording has been waiting for its transcript since %(day)s.",
            "%(count)s recordings are waiting for their transcripts, the first since %(day)s.",
            found.recordings,
        )
        day = date_words(cohort, found.recordings_since, day_only=True)
        lines.append(spoken % {"count": found.recordings, "day": day})
    if over:
        lines.append(
            _(
                "The decisions are out, so nothing can be granted any more. "
                "Whoever asked is still owed an answer in words."
            )
        )
    return lines
