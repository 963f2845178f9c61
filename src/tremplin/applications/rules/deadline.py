"""When one may begin, write, send and step back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from tremplin.programmes.rules import call_is_open

Phase = Literal["before", "open", "closed", "decided"]


def phase(dates: Mapping[str, datetime], grace: timedelta, now: datetime) -> Phase:
    """Where a call stands for those who write. The silent grace belongs to “open”; pages never mention it."""
    if now < dates["call_opens"]:
        return "before"
    if call_is_open(dates=dates, grace=grace, now=now):
        return "open"
    decided = dates.get("decisions_out")
    return "decided" if decided and now >= decided else "closed"


def may_start(dates: Mapping[str, datetime], now: datetime) -> bool:
    """New applications begin between opening and deadline; the grace is for those who had begun."""
    return dates["call_opens"] <= now <= dates["call_closes"]


def may_withdraw(dates: Mapping[str, datetime], now: datetime) -> bool:
    """Until decisions are out. After that there is an offer to answer instead."""
    decided = dates.get("decisions_out")
    return decided is None or now < decided
