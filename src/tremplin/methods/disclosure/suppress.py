"""Which further cells to hide so that none of the guarded ones can be worked out: fewest cells, then fewest people.

Cell suppression (Fischetti and Salazar, “Models and algorithms for optimizing cell suppression in tabular data with
linear constraints”, JASA 95, 2000): a small integer programme over the cells, to which the attacker adds what each
wrong choice overlooked, until the attacker finds nothing. The last choice is then optimal, certified by the solver's
bound, because every inequality in the programme holds for every safe choice. NP-hard; 4 × 8 in hundredths of a second,
20 × 20 in seconds (bench/disclosure). Beyond `effort` a greedy choice over the same inequalities answers, and says so.

Which one of several optima is no whim of the solver: the one whose cells have the least sum of numbers made from
their codes by SHA-256. That it is the only one with that sum is checked.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np

from tremplin.methods.disclosure.attack import holds, ranges
from tremplin.methods.disclosure.cuts import Attacker, Cut, most_possible
from tremplin.methods.disclosure.guards import Guard
from tremplin.methods.disclosure.programme import Programme, Stopped
from tremplin.methods.disclosure.publication import DisclosureError, Publication

EFFORT = 200
"""How often the programme is solved anew before a greedy choice answers."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a cell is hidden: a code (a guard's `why`, “given”, or “complement”) and the guarded cells that need it."""

    code: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suppression:
    """The cells to hide. `certified`: no fewer would do, and of so few none with fewer people.

    `least_cells`: no safe choice hides fewer, proven; equal to `cells` where certified. `limited`: guards that
    what is always shown breaks by itself: they are kept as far as hiding everything else could. `kept`: the guards
    as they stand now, in the order of `guards`.
    """

    publication: Publication
    hidden: frozenset[int]
    guards: tuple[Guard, ...]
    limited: tuple[Guard, ...]
    kept: tuple[Guard, ...]
    certified: bool
    least_cells: int
    rounds: int

    @property
    def codes(self) -> tuple[str, ...]:
        return self.publication.named(self.hidden)

    @property
    def people(self) -> int:
        """The sum of all hidden cells."""
        return sum(self.publication.values[cell] for cell in self.hidden)

    def why(self, code: str) -> tuple[Reason, ...]:
        """Why a cell is hidden, as data; empty where it is shown. Raises DisclosureError for an unknown code."""
        if code not in self.publication.codes:
            raise DisclosureError(f"{code} is no cell of this publication.")
        cell = self.publication.codes.index(code)
        if cell not in self.hidden:
            return ()
        own = tuple(Reason(guard.why) for guard in self.guards if guard.cell == cell)
        if own:
            return own
        without = self.hidden - {cell}
        found = ranges(self.publication, without, sorted({guard.cell for guard in self.kept}))
        needing = sorted(
            {
                self.publication.codes[guard.cell]
                for guard in self.kept
                if not holds(guard, self.publication.values[guard.cell], found[guard.cell])
            }
        )
        return (Reason("complement", tuple(needing)) if needing else Reason("given"),)


def suppress(
    publication: Publication,
    guards: Sequence[Guard],
    *,
    given: Collection[int] = (),
    cheap: Collection[int] = (),
    effort: int = EFFORT,
) -> Suppression:
    """The fewest cells to hide under which every guard stands against whoever knows all shown cells exactly.

    `given`: hidden already. `cheap`: cells that say nothing of anybody, hidden before any other and not counted as
    people. Guarded cells are hidden themselves. People (or money) of more than 100,000 in all are compared to one
    part in ten thousand. Raises DisclosureError where a guarded cell is always shown.
    """
    for guard in guards:
        if guard.cell in publication.always:
            raise DisclosureError(
                f"{publication.codes[guard.cell]} is guarded and always shown: decide which."
            )
    first = (frozenset(given) | {guard.cell for guard in guards}) - publication.never
    hidden = first | publication.never
    attacker = Attacker.of(publication, guards, hidden)
    everything = [float(cell not in publication.always) for cell in range(len(publication))]
    able = tuple(most_possible(attacker, everything, guard) for guard in guards)
    limited = tuple(guard for guard, could in zip(guards, able, strict=True) if could != guard)
    attacker = replace(attacker, guards=able)
    free = [cell for cell in range(len(publication)) if cell not in hidden and cell not in publication.always]
    found = _choose(attacker, free, frozenset(cheap), effort)
    return Suppression(
        publication, first | found.cells, tuple(guards), limited, able, found.certified,
        len(first) + found.least, found.rounds,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Choice:
    cells: frozenset[int]
    certified: bool
    least: int
    rounds: int


def _choose(attacker: Attacker, free: Sequence[int], cheap: frozenset[int], effort: int) -> _Choice:
    chosen = [float(cell in attacker.hidden) for cell in range(len(attacker.publication))]
    cuts = attacker.cuts(chosen)
    if not free or (not cuts and attacker.net is not None):
        return _Choice(frozenset(), True, 0, 0)
    people = np.array([0 if cell in cheap else attacker.publication.values[cell] for cell in free], float)
    weights = np.ceil(people * min(1.0, 1e4 / max(people.sum(), 1.0))) if people.sum() > 1e5 else people
    each = np.array([1.0 if cell in cheap else 2.0 for cell in free])
    costs = each * (weights.sum() + 1) + weights
    programme = Programme(attacker, free, cuts, each.tolist(), effort)
    try:
        programme.relax(costs)
        best = programme.best(costs)
        programme.hold(each, best)
        programme.hold(weights, best)
        salt = 0
        while True:
            marks = np.array([_mark(attacker.publication.codes[cell], salt) for cell in free], float)
            best = programme.best(marks)
            if programme.other(marks, best) is None:
                break
            salt += 1
    except Stopped as stopped:
        return _Choice(_greedily(programme, costs), False, stopped.least, programme.rounds)
    cells = frozenset(cell for cell, taken in zip(free, best, strict=True) if taken)
    return _Choice(cells, True, len(cells), programme.rounds)


def _mark(code: str, salt: int) -> int:
    """A number from 1 to 4,096 that is a cell's own."""
    return 1 + int.from_bytes(sha256(f"{salt}|{code}".encode()).digest()[:2], "big") // 16


def _greedily(programme: Programme, costs: np.ndarray) -> frozenset[int]:
    """A safe choice, not the least: the cell that helps most for its cost, again and again; then the needless ones
    are shown again, the dearest first."""
    attacker, free = programme.attacker, programme.free
    price = dict(zip(free, costs, strict=True))
    chosen = [float(cell in attacker.hidden) for cell in range(len(attacker.publication))]

    def broken() -> list[Cut]:
        return attacker.cuts(chosen) or programme.in_whole_numbers(np.array([chosen[cell] for cell in free]))

    taken: list[int] = []
    while cuts := broken():
        cell = _most_helpful(cuts, chosen, price)
        if cell is None:  # what numbers lose in rounding: everything is safe
            return frozenset(free)
        chosen[cell] = 1.0
        taken.append(cell)
    for cell in sorted(taken, key=lambda cell: (-price[cell], cell)):
        chosen[cell] = 0.0
        if broken():
            chosen[cell] = 1.0
    return frozenset(cell for cell in taken if chosen[cell])


def _most_helpful(cuts: Sequence[Cut], chosen: Sequence[float], price: dict[int, float]) -> int | None:
    help_of: dict[int, float] = {}
    for terms, need in cuts:
        for cell, weight in terms:
            if not chosen[cell]:
                help_of[cell] = help_of.get(cell, 0.0) + weight / need
    return min(help_of, key=lambda cell: (-help_of[cell] / price[cell], cell), default=None)
