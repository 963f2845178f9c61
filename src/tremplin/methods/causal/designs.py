"""How places were drawn, so that every draw that could have been can be made again: the ground of all inference here.

A design is the list of its worlds: who would have been offered a place (1), who is the control (0), and who is neither
(-1: the reserve from which places are passed on, so that the control stays clean). Where all worlds can be listed they
are, with their chances, and what follows is exact; otherwise the draw is run again many times.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import comb, prod

import numpy as np
from numpy.typing import NDArray

OFFERED, CONTROL, NEITHER = 1, 0, -1
ALL = 20_000
DRAWS = 9_999
Floats = NDArray[np.float64]
Arms = NDArray[np.int8]


class CausalError(ValueError):
    """A design or data that no effect can be read from: says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class Design:
    """`worlds`: one row for each possible draw, arms by person; `chances`: of each row, summing to 1. `exact`: these
    are all. `offered`, `control`: each person's chance of either arm, exact where the mechanism tells them. `stratum`,
    `drawn`: where the draw is even within strata, the number of each person's stratum, and of each stratum its people,
    places and reserve; chances of pairs are then exact too, however many worlds there are."""

    worlds: Arms
    chances: Floats
    exact: bool
    offered: Floats
    control: Floats
    stratum: NDArray[np.int64] | None = None
    drawn: tuple[tuple[int, int, int], ...] = ()

    @property
    def people(self) -> int:
        return int(self.worlds.shape[1])

    def joint(self, one: int, other: int) -> Floats:
        """The chance that person i is in arm `one` while j is in arm `other`, for all pairs.

        Exact where the draw is even within strata or all worlds are listed, otherwise by frequency. O(people²), else
        O(worlds × people²).
        """
        if self.stratum is not None:
            return self._even_joint(self.stratum, one, other)
        first, second = (self.worlds == one).astype(float), (self.worlds == other).astype(float)
        found: Floats = first.T @ (second * self.chances[:, None])
        return found

    def _even_joint(self, stratum: NDArray[np.int64], one: int, other: int) -> Floats:
        people = np.array([row[0] for row in self.drawn], float)
        rooms = {
            OFFERED: np.array([row[1] for row in self.drawn], float),
            NEITHER: np.array([row[2] for row in self.drawn], float),
        }
        rooms[CONTROL] = people - rooms[OFFERED] - rooms[NEITHER]
        ours, theirs = rooms[one], rooms[other]
        apart = np.outer((ours / people)[stratum], (theirs / people)[stratum])
        pairs = ours * (theirs - (one == other)) / np.maximum(people * (people - 1), 1)
        found: Floats = np.where(stratum[:, None] == stratum[None, :], pairs[stratum][:, None], apart)
        np.fill_diagonal(found, (ours / people)[stratum] if one == other else 0.0)
        return found


