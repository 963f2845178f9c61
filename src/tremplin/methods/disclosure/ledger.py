"""What was shown before, and what may be shown after it: no subtraction, no second table, may leave a few people.

Whoever holds two releases can subtract them: a table of today less that of last month, everybody less everybody but
one country. The ledger keeps what was shown and of whom; new figures are attacked together with all earlier ones,
rounding included, and are held back where somebody could tell that a group of people is smaller than the minimum.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from tremplin.methods.disclosure.attack import between
from tremplin.methods.disclosure.publication import Building, DisclosureError
from tremplin.methods.disclosure.rounding import BASE, LEAST, rounded, rounding_interval


@dataclass(frozen=True, slots=True)
class Figure:
    """A count that is or was shown, rounded to `base` (1: exact), of the people in `parts` together.

    Parts are the finest groups that any figure tells apart: of category and of time, such as “woman, France, came
    after March”. A figure that is hidden is not there at all.
    """

    code: str
    parts: frozenset[str]
    base: int = BASE


@dataclass(frozen=True, slots=True)
class Leak:
    """A group that could be told to be small: `low` to `high` people, by the figures `larger` less `smaller`
    (both empty where it takes more than one subtraction), or of the watched group of that `code`."""

    code: str
    larger: str
    smaller: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything shown so far, oldest first."""

    figures: tuple[Figure, ...] = ()

    def leaks(
        self,
        fresh: Sequence[Figure],
        people: Mapping[str, int],
        *,
        least: int = LEAST,
        watched: Mapping[str, Collection[str]] | None = None,
    ) -> tuple[Leak, ...]:
        """What could be told of fewer than `least` people once `fresh` stands beside all earlier figures.

        `people`: the exact count of each part. `watched`: groups by code that must not be given away, the hidden
        cells of all releases among them. Groups of nobody count as small. O(figures²) subtractions are looked at,
        each small one attacked by integer programming. Raises DisclosureError for a part without a count.
        """
        figures = (*self.figures, *fresh)
        missing = sorted({part for figure in figures for part in figure.parts} - people.keys())
        if missing:
            raise DisclosureError(f"No count is given of {', '.join(missing[:5])}: give one for each part.")
        groups: dict[frozenset[str], tuple[str, str, str]] = {}
        for code, parts in sorted((watched or {}).items()):
            groups.setdefault(frozenset(parts), (code, "", ""))
        for larger, smaller in _nested(figures, len(self.figures)):
            rest = larger.parts - smaller.parts
            groups.setdefault(rest, (" + ".join(sorted(rest)), larger.code, smaller.code))
        small = {rest: names for rest, names in groups.items() if sum(people[part] for part in rest) < least}
        return tuple(_attacked(figures, people, small, least)) if small else ()

    def extended(self, fresh: Sequence[Figure]) -> "Ledger":
        return Ledger((*self.figures, *fresh))


def _nested(figures: Sequence[Figure], known: int) -> Iterator[tuple[Figure, Figure]]:
    """Each pair of which one holds the other, a new one among them."""
    for (first, one), (second, other) in combinations(enumerate(figures), 2):
        if max(first, second) < known or one.parts == other.parts:
            continue
        if one.parts > other.parts:
            yield one, other
        elif other.parts > one.parts:
            yield other, one


def _attacked(
    figures: Sequence[Figure],
    people: Mapping[str, int],
    small: Mapping[frozenset[str], tuple[str, str, str]],
    least: int,
) -> Iterator[Leak]:
    """Parts that no figure and no group tells apart are one: the programme stays small."""
    wholes = [*(figure.parts for figure in figures), *small]
    kinds: dict[tuple[int, ...], list[str]] = {}
    for part in sorted({part for whole in wholes for part in whole}):
        kinds.setdefault(tuple(n for n, whole in enumerate(wholes) if part in whole), []).append(part)
    building = Building()
    atoms = {
        kind: building.cell(f"part|{number}", sum(people[part] for part in parts))
        for number, (kind, parts) in enumerate(kinds.items())
    }
    numbers = []
    for place in range(len(wholes)):
        inside = [atom for kind, atom in atoms.items() if place in kind]
        cell = building.cell(f"whole|{place}", sum(building.values[atom] for atom in inside))
        building.total(cell, inside)
        numbers.append(cell)
    bounds: list[tuple[int, int | None]] = [(0, None)] * len(building.values)
    for figure, cell in zip(figures, numbers, strict=False):
        low, high = rounding_interval(rounded(building.values[cell], figure.base), figure.base)
        bounds[cell] = (max(low, bounds[cell][0]), high)
    targets = dict(zip(numbers[len(figures) :], small.values(), strict=True))
    for cell, (low, most) in between(building.done(), bounds, list(targets)).items():
        if most is not None and (most < least or low == most):
            yield Leak(*targets[cell], low, most)
