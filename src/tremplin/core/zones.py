"""Time zones by their IANA names."""

from functools import cache
from zoneinfo import available_timezones


@cache
def known_zones() -> frozenset[str]:
    """All zone names of the installed time zone data."""
    return frozenset(available_timezones())


def known_zone(name: str) -> bool:
    return name in known_zones()
