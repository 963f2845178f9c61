"""A scholar's own time: an extension and pauses move what is still to come, so that illness loses nobody anything.

No database. Every stage that has dates for scholars asks here, so that all of them move alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tremplin.selection.models import Scholar, ScholarState


@dataclass(frozen=True, slots=True)
class OwnTime:
    """How one scholar's dates differ from those of the cohort. `pauses` are over; `paused_at` has begun."""

    midpoint: datetime
    extension: timedelta = timedelta()
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    paused_at: datetime | None = None

    def moved(self, planned: datetime, *, now: datetime) -> datetime:
        """Where a date of the cohort falls for this scholar.

        An extension moves what comes after the mid-point of training, a pause what came after its beginning.
        While a pause lasts, what lies beyond it moves along with `now`: nothing comes due in a pause.
        """
        date = planned + self.extension if planned > self.midpoint else planned
        for began, ended in self.pauses:
            if date > began:
                date += ended - began
        if self.waits(date):
            date += max(timedelta(), now - (self.paused_at or now))
        return date

    def waits(self, date: datetime) -> bool:
        """Whether this date waits for the end of a pause."""
        return self.paused_at is not None and date > self.paused_at

    def worked(self, now: datetime) -> datetime:
        """`now` as it would be had the scholar never paused: what weeks of training are counted by."""
        reached = min(now, self.paused_at) if self.paused_at else now
        away = sum(
            (min(ended, reached) - began for began, ended in self.pauses if began < reached), timedelta()
        )
        return reached - away


def own_time(scholar: Scholar, dates: Mapping[str, datetime]) -> OwnTime:
    """The own time of `scholar` in a cohort with these `dates`."""
    pauses = [
        (datetime.fromisoformat(began), datetime.fromisoformat(ended)) for began, ended in scholar.pauses
    ]
    return OwnTime(
        midpoint=dates.get("midpoint") or dates["training_starts"],
        extension=timedelta(weeks=scholar.extension_weeks),
        pauses=tuple(sorted(pauses)),
        paused_at=scholar.stopped_at if scholar.state == ScholarState.PAUSED else None,
    )
