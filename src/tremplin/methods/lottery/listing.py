"""What is drawn from: entries in groups, and how many of each are taken, or with which chance each.

An equal draw is one group and one panel, [[places]]. A stratified one has several groups. A lottery over panels has
several panels, each how many it takes of every group, with whole weights. With `chances` instead (whole millionths
for each entry, that sum to whole places) people are drawn systematically along the groups, so that each group's
number is the expected one rounded down or up.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tremplin.methods.lottery.seeds import canonical, sha256
from tremplin.methods.selection.rounding import UNIT

CODE = re.compile(r"[0-9a-z]{4,32}")
LARGEST = 2**53 - 1
"""Whole numbers beyond it are not the same in every language."""


@dataclass(frozen=True, slots=True)
class Listing:
    """`reserve`: how many follow when places come free, of each group with panels, of all with chances. `control`:
    how many of those not chosen are named to compare with, in an order of their own, those of the reserve last."""

    groups: tuple[tuple[str, ...], ...]
    panels: tuple[tuple[int, ...], ...] = ()
    weights: tuple[int, ...] = ()
    chances: tuple[tuple[int, ...], ...] = ()
    reserve: int = 0
    control: int = 0

    def content(self) -> dict[str, Any]:
        return {
            "chances": self.chances,
            "control": self.control,
            "groups": self.groups,
            "panels": self.panels,
            "reserve": self.reserve,
            "weights": self.weights,
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the list as canonical JSON: what a promise names when the list stands already."""
        return sha256(canonical(self.content()))

    @property
    def entries(self) -> tuple[str, ...]:
        return tuple(sorted(code for group in self.groups for code in group))

    @property
    def places(self) -> int:
        if self.chances:
            return sum(map(sum, self.chances)) // UNIT
        return sum(self.panels[0]) if self.panels else 0

    def probabilities(self) -> dict[str, Fraction]:
        """Everybody's exact chance of being chosen, by code."""
        if self.chances:
            pairs = (
                (code, Fraction(chance, UNIT))
                for group, row in zip(self.groups, self.chances, strict=True)
                for code, chance in zip(group, row, strict=True)
            )
            return dict(sorted(pairs))
        total = sum(self.weights)
        found = {}
        for at, group in enumerate(self.groups):
            seats = sum(w * panel[at] for w, panel in zip(self.weights, self.panels, strict=True))
            found.update(dict.fromkeys(group, Fraction(seats, total * len(group)) if group else Fraction(0)))
        return dict(sorted(found.items()))


def equal(entries: Iterable[str], *, places: int, reserve: int | None = None, control: int = 0) -> Listing:
    """All have the same chance. `reserve` None: everybody else, in order. More places than entries take all."""
    return strata([(entries, places)], reserve=reserve, control=control)


def strata(
    groups: Sequence[tuple[Iterable[str], int]], *, reserve: int | None = None, control: int = 0
) -> Listing:
    """So many places for each group, equal chances inside it."""
    members = tuple(tuple(sorted(entries)) for entries, _places in groups)
    panel = tuple(min(places, len(codes)) for codes, (_entries, places) in zip(members, groups, strict=True))
    rest = sum(map(len, members)) if reserve is None else reserve
    return _checked(Listing(members, (panel,), (1,), reserve=rest, control=control))


def by_panels(
    groups: Sequence[Iterable[str]],
    panels: Sequence[Sequence[int]],
    weights: Sequence[int],
    *,
    reserve: int | None = None,
    control: int = 0,
) -> Listing:
    """A panel by its weight, then people of each group with equal chances."""
    members = tuple(tuple(sorted(entries)) for entries in groups)
    rest = sum(map(len, members)) if reserve is None else reserve
    rows = tuple(tuple(panel) for panel in panels)
    return _checked(Listing(members, rows, tuple(weights), reserve=rest, control=control))


def by_chances(groups: Sequence[dict[str, int]], *, reserve: int | None = None, control: int = 0) -> Listing:
    """Everybody by a chance of their own, in millionths (`rounding.to_units` makes them)."""
    members = tuple(tuple(sorted(group)) for group in groups)
    chances = tuple(
        tuple(group[code] for code in codes) for group, codes in zip(groups, members, strict=True)
    )
    rest = sum(map(len, members)) if reserve is None else reserve
    return _checked(Listing(members, chances=chances, reserve=rest, control=control))


def _checked(listing: Listing) -> Listing:
    found = listing_faults(listing)
    if found:
        raise ValueError(found[0])
    return listing


def listing_faults(listing: Listing) -> list[str]:
    """Everything that keeps a list from being drawn from."""
    codes = [code for group in listing.groups for code in group]
    found = [
        f"“{code}” is not a code of 4 to 32 small letters and figures"
        for code in codes
        if not CODE.fullmatch(code)
    ]
    if len(set(codes)) != len(codes):
        found.append("an entry stands twice")
    if any(list(group) != sorted(group) for group in listing.groups):
        found.append("the entries of a group are not sorted")
    if listing.reserve < 0 or listing.control < 0:
        found.append("reserve and control cannot be negative")
    return found + (_chance_faults(listing) if listing.chances else _panel_faults(listing))


def _panel_faults(listing: Listing) -> list[str]:
    sizes = [len(group) for group in listing.groups]
    if not listing.panels or len(listing.panels) != len(listing.weights):
        return ["a list needs panels with a weight each, or chances"]
    found = []
    if any(weight <= 0 for weight in listing.weights) or sum(listing.weights) > LARGEST:
        found.append("weights are positive whole numbers, 2⁵³ at most together")
    for panel in listing.panels:
        if len(panel) != len(sizes):
            found.append("a panel does not say how many it takes of each group")
        elif any(count < 0 for count in panel):
            found.append("places cannot be negative")
        elif any(count > size for count, size in zip(panel, sizes, strict=True)):
            found.append("a panel takes more of a group than there are")
    if len({sum(panel) for panel in listing.panels}) > 1:
        found.append("panels have different numbers of places")
    return found


def _chance_faults(listing: Listing) -> list[str]:
    if listing.panels or listing.weights:
        return ["a list has panels or chances, not both"]
    if [len(row) for row in listing.chances] != [len(group) for group in listing.groups]:
        return ["there is not one chance for each entry"]
    units = [chance for row in listing.chances for chance in row]
    found = []
    if any(not 0 <= chance <= UNIT for chance in units):
        found.append("a chance does not lie between 0 and 1,000,000 millionths")
    if sum(units) % UNIT:
        found.append("chances do not sum to a whole number of places")
    return found
