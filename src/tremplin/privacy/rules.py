"""When those who have to answer an erasure request are reminded. No database."""

from datetime import datetime, timedelta
from typing import Literal

Occasion = Literal["asked", "soon", "last", "late"]
SOON = timedelta(days=14)
LAST = timedelta(days=3)


def occasion(*, answer_by: datetime, now: datetime) -> Occasion:
    """The reminder that is due now: at once, two weeks and three days before the last day, and after it."""
    if now > answer_by:
        return "late"
    if now >= answer_by - LAST:
        return "last"
    return "soon" if now >= answer_by - SOON else "asked"
