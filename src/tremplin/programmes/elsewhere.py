"""One moment in the words of the whole world: nobody shall miss a deadline by reading it in another zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.ui.amounts import locale
from tremplin.core.ui.moments import day_text, moment_text, zone_name
from tremplin.programmes.rules import ANYWHERE_ON_EARTH, ends_a_day_anywhere

# From west to east, one city for each hour of the clock that many people live by.
CITIES = (
    "Pacific/Honolulu",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/Bogota",
    "America/New_York",
    "America/Sao_Paulo",
    "Africa/Dakar",
    "Europe/London",
    "Africa/Lagos",
    "Europe/Paris",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Nairobi",
    "Europe/Istanbul",
    "Asia/Tehran",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Jakarta",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What is said beside a deadline."""

    at: datetime
    universal: str
    anywhere: str
    cities: tuple[tuple[str, str], ...]


def elsewhere(at: datetime, *, passed: bool = False) -> Elsewhere:
    """`at` in UTC, as “anywhere on Earth” in words, and in a list of cities.

    Once it has `passed`, nothing is said of being in time.
    """
    universal = _("%(moment)s UTC") % {"moment": moment_text(at, "long", UTC)}
    return Elsewhere(at, universal, "" if passed else _anywhere(at), _cities(at, str(locale())))


def time_left(at: datetime, now: datetime) -> str:
    """How long it is until `at`, in the largest unit that does not flatter; nothing once it has passed."""
    left = at - now
    if left <= timedelta(0):
        return ""
    if left >= timedelta(days=2):
        return _counted(ngettext("%(count)s day left", "%(count)s days left", left.days), left.days)
    hours = left // timedelta(hours=1)
    if hours >= 1:
        return _counted(ngettext("%(count)s hour left", "%(count)s hours left", hours), hours)
    minutes = left // timedelta(minutes=1)
    return _counted(ngettext("%(count)s minute left", "%(count)s minutes left", minutes), minutes)


def _counted(text: str, many: int) -> str:
    return text % {"count": many}


def _anywhere(at: datetime) -> str:
    day = ends_a_day_anywhere(at)
    if day is not None:
        text = _("As long as it is still %(day)s somewhere on Earth, you are in time.")
        return text % {"day": day_text(day)}
    text = _(
        "Where the day ends last on Earth (UTC−12, “anywhere on Earth”), it is then %(moment)s: "
        "the same moment, not more time."
    )
    return text % {"moment": moment_text(at, "long", ANYWHERE_ON_EARTH)}


# A page is asked for thousands of times before its deadline; the list is the same each time.
@lru_cache(maxsize=256)
def _cities(at: datetime, _language: str) -> tuple[tuple[str, str], ...]:
    zones = [ZoneInfo(name) for name in CITIES]
    return tuple((zone_name(zone), moment_text(at, "short", zone)) for zone in zones)
