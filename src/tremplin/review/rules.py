"""Decisions about reads, without a database."""

import hashlib
from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from math import ceil
from statistics import median
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tremplin.core.states import State
from tremplin.core.text import say, whole
from tremplin.programmes.schema import Criterion, ReviewPlan, SecondPassPlan

Read = TypeVar("Read", bound=Hashable)
Who = TypeVar("Who", bound=Hashable)
CANNOT_JUDGE = "cannot_judge"
Score = int | str
Scores = Mapping[str, Score]
LONGEST_TEXT = 5000
LONGEST_LIST = 2000
LONGEST_SITTING = 20 * 60  # seconds between two saves above which someone has gone away
_ENOUGH_READS = 3

ASSIGNMENT_STATES: Mapping[str, State] = {
    "assigned": State(
        "assigned",
        gettext_lazy("To be read"),
        gettext_lazy("To read"),
        gettext_lazy("Read it, choose a level for each criterion, and submit."),
        "info",
    ),
    "submitted": State(
        "submitted",
        gettext_lazy("Read"),
        gettext_lazy("Submitted"),
        gettext_lazy("Nothing more to do. You see what others found once they have submitted too."),
        "ok",
    ),
    "conflict": State(
        "conflict",
        gettext_lazy("Conflict of interest"),
        gettext_lazy("Passed on"),
        gettext_lazy("Somebody else reads it. You will not see it again."),
        "warn",
    ),
    "passed": State(
        "passed",
        gettext_lazy("Passed on"),
        gettext_lazy("Passed on"),
        gettext_lazy("Somebody else reads it. Nobody asks why."),
        "info",
    ),
    "closed": State(
        "closed",
        gettext_lazy("Closed unread"),
        gettext_lazy("Closed"),
        gettext_lazy("Decisions are made, so it need not be read any more. Thank you."),
        "info",
    ),
    "released": State(
        "released",
        gettext_lazy("Taken back"),
        gettext_lazy("Taken back"),
        gettext_lazy("It is no longer yours to read."),
        "info",
    ),
}


def scores_of(criterion: Criterion) -> frozenset[int]:
    """The scores that a criterion's levels have."""
    return frozenset(level.score for level in criterion.levels)


def known_scores(
    plan: ReviewPlan, given: Mapping[str, object]
) -> tuple[dict[str, Score], dict[str, list[str]]]:
    """The scores that belong to the rubric, and what is wrong with the others, by criterion.

    A score may come as a number or as the text of one; an empty one is left out, as not answered yet.
    """
    scores: dict[str, Score] = {}
    errors: dict[str, list[str]] = {}
    criteria = {criterion.code: criterion for criterion in plan.criteria}
    for code, raw in given.items():
        value = str(raw).strip() if raw is not None else ""
        if not value:
            continue
        if code not in criteria:
            errors[code] = [_("The rubric has no such criterion.")]
        elif value == CANNOT_JUDGE:
            scores[code] = CANNOT_JUDGE
        elif whole(value, -1) in scores_of(criteria[code]):
            scores[code] = int(value)
        else:
            errors[code] = [_("Choose one of the levels.")]
    return scores, errors


def missing(plan: ReviewPlan, scores: Scores) -> dict[str, list[str]]:
    """What keeps a review from being submitted, by criterion."""
    text = _("“%(criterion)s”: choose a level, or say that you cannot judge it.")
    return {
        criterion.code: [text % {"criterion": say(criterion.label)}]
        for criterion in plan.criteria
        if criterion.code not in scores
    }


def share(criterion: Criterion, score: int) -> float:
    """A score as a share of its criterion's range, 0 to 1, so that criteria on other scales can be added."""
    lowest, highest = criterion.levels[0].score, criterion.levels[-1].score
    return (score - lowest) / (highest - lowest)


def values(plan: ReviewPlan, reads: Sequence[Scores]) -> list[float | None]:
    """One number from 0 to 100 for each read; None when its reviewer could judge nothing.

    The weighted mean over the criteria that were judged. Criteria differ in how high people score on them, so
    each is measured from its own mean over all reads: not to judge a hard criterion is no advantage.
    """
    weights = {criterion.code: criterion.weight for criterion in plan.criteria}
    shares = [_shares(plan, scores) for scores in reads]
    means = {code: _mean([row[code] for row in shares if code in row]) for code in weights}
    seen = {code: mean for code, mean in means.items() if mean is not None}
    whole = sum(weights[code] for code in seen)
    middle = sum(weights[code] * mean for code, mean in seen.items()) / whole if whole else 0.0
    found: list[float | None] = []
    for row in shares:
        judged = sum(weights[code] for code in row)
        if not judged:
            found.append(None)
            continue
        above = sum(weights[code] * (value - seen[code]) for code, value in row.items()) / judged
        found.append(100 * (middle + above))
    return found


def marks(plan: ReviewPlan, scores: Scores) -> dict[str, float | None]:
    """Each criterion's score from 0 to 100; None where the reviewer could not judge it."""
    shares = _shares(plan, scores)
    return {
        criterion.code: 100 * shares[criterion.code] if criterion.code in shares else None
        for criterion in plan.criteria
    }


def _shares(plan: ReviewPlan, scores: Scores) -> dict[str, float]:
    found = {}
    for criterion in plan.criteria:
        score = scores.get(criterion.code)
        if isinstance(score, int):
            found[criterion.code] = share(criterion, score)
    return found


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None


