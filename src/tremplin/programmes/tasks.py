"""Jobs of the programme. The rounds of the clock are jobs too, found here by the workers."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core import clock
from tremplin.core.jobs.task import task
from tremplin.core.outbox.models import Batch, BatchState
from tremplin.core.text import Text, in_every_language
from tremplin.core.ui.moments import day_text
from tremplin.people.models import User
from tremplin.programmes import mail, queries, rounds
from tremplin.programmes.dates import day_meant
from tremplin.programmes.models import Cohort
from tremplin.programmes.rules import LABELS

__all__ = ["rounds", "tell_of_move"]

CHUNK = 100


@task(attempts=5)
def tell_of_move(
    cohort_pk: int, code: str, before: str, reason: Text | str, actor_ref: str, position: int
) -> None:
    """Prepare a mail to everyone whom the date `code` concerns, in a batch that waits for an organiser.

    In chunks, so that nobody else's saving waits long. `before` is where the date stood (ISO 8601). `position` is
    that of the move in the audit log: a second run finds the mails that the first has posted, and mails that come
    after somebody has released the batch go into another one.
    """
    cohort = Cohort.objects.select_related("programme__institution", "version").get(pk=cohort_pk)
    actor = User.objects.filter(ref=actor_ref).first()
    values = {
        "link": mail.link(cohort, "programmes:call"),
        "title": in_every_language(lambda: str(LABELS[code])),
        "before": datetime.fromisoformat(before),
        "date": cohort.date(code),
        "reason": reason,
    }
    people = list(queries.concerned_by(cohort, code))
    for start in range(0, len(people), CHUNK):
        with transaction.atomic():
            batch = _batch(cohort, code, actor)
            _post(cohort, people[start : start + CHUNK], values, batch, position)


def _post(
    cohort: Cohort, people: list[User], values: Mapping[str, object], batch: Batch, position: int
) -> None:
    now = clock.now()
    for user in people:
        key = f"date-moved:{position}:{user.ref}"
        mail.send(cohort=cohort, code="date-moved", to=user, values=values, now=now, key=key, batch=batch)


def _batch(cohort: Cohort, code: str, actor: User | None) -> Batch:
    """The open batch that tells of this date, or a new one, titled with the day as the cohort says it."""

    def words() -> str:
        day = day_text(day_meant(cohort, cohort.date(code)))
        return _("%(date)s: now %(day)s") % {"date": LABELS[code], "day": day}

    title = in_every_language(words)
    waiting = Batch.objects.filter(scope=cohort.scope, kind="date-moved", state=BatchState.OPEN)
    for batch in waiting.order_by("pk"):
        if batch.title == title:
            return batch
    return mail.open_batch(cohort=cohort, code="date-moved", title=title, actor=actor, now=clock.now())
