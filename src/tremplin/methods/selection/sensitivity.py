"""How far one changed read can move a chance, and what would make an applicant sure or put them out.

Both ask the rule itself again with the evidence of one applicant changed: nothing is estimated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from tremplin.methods.selection.outcome import Band, Rule, Scored, Selection, band_of

End = Literal["low", "high", "whole"]
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What the worst of the changes asked about does to a chance: from `chance` to `becomes`.

    `total` is the largest sum over all applicants of what a change moves; `other` the applicant among the others whom
    a change moves most, and `other_by` how far.
    """

    code: str
    chance: Fraction
    becomes: Fraction
    total: Fraction
    other: str
    other_by: Fraction

    @property
    def own(self) -> Fraction:
        return abs(self.becomes - self.chance)


@dataclass(frozen=True, slots=True)
class Turn:
    """The least change of an applicant's evidence that gives them another band; all other evidence as it is.

    `end` "low": the low end raised to `value`; "high": the high end lowered to `value`; "whole": estimate and interval
    moved together by `value`. With `beyond`, any further than `value` turns it, `value` itself does not.
    """

    end: End
    value: float
    beyond: bool
    band: Band


def ticks(scored: Sequence[Scored], steps: Mapping[str, float]) -> dict[str, tuple[Scored, Scored]]:
    """Each applicant's evidence one step down and one up. A step is what one tick of one read moves an estimate by:
    the tick over the number of reads where all count alike."""
    found = {}
    for row in scored:
        if row.code in steps:
            step = steps[row.code]
            found[row.code] = (moved(row, -step), moved(row, step))
    return found


def moved(row: Scored, by: float) -> Scored:
    return Scored(row.code, row.estimate + by, row.low + by, row.high + by)


def sensitivity(
    rule: Rule, scored: Sequence[Scored], *, places: int, changes: Mapping[str, Sequence[Scored]]
) -> tuple[Sensitivity, ...]:
    """For each applicant in `changes`, the worst of the changes given for them. Equal evidence with equal changes is
    asked once. One `rule.select` a change; raises KeyError for an unknown code and what the rule raises."""
    rows = list(scored)
    place = {row.code: index for index, row in enumerate(rows)}
    now = rule.select(rows, places=places)
    known: dict[object, tuple[Selection, int]] = {}
    found = []
    for code, others in changes.items():
        index = place[code]
        row = rows[index]
        best = Sensitivity(code, now.chances[index], now.chances[index], Fraction(0), "", Fraction(0))
        for other in others:
            key = (_figures(row), _figures(other))
            if key not in known:
                changed = [*rows[:index], replace(other, code=code), *rows[index + 1 :]]
                known[key] = rule.select(changed, places=places), index
            best = _worse(best, now, *known[key])
        found.append(best)
    return tuple(found)


def _figures(row: Scored) -> tuple[float, float, float]:
    return row.low, row.estimate, row.high


def _worse(best: Sensitivity, now: Selection, then: Selection, index: int) -> Sensitivity:
    """The worse of what is known and of one more change, made to the applicant at `index` or to one just alike."""
    moves = [abs(b - a) if a != b else Fraction(0) for a, b in zip(now.chances, then.chances, strict=True)]
    becomes = then.chances[index]
    if abs(becomes - best.chance) > best.own:
        best = replace(best, becomes=becomes)
    total = sum((move for move in moves if move), Fraction())
    if total > best.total:
        best = replace(best, total=total)
    others = (
        (move, row.code) for at, (move, row) in enumerate(zip(moves, now.scored, strict=True)) if at != index
    )
    most, other = max(others, key=lambda pair: pair[0], default=(Fraction(0), ""))
    if most > best.other_by:
        if other == best.code:  # the answer is that of one just alike: the two change parts
            other = now.scored[index].code
        best = replace(best, other=other, other_by=most)
    return best