def step(plan: ReviewPlan) -> float:
    """The least by which the value of a read can change, on the scale of 0 to 100."""
    whole = sum(criterion.weight for criterion in plan.criteria)
    steps = []
    for criterion in plan.criteria:
        scores = [level.score for level in criterion.levels]
        gap = min(upper - lower for lower, upper in pairwise(scores))
        steps.append(100 * criterion.weight / whole * gap / (scores[-1] - scores[0]))
    return min(steps)


def typical_level(criterion: Criterion, scores: Sequence[Score]) -> int | None:
    """The level that readers mostly saw: the median, between two the lower one; None when none could judge."""
    judged = sorted(score for score in scores if isinstance(score, int))
    return judged[(len(judged) - 1) // 2] if judged else None


def level_words(criterion: Criterion, score: Score | None) -> str:
    """A score as a reader says it: “4 · Strong”."""
    if score is None:
        return "–"
    if score == CANNOT_JUDGE:
        return _("cannot judge")
    label = next((say(level.label) for level in criterion.levels if level.score == score), "")
    return f"{score} · {label}"


def shown_token(assignment_ref: str, snapshot_pk: int, checksum: str) -> str:
    """Names the text that is on screen, to this reviewer alone: nothing in it leads back to a person."""
    return hashlib.sha256(f"{assignment_ref}|{snapshot_pk}|{checksum}".encode()).hexdigest()[:20]


def sitting(*, shown_at: datetime | None, now: datetime) -> int:
    """Seconds of reading since the page was shown or last saved; a long absence counts as nothing more."""
    if shown_at is None or shown_at > now:
        return 0
    return min(int((now - shown_at).total_seconds()), LONGEST_SITTING)


def minutes_left(*, reads: int, seconds: Sequence[int], planned_minutes: int) -> int:
    """How long `reads` more will take, at this person's own pace once there is one."""
    return round(reads * pace(seconds, planned_minutes))


def effort(minutes: int) -> str:
    """“about 50 minutes”, “about 3 hours”: nobody needs it more exact."""
    if minutes < 90:
        rounded = minutes if minutes < 10 else round(minutes / 5) * 5
        return ngettext("about %(count)s minute", "about %(count)s minutes", rounded) % {"count": rounded}
    hours = round(minutes / 60)
    return ngettext("about %(count)s hour", "about %(count)s hours", hours) % {"count": hours}


def pace(seconds: Sequence[int], planned_minutes: int) -> float:
    """Minutes a read takes: this person's own median once there is one, never below half a minute."""
    own = median(seconds) / 60 if len(seconds) >= _ENOUGH_READS else float(planned_minutes)
    return max(own, 0.5)


Away = tuple[date | None, date | None]


def days_left(*, today: date, ends: date, away: Away = (None, None)) -> int:
    """Days from `today` to the last one of reading, both counted, without those on which somebody is away."""
    first, last = away
    out = 0
    if first is not None and last is not None:
        out = max(0, (min(last, ends) - max(first, today)).days + 1)
    return max(0, (ends - today).days + 1) - out


def room(*, hours: int | None, minutes: float, days: int) -> int | None:
    """How many reads somebody with `hours` a week gets done in `days`; None where they did not say."""
    return None if hours is None else int(hours * 60 / 7 * days / minutes)


def most_reads(*, capacity: int | None, done: int, room: int | None) -> int | None:
    """The most that somebody can carry in all: what they said, or what their time allows; None: no limit."""
    limits = [limit for limit in (capacity, None if room is None else done + room) if limit is not None]
    return min(limits, default=None)


def given_up(
    reads: Sequence[Read], begun: Collection[Read], *, keep: int, begun_too: bool = False
) -> list[Read]:
    """Of somebody's open reads, oldest first, those that go when only `keep` can stay: the latest, what was begun last.

    What was begun goes only `begun_too`.
    """
    order = sorted(reads, key=lambda read: read not in begun)
    return [read for read in order[keep:] if begun_too or read not in begun]


def reading_deadline(dates: Mapping[str, datetime]) -> datetime:
    """By when all must be read: the programme's own date, else the next one it has."""
    for code in ("reading_ends", "decisions_out", "offers_answered", "training_starts"):
        if code in dates:
            return dates[code]
    return max(dates.values())


def read_again(plan: SecondPassPlan, merits: Mapping[Who, float], *, places: int) -> list[Who]:
    """Who is read in a second pass, by the merit that the first one found: the best, or those nearest to the line.

    The line lies between the last who would get one of the `places` and the next. Whoever ties with the last is in.
    """
    if not merits:
        return []
    best = sorted(merits.values(), reverse=True)
    line = best[-1] if places >= len(best) else (best[places - 1] + best[places]) / 2
    behind = {
        who: round(abs(merit - line) if plan.who == "nearest" else best[0] - merit, 6)
        for who, merit in merits.items()
    }
    asked = plan.share * len(merits) if plan.share is not None else (plan.per_place or 0) * places
    many = min(len(merits), max(1, ceil(round(asked, 6))))
    last = sorted(behind.values())[many - 1]
    order = {who: position for position, who in enumerate(merits)}
    return sorted((who for who in behind if behind[who] <= last), key=lambda who: (behind[who], order[who]))


def may_reopen(*, submitted: bool, others_in: bool) -> bool:
    """Whether a reviewer may take a submitted read back themselves: only while no other read could sway them."""
    return submitted and not others_in
