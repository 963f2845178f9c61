"""What a reviewer can take, and what they must not read."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tremplin.core.errors import Invalid, NotAllowed
from tremplin.people.models import User
from tremplin.programmes.apart import require_judge
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, roles_of
from tremplin.review import queries, rules
from tremplin.review.limits import limit_of, paces
from tremplin.review.models import Assignment, AssignmentState, ReviewerProfile
from tremplin.review.services.common import hold
from tremplin.review.services.handing import hand_on
from tremplin.review.table import LIVE


@transaction.atomic
def set_profile(
    *,
    cohort: Cohort,
    reviewer: User,
    actor: User,
    now: datetime,
    languages: Collection[str],
    capacity: int | None = None,
    hours: int | None = None,
    away_from: date | None = None,
    away_until: date | None = None,
    institutions: str = "",
    avoids: str = "",
) -> ReviewerProfile:
    """Say how many reads a reviewer can carry (None: an even share), which languages they read well, how many hours
    a week they have for it (None: not said), when they are away, and of which institutions they must read nobody.

    Reads above what they can carry, and reads in a language no longer read, are handed on at once if they were not
    begun; those that nobody can take stay unassigned, for the organisers to see. Institutions count from the next
    sharing-out on and move nothing now: a read that went as soon as a school was named would say whose it is.

    Order: permission, the profile, the reads handed on, the audit event, without any words. Raises NotAllowed,
    Invalid.
    """
    if actor.pk != reviewer.pk:
        require_judge(actor, cohort, Role.ORGANISER)
    if Role.REVIEWER not in roles_of(reviewer, cohort):
        raise NotAllowed(_("This is for the reviewers of this cohort."))
    chosen = [language for language in cohort.plan.programme.languages if language in languages]
    _check(chosen, away_from, away_until, institutions, avoids)
    hold(cohort)
    said = {
        "capacity": capacity,
        "languages": chosen,
        "hours": hours,
        "away_from": away_from,
        "away_until": away_until,
        "institutions": institutions.strip(),
        "avoids": avoids.strip(),
    }
    profile, _created = ReviewerProfile.objects.update_or_create(
        cohort=cohort, reviewer=reviewer, defaults=said, create_defaults={**said, "created_at": now}
    )
    freed = _surplus(cohort, profile, now)
    Assignment.objects.filter(pk__in=[row.pk for row in freed]).update(
        state=AssignmentState.RELEASED, closed_at=now
    )
    hand_on(cohort=cohort, freed=freed, now=now)
    log(
        cohort=cohort,
        actor=actor,
        verb="review.profile-set",
        subject=reviewer,
        now=now,
        capacity=capacity,
        hours=hours,
        languages=chosen,
        handed_on=len(freed),
    )
    return profile


def _check(
    languages: Sequence[str],
    away_from: date | None,
    away_until: date | None,
    institutions: str,
    avoids: str,
) -> None:
    faults: dict[str, list[str]] = {}
    if not languages:
        faults["languages"] = [_("Choose at least one language that you read well.")]
    if away_from is not None and away_until is None:
        faults["away_until"] = [_("Give the last day on which you are away, too.")]
    elif away_until is not None and away_from is None:
        faults["away_from"] = [_("Give the first day on which you are away, too.")]
    elif away_from is not None and away_until is not None and away_until < away_from:
        faults["away_until"] = [_("Choose a day that is not before the first one.")]
    for field, words in (("institutions", institutions), ("avoids", avoids)):
        if len(words) > rules.LONGEST_LIST:
            limit = {"limit": rules.LONGEST_LIST}
            faults[field] = [_("This is longer than %(limit)s characters. Shorten it.") % limit]
    if faults:
        raise Invalid(faults)


def _surplus(cohort: Cohort, profile: ReviewerProfile, now: datetime) -> list[Assignment]:
    """The reads that this reviewer has not begun and now cannot take."""
    reviewer = profile.reviewer
    mine = list(
        Assignment.objects.filter(cohort=cohort, reviewer=reviewer, state__in=LIVE)
        .select_related("application")
        .order_by("pk")
    )
    begun = set(queries.begun(cohort, reviewer))
    open_ = [row for row in mine if row.state == AssignmentState.ASSIGNED]
    strange = [
        row for row in open_ if row.pk not in begun and row.application.language not in profile.languages
    ]
    left = [row for row in open_ if row not in strange]
    done = len(mine) - len(open_)
    minutes = paces(cohort, [reviewer.pk])[reviewer.pk]
    most = limit_of(cohort, profile, done=done, minutes=minutes, now=now).most
    if most is None:
        return strange
    keep = max(most - done, 0)
    return [*strange, *rules.given_up(left, {row for row in left if row.pk in begun}, keep=keep)]
