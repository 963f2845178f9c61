"""What reviewers hear of by mail: gathered, at most once a day, in their morning, and never while they are away."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils.translation import ngettext, override

from tremplin.core.ui.amounts import number
from tremplin.core.zones import lived_by
from tremplin.people.models import User
from tremplin.programmes import mail
from tremplin.programmes.http import cohort_url
from tremplin.programmes.models import Cohort
from tremplin.review import queries
from tremplin.review.gates import before_list
from tremplin.review.limits import is_here
from tremplin.review.models import News, NewsKind
from tremplin.review.readers import profiles, reviewers
from tremplin.review.services.common import hold

MORNING, NOON, EVENING = 7, 12, 21
_HURRY = timedelta(hours=24)
"""Where reading ends sooner than this, what is new does not wait for a morning that may be too late."""


def note_news(cohort: Cohort, many: Mapping[int, int], kind: NewsKind, now: datetime) -> None:
    """Remember that each of these reviewers (by key) has so many things of this kind to hear of.

    Called inside a service's transaction that holds the cohort or their rows.
    """
    rows = News.objects.filter(cohort=cohort, kind=kind)
    known = set(rows.filter(reviewer__in=many).values_list("reviewer_id", flat=True))
    for key in sorted(known):
        rows.filter(reviewer=key).update(many=F("many") + many[key])
    News.objects.bulk_create(
        [
            News(cohort=cohort, reviewer_id=key, kind=kind, many=many[key], created_at=now)
            for key in sorted(set(many) - known)
        ]
    )


@transaction.atomic
def tell_news(*, cohort: Cohort, now: datetime) -> int:
    """Write to reviewers for whom it is morning of what is new since they were last written to; to how many.

    Whoever is away hears of it when they are back; who has left, or whose news has passed by itself, does not.
    Order: the news; the mails.
    """
    if not News.objects.filter(cohort=cohort, many__gt=0).exists():
        return 0
    hold(cohort)
    found: dict[int, list[News]] = defaultdict(list)
    for row in News.objects.filter(cohort=cohort).order_by("pk"):
        found[row.reviewer_id].append(row)
    people = {user.pk: user for user in reviewers(cohort)}
    told = 0
    for key, rows in found.items():
        user = people.get(key)
        if user is None or _has_left(cohort, key):
            _forget(rows)
        elif any(row.many for row in rows) and _may_be_told(cohort, user, rows, now):
            told += _tell(cohort, user, rows, now)
    return told


def _has_left(cohort: Cohort, key: int) -> bool:
    said = profiles(cohort).get(key)
    return said is not None and said.left_at is not None


def _may_be_told(cohort: Cohort, user: User, rows: Sequence[News], now: datetime) -> bool:
    """Whether it is their morning, they are not away, and they were not written to today."""
    said = profiles(cohort).get(user.pk)
    if said is not None and not is_here(cohort, said, now):
        return False
    zone = lived_by(user.time_zone) or ZoneInfo(cohort.plan.cohort.time_zone)
    here = now.astimezone(zone)
    if any(row.told_at and row.told_at.astimezone(zone).date() == here.date() for row in rows):
        return False
    hurry = timedelta(0) <= queries.queue_for(cohort, user).due - now < _HURRY
    return MORNING <= here.hour < (EVENING if hurry else NOON)


def _tell(cohort: Cohort, user: User, rows: Sequence[News], now: datetime) -> bool:
    with override(mail.language_of(cohort, user)):
        lines = _lines(cohort, user, {row.kind: row.many for row in rows if row.many})
    News.objects.filter(pk__in=[row.pk for row in rows]).update(many=0, **({"told_at": now} if lines else {}))
    if lines:
        mail.send(
            cohort=cohort,
            code="review-news",
            to=user,
            values={"link": cohort_url(cohort, "review:queue"), "feedback": "\n".join(lines)},
            now=now,
            key=f"review-news:{user.ref}:{now:%Y-%m-%d}",
        )
    return bool(lines)


def _forget(rows: Sequence[News]) -> None:
    News.objects.filter(pk__in=[row.pk for row in rows]).update(many=0)


def _lines(cohort: Cohort, user: User, many: Mapping[str, int]) -> list[str]:
    """What is still so of what there was to be told, a line for each kind."""
    found = []
    first = many.get(NewsKind.FIRST, 0)
    if first and before_list(cohort, user) is not None:
        text = ngettext(
            "- %(count)s text is open that everybody reads first. Then your own list begins.",
            "- %(count)s texts are open that everybody reads first. Then your own list begins.",
            first,
        )
        found.append(text % {"count": number(first, 0)})
    handed = min(many.get(NewsKind.HANDED, 0), queries.queue_for(cohort, user).left)
    if handed:
        text = ngettext(
            "- %(count)s application came to you that somebody else cannot read.",
            "- %(count)s applications came to you that somebody else cannot read.",
            handed,
        )
        found.append(text % {"count": number(handed, 0)})
    answered = many.get(NewsKind.ANSWERED, 0)
    if answered:
        text = ngettext(
            "- The organisers answered what you asked about a text.",
            "- The organisers answered what you asked about %(count)s texts.",
            answered,
        )
        found.append(text % {"count": number(answered, 0)})
    return found
