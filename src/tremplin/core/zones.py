"""Time zones by their IANA names."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones


@cache
def known_zones() -> frozenset[str]:
    """All zone names of the installed time zone data."""
    return frozenset(available_timezones())


def known_zone(name: str) -> bool:
    return name in known_zones()


def lived_by(name: str) -> ZoneInfo | None:
    """The zone that an account names; None while we do not know it, for an account begins in UTC."""
    return ZoneInfo(name) if name != "UTC" and known_zone(name) else None
