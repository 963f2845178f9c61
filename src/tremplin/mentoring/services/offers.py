"""What mentors offer and scholars wish: what the matching works with."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core import versions
from tremplin.core.errors import Invalid, NotAllowed
from tremplin.mentoring.models import WORDS_LIMIT, MatchWish, MentorProfile
from tremplin.mentoring.plan import plan_of
from tremplin.people.models import User
from tremplin.programmes.log import log
from tremplin.programmes.models import Cohort
from tremplin.programmes.roles import Role, require
from tremplin.selection.models import Scholar, ScholarState


@transaction.atomic
def save_profile(
    *,
    cohort: Cohort,
    actor: User,
    capacity: int,
    topics: Sequence[str],
    languages: Sequence[str],
    about: str,
    expected_version: int,
    now: datetime,
) -> MentorProfile:
    """What a mentor offers. Fewer places than scholars they have now end no pairing.

    Order: permission, limits, the version, the profile, the audit event. Raises NotAllowed, Invalid, Stale.
    """
    require(actor, cohort, Role.MENTOR)
    limit = plan_of(cohort).scholars_a_mentor
    errors = _faults(cohort, topics, languages, about=about)
    if not 0 <= capacity <= limit:
        text = ngettext(
            "Choose between 0 and %(limit)s scholar.", "Choose between 0 and %(limit)s scholars.", limit
        )
        errors["capacity"] = [text % {"limit": limit}]
    if errors:
        raise Invalid(errors)
    profile, _created = MentorProfile.objects.select_for_update().get_or_create(
        cohort=cohort, user=actor, defaults={"created_at": now, "capacity": capacity}
    )
    versions.check(profile, expected_version)
    profile.capacity, profile.topics, profile.languages = capacity, list(topics), list(languages)
    profile.about, profile.version = about.strip(), profile.version + 1
    profile.save()
    log(cohort=cohort, actor=actor, verb="mentoring.profile-saved", subject=profile, now=now)
    return profile


@transaction.atomic
def save_wish(
    *,
    scholar: Scholar,
    actor: User,
    topics: Sequence[str],
    languages: Sequence[str],
    note: str,
    expected_version: int,
    now: datetime,
) -> MatchWish:
    """What a scholar wishes of a mentor. Raises NotAllowed, Invalid, Stale."""
    if scholar.user_id != actor.pk or scholar.state == ScholarState.LEFT:
        raise NotAllowed(_("Only a scholar who takes part can say what they wish for."))
    errors = _faults(scholar.cohort, topics, languages, note=note)
    if errors:
        raise Invalid(errors)
    wish, _created = MatchWish.objects.select_for_update().get_or_create(
        scholar=scholar, defaults={"created_at": now}
    )
    versions.check(wish, expected_version)
    wish.topics, wish.languages, wish.note = list(topics), list(languages), note.strip()
    wish.version += 1
    wish.save()
    log(cohort=scholar.cohort, actor=actor, verb="mentoring.wish-saved", subject=wish, now=now)
    return wish


def _faults(
    cohort: Cohort, topics: Sequence[str], languages: Sequence[str], **words: str
) -> dict[str, list[str]]:
    """What is wrong, by field. Too long a text is sent back whole: nothing is cut off in silence."""
    errors: dict[str, list[str]] = {}
    if set(topics) - {topic.code for topic in plan_of(cohort).topics}:
        errors["topics"] = [_("Choose topics from the list.")]
    if set(languages) - set(dict(settings.LANGUAGES)):
        errors["languages"] = [_("Choose languages from the list.")]
    for field, text in words.items():
        over = len(text.strip()) - WORDS_LIMIT
        if over > 0:
            sentence = ngettext("Take out %(over)s character.", "Take out %(over)s characters.", over)
            errors[field] = [sentence % {"over": over}]
    return errors
