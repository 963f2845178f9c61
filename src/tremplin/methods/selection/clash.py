"""Limits that cannot be kept together: the smallest set of them, and the nearest limits that can be kept.

Both for people who are drawn whole (`panels`) and for chances, which may be fractions (`merit`). The smallest set is
found as the smallest one that meets every correction (a set of limits without which the rest can be kept): implicit
hitting sets, Ignatiev, Previti, Liffiton, Marques-Silva, *Smallest MUS extraction with minimal hitting set
dualization*, CP 2015. Exponential at worst, milliseconds for limits that people write.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tremplin.methods.selection.outcome import BadEvidence
from tremplin.methods.selection.panels_pool import Pool, PoolError, Real, Whole
from tremplin.methods.selection.panels_solver import Program, SolverError


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a limit, the `limit`th of those given (from 0): `side` `number` people who are `name`, of as many
    as are `available`."""

    limit: int
    name: str
    side: Literal["at least", "at most"]
    number: int
    available: int

    def __str__(self) -> str:
        return f"{self.name}: {self.side} {self.number} (of {self.available} people)"


class Clash(BadEvidence, PoolError):
    """Limits that cannot be kept together with so many places. `limits`: a smallest set of sides that clash;
    `nearest`: least and most of every limit, changed by as few people in sum as make it possible."""

    def __init__(
        self, asked: "Asked", limits: tuple[Side, ...], nearest: tuple[tuple[int, int], ...]
    ) -> None:
        self.places, self.limits, self.nearest = asked.places, limits, nearest
        clash = "; ".join(map(str, limits))
        changes = [
            f"{name}: {least} to {most} instead of {was_least} to {was_most}"
            for name, (least, most), was_least, was_most in zip(
                asked.names, nearest, asked.least, asked.most, strict=True
            )
            if (least, most) != (was_least, was_most)
        ]
        super().__init__(
            f"{asked.places} places cannot be given within: {clash}. Loosen one of these limits; the nearest that can "
            f"be kept: {'; '.join(changes)}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """`names` of L limits, `least` and `most` (L,) people for each; `members` (L, T) 0/1: which groups count, of
    `sizes` (T,) people. `whole`: people are drawn whole, else in fractions."""

    places: int
    names: Sequence[str]
    members: Whole
    sizes: Whole
    least: Sequence[int]
    most: Sequence[int]
    whole: bool

    def side(self, limit: int, side: Literal["at least", "at most"]) -> Side:
        number = self.least[limit] if side == "at least" else self.most[limit]
        return Side(limit, self.names[limit], side, int(number), self.available(limit))

    def available(self, limit: int) -> int:
        return int(self.sizes[self.members[limit] > 0].sum())


def of_pool(pool: Pool) -> Asked:
    """What a pool asks of its panels."""
    quotas = pool.quotas
    return Asked(
        pool.seats,
        [f"“{quota.value}” in “{quota.category}”" for quota in quotas],
        pool.rows[: len(quotas)],
        pool.sizes,
        [quota.least for quota in quotas],
        [quota.most for quota in quotas],
        whole=True,
    )


def explain(asked: Asked) -> Clash:
    """Why these limits cannot be kept. They must not be."""
    sides = [asked.side(limit, "at least") for limit in range(len(asked.names))]
    sides += [asked.side(limit, "at most") for limit in range(len(asked.names))]
    sides.sort(key=lambda side: side.limit)
    return Clash(asked, _smallest(asked, [side for side in sides if _binds(asked, side)]), _nearest(asked))


def _binds(asked: Asked, side: Side) -> bool:
    """Whether a limit can be broken at all."""
    if side.side == "at least":
        return side.number > max(0, asked.places - (int(asked.sizes.sum()) - side.available))
    return side.number < min(side.available, asked.places)


def _smallest(asked: Asked, sides: list[Side]) -> tuple[Side, ...]:
    corrections: list[list[int]] = []
    keeper = _Keeper(asked, sides)
    while True:
        chosen = _hitting(corrections, len(sides))
        broken = keeper.broken(chosen)
        if broken is None:
            return tuple(sides[at] for at in chosen)
        corrections.append(broken)


class _Keeper:
    """People taken so that some limits are kept for sure and as many of the others as can be."""

    def __init__(self, asked: Asked, sides: list[Side]) -> None:
        self.asked, self.sides = asked, sides
        groups, count = len(asked.sizes), len(sides)
        matrix = np.zeros((count + 1, groups + count))
        matrix[-1, :groups] = 1
        for at, side in enumerate(sides):
            matrix[at, :groups] = asked.members[side.limit]
            matrix[at, groups + at] = asked.places if side.side == "at least" else -asked.places
        self.program = Program(matrix, integer=np.append(np.full(groups, asked.whole), np.full(count, True)))

    def broken(self, kept: list[int]) -> list[int] | None:
        """The fewest limits that are broken where `kept` are kept; None when those cannot be."""
        asked, sides = self.asked, self.sides
        groups, count = len(asked.sizes), len(sides)
        low = [float(side.number) if side.side == "at least" else -np.inf for side in sides]
        high = [float(side.number) if side.side == "at most" else np.inf for side in sides]
        may_break = np.ones(count)
        may_break[kept] = 0
        found = self.program.whole(
            np.concatenate([np.zeros(groups), -np.ones(count)]),
            np.zeros(groups + count),
            np.concatenate([asked.sizes.astype(float), may_break]),
            np.array([*low, asked.places], dtype=float),
            np.array([*high, asked.places], dtype=float),
        )
        return None if found is None else [int(at) for at in np.flatnonzero(found[groups:])]


def _hitting(corrections: list[list[int]], count: int) -> list[int]:
    """The smallest set that meets every correction; among those of one size, the first limits win."""
    if not corrections:
        return []
    matrix = np.zeros((len(corrections), count))
    for row, correction in enumerate(corrections):
        matrix[row, correction] = 1
    cost: Real = -(count * count + np.arange(count, dtype=float))
    found = Program(matrix, integer=True).whole(
        cost,
        np.zeros(count),
        np.ones(count),
        np.ones(len(corrections)),
        np.full(len(corrections), np.inf),
    )
    if found is None:
        raise SolverError("a correction without limits")
    return [int(at) for at in np.flatnonzero(found)]


def _nearest(asked: Asked) -> tuple[tuple[int, int], ...]:
    """Limits moved by the fewest people in sum; among those, earlier limits stay."""
    groups, count = len(asked.sizes), len(asked.names)
    matrix = np.zeros((count + 1, groups + 2 * count))
    matrix[:count, :groups] = asked.members
    matrix[count, :groups] = 1
    matrix[:count, groups : groups + count] = np.eye(count)
    matrix[:count, groups + count :] = -np.eye(count)
    order = np.arange(count, 0, -1)
    worth = float(count * (count + 1) * max(1, asked.places))
    kinds = np.append(np.full(groups, asked.whole), np.full(2 * count, True))
    # A limit of more people than there are places is brought down to what there is, however far that is.
    far = float(max(asked.places, *asked.least, *asked.most))
    found = Program(matrix, integer=kinds).whole(
        -np.concatenate([np.zeros(groups), worth + order, worth + order]),
        np.zeros(groups + 2 * count),
        np.concatenate([asked.sizes.astype(float), np.full(2 * count, far)]),
        np.array([*asked.least, asked.places], dtype=float),
        np.array([*asked.most, asked.places], dtype=float),
    )
    if found is None:
        raise SolverError("places without limits cannot be given")
    below, above = found[groups : groups + count].tolist(), found[groups + count :].tolist()
    return tuple(
        (int(least) - under, int(most) + over)
        for least, most, under, over in zip(asked.least, asked.most, below, above, strict=True)
    )
