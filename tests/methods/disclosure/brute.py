"""Slow and certain: every world of whole numbers, and every choice of cells. For tiny publications."""

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations, product

from tremplin.methods.disclosure import Guard, Publication, ranges
from tremplin.methods.disclosure.attack import holds


def worlds(publication: Publication, hidden: Collection[int]) -> Iterator[tuple[int, ...]]:
    """Every list of values with the same shown cells under which all sums hold."""
    gone = sorted(set(hidden) | publication.never)
    most = max(publication.values, default=0)
    for guess in product(*(range(most + 1) for _cell in gone)):
        values = list(publication.values)
        for cell, value in zip(gone, guess, strict=True):
            values[cell] = value
        if all(not sum(sign * values[cell] for cell, sign in sums) for sums in publication.relations):
            yield tuple(values)


def safe(publication: Publication, hidden: Collection[int], guards: Sequence[Guard]) -> bool:
    ends = ranges(publication, hidden, {guard.cell for guard in guards})
    return all(holds(guard, publication.values[guard.cell], ends[guard.cell]) for guard in guards)


def least(publication: Publication, guards: Sequence[Guard]) -> tuple[int, int]:
    """The fewest cells that must be hidden besides the guarded ones, and the fewest people in so many."""
    first = {guard.cell for guard in guards} - publication.never
    fixed = first | publication.always | publication.never
    free = [cell for cell in range(len(publication)) if cell not in fixed]
    for many in range(len(free) + 1):
        people = [
            sum(publication.values[cell] for cell in extra)
            for extra in combinations(free, many)
            if safe(publication, first | set(extra), guards)
        ]
        if people:
            return many, min(people)
    raise AssertionError("Hiding everything is not safe.")
