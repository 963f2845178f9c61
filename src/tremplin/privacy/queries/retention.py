"""What goes when, and what has gone: a cohort's data by class, without a person in sight."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tremplin.core.models import AuditEvent
from tremplin.people.models import User
from tremplin.privacy.models import Hold
from tremplin.programmes.apart import AFTERWARDS, STAGES, cause, is_over
from tremplin.programmes.models import Cohort
from tremplin.programmes.retention import DataClass, classes, counts, days_of
from tremplin.programmes.roles import Role, require

PURGED = "privacy.purged"
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Line:
    """One class of data: how much there is, from when it goes, and what holds it."""

    kept: DataClass
    count: int
    goes: datetime | None
    hold: Hold | None

    @property
    def what(self) -> str:
        return str(self.kept.what)

    @property
    def stays(self) -> str:
        return str(self.kept.kept)

    @property
    def may_be_held(self) -> bool:
        """Whether it goes by the rounds of this room, which a hold stops. (Templates would call `purge` itself.)"""
        return self.kept.purge is not None

    @property
    def day(self) -> datetime | None:
        """The day on which some of it really goes: its own, or the end of the hold."""
        if self.goes is None or self.hold is None:
            return self.goes
        return max(self.goes, self.hold.until)


@dataclass(frozen=True, slots=True)
class Round:
    """What went on one day."""

    at: datetime
    counts: list[tuple[str, int]]


def holds_in_force(cohort: Cohort, now: datetime) -> dict[str, Hold]:
    """What holds which class of data now."""
    rows = Hold.objects.filter(cohort=cohort, lifted_at=None, until__gt=now)
    return {hold.kept: hold for hold in rows}


def lines(cohort: Cohort, actor: User, *, now: datetime) -> list[Line]:
    """Every class of data that there is something of, what goes next first. Raises NotAllowed.

    Whoever stands apart from the selection is not told how much was written there.
    """
    require(actor, cohort, Role.ORGANISER, Role.OBSERVER)
    held = holds_in_force(cohort, now)
    shown = _shown(cohort, actor)
    many = counts(cohort, shown)
    found = [
        Line(kept, many[kept.code], kept.first_day(cohort), held.get(kept.code))
        for kept in shown
        if many[kept.code] or kept.code in held
    ]
    far = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(found, key=lambda line: (line.day or far, line.kept.code))


_TELLING = ("applications.refused", "applications.taken")
"""How many of each there are says how many places are taken."""


def _shown(cohort: Cohort, actor: User) -> list[DataClass]:
    if not cause(cohort, actor):
        return list(classes())
    hidden = {*STAGES} if is_over(cohort) else {*STAGES, *AFTERWARDS, *_TELLING}
    return [kept for kept in classes() if hidden.isdisjoint({kept.code, kept.code.partition(".")[0]})]


def rule_words(kept: DataClass, cohort: Cohort) -> str:
    """Until when and why, with the days of the cohort's profile."""
    return str(kept.rule) % {"days": days_of(cohort, kept.limit)} if kept.limit else str(kept.rule)


def soon(cohort: Cohort, *, now: datetime) -> tuple[datetime, list[DataClass]] | None:
    """The day within the next month on which something goes, and what. Counts only where a day is near."""
    near = [
        (day, kept)
        for kept in classes()
        if kept.limit and (day := kept.first_day(cohort)) and now < day <= now + SOON
    ]
    if not near:
        return None
    held = holds_in_force(cohort, now)
    first = min((day for day, kept in near if kept.code not in held), default=None)
    many = counts(cohort, [kept for day, kept in near if day == first and kept.code not in held])
    going = [kept for _day, kept in near if many.get(kept.code)]
    return (first, going) if first and going else None


def past_rounds(cohort: Cohort, actor: User) -> list[Round]:
    """What has gone, by day, the newest first: as the log says it, which knows counts alone."""
    rows = AuditEvent.objects.filter(scope=cohort.scope, verb=PURGED).order_by("position")
    days: dict[tuple[int, int, int], tuple[datetime, dict[str, int]]] = {}
    for event in rows.only("at", "data"):
        key = (event.at.year, event.at.month, event.at.day)
        counts = days.setdefault(key, (event.at, {}))[1]
        for code, count in event.data.items():
            counts[code] = counts.get(code, 0) + int(count)
    names = {kept.code: str(kept.what) for kept in classes()}
    hidden = set(names) - {kept.code for kept in _shown(cohort, actor)}
    return [
        Round(at, [(names.get(code, code), counts[code]) for code in sorted(counts) if code not in hidden])
        for at, counts in reversed(days.values())
    ]
