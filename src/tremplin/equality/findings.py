"""What the comparisons say, in words: never a badge, and never a ratio without what is not known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tremplin.core.errors import Message
from tremplin.core.text import joined
from tremplin.core.ui.amounts import number, percent
from tremplin.core.ui.charts import Interval
from tremplin.equality.disparities import Line, Place
from tremplin.methods import disparity
from tremplin.methods.disparity import Detectable, Estimate

VERDICTS: dict[str, Message] = {
    disparity.CANNOT_TELL: gettext_lazy("Too few people to tell"),
    disparity.NO_EVIDENCE: gettext_lazy("Compatible with the same chance"),
    disparity.DIFFERENCE_LIKELY: gettext_lazy("A difference that chance alone would hardly make"),
    disparity.HINGES_ON_SILENCE: gettext_lazy(
        "A difference that chance alone would hardly make, and that those of whom nothing is known could undo"
    ),
}
_SEEN = frozenset({disparity.DIFFERENCE_LIKELY, disparity.HINGES_ON_SILENCE})


@dataclass(frozen=True, slots=True)
class Said:
    """One group at one place. `unknown`: what a table of this size could have shown, and what silence could hide."""

    label: str
    share: str
    ratio: str
    difference: str
    verdict: Message
    unknown: tuple[str, ...]
    editions: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A step as part of an earlier one. `rows`: shares to draw, in per cent, cut where everybody’s lies; `striking`:
    some difference is there that chance alone would hardly make."""

    title: str
    summary: str
    striking: bool
    said: tuple[Said, ...]
    rows: tuple[Interval, ...]
    cut: float
    unheard: str


def finding(
    place: Place, steps: Sequence[Message], totals: Sequence[int], labels: Mapping[str, str]
) -> Finding:
    """One place in words. `labels`: of the groups."""
    lines = [line for line in place.lines if line.group in labels]
    rows = tuple(_interval(labels[line.group], line.compared.rate) for line in lines)
    whole = totals[place.base]
    return Finding(
        _title(place, steps),
        _summary(lines, labels),
        any(line.compared.code in _SEEN for line in lines),
        tuple(_said(line, labels[line.group]) for line in lines),
        rows,
        100 * totals[place.step] / whole if whole else 0.0,
        ", ".join(labels[group] for group in place.unheard if group in labels),
    )


def told(coverage: float | None, questions: Sequence[tuple[str, Sequence[Finding]]]) -> list[str]:
    """What the public may read: for each question and step whether groups differed, and what that does not say."""
    lines = []
    if coverage is not None:
        share = _(
            "Of those who applied, %(share)s answered questions about themselves, of their own will and kept apart "
            "from the selection."
        )
        lines.append(share % {"share": percent(coverage)})
    few = _("too few people to compare any groups.")
    for label, places in questions:
        if not places:
            lines.append(joined(label, few))
        lines += [
            joined(f"{label} – {place.title}", place.summary if place.said else few) for place in places
        ]
    last = _(
        "That no difference is found is no proof that there is none; that one is found does not say why."
    )
    return [*lines, last]


def _title(place: Place, steps: Sequence[Message]) -> str:
    if not place.base:
        return _("%(step)s, of all who applied") % {"step": steps[place.step]}
    return _("%(step)s, of “%(base)s”") % {"step": steps[place.step], "base": steps[place.base]}


def _summary(lines: Sequence[Line], labels: Mapping[str, str]) -> str:
    codes = {line.compared.code for line in lines}
    if seen := [labels[line.group] for line in lines if line.compared.code in _SEEN]:
        return _("a difference that chance alone would hardly make (%(groups)s)") % {
            "groups": ", ".join(seen)
        }
    if disparity.NO_EVIDENCE not in codes:
        return _("too few people to tell")
    if disparity.CANNOT_TELL in codes:
        return _("compatible with the same chance, or too few people to tell")
    return _("compatible with the same chance for each group that can be compared")


def _interval(label: str, rate: Estimate) -> Interval:
    low, value, high = (round(100 * share) for share in (rate.low, rate.value, rate.high))
    return Interval(label, low, value, high)


def _said(line: Line, label: str) -> Said:
    one = line.compared
    words = {"share": percent(one.rate.value), "evened": percent(line.evened.value)}
    editions = {"ratio": _span(line.editions), "many": line.many} if line.editions else None
    return Said(
        label,
        _("%(share)s; drawn towards the others as far as they are alike: %(evened)s") % words,
        _span(one.ratio),
        _points(one.difference),
        VERDICTS.get(one.code, ""),
        tuple(part for part in (_could_show(one.could_show), _silence(one.bounds)) if part),
        _("%(many)s editions together: %(ratio)s") % editions if editions else "",
    )


def _span(ratio: Estimate | None) -> str:
    """A ratio between its ends, as text."""
    if ratio is None or not isfinite(ratio.value):
        return "–"
    words = {"value": _two(ratio.value), "low": _two(ratio.low), "high": _two(ratio.high)}
    if not isfinite(ratio.high):
        return _("%(value)s (%(low)s or more)") % words
    return _("%(value)s (%(low)s to %(high)s)") % words


def _points(difference: Estimate) -> str:
    words = {
        "value": _signed(difference.value),
        "low": _signed(difference.low),
        "high": _signed(difference.high),
    }
    return _("%(value)s points (%(low)s to %(high)s)") % words


def _could_show(found: Detectable | None) -> str:
    """What would have been seen at this size, four times in five."""
    if found is None:
        return ""
    words = {
        "fewer": _two(found.fewer) if found.fewer else "",
        "more": _two(found.more) if found.more else "",
    }
    if found.fewer and found.more:
        return (
            _("At this size only a ratio below %(fewer)s or above %(more)s would be likely to show.") % words
        )
    if found.more:
        return _("At this size only a ratio above %(more)s would be likely to show.") % words
    if found.fewer:
        return _("At this size only a ratio below %(fewer)s would be likely to show.") % words
    return _("At this size no difference, however large, would be likely to show.")


def _silence(bounds: tuple[float, float] | None) -> str:
    """What the ratio could be at the most and at the least."""
    if bounds is None:
        return ""
    words = {"low": _two(bounds[0]), "high": _two(bounds[1])}
    if not isfinite(bounds[1]):
        return _("Whoever those are of whom nothing is known, the ratio is %(low)s or more.") % words
    return (
        _("Whoever those are of whom nothing is known, the ratio lies between %(low)s and %(high)s.") % words
    )


def _two(value: float) -> str:
    return number(value, 2)


def _signed(share: float) -> str:
    points = round(100 * share)
    sign = "+" if points > 0 else "\N{MINUS SIGN}" if points < 0 else ""
    return f"{sign}{number(abs(points), 0)}"
