"""Who may need a word, early, and why: signs that a scholar drifts, never a comparison with others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from tremplin.training.rules.weeks import FULL_WEEK, Week, done_hours, hours_of

Kind = Literal["quiet", "unlooked", "behind", "journal", "stuck"]
QUIET = timedelta(days=10)
"""Without a plan saved, a post or a lab handed in."""
UNLOOKED = 2
"""Weeks in a row that were planned, are over, and nobody looked back at."""
BEHIND = 1.5
"""Full weeks of work that are neither done nor moved nor given up."""
SILENT = {"weekly": 3, "fortnightly": 5}
"""Weeks without a post that others may read, by the programme's cadence."""
STUCK = 4
"""Tries in a row that break on the same check."""


@dataclass(frozen=True, slots=True)
class Try:
    """A submission as it was graded: its checks as in the report."""

    lab: str
    checks: Sequence[Mapping[str, Any]]
    passed: bool


@dataclass(frozen=True, slots=True)
class Stuck:
    """The check that the last tries at a lab all broke on."""

    lab: str
    check: str
    title: Mapping[str, str]
    tries: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a word may help. `number` are days, weeks or tries."""

    kind: Kind
    number: float = 0
    stuck: Stuck | None = None


def drift(
    weeks: Sequence[Week],
    *,
    week: int,
    last_seen: datetime,
    now: datetime,
    posts: Sequence[int],
    cadence: str,
    stuck: Sequence[Stuck] = (),
) -> list[Reason]:
    """The signs at `now`, in week `week` of training; none before it starts. `posts` are weeks with a shared post."""
    if week < 1:
        return []
    found = [Reason("stuck", one.tries, one) for one in stuck]
    if now - last_seen >= QUIET:
        found.append(Reason("quiet", (now - last_seen).days))
    unlooked = _unlooked(weeks, week)
    if unlooked >= UNLOOKED:
        found.append(Reason("unlooked", unlooked))
    behind = sum(
        hours_of(one) - done_hours(one) for one in weeks if one["week"] < week and not one.get("left")
    )
    if behind >= BEHIND * FULL_WEEK and unlooked < UNLOOKED:  # else nobody knows yet what was done
        found.append(Reason("behind", behind / FULL_WEEK))
    silent = week - 1 - max((number for number in posts if number < week), default=0)
    if cadence in SILENT and silent >= SILENT[cadence] and not set(posts) & {week}:
        found.append(Reason("journal", silent))
    return found


def _unlooked(weeks: Sequence[Week], week: int) -> int:
    """How many weeks up to the last one were planned and not looked back at, without a break."""
    count = 0
    for one in sorted((one for one in weeks if one["week"] < week), key=lambda one: -int(one["week"])):
        if not hours_of(one) or one.get("done", "no") != "no" or one.get("spent") or one.get("left"):
            break
        count += 1
    return count


def stuck_at(tries: Sequence[Try]) -> list[Stuck]:
    """Labs whose last tries all broke on the same check. `tries` of one scholar, the newest first."""
    found = []
    for lab in dict.fromkeys(one.lab for one in tries):
        of_lab = [one for one in tries if one.lab == lab]
        if any(one.passed for one in of_lab):
            continue
        first = _broken(of_lab[0])
        count = 0
        for one in of_lab:
            broken = _broken(one)
            if first is None or broken is None or broken["id"] != first["id"]:
                break
            count += 1
        if first is not None and count >= STUCK:
            found.append(Stuck(lab, str(first["id"]), first.get("title") or {}, count))
    return found


def _broken(one: Try) -> Mapping[str, Any] | None:
    """The first check that failed; what depends on it was not tried."""
    return next((check for check in one.checks if not check.get("passed") and not check.get("skipped")), None)
