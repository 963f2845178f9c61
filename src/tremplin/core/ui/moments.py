"""Moments as people read them: in the zone of the page, with the zone said and UTC beside it."""

import re
from datetime import UTC, date, datetime, time, tzinfo
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.dates import format_date, format_skeleton, get_timezone_location
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tremplin.core.ui.amounts import locale

Style = Literal["full", "long", "short", "date", "day", "time"]
_ANYWHERE = "Etc/GMT+12"
_FIRST = re.compile(r"\b1\b")
_SKELETONS: dict[str, str] = {
    "long": "yMMMMd",
    "date": "yMMMMd",
    "short": "MMMd",
    "day": "MMMd",
}


def zone_name(zone: tzinfo) -> str:
    """« Paris », "UTC", "anywhere on Earth": a place that a person knows, never an abbreviation."""
    key = str(zone)
    if key in {"UTC", "Etc/UTC"}:
        return "UTC"
    if key == _ANYWHERE:
        return _("anywhere on Earth")
    return _city(zone, locale())


# A list says the same few days, hours and places on every line, and the locale data are slow to ask.
@lru_cache(maxsize=1024)
def _city(zone: tzinfo, where: Locale) -> str:
    return str(get_timezone_location(zone, locale=where, return_city=True))


def day_text(moment: date, style: Style = "long") -> str:
    """The day alone: "22 November 2026", or "22 Nov" when short. In French the first is « 1er »."""
    return _day(moment.year, moment.month, moment.day, style, locale())


@lru_cache(maxsize=4096)
def _day(year: int, month: int, day: int, style: Style, where: Locale) -> str:
    moment = date(year, month, day)
    if style in {"long", "full"}:
        text = format_date(moment, style, locale=where)
    else:
        text = format_skeleton(_SKELETONS.get(style, "yMMMMd"), moment, locale=where, fuzzy=True)
    if day == 1 and where.language == "fr":  # the locale data write « 1 », which nobody says
        return _FIRST.sub("1er", text, count=1)
    return str(text)


def clock_text(moment: datetime) -> str:
    return _hour(moment.hour, moment.minute, locale())


@lru_cache(maxsize=4096)
def _hour(hour: int, minute: int, where: Locale) -> str:
    return str(format_skeleton("Hm", time(hour, minute), locale=where))


def moment_text(moment: datetime, style: Style = "long", zone: tzinfo | None = None) -> str:
    """`moment` in `zone` (default: the active one), without the zone's name."""
    local = moment.astimezone(zone or timezone.get_current_timezone())
    if style in {"date", "day"}:
        return day_text(local.date(), "long" if style == "date" else "day")
    if style == "time":
        return clock_text(local)
    return f"{day_text(local.date(), style)}, {clock_text(local)}"


def clock_text_of(zone: tzinfo | None = None) -> str:
    """By which clock the moments of a table are told, to be said once: "Times: Paris"."""
    return _("Times: %(place)s") % {"place": zone_name(zone or timezone.get_current_timezone())}


def when(
    moment: datetime | date | None,
    style: Style = "long",
    zone: tzinfo | None = None,
    *,
    utc: bool = False,
    bare: bool = False,
) -> str:
    """A `<time>`. `utc=True` adds UTC as a visible note, for deadlines; else it is in the title.

    `bare=True` leaves the zone out: in a table whose caption says it once.
    """
    if moment is None:
        return "–"
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), day_text(moment))
    zone = zone or timezone.get_current_timezone()
    local, universal = moment.astimezone(zone), moment.astimezone(UTC)
    text, place = moment_text(moment, style, zone), zone_name(zone)
    universal_text = f"{day_text(universal.date())}, {clock_text(universal)} UTC"
    if style not in {"date", "day"} and not bare:
        text = f"{text} UTC" if place == "UTC" else f"{text} ({place})"
    note: SafeString | str = ""
    if utc and place != "UTC":
        same_day = local.date() == universal.date()
        note = format_html(
            ' <small class="utc">{}</small>', f"{clock_text(universal)} UTC" if same_day else universal_text
        )
    return format_html(
        '<time datetime="{}" title="{}">{}</time>{}',
        local.isoformat(timespec="minutes"),
        universal_text,
        text,
        note,
    )
