"""Scholars write about their week, and say who may read it."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from tremplin.core import versions
from tremplin.core.errors import Invalid
from tremplin.people.models import User
from tremplin.people.services import consents
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.selection.models import Scholar
from tremplin.selection.services.scholars import require_taking_part
from tremplin.training.models import (
    Audience,
    JournalEntry,
)
from tremplin.training.purposes import PUBLIC_JOURNAL
from tremplin.training.services.common import plan_of


@transaction.atomic
def save_entry(
    *,
    scholar: Scholar,
    week: int,
    title: str,
    body: str,
    language: str,
    expected_version: int,
    actor: User,
    now: datetime,
) -> JournalEntry:
    """Keep a journal entry as it stands; a draft may be empty. Raises NotAllowed, Invalid, Stale."""
    require_taking_part(scholar, actor)
    last = plan_of(scholar.cohort).weeks + scholar.extension_weeks
    if not 1 <= week <= last:
        raise Invalid({"week": [_("Training has the weeks 1 to %(last)s.") % {"last": last}]})
    entry, _created = JournalEntry.objects.select_for_update().get_or_create(
        scholar=scholar, week=week, defaults={"created_at": now, "saved_at": now}
    )
    versions.check(entry, expected_version)
    entry.title, entry.body, entry.language = title.strip()[:200], body[:60_000], language
    entry.version, entry.saved_at = entry.version + 1, now
    entry.save()
    return entry


@transaction.atomic
def share_entry(*, entry: JournalEntry, audience: Audience, actor: User, now: datetime) -> JournalEntry:
    """Show an entry to the cohort or to everybody, or take it back to a draft. One without a title is called by
    its week.

    The first one for everybody is the consent to it; with the last one taken back, so is the consent.
    Raises NotAllowed, Invalid.
    """
    require_taking_part(entry.scholar, actor)
    row = JournalEntry.objects.select_for_update().get(pk=entry.pk)
    if audience != Audience.DRAFT:
        if not row.body.strip():
            raise Invalid({"body": [_("Write something first.")]})
        row.title = row.title.strip() or _week_title(row)
        row.published_at = row.published_at or now
    row.audience = audience
    row.save(update_fields=["audience", "title", "published_at"])
    _speak_of_publicity(entry.scholar, actor, now=now)
    log(
        cohort=entry.scholar.cohort,
        actor=actor,
        verb="training.journal-shared",
        subject=row,
        now=now,
        week=row.week,
        audience=str(audience),
    )
    return row


def _week_title(entry: JournalEntry) -> str:
    with translation.override(entry.language):
        return _("Week %(number)s") % {"number": entry.week}


def _speak_of_publicity(scholar: Scholar, actor: User, *, now: datetime) -> None:
    """Keep the consent to public posts in step with whether there are any."""
    public = JournalEntry.objects.filter(scholar=scholar, audience=Audience.PUBLIC).exists()
    about = scholar.cohort.ref
    if public:
        consents.give(user=actor, purpose=PUBLIC_JOURNAL, about=about, now=now)
    elif consents.holds(actor, PUBLIC_JOURNAL, about):
        consents.refuse(user=actor, purpose=PUBLIC_JOURNAL, about=about, now=now)


@transaction.atomic
def hide_journal(*, cohort: Cohort, actor: User, now: datetime) -> int:
    """Show all public posts of `actor` to the cohort alone again, also for who left; how many those were.

    Order: the posts, the consent, the event. Again, it changes nothing.
    """
    public = JournalEntry.objects.filter(
        scholar__user=actor, scholar__cohort=cohort, audience=Audience.PUBLIC
    )
    hidden = public.update(audience=Audience.COHORT)
    if consents.holds(actor, PUBLIC_JOURNAL, cohort.ref):
        word = consents.refuse(user=actor, purpose=PUBLIC_JOURNAL, about=cohort.ref, now=now)
        log(cohort=cohort, actor=actor, verb="training.journal-hidden", subject=word, now=now, count=hidden)
    return hidden
