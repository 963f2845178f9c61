"""A lottery over panels that keep limits: which panels with which weights, told, written, and checked again."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from tremplin.cli.sheets.entries import Entry
from tremplin.cli.sheets.faults import Wrong
from tremplin.cli.sheets.limiting import Limits, Rule, span
from tremplin.cli.sheets.words import amount, percent, some
from tremplin.methods.lottery import Draw, Listing, by_panels
from tremplin.methods.lottery.listing import LARGEST
from tremplin.methods.selection.panels import (
    PanelLottery,
    PoolError,
    Quota,
    SolverError,
    decompose,
    over_panels,
    pool_of,
)

AIMS: Final[dict[str, str]] = {
    "leximin": "nobody’s chance can rise without that of somebody falling who has no more",
    "maximin": "the smallest chance is as large as it can be, then all as near to equal as can be",
    "nash": "the product of all chances is as large as it can be",
}
_PRINTED = 10**12
_NEAR = Fraction(1, 10**6)


@dataclass(frozen=True, slots=True)
class Paneled:
    """The lottery over panels, whose codes are those of the draw, and the limits that its panels keep."""

    lottery: PanelLottery
    limits: Limits

    def listing(self, args: argparse.Namespace) -> Listing:
        made = self.lottery
        return by_panels(
            made.pool.groups, made.panels, made.weights, reserve=args.reserve, control=args.control
        )


def paneled(
    found: Sequence[Entry],
    limits: Limits,
    places: int,
    aim: str,
    chances: Mapping[str, Fraction] | None,
) -> Paneled:
    """A lottery over panels of exactly `places`; with `chances` one that gives everybody theirs. Raises Wrong."""
    people = {entry.code: limits.of(entry.row) for entry in found}
    quotas = [Quota(rule.category, rule.value, rule.least, rule.most) for rule in limits.rules]
    try:
        if chances is None:
            made = over_panels(pool_of(people, quotas, places), aim=_aim(aim))
        else:
            made = decompose(people, quotas, places, {code: float(share) for code, share in chances.items()})
    except (PoolError, SolverError) as error:
        raise limits.wrong(error) from error
    if sum(made.weights) > LARGEST:
        made = made.printable(_PRINTED)
    if broken := made.faults():
        raise Wrong(
            f"The panels found do not hold: {broken[0]}.",
            "This is a fault of Tremplin: please tell its makers, with the limits and the sizes of the groups.",
        )
    return Paneled(made, limits)


def _aim(word: str) -> Literal["leximin", "maximin", "nash"]:
    return "maximin" if word == "maximin" else "nash" if word == "nash" else "leximin"


def told(found: Paneled) -> list[str]:
    """What the lottery promises, and how near it comes to that."""
    made = found.lottery
    aim = (
        f"Aim “{made.aim}”: {AIMS[made.aim]}" if made.aim in AIMS else "Everybody has the chance of their row"
    )
    panels = f"{amount(len(made.panels), 'panel')} of exactly {amount(made.pool.seats, 'place')}"
    lines = [f"{panels}; each keeps all limits. {aim}."]
    nobody = [code for code, share in made.chances().items() if not share]
    if nobody:
        lines.append(f"{amount(len(nobody), 'entry', 'entries')} without a chance: {some(nobody, 8)}.")
    if made.distance > _NEAR:
        proven = " and no lottery over panels comes nearer" if made.proven else ""
        lines.append(
            f"Whole panels cannot give exactly these chances: somebody’s is off by {percent(float(made.distance))}"
            f"{proven}."
        )
    return lines


def promised(found: Paneled) -> str:
    """Whether chances that were given can be drawn, in a sentence."""
    made = found.lottery
    panels = f"{amount(len(made.panels), 'panel')} of exactly {amount(made.pool.seats, 'place')}"
    if made.distance <= _NEAR:
        return f"That can be drawn: {panels}, each within all limits, give everybody exactly this chance."
    return (
        f"No draw of whole panels gives exactly these chances: the nearest, {panels} within all limits, is off by "
        f"{percent(float(made.distance))} for somebody. The draw says whose chance is what."
    )


def held_back(found: Paneled, most: int = 8) -> list[str]:
    """Which limits keep the smallest chances from being more: what to loosen, if anything."""
    made = found.lottery
    if not made.steps:
        return []
    lines: dict[str, None] = {}
    for share, codes in sorted(zip(made.group_chances(), made.pool.groups, strict=True)):
        if share >= 1:
            continue
        sides = [str(limit) for limit, _price in made.why(codes[0]).holding]
        if sides:
            lines.setdefault(f"a chance of {percent(float(share))} is held there by: {some(sides, 4)}", None)
    return list(lines)[:most]


def rows(found: Paneled) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Each panel: its weight, its chance, and how many of each limit it has."""
    made, rules = found.lottery, found.limits.rules
    heads = ("panel", "weight", "chance", *(f"{rule.category}: {rule.value}" for rule in rules))
    total = sum(made.weights)
    body: list[tuple[object, ...]] = [
        (
            number,
            weight,
            round(weight / total, 9),
            *(int(count) for count in made.pool.rows[: len(rules)] @ panel),
        )
        for number, (panel, weight) in enumerate(zip(made.panels, made.weights, strict=True), 1)
    ]
    return heads, body


def broken_limits(made: Draw, limits: Limits, traits: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Limits that a panel of a published draw could break, whoever of a group is taken; of those chosen without
    panels. `traits`: by code of the draw what the list says."""
    found = []
    for rule in limits.rules:
        fewest, most = _range(made, rule, traits)
        if fewest < rule.least or most > rule.most:
            have = str(fewest) if fewest == most else f"{fewest} to {most}"
            found.append(
                f"{rule.name} must have {span(rule.least, rule.most)} places (row {rule.row} of {limits.file}), "
                f"and a panel has {have}"
            )
    return found


def _range(made: Draw, rule: Rule, traits: Mapping[str, Mapping[str, str]]) -> tuple[int, int]:
    """The fewest and the most that any panel can have of a group, over all panels."""
    listing = made.listing
    has = [[traits[code][rule.category] == rule.value for code in group] for group in listing.groups]
    if not listing.panels:
        many = sum(traits[code][rule.category] == rule.value for code in made.chosen)
        return many, many
    low = [
        sum(max(0, taken - row.count(False)) for taken, row in zip(panel, has, strict=True))
        for panel in listing.panels
    ]
    high = [
        sum(min(taken, row.count(True)) for taken, row in zip(panel, has, strict=True))
        for panel in listing.panels
    ]
    return min(low), max(high)
