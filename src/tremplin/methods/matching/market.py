"""A market by numbers: who accepts whom, and in what order.

Scholars are rows 0 … n-1, mentors 0 … m-1. A pair that either side refuses does not stand in it at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.signedinteger[Any]]
"""Whole numbers, of 32 bits where those are enough: half the memory to go through."""
Floats = npt.NDArray[np.float64]
NOBODY = -1


class BadMarket(ValueError):
    """Lists, places or weights that cannot be: says what, where, and how to mend it."""


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """Lists of both sides. An *entry* is a flat position in the (n, L) arrays: scholar e // L, mentor `mentor.flat[e]`.

    `mentor` (n, L): the mentors of each scholar's list, best first, tied ones by the mentors' lot; -1 fills up.
    `wish` (n, L): the mentor's place in the scholar's list; equal numbers are a tie. `rank` (n, L): the scholar's place
    in that mentor's list, likewise. `wants` (n,): how many mentors a scholar is to have (two: co-mentors). `least`,
    `most` (m,): how many scholars a mentor takes. `scholar_lot` (n,), `mentor_lot` (m,): the public lot, 0 drawn first.
    """

    mentor: Ints
    wish: Ints
    rank: Ints
    wants: Ints
    least: Ints
    most: Ints
    scholar_lot: Ints
    mentor_lot: Ints

    @property
    def scholars(self) -> int:
        return len(self.mentor)

    @property
    def mentors(self) -> int:
        return len(self.most)

    @property
    def width(self) -> int:
        return int(self.mentor.shape[1])

    def entries(self) -> Ints:
        """All pairs that both sides accept, as entries in the order of scholars and wishes."""
        return np.flatnonzero(self.mentor.ravel() != NOBODY)

    def pairs(self, entries: Ints) -> Ints:
        """(k, 2): scholar and mentor of each entry."""
        return np.stack([entries // max(1, self.width), self.mentor.ravel()[entries]], axis=1)

    def keys(self) -> Ints:
        """(n, L): the scholar's place at each mentor once the lot has broken ties; the smaller the better."""
        return self.rank.astype(np.int64) * max(1, self.scholars) + self.scholar_lot[:, None]

    def aligned(self, table: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """An (n, m) table laid along the lists, (n, L); what stands under -1 means nothing."""
        return np.take_along_axis(table, np.maximum(self.mentor, 0), axis=1)


def places(name: str, given: Any, many: int, default: int) -> Ints:
    """Whole numbers from 0, one a person. Raises BadMarket."""
    if given is None:
        return np.full(many, default, dtype=np.int64)
    raw = np.asarray(given)
    if raw.shape != (many,):
        raise BadMarket(f"{name}: {many} numbers are needed, {raw.shape} came")
    if raw.dtype.kind == "f" and not (np.isfinite(raw).all() and (raw == np.rint(raw)).all()):
        raise BadMarket(f"{name}: only whole numbers count people; round them first")
    found = raw.astype(np.int64)
    if many and found.min() < 0:
        raise BadMarket(f"{name}: number {int(found.argmin())} is negative; write 0 for nobody")
    return found


def build(
    wish: npt.NDArray[Any],
    rank: npt.NDArray[Any],
    *,
    most: Any = None,
    least: Any = None,
    wants: Any = None,
    scholar_lot: Any = None,
    mentor_lot: Any = None,
) -> Market:
    """A market from two (n, m) tables of places.

    `wish[s, m]` is mentor m's place in the list of scholar s, `rank[s, m]` the place of s in the list of m: whole
    numbers from 0 (best), equal for a tie, negative for "not accepted". Limits default to one, minimums to none,
    lots to the order of rows and columns. O(n m log m). Raises BadMarket.
    """
    wish, rank = _table("wish", wish), _table("rank", rank)
    if wish.shape != rank.shape:
        raise BadMarket(f"wish is {wish.shape} and rank {rank.shape}; both are scholars by mentors")
    m = wish.shape[1]
    lots = _lot("mentor_lot", mentor_lot, m)
    bits = max(1, int(m).bit_length())
    top = max(int(wish.max(initial=0)), 0) + 1
    # The place, and the lot in the lowest bits: one sort of plain numbers orders every list.
    kind = np.int32 if top << bits < 2**30 else np.int64
    packed: npt.NDArray[Any] = np.left_shift(wish, bits, dtype=kind) | lots.astype(kind)
    packed[(wish < 0) | (rank < 0)] = top << bits
    packed.sort(axis=1)
    width = int((packed < top << bits).sum(axis=1).max(initial=0))
    packed = packed[:, :width]
    mentor: Ints = packed & ((1 << bits) - 1)
    if mentor_lot is not None:
        mentor = np.append(np.argsort(lots), np.zeros((1 << bits) - m, dtype=np.int64))[mentor]
    ranks = np.take(rank.ravel(), mentor + m * np.arange(len(rank))[:, None]) if width else mentor
    wishes = packed >> bits
    empty = wishes == top
    if empty.any():
        mentor[empty], ranks[empty] = NOBODY, NOBODY
    return _bounded(mentor, wishes, ranks, most, least, wants, scholar_lot, lots)


def ordered(
    mentor: npt.NDArray[Any],
    rank: npt.NDArray[Any],
    *,
    wish: npt.NDArray[Any] | None = None,
    most: Any = None,
    least: Any = None,
    wants: Any = None,
    scholar_lot: Any = None,
    mentor_lot: Any = None,
) -> Market:
    """A market from lists that are in order already: `mentor` (n, L), filled up with -1 at the end.

    `rank` (n, m) as for `build`. Without `wish` (n, L) there are no ties; with it, tied mentors are put in the order
    of their lot here. O(n L). Raises BadMarket for somebody who stands twice in a list.
    """
    rank = _table("rank", rank)
    n, m = rank.shape
    mentor = np.array(mentor, dtype=np.int64)
    if mentor.ndim != 2 or len(mentor) != n:
        raise BadMarket(f"mentor: a table with one list for each of {n} scholars is needed")
    if mentor.size and (mentor.max() >= m or mentor.min() < NOBODY):
        raise BadMarket(f"mentor: numbers run from 0 to {m - 1}, and -1 fills up")
    lots, width = _lot("mentor_lot", mentor_lot, m), mentor.shape[1]
    _once(mentor, m)
    there = mentor != NOBODY
    wishes = np.broadcast_to(np.arange(width), mentor.shape) if wish is None else np.asarray(wish, np.int64)
    ranks = np.take_along_axis(rank, np.maximum(mentor, 0), axis=1).astype(np.int64) if m else mentor
    there &= ranks >= 0
    if wish is not None or not there.all():
        # Refused entries go to the end; tied ones into the order of the lot.
        key = np.where(there, wishes * (m + 1) + lots[mentor], np.iinfo(np.int64).max)
        order = np.argsort(key, axis=1, kind="stable")
        mentor, wishes, ranks, there = (
            np.take_along_axis(part, order, axis=1) for part in (mentor, wishes, ranks, there)
        )
        width = int(there.sum(axis=1).max(initial=0))
        mentor, wishes, ranks, there = (part[:, :width] for part in (mentor, wishes, ranks, there))
        mentor, ranks = np.where(there, mentor, NOBODY), np.where(there, ranks, NOBODY)
    return _bounded(mentor, wishes, ranks, most, least, wants, scholar_lot, lots)


def _bounded(
    mentor: Ints, wish: Ints, rank: Ints, most: Any, least: Any, wants: Any, scholar_lot: Any, lots: Ints
) -> Market:
    n, m = len(mentor), len(lots)
    upper, lower = places("most", most, m, 1), places("least", least, m, 0)
    if (lower > upper).any():
        worst = int(np.flatnonzero(lower > upper)[0])
        raise BadMarket(f"mentor {worst} is to take at least {lower[worst]} and at most {upper[worst]}")
    return Market(
        mentor=mentor,
        wish=wish,
        rank=rank,
        wants=places("wants", wants, n, 1),
        least=lower,
        most=upper,
        scholar_lot=_lot("scholar_lot", scholar_lot, n),
        mentor_lot=lots,
    )


def _table(name: str, given: Any) -> npt.NDArray[Any]:
    table = np.asarray(given)
    if table.ndim != 2:
        raise BadMarket(f"{name}: a table of scholars by mentors is needed, not {table.ndim} dimensions")
    if table.dtype.kind == "f":
        if not (np.isfinite(table).all() and (table == np.rint(table)).all()):
            raise BadMarket(f"{name}: places are whole numbers; write -1 where there is none")
        table = table.astype(np.int64)
    if table.dtype.kind not in "iu":
        raise BadMarket(f"{name}: places are whole numbers, not {table.dtype}")
    return table.astype(np.int64) if table.dtype.kind == "u" else table


def _lot(name: str, given: Sequence[int] | Ints | None, many: int) -> Ints:
    found = places(name, given, many, 0)
    if given is None:
        return np.arange(many)
    if not np.array_equal(np.sort(found), np.arange(many)):
        raise BadMarket(f"{name}: a lot holds each number from 0 to {many - 1} once")
    return found


def _once(mentor: Ints, m: int) -> None:
    """Nobody stands twice in a list."""
    seen = np.zeros((len(mentor), m + 1), dtype=np.bool_)
    np.put_along_axis(seen, mentor, True, axis=1)  # -1 is the last column
    twice = np.count_nonzero(seen[:, :m], axis=1) < np.count_nonzero(mentor != NOBODY, axis=1)
    if twice.any():
        raise BadMarket(f"the list of scholar {int(twice.argmax())} names a mentor twice; keep the first")
