"""How the dates of a cohort are named and said, so that every page and mail uses the same words."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.errors import Message
from tremplin.core.ui.moments import day_text, moment_text, zone_name
from tremplin.core.zones import lived_by
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.programmes.rules import LABELS, ends_a_day_anywhere

__all__ = ["EXPLANATIONS", "LABELS", "date_words", "day_meant", "own_zone"]

EXPLANATIONS: Mapping[str, Message] = {
    "call_opens": gettext_lazy("From here on, people may apply."),
    "call_closes": gettext_lazy("The deadline for everyone who was not given more time."),
    "reading_ends": gettext_lazy("Every application has been read by then."),
    "decisions_out": gettext_lazy("Everyone who applied hears from us that day."),
    "offers_answered": gettext_lazy("Until then, a place that was offered is kept."),
    "training_starts": gettext_lazy("First day of the programme."),
    "midpoint": gettext_lazy("Projects are looked at, and made smaller where needed."),
    "training_ends": gettext_lazy("Last day of the programme."),
    "demo_day": gettext_lazy("Scholars show what they made."),
    "follow_up_ends": gettext_lazy("The last survey on what came after closes."),
}


def own_zone(user: User) -> ZoneInfo | None:
    """The zone that `user` lives by; None while we do not know it, for an account begins in UTC."""
    return lived_by(user.time_zone)


def day_meant(cohort: Cohort, at: datetime) -> date:
    """The day as people say it: the one that `at` ends everywhere on earth, if that is meant, else the cohort's."""
    anywhere = ends_a_day_anywhere(at) if cohort.plan.cohort.anywhere_on_earth else None
    return anywhere or at.astimezone(ZoneInfo(cohort.plan.cohort.time_zone)).date()


def date_words(cohort: Cohort, at: datetime, *, day_only: bool = False, reader: User | None = None) -> str:
    """`at` in words for a mail or a plain text, always with its zone unless only the day matters.

    A `reader` whose zone we know reads their own clock first. Without one, the end of a day anywhere on earth is
    said as such, and then in the cohort's zone.
    """
    own = own_zone(reader) if reader else None
    zone = own or ZoneInfo(cohort.plan.cohort.time_zone)
    if day_only:
        return moment_text(at, "date", zone)
    local = _("%(moment)s (%(place)s)") % {"moment": moment_text(at, "long", zone), "place": zone_name(zone)}
    day = ends_a_day_anywhere(at)
    if day is None or not cohort.plan.cohort.anywhere_on_earth:
        return local
    if own:
        return _("%(local)s, when %(day)s ends everywhere on Earth") % {"local": local, "day": day_text(day)}
    return _("%(day)s, end of the day anywhere on Earth, which is %(local)s") % {
        "day": day_text(day),
        "local": local,
    }
