"""Calendar months, by which laws count."""

import calendar
from datetime import datetime


def later(moment: datetime, months: int) -> datetime:
    """The same day and hour `months` later; the last day of a month that has no such day."""
    year, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + year, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))