def even(
    strata: Sequence[str],
    places: Mapping[str, int],
    *,
    reserve: Mapping[str, int] | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> Design:
    """Everybody within a stratum has the same chance: so many places each, then so many of reserve, the rest control.

    All worlds up to 20,000, `draws` of them otherwise. Raises CausalError.
    """
    members = {code: [n for n, own in enumerate(strata) if own == code] for code in sorted(set(strata))}
    spare = dict(reserve or {})
    for code in sorted({*places, *spare}):
        wanted = places.get(code, 0) + spare.get(code, 0)
        if (
            code not in members
            or min(places.get(code, 0), spare.get(code, 0)) < 0
            or wanted > len(members[code])
        ):
            raise CausalError(
                f"Stratum {code} has {len(members.get(code, ()))} people, {wanted} are drawn: correct one."
            )
    offered, control = np.zeros(len(strata)), np.zeros(len(strata))
    number = {code: place for place, code in enumerate(members)}
    known = (
        np.array([number[own] for own in strata], np.int64),
        tuple((len(people), places.get(code, 0), spare.get(code, 0)) for code, people in members.items()),
    )
    many = []
    for code, people in members.items():
        drawn, kept = places.get(code, 0), spare.get(code, 0)
        offered[people] = drawn / len(people)
        control[people] = (len(people) - drawn - kept) / len(people)
        many.append(comb(len(people), drawn) * comb(len(people) - drawn, kept))
    if prod(many) <= ALL:
        worlds = np.array(list(_every(members, places, spare, len(strata))), np.int8).reshape(-1, len(strata))
        return Design(worlds, np.full(len(worlds), 1 / len(worlds)), True, offered, control, *known)
    generator = np.random.Generator(np.random.Philox(seed))
    worlds = np.zeros((draws, len(strata)), np.int8)
    for code, people in members.items():
        drawn, kept = places.get(code, 0), spare.get(code, 0)
        order = generator.random((draws, len(people))).argsort(1)
        worlds[:, people] = np.where(order < drawn, OFFERED, np.where(order < drawn + kept, NEITHER, CONTROL))
    return Design(worlds, np.full(draws, 1 / draws), False, offered, control, *known)


def _every(
    members: Mapping[str, Sequence[int]], places: Mapping[str, int], spare: Mapping[str, int], people: int
) -> Iterator[Arms]:
    def within(code: str) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        for first in combinations(members[code], places.get(code, 0)):
            rest = [person for person in members[code] if person not in first]
            for second in combinations(rest, spare.get(code, 0)):
                yield first, second

    for chosen in product(*(list(within(code)) for code in members)):
        arms = np.zeros(people, np.int8)
        for first, second in chosen:
            arms[list(first)] = OFFERED
            arms[list(second)] = NEITHER
        yield arms


def listed(worlds: Sequence[Sequence[int]], chances: Sequence[float]) -> Design:
    """A lottery over whole panels that were printed with their chances. Raises CausalError."""
    arms, weight = np.array(worlds, np.int8), np.array(chances, float)
    if arms.ndim != 2 or len(arms) != len(weight) or not len(arms):
        raise CausalError("One row of arms for each chance, all as long as there are people.")
    if (weight < 0).any() or abs(weight.sum() - 1) > 1e-6:
        raise CausalError(f"The chances sum to {weight.sum():.6g}: they are of all worlds, so to 1.")
    if not np.isin(arms, (OFFERED, CONTROL, NEITHER)).all():
        raise CausalError("Arms are 1 (offered), 0 (control) and -1 (neither).")
    weight = weight / weight.sum()
    return Design(arms, weight, True, weight @ (arms == OFFERED), weight @ (arms == CONTROL))


def systematic(probabilities: Sequence[float]) -> Design:
    """Unequal chances drawn along a fixed order with one random start (Madow 1949): at most people + 1 worlds, all
    listed. Raises CausalError."""
    chance = np.array(probabilities, float)
    if not ((chance >= 0) & (chance <= 1)).all():
        raise CausalError("A chance lies between 0 and 1.")
    if abs(chance.sum() - round(chance.sum())) > 1e-6:
        raise CausalError(f"The chances sum to {chance.sum():.6g}: places are whole.")
    ends = np.concatenate([[0.0], np.cumsum(chance)])
    starts = np.unique(np.round(np.concatenate([ends % 1, [0.0, 1.0]]), 12))
    spans = np.diff(starts)
    middles = starts[:-1] + spans / 2
    passed = np.floor(ends[None, :] - middles[:, None])
    return listed(np.diff(passed, axis=1).astype(np.int8).tolist(), spans.tolist())


def redrawn(
    draw: Callable[[int], Sequence[int]],
    *,
    offered: Sequence[float] | None = None,
    control: Sequence[float] | None = None,
    draws: int = DRAWS,
) -> Design:
    """Any mechanism, run again: `draw(number)` gives the arms of one draw, for numbers 0 to `draws` - 1.

    `offered`, `control`: the assigned chances, where the mechanism is known to keep them; else their frequencies.
    """
    worlds = np.array([list(draw(number)) for number in range(draws)], np.int8)
    found = listed(worlds.tolist(), [1 / draws] * draws)
    given = [np.array(own, float) if own is not None else None for own in (offered, control)]
    return Design(
        found.worlds, found.chances, False,
        found.offered if given[0] is None else given[0],
        found.control if given[1] is None else given[1],
    )  # fmt: skip
