"""Time zones to choose from: one city for each place on earth where clocks agree, named in one's language."""

from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tremplin.core.errors import Message
from tremplin.core.text import fold
from tremplin.core.zones import known_zone

Group = tuple[str, list[tuple[str, str]]]
_REGIONS: dict[str, Message] = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}


@cache
def cities() -> tuple[str, ...]:
    """The names of the zones that belong to a country, without those kept for old programs."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    names = (line.split("\t")[2] for line in table.splitlines() if line and not line.startswith("#"))
    return tuple(sorted(name for name in names if known_zone(name)))


def choices(current: str = "") -> list[Group]:
    """For a select, by part of the world; `current` is among them even if it is an old name."""
    groups = [("UTC", [("UTC", "UTC")]), *_groups(get_language() or settings.LANGUAGE_CODE)]
    offered = {name for _region, rows in groups for name, _label in rows}
    if current and current not in offered and known_zone(current):
        groups.insert(0, (current, [(current, current)]))
    return groups


def label(name: str) -> str:
    """The city of a zone, as a person reads it."""
    if name == "UTC" or not known_zone(name):
        return name
    language = get_language() or settings.LANGUAGE_CODE
    return str(
        get_timezone_location(ZoneInfo(name), locale=Locale.parse(language, sep="-"), return_city=True)
    )


@cache
def _groups(language: str) -> list[Group]:
    locale = Locale.parse(language, sep="-")
    rows: dict[str, list[tuple[str, str]]] = {}
    for name in cities():
        city = get_timezone_location(ZoneInfo(name), locale=locale, return_city=True)
        rows.setdefault(str(_REGIONS[name.split("/")[0]]), []).append((name, str(city)))
    return [(region, sorted(rows[region], key=lambda row: fold(row[1]))) for region in sorted(rows, key=fold)]