def turns(rule: Rule, scored: Sequence[Scored], *, places: int, code: str) -> tuple[Turn, ...]:
    """What would make an applicant sure, and what would put them out, one end at a time and by moving all of it.

    The ends of the others, their estimates and the half-ways between neighbours are where a rule can turn on one end;
    they are searched by halving, and the answer is tested from both sides. A shift of the whole is found to 2^-40 of
    the range of scores. Raises KeyError for an unknown code. O(log n) solves a turn.
    """
    rows = list(scored)
    index = {row.code: at for at, row in enumerate(rows)}[code]
    own, others = rows[index], [row for at, row in enumerate(rows) if at != index]

    def band(changed: Scored) -> Band:
        again = [*rows[:index], changed, *rows[index + 1 :]]
        return band_of(rule.select(again, places=places).chances[index])

    marks = _marks(others)
    here = band(own)
    found: list[Turn | None] = []
    if here != "sure":
        found.append(_end(own, marks, "low", lambda changed: band(changed) == "sure"))
        found.append(_whole(own, marks, 1, lambda changed: band(changed) == "sure"))
    if here != "not":
        found.append(_end(own, marks, "high", lambda changed: band(changed) == "not"))
        found.append(_whole(own, marks, -1, lambda changed: band(changed) == "not"))
    return tuple(turn for turn in found if turn is not None)


def _marks(others: Sequence[Scored]) -> list[float]:
    estimates = sorted({row.estimate for row in others})
    half_ways = {(one + two) / 2 for one, two in pairwise(estimates)}
    return sorted({*estimates, *half_ways, *(row.low for row in others), *(row.high for row in others)})


def _end(own: Scored, marks: Sequence[float], end: End, turned: Callable[[Scored], bool]) -> Turn | None:
    """Halving over the end where it is, each mark beyond it, and the open stretches between."""
    sign = 1.0 if end == "low" else -1.0
    start = own.low if end == "low" else own.high
    ahead = sorted({start, *(mark for mark in marks if (mark - start) * sign > 0)}, reverse=sign < 0)
    steps = [(at, beyond) for at in range(len(ahead)) for beyond in (False, True)][1:]

    def changed(value: float) -> Scored:
        if end == "low":
            return Scored(own.code, max(own.estimate, value), value, max(own.high, value))
        return Scored(own.code, min(own.estimate, value), min(own.low, value), value)

    def value(step: tuple[int, bool]) -> float:
        at, beyond = step
        if not beyond:
            return ahead[at]
        return ahead[at] + sign if at + 1 == len(ahead) else (ahead[at] + ahead[at + 1]) / 2

    if not turned(changed(value(steps[-1]))):
        return None
    low, high = -1, len(steps) - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if turned(changed(value(steps[middle]))) else (middle, high)
    at, beyond = steps[high]
    band: Band = "sure" if end == "low" else "not"
    # From a value that does not turn to one that does: a mark, or the stretch up to it or beyond it.
    before = value(steps[high - 1]) if high else start
    inside = value(steps[high])
    edge = before + (inside - before) * (2.0**-_HALVINGS if beyond else 1.0 - 2.0**-_HALVINGS)
    if turned(changed(edge)) == beyond:
        return Turn(end, ahead[at], beyond, band)
    # Within a stretch only a rule that looks at the estimate, which the end pushes along, can turn.
    return Turn(end, _halved(before, inside, lambda score: turned(changed(score))), False, band)


def _halved(low: float, high: float, turned: Callable[[float], bool]) -> float:
    """A value that turns, 2^-40 of the way from one that does not."""
    for _step in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if turned(middle) else (middle, high)
    return high


def _whole(own: Scored, marks: Sequence[float], sign: int, turned: Callable[[Scored], bool]) -> Turn | None:
    if not marks:
        return None
    spread = max(marks[-1], own.high) - min(marks[0], own.low)
    furthest = 2.0 * spread + 1.0
    if not turned(moved(own, sign * furthest)):
        return None
    shift = _halved(0.0, furthest, lambda by: turned(moved(own, sign * by)))
    return Turn("whole", sign * shift, False, "sure" if sign > 0 else "not")
