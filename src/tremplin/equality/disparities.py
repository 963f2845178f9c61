"""The rounded numbers of a release as comparisons: each group at each step against those who said otherwise.

Nothing here is worked out from more than the numbers that were shown, so that it tells nothing they do not. What
rounding hides is inside every interval, and a finding holds for whatever it hides (`methods.disparity.spans`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from tremplin.equality.counting import SILENT
from tremplin.equality.rules import LEAST_BASE
from tremplin.methods.disclosure import rounding_interval
from tremplin.methods.disparity import (
    Asked,
    Compared,
    Estimate,
    Spanned,
    compared_spans,
    over_cohorts,
    pooled,
)
from tremplin.methods.disparity.spans import Span

Figures = Mapping[str, Any]
Row = Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One group at one place. `evened`: its share, drawn towards those of the other groups as far as the numbers say
    that they are alike. `editions`: the ratio over so `many` editions together; None where there is but this one."""

    group: str
    compared: Compared
    evened: Estimate
    editions: Estimate | None = None
    many: int = 1


@dataclass(frozen=True, slots=True)
class Place:
    """A step, as part of those who came to an earlier one (`base`), both by their positions.

    `unheard`: groups of which nothing can be said here, too few being known of them or of all others.
    """

    step: int
    base: int
    lines: tuple[Line, ...]
    unheard: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """All places of each question. `many`: how many comparisons stand on the page, which err together."""

    places: Mapping[str, tuple[Place, ...]]
    many: int


def audit(figures: Figures, earlier: Sequence[Figures] = ()) -> Audit:
    """Everything that can be compared in the figures of a release; `earlier`: of earlier editions, the oldest first."""
    return _audited(_text(figures), tuple(map(_text, earlier)))


def _text(figures: Figures) -> str:
    return json.dumps(figures, sort_keys=True)


@lru_cache(maxsize=16)
def _audited(text: str, earlier: tuple[str, ...]) -> Audit:
    """The same figures give the same audit, some milliseconds for each comparison."""
    figures, before = json.loads(text), [json.loads(one) for one in earlier]
    spans = [
        _Table(figures, part["code"]).spanned(group, step, base)
        for part in figures["attributes"]
        for group, _row in part["rows"]
        if group != SILENT
        for step, base in _places(len(figures["steps"]))
    ]
    asked = [one for one in spans if one is not None]
    found = {(one.attribute, one.group, one.step): one for one in compared_spans(asked)}
    places = {
        part["code"]: tuple(
            _place(figures, part, step, base, found, before) for step, base in _places(len(figures["steps"]))
        )
        for part in figures["attributes"]
    }
    return Audit(places, len(found))


def _places(steps: int) -> Iterator[tuple[int, int]]:
    """Each step of those who came to the one before, then of all who applied."""
    for step in range(1, steps):
        yield step, step - 1
        if step > 1:
            yield step, 0


def _name(step: int, base: int) -> str:
    return f"{step}|{base}"


def _place(
    figures: Figures,
    part: Mapping[str, Any],
    step: int,
    base: int,
    found: Mapping[tuple[str, str, str], Compared],
    before: Sequence[Figures],
) -> Place:
    code, groups = part["code"], [group for group, _row in part["rows"] if group != SILENT]
    lines = [one for group in groups if (one := found.get((code, group, _name(step, base))))]
    even = pooled([one.part for one in lines], [one.whole for one in lines]).rates
    steps = figures["steps"][step], figures["steps"][base]
    told = [
        _over_editions(Line(one.group, one, rate), code, steps, before)
        for one, rate in zip(lines, even, strict=True)
    ]
    heard = {line.group for line in told}
    return Place(step, base, tuple(told), tuple(group for group in groups if group not in heard))


def _over_editions(line: Line, code: str, steps: tuple[str, str], before: Sequence[Figures]) -> Line:
    tables = []
    for figures in before:
        table = _Table(figures, code)
        if all(step in figures["steps"] for step in steps):
            one = table.spanned(line.group, *(figures["steps"].index(step) for step in steps))
            tables += [one.asked.counts] if one else []
    if not tables:
        return line
    return replace(line, editions=over_cohorts([*tables, _counts(line.compared)])[-1], many=len(tables) + 1)


def _counts(one: Compared) -> tuple[int, int, int, int]:
    return one.part, one.whole, one.other_part, one.other_whole


class _Table:
    """One question of a release."""

    def __init__(self, figures: Figures, code: str) -> None:
        self.code, self.totals, self.base = code, figures["totals"], figures["base"]
        self.least = figures["least"]
        rows: Sequence[tuple[str, Row]] = next(
            (part["rows"] for part in figures["attributes"] if part["code"] == code), ()
        )
        self.rows: dict[str, Row] = dict(rows)
        self.single = (
            SILENT in self.rows
        )  # where several answers are true, groups overlap and nobody is left over

    def spanned(self, group: str, step: int, base: int) -> Spanned | None:
        """A group against those known to have answered otherwise; None: too few are known, or nobody came so far."""
        own = self._sum([group], step, base)
        if own is None or not self.totals[step]:
            return None
        others = self._others(group, own, step, base)
        if others is None or min(own[1][1][0], others[1][1][0]) < LEAST_BASE:
            return None
        (part, part_span), (whole, whole_span) = own
        (other, other_span), (rest, rest_span) = others
        asked = Asked(min(part, whole), whole, min(other, rest), rest, self.code, group, _name(step, base))
        everybody = (self.totals[step], self.totals[base]) if self.single else None
        return Spanned(asked, part_span, whole_span, other_span, rest_span, everybody)

    def _others(self, group: str, own: "_Pair", step: int, base: int) -> "_Pair | None":
        """All but the group and those who said nothing; where these are hidden, the groups that are shown."""
        if not self.single:
            return self._rest([own], step, base)
        silent = self._sum([SILENT], step, base)
        if silent is not None:
            return self._rest([own, silent], step, base)
        shown = [
            other
            for other in self.rows
            if other not in (group, SILENT) and self._sum([other], step, base) is not None
        ]
        return self._sum(shown, step, base) if shown else None

    def _sum(self, groups: Sequence[str], *places: int) -> "_Pair | None":
        """Several groups together at two steps: the number shown, and the least and the most behind it."""
        found = []
        for place in places:
            counts = [self.rows[group][place] if group in self.rows else None for group in groups]
            known = [count for count in counts if count is not None]
            if len(known) < len(counts):
                return None
            ends = [rounding_interval(count, self.base) for count in known]
            low = sum(
                max(end, min(self.least, count)) for (end, _high), count in zip(ends, known, strict=True)
            )
            high = sum(end for _low, end in ends)
            found.append((sum(known), (low, min(high, self.totals[place]))))
        return found[0], found[1]

    def _rest(self, without: Sequence["_Pair"], *places: int) -> "_Pair":
        """Everybody but some, at two steps: totals are exact."""
        found = []
        for number, place in enumerate(places):
            total = self.totals[place]
            value = max(total - sum(pair[number][0] for pair in without), 0)
            low = max(total - sum(pair[number][1][1] for pair in without), 0)
            high = max(total - sum(pair[number][1][0] for pair in without), 0)
            found.append((value, (low, high)))
        return found[0], found[1]


_Pair = tuple[tuple[int, Span], tuple[int, Span]]
