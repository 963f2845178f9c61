"""How far people of each group came, step by step, in codes and numbers: never a badge, never four fifths.

A step’s rate is of those who came to the step before, or to the first. Each group is held against everybody else, all
comparisons together err once in twenty (Holm). What a table of so few people could have shown at all stands beside
each finding, and so does what those who did not say could hide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf, nan

from tremplin.methods.disparity.exact import benjamini_hochberg, holm, mid_p
from tremplin.methods.disparity.power import Detectable, detectable, missing_bounds
from tremplin.methods.disparity.rates import (
    LEVEL,
    Estimate,
    Floats,
    RateError,
    differences,
    pooled_ratio,
    ratios,
    share,
)

RISK = 0.05
WIDE = 0.4
"""An interval of the difference wider than this says nothing of use."""

TOO_FEW = "too-few"
CANNOT_TELL = "cannot-tell"
NO_EVIDENCE = "no-evidence"
DIFFERENCE_LIKELY = "difference-likely"
HINGES_ON_SILENCE = "hinges-on-silence"
CODES = (TOO_FEW, CANNOT_TELL, NO_EVIDENCE, DIFFERENCE_LIKELY, HINGES_ON_SILENCE)
"""too-few: no figure. cannot-tell: so few people that only a huge difference would show. no-evidence: compatible with
the same chance. difference-likely: unlikely to be chance alone; of what cause is not said. hinges-on-silence: likely,
and those who did not say could undo it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One group against everybody else at one step: counts, estimates, p-values and the code of the words for it.

    `p` is mid-P; `holm` and `discovery` (Benjamini–Hochberg) hold it against all comparisons of the audit. `bounds`:
    of the ratio, whoever the silent were; None where nobody was silent. `could_show`: None where it was not asked.
    """

    attribute: str
    group: str
    step: str
    part: int
    whole: int
    other_part: int
    other_whole: int
    rate: Estimate
    ratio: Estimate
    difference: Estimate
    p: float
    holm: float
    discovery: float
    could_show: Detectable | None
    bounds: tuple[float, float] | None
    code: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One comparison to make. `silent`: part and whole of those who did not say, who are among nobody here."""

    part: int
    whole: int
    other_part: int
    other_whole: int
    attribute: str = ""
    group: str = ""
    step: str = ""
    silent: tuple[int, int] | None = None

    @property
    def counts(self) -> tuple[int, int, int, int]:
        return self.part, self.whole, self.other_part, self.other_whole


def compared(
    asked: Sequence[Asked], *, level: float = LEVEL, with_power: bool = True
) -> tuple[Compared, ...]:
    """All comparisons of one audit, their p-values held against each other, and the code of the words for each.

    `with_power`: say of each what it could have shown, some milliseconds each. Raises RateError where one side of a
    comparison is empty.
    """
    if not asked:
        return ()
    table = [one.counts for one in asked]
    counts = [list(column) for column in zip(*table, strict=True)]
    ends = [_floats(part) for part in (*ratios(*counts, level=level), *differences(*counts, level=level))]
    found = []
    for one, low, high, under, over in zip(asked, *ends, strict=True):
        p = mid_p(*one.counts)
        found.append(
            Compared(
                attribute=one.attribute,
                group=one.group,
                step=one.step,
                part=one.part,
                whole=one.whole,
                other_part=one.other_part,
                other_whole=one.other_whole,
                rate=share(one.part, one.whole, level=level),
                ratio=Estimate(low, _quotient(one), high),
                difference=Estimate(under, one.part / one.whole - one.other_part / one.other_whole, over),
                p=p,
                holm=p,
                discovery=p,
                could_show=_power(one, level) if with_power else None,
                bounds=missing_bounds(*one.counts, *one.silent) if one.silent and one.silent[1] else None,
                code="",
            )
        )
    return together(found)


def _floats(ends: Floats) -> list[float]:
    return [float(end) for end in ends]


def _quotient(one: Asked) -> float:
    if not one.other_part:
        return inf if one.part else nan
    return (one.part / one.whole) / (one.other_part / one.other_whole)


def _power(one: Asked, level: float) -> Detectable:
    return detectable(one.whole, one.other_whole, one.other_part / one.other_whole, level=level)


def _code(found: Compared) -> str:
    if found.holm <= RISK:
        low, high = found.bounds or (found.ratio.value, found.ratio.value)
        return HINGES_ON_SILENCE if low <= 1 <= high else DIFFERENCE_LIKELY
    return CANNOT_TELL if found.difference.high - found.difference.low > WIDE else NO_EVIDENCE


def together(found: Sequence[Compared]) -> tuple[Compared, ...]:
    """Several comparisons as one audit: their p-values held against each other, and the words with them."""
    ps = [one.p for one in found]
    adjusted = (
        replace(one, holm=strict, discovery=loose)
        for one, strict, loose in zip(found, holm(ps), benjamini_hochberg(ps), strict=True)
    )
    return tuple(replace(one, code=_code(one)) for one in adjusted)


def audit(
    attribute: str,
    steps: Sequence[str],
    groups: Mapping[str, Sequence[int]],
    *,
    silent: Sequence[int] = (),
    least: int = 1,
    from_first: bool = True,
    with_power: bool = True,
) -> tuple[Compared, ...]:
    """Every group at every step after the first: how many of each came to a step or further.

    `silent`: the same of those who did not say: counted among nobody, and bounded. `least`: groups with fewer people
    at the base, or fewer others, are left out. `from_first`: of those at the first step, else of the step before.
    Steps of one group are nested, and their comparisons depend on each other: Holm holds under that too. For a whole
    report join several audits with `together`. Raises RateError.
    """
    rows = {code: list(groups[code]) for code in groups}
    for code, row in {**rows, "silent": list(silent or [0] * len(steps))}.items():
        if len(row) != len(steps) or any(later > now for now, later in pairwise(row)):
            raise RateError(f"{code}: one count for each of {len(steps)} steps, none above the one before.")
    found = []
    for place in range(1, len(steps)):
        base = 0 if from_first else place - 1
        for code in rows:
            whole, part = rows[code][base], rows[code][place]
            others = [sum(row[at] for other, row in rows.items() if other != code) for at in (place, base)]
            if min(whole, others[1]) < max(least, 1):
                continue
            quiet = (silent[place], silent[base]) if silent else None
            found.append(Asked(part, whole, others[0], others[1], attribute, code, steps[place], quiet))
    return compared(found, with_power=with_power)


def over_cohorts(tables: Sequence[tuple[int, int, int, int]]) -> tuple[Estimate, ...]:
    """The ratio as it narrows: of the first cohort, the first two, … (part, whole, other part, other whole)."""
    usable = [table for table in tables if table[1] and table[3]]
    return tuple(pooled_ratio(usable[: many + 1]) for many in range(len(usable)))
