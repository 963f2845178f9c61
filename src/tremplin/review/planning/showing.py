"""A season that was lived through, in words, in a picture and in rows."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tremplin.core.ui.amounts import number, percent
from tremplin.core.ui.charts import Curve, Interval, Reach
from tremplin.core.ui.moments import day_text
from tremplin.methods.capacity import Chance, Day, Spread
from tremplin.programmes.models import Cohort
from tremplin.review.planning.assumptions import Assumptions
from tremplin.review.planning.mending import Mend, Plan
from tremplin.review.planning.seasons import expected
from tremplin.review.planning.typed import query, say_language

_DAY = timedelta(days=1)
_ROWS = 12  # of the table beside the picture
_MARGIN = 2  # days that the picture goes on after all is read
_WORDS_A_MINUTE = 238  # silent reading of prose in English (Brysbaert 2019, mean of 190 studies)


def figures(found: Plan) -> dict[str, Any]:
    """What is kept with a plan, to hold what comes against it."""
    low, likely, high = expected(found.assumed, found.standing)
    return {
        "day": found.standing.now.isoformat(),
        "people": [low, likely, high],
        "minutes": found.standing.minutes or found.assumed.minutes,
        "readers": len(found.standing.readers) + sum(found.assumed.more.values()),
        "hours": round(_hours_a_week(found), 1),
        "unread": round(found.outlook.unread.value, 4),
        "short": round(found.outlook.short.value, 4),
        "all_read": [day.isoformat() if day else "" for day in _all_read(found)],
    }


def told(found: Plan, cohort: Cohort, url: str, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """All that the page says of it. `before`: the figures that were kept with the plan."""
    zone = ZoneInfo(cohort.plan.cohort.time_zone)
    return {
        "chances": [
            (_("Somebody is read by nobody"), chance_words(found.outlook.unread)),
            (_("Somebody is read less often than planned"), chance_words(found.outlook.short)),
            *(
                [(_("Not all extra reads are in"), chance_words(found.outlook.extra))]
                if found.standing.extra
                else []
            ),
        ],
        "all_read": _by_when(found, zone),
        "extra": number(sum(found.standing.extra), 0) if found.standing.extra else "",
        "extra_by": _extra_by(found, zone) if found.standing.extra else "",
        "first": number(found.standing.first, 0) if found.standing.first else "",
        "missing": _span(found.outlook.missing),
        "unread": _span(found.outlook.people),
        "needed": number(_hours_needed(found), 0),
        "there_are": number(_hours_there(found), 0),
        "picture": _picture(found, zone),
        "picture_desc": _in_words(found, zone),
        "days": [_row(day, found, zone) for day in _some(found)],
        "mends": [_mend(one, found, url) for one in found.mends],
        "mend_chances": list(_intervals(found)),
        "languages": [_language(found, row) for row in found.outlook.languages if row.language],
        "against": list(_against(found, before, zone)) if before else [],
        "planned_on": day_text(datetime.fromisoformat(before["day"]).astimezone(zone)) if before else "",
    }


def chance_words(chance: Chance) -> str:
    """A chance, with what it would be if all that is not known were known."""
    low, high = min(chance.least, chance.value), max(chance.most, chance.value)
    if round(low, 2) == round(high, 2) or high < 0.03:
        return percent(chance.value)
    return _("%(value)s (%(low)s to %(high)s, as things may turn out)") % {
        "value": percent(chance.value),
        "low": percent(low),
        "high": percent(high),
    }


def _span(found: Spread) -> str:
    if found.low == found.high:
        return number(found.middle, 0)
    return _("%(middle)s as likely as not; %(low)s to %(high)s in nine of ten") % {
        "middle": number(found.middle, 0),
        "low": number(found.low, 0),
        "high": number(found.high, 0),
    }


def _hours_a_week(found: Plan) -> float:
    assumed = found.assumed
    there = sum(assumed.hours if one.hours is None else one.hours for one in found.standing.readers)
    return (there + sum(assumed.more.values()) * assumed.more_hours) * (1 + assumed.effort / 100)


def _hours_needed(found: Plan) -> float:
    """For the reads that are still to be done, extra and first ones with them, if as many come as is likely."""
    standing, assumed = found.standing, found.assumed
    likely = expected(assumed, standing)[1]
    done = sum(
        min(reads, assumed.reads) * many
        for pile in standing.piles.values()
        for reads, many in enumerate(pile)
    )
    planned = max(likely * assumed.reads - done, 0)
    first = sum(one.first for one in standing.readers) + sum(assumed.more.values()) * standing.first
    return (planned + sum(standing.extra) + first) * (standing.minutes or assumed.minutes) / 60


def _hours_there(found: Plan) -> float:
    """From the day on which reading begins until it ends."""
    standing, assumed = found.standing, found.assumed
    begun = any(one.given for one in standing.readers)
    begins = standing.begins if begun else max(standing.begins, standing.closes - assumed.early * _DAY)
    ends = standing.due + assumed.later * _DAY
    return _hours_a_week(found) * max((ends - begins) / (7 * _DAY), 0)


def _all_read(found: Plan) -> list[datetime | None]:
    """By when all reads are in: in the 5th, 50th and 95th of a hundred seasons; None: later than was looked at."""
    standing, days = found.standing, found.outlook.days
    closed = (standing.closes - standing.begins) / _DAY
    rows = [day for day in days if day.day >= closed]
    times = []
    for part in (0.05, 0.5, 0.95):
        first = next((day for day in rows if 1 - day.short.value >= part), None)
        times.append(standing.begins + first.day * _DAY if first else None)
    return times


def _by_when(found: Plan, zone: ZoneInfo) -> str:
    early, middle, late = _all_read(found)
    horizon = found.standing.begins + found.outlook.days[-1].day * _DAY
    if middle is None:
        return _("as likely as not, not by %(day)s") % {"day": day_text(horizon.astimezone(zone))}
    words = {"middle": day_text(middle.astimezone(zone)), "low": day_text((early or middle).astimezone(zone))}
    if late is None:
        return _("by %(middle)s as likely as not; not before %(low)s, and perhaps much later") % words
    if early == late:
        return _("by %(middle)s") % words
    return _("by %(middle)s as likely as not; between %(low)s and %(high)s in nine of ten") % {
        **words,
        "high": day_text(late.astimezone(zone)),
    }


def _extra_by(found: Plan, zone: ZoneInfo) -> str:
    """By when all extra reads are in, as likely as not."""
    begins = found.standing.begins
    first = next((day for day in found.outlook.days if day.extra.value <= 0.5), None)
    if first is None:
        return _("as likely as not, not before %(day)s") % {
            "day": day_text((begins + found.outlook.days[-1].day * _DAY).astimezone(zone))
        }
    return _("by %(middle)s as likely as not") % {
        "middle": day_text((begins + first.day * _DAY).astimezone(zone))
    }


def _shown(found: Plan) -> list[Day]:
    """The days that the picture shows: until all is read, and reading has ended."""
    ends = (found.standing.due + found.assumed.later * _DAY - found.standing.begins) / _DAY
    last = max(
        (day.day for day in found.outlook.days if day.people.high > 0 and day.day > ends), default=ends
    )
    return [day for day in found.outlook.days if day.day <= last + _MARGIN]


def _some(found: Plan) -> list[Day]:
    """As many days as a table can hold, the day on which reading ends among them."""
    days = _shown(found)
    ends = (found.standing.due + found.assumed.later * _DAY - found.standing.begins) / _DAY
    step = -(-len(days) // _ROWS)
    at = next((place for place, day in enumerate(days) if day.day >= ends - 1e-9), len(days) - 1)
    return [day for place, day in enumerate(days) if (place - at) % step == 0]


def _row(day: Day, found: Plan, zone: ZoneInfo) -> dict[str, Any]:
    moment = found.standing.begins + day.day * _DAY
    ends = found.standing.due + found.assumed.later * _DAY
    return {
        "day": day_text(moment.astimezone(zone), "short"),
        "ends": abs((moment - ends) / _DAY) < 0.5,
        "people": _short_span(day.people),
        "missing": _short_span(day.missing),
        "unread": percent(day.unread.value),
        "short": percent(day.short.value),
        "extra": percent(day.extra.value),
    }


def _short_span(found: Spread) -> str:
    words = {
        "estimate": number(found.middle, 0),
        "low": number(found.low, 0),
        "high": number(found.high, 0),
    }
    return _("%(estimate)s (%(low)s to %(high)s)") % words if found.low < found.high else words["estimate"]


def _picture(found: Plan, zone: ZoneInfo) -> Curve:
    """How many wait for all their reads, day by day, with what nine of ten seasons show."""
    days = _shown(found)
    last = days[-1].day or 1
    standing = found.standing
    start = sum(sum(pile[: found.assumed.reads]) for pile in standing.piles.values())
    ends = (standing.due + found.assumed.later * _DAY - standing.begins) / _DAY
    marks = [standing.begins + last * part * _DAY for part in (0.0, 0.5, 1.0)]
    begin = Reach(0.0, start, start, start)
    return Curve(
        known=[(0.0, float(start))],
        ahead=[
            begin,
            *(Reach(day.day / last, day.people.low, day.people.middle, day.people.high) for day in days),
        ],
        marks=[
            (part, day_text(mark.astimezone(zone), "day"))
            for part, mark in zip((0.0, 0.5, 1.0), marks, strict=True)
        ],
        ends=(min(ends / last, 1.0), _("Reading ends")),
        band=_("Nine seasons in ten lie within this; the dots are their middle"),
    )


def _in_words(found: Plan, zone: ZoneInfo) -> str:
    most = max(found.outlook.days, key=lambda day: day.people.middle)
    moment = found.standing.begins + most.day * _DAY
    return _("At most %(many)s wait for their first read, on %(day)s. On the last day it is %(left)s.") % {
        "many": number(most.people.middle, 0),
        "day": day_text(moment.astimezone(zone)),
        "left": _span(found.outlook.people),
    }


def _language(found: Plan, row: Any) -> dict[str, Any]:
    return {
        "name": say_language(row.language, first=True),
        "readers": number(row.readers, 0),
        "unread": percent(row.unread.value),
        "missing": _short_span(row.missing),
    }


def _mend(one: Mend, found: Plan, url: str) -> dict[str, Any]:
    return {
        "what": what(one, found.assumed),
        "where": one.remedy.kind,
        "chance": chance_words(one.chance),
        "enough": one.enough,
        "cost": number(one.cost, 0),
        "href": f"{url}?{query(one.assumed)}",
    }


def what(one: Mend, assumed: Assumptions) -> str:
    """A remedy in a sentence."""
    remedy, then = one.remedy, one.assumed
    if remedy.kind == "reviewers":
        some = [
            ngettext("%(count)s more who reads %(language)s", "%(count)s more who read %(language)s", many)
            % {"count": number(many, 0), "language": say_language(code)}
            for code, many in remedy.by_language
        ]
        hours = ngettext("%(count)s hour a week each", "%(count)s hours a week each", then.more_hours)
        return ", ".join([*some, hours % {"count": number(then.more_hours, 0)}])
    if remedy.kind == "later":
        many = then.later - assumed.later
        text = ngettext("Read %(count)s day longer", "Read %(count)s days longer", many)
        return text % {"count": number(many, 0)}
    if remedy.kind == "effort":
        return _("Everybody reads %(part)s more hours") % {"part": percent(remedy.amount)}
    if remedy.kind == "fewer":
        text = ngettext(
            "%(count)s read of each application, not %(now)s",
            "%(count)s reads of each application, not %(now)s",
            then.reads,
        )
        return text % {"count": number(then.reads, 0), "now": number(assumed.reads, 0)}
    if remedy.kind == "shorter":
        words = round((assumed.minutes - then.minutes) * _WORDS_A_MINUTE, -1)
        return _("Shorter answers: %(then)s minutes a read, not %(now)s (about %(words)s words less)") % {
            "then": number(then.minutes, 1),
            "now": number(assumed.minutes, 1),
            "words": number(words, 0),
        }
    if remedy.kind == "cap":
        return _("Nobody may apply after %(many)s have") % {"many": number(then.cap, 0)}
    many = then.early - assumed.early
    text = ngettext("Begin to read %(count)s day earlier", "Begin to read %(count)s days earlier", many)
    return text % {"count": number(many, 0)}


def _intervals(found: Plan) -> Iterator[Interval]:
    def interval(label: str, chance: Chance, enough: bool) -> Interval:
        low, middle, high = (round(100 * part) for part in (chance.least, chance.value, chance.most))
        return Interval(label, low, middle, high, "ok" if enough else "warn")

    yield interval(_("As it is"), found.chance, found.enough)
    for one in found.mends:
        yield interval(what(one, found.assumed), one.chance, one.enough)


def _against(found: Plan, before: Mapping[str, Any], zone: ZoneInfo) -> Iterator[tuple[str, str, str]]:
    """What was planned, and how it stands."""
    now = figures(found)

    def people(numbers: list[int]) -> str:
        low, likely, high = (number(one, 0) for one in numbers)
        if low == high:
            return likely
        return _("%(estimate)s (%(low)s to %(high)s)") % {"estimate": likely, "low": low, "high": high}

    yield _("Applications in all"), people(before["people"]), people(now["people"])
    yield _("Minutes a read"), number(before["minutes"], 1), number(now["minutes"], 1)
    yield _("Reviewers"), number(before["readers"], 0), number(now["readers"], 0)
    yield _("Hours a week, all together"), number(before["hours"], 0), number(now["hours"], 0)
    yield _("Chance that somebody is read by nobody"), percent(before["unread"]), percent(now["unread"])
    yield (
        _("Chance that somebody is read less often than planned"),
        percent(before["short"]),
        percent(now["short"]),
    )

    def day(figures_: Mapping[str, Any]) -> str:
        at = figures_["all_read"][1]
        return day_text(datetime.fromisoformat(at).astimezone(zone)) if at else _("later")

    yield _("All read, as likely as not, by"), day(before), day(now)
