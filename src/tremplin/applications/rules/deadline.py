"""When one may begin, write, send and step back; and how far one person's own deadline may lie beyond everybody's."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

from tremplin.programmes.rules import call_is_open

Phase = Literal["before", "open", "closed", "decided"]


def bound(dates: Mapping[str, datetime]) -> datetime:
    """Before what a deadline of one's own must lie: the decisions, or where there are none the training."""
    return dates.get("decisions_out") or dates["training_starts"]


def closes(dates: Mapping[str, datetime], own: datetime | None = None) -> datetime:
    """When the call closes for one person: at everybody's deadline, or at their own where that is later.

    Dates move, also after more time was given: the later one counts, and never a moment after the decisions.
    In UTC, because times of one zone are compared and added by what its clocks show, which change.
    """
    everybodys = dates["call_closes"].astimezone(UTC)
    return everybodys if own is None else max(everybodys, min(own.astimezone(UTC), bound(dates)))


def phase(
    dates: Mapping[str, datetime], grace: timedelta, now: datetime, own: datetime | None = None
) -> Phase:
    """Where a call stands for one who writes. The silent grace belongs to “open”; pages never mention it."""
    if now < dates["call_opens"]:
        return "before"
    if call_is_open(dates={**dates, "call_closes": closes(dates, own)}, grace=grace, now=now):
        return "open"
    decided = dates.get("decisions_out")
    return "decided" if decided and now >= decided else "closed"


def may_start(dates: Mapping[str, datetime], now: datetime, own: datetime | None = None) -> bool:
    """New applications begin between opening and deadline, or one's own; the grace is for those who had begun."""
    return dates["call_opens"] <= now <= closes(dates, own)


def may_withdraw(dates: Mapping[str, datetime], now: datetime) -> bool:
    """Until decisions are out. After that there is an offer to answer instead."""
    decided = dates.get("decisions_out")
    return decided is None or now < decided


Refusal = Literal["early", "earlier", "bound", "decided", "reading", "used"]


def refusal(
    dates: Mapping[str, datetime], *, until: datetime, now: datetime, reading: bool
) -> Refusal | None:
    """Why nobody may be given time `until` then; None when it may be given.

    `reading`: whether somebody has begun to read this application.
    """
    if reading:
        return "reading"
    if now >= bound(dates):
        return "decided"
    if until <= now:
        return "early"
    if until <= dates["call_closes"]:
        return "earlier"
    return "bound" if until >= bound(dates) else None


def is_used(
    dates: Mapping[str, datetime], grace: timedelta, *, touched: datetime | None, own: datetime | None
) -> bool:
    """Whether somebody has written or sent something in the time that they alone have."""
    return own is not None and touched is not None and touched > dates["call_closes"] + grace
