"""The draw itself: a function of list and seed, with nothing else in it."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate

from tremplin.methods.lottery.listing import Listing, equal, listing_faults
from tremplin.methods.lottery.seeds import Promise, Reveal, key, number, seal, seed_of
from tremplin.methods.selection.rounding import UNIT, systematic

RULE = 'rising SHA-256(seed + "|" + code)'
"""How entries of one group are ordered."""


@dataclass(frozen=True)
class Draw:
    """A finished draw. `panel` is the number of the panel taken, None with chances. `chosen`, `reserve` and
    `control` are in the order in which they were drawn."""

    promise: Promise
    reveal: Reveal
    listing: Listing
    seed: str
    panel: int | None
    chosen: tuple[str, ...]
    reserve: tuple[str, ...]
    control: tuple[str, ...]

    @property
    def commitment(self) -> str:
        return self.promise.commitment

    @property
    def entries(self) -> tuple[str, ...]:
        return self.listing.entries

    @property
    def places(self) -> int:
        return len(self.chosen)

    @property
    def order(self) -> tuple[str, ...]:
        """Whoever has a place, then whoever follows."""
        return self.chosen + self.reserve

    @cached_property
    def probabilities(self) -> dict[str, Fraction]:
        """Everybody's chance of being chosen, exact: what estimates of impact are weighted by."""
        return self.listing.probabilities()


def draw(entries: Iterable[str], *, secret: str, places: int) -> Draw:
    """Draw `places` of `entries`, all with the same chance, the others following in order. O(n log n).

    Raises ValueError for codes that stand twice or could carry a name, negative places, or no secret.
    """
    return run(equal(entries, places=places), promise=seal(secret), reveal=Reveal(secret))


def run(listing: Listing, *, promise: Promise, reveal: Reveal) -> Draw:
    """Draw from a list with what was promised and is now revealed. O(n log n), and O(n) for each one in a reserve
    by chances.

    Raises ValueError for a list that cannot be drawn from or is not the one promised, and for a reveal of something
    else than was promised.
    """
    found = listing_faults(listing)
    if promise.listed and promise.listed != listing.digest:
        found.append("the list is not the one that was promised")
    if found:
        raise ValueError(found[0])
    seed = seed_of(promise, reveal)
    order = {code: key(seed, code) for code in listing.entries}
    if listing.chances:
        panel, taken = None, _by_chance(listing, seed, order)
        reserve = _reserve_by_chance(listing, seed, taken)
    else:
        panel = _panel(listing, seed)
        taken = {
            code
            for group, count in zip(listing.groups, listing.panels[panel], strict=True)
            for code in sorted(group, key=order.__getitem__)[:count]
        }
        reserve = _reserve_by_group(listing, order, taken)
    chosen = sorted(taken, key=order.__getitem__)
    control = _control(listing, seed, taken, set(reserve))
    return Draw(promise, reveal, listing, seed, panel, tuple(chosen), tuple(reserve), tuple(control))


def _panel(listing: Listing, seed: str) -> int:
    """The panel on which a whole number below the sum of weights falls."""
    return _slot(listing.weights, number(seed, "panel", sum(listing.weights)))


def _slot(widths: Iterable[int], number_below: int) -> int:
    """Which of the stretches, laid one after the other, a whole number below their sum lies on."""
    return bisect_right(list(accumulate(widths)), number_below)


def _by_chance(listing: Listing, seed: str, order: dict[str, str]) -> set[str]:
    """Systematic sampling along the groups, in each in the order of keys."""
    chance = _units(listing)
    line = [code for group in listing.groups for code in sorted(group, key=order.__getitem__)]
    taken = systematic([chance[code] for code in line], start=number(seed, "start", UNIT))
    return {line[at] for at in taken}


def _units(listing: Listing) -> dict[str, int]:
    return {
        code: chance
        for group, row in zip(listing.groups, listing.chances, strict=True)
        for code, chance in zip(group, row, strict=True)
    }


def _reserve_by_group(listing: Listing, order: dict[str, str], taken: set[str]) -> list[str]:
    rest = [
        code
        for group in listing.groups
        for code in [one for one in sorted(group, key=order.__getitem__) if one not in taken][
            : listing.reserve
        ]
    ]
    return sorted(rest, key=order.__getitem__)


def _reserve_by_chance(listing: Listing, seed: str, taken: set[str]) -> list[str]:
    """One after the other out of those left, in proportion to their chances; nobody without one."""
    left = {code: chance for code, chance in sorted(_units(listing).items()) if chance and code not in taken}
    found: list[str] = []
    while left and len(found) < listing.reserve:
        at = number(seed, f"reserve|{len(found)}", sum(left.values()))
        codes = list(left)
        found.append(codes[_slot(left.values(), at)])
        del left[found[-1]]
    return found


def _control(listing: Listing, seed: str, taken: set[str], reserve: set[str]) -> list[str]:
    """Those who could have been chosen and were not, in an order of their own: whoever may yet get a place last."""
    possible = [code for code, chance in listing.probabilities().items() if chance and code not in taken]
    order = sorted(possible, key=lambda code: (code in reserve, key(seed, "control", code)))
    return order[: listing.control]
