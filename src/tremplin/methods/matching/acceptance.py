"""Stable matching by deferred acceptance: Gale and Shapley, *College admissions and the stability of marriage*,
American Mathematical Monthly 69, 1962; with places on both sides, Roth, *Stability and polarization of interests in
job matching*, Econometrica 52, 1984.

The side that proposes gets the best that any stable matching can give it. Ties are broken by the public lot first,
one number a person for all lists (a single lottery wastes less than one a list: Abdulkadiroğlu, Pathak and Roth,
*Strategy-proofness versus efficiency*, American Economic Review 99, 2009).

While many propose, all of them do at once, in NumPy. The last few go one by one. A host's threshold only falls, so an
entry that would be refused now is refused for good, and whole stretches of a list are passed over in one comparison.
"""

import heapq
from dataclasses import dataclass

import numpy as np

from tremplin.methods.matching.market import NOBODY, Ints, Market

_WINDOW, _FEW = 16, 24
_OPEN, _SHUT = np.iinfo(np.int64).max, np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """The lists of those who propose, one after the other, `width` entries each.

    `hosts`: whom they name, -1 for nobody. `places`, `scale`, `lot`: a host prefers the entry with the smaller
    `places * scale + lot[proposer]`. `seats` of the proposers, `room` of the hosts.
    """

    hosts: Ints
    places: Ints
    width: int
    scale: int
    lot: Ints
    seats: Ints
    room: Ints

    def keys(self, entries: Ints) -> Ints:
        return self.places[entries].astype(np.int64) * self.scale + self.lot[entries // self.width]


def scholars_propose(market: Market) -> Ints:
    """The stable matching that is best for every scholar, as sorted entries.

    O(entries) at worst; a thousand scholars with full lists of 300 mentors take a few milliseconds.
    """
    if not market.width:
        return market.entries()
    hosts, places, scale = market.mentor.ravel(), market.rank.ravel(), market.scholars
    side = _Side(hosts, places, market.width, scale, market.scholar_lot, market.wants, market.most)
    return np.sort(_accept(side))


def mentors_propose(market: Market) -> Ints:
    """The stable matching that is best for every mentor, as sorted entries.

    O(entries), or O(entries log entries) where ranks are tied or lists much shorter than the other side is long.
    """
    if not market.width or not market.mentors:
        return market.entries()
    entry = _by_mentor(market)
    width = entry.shape[1]
    hosts, places = np.divmod(entry.ravel(), market.width)
    lot = np.zeros(market.mentors, dtype=np.int64)
    held = _accept(_Side(hosts, places, width, 1, lot, market.most, market.wants))
    return np.sort(entry.ravel()[held])


def _by_mentor(market: Market) -> Ints:
    """(m, R): each mentor's list as entries, best first; -1 where there is none."""
    entry = market.entries()
    mentor, rank = market.mentor.ravel()[entry], market.rank.ravel()[entry]
    span = int(rank.max(initial=0)) + 1
    if market.mentors * span <= 4 * len(entry):
        table = np.full((market.mentors, span), NOBODY)
        table[mentor, rank] = entry
        if np.count_nonzero(table != NOBODY) == len(entry):  # no two at one place: nothing to sort
            return table
    lot = market.scholar_lot[entry // market.width]
    order = np.lexsort((lot, rank, mentor))
    mentor, entry = mentor[order], entry[order]
    counts = np.bincount(mentor, minlength=market.mentors)
    table = np.full((market.mentors, int(counts.max())), NOBODY)
    table[mentor, np.arange(len(entry)) - np.repeat(np.cumsum(counts) - counts, counts)] = entry
    return table


def _accept(side: _Side) -> Ints:
    """The entries that are held at the end."""
    threshold = np.append(np.where(side.room > 0, _OPEN, _SHUT), _SHUT)  # the last: where lists are filled up
    following, left = np.zeros(len(side.seats), dtype=np.int64), side.seats.copy()
    held = np.zeros(0, dtype=np.int64)
    while True:
        free = np.flatnonzero((left > 0) & (following < side.width))
        if len(free) <= _FEW:
            break
        made = _round(side, free, following, threshold)
        held, refused = _keep(side, np.concatenate([held, made]), threshold)
        np.subtract.at(left, made // side.width, 1)
        np.add.at(left, refused // side.width, 1)
    return _one_by_one(side, held, (following, left, threshold))


def _round(side: _Side, free: Ints, following: Ints, threshold: Ints) -> Ints:
    """One proposal of each who is free, where the next stretch of their list holds a host who would keep them."""
    column = following[free, None] + np.arange(min(_WINDOW, side.width))
    at = free[:, None] * side.width + np.minimum(column, side.width - 1)
    key = side.places[at].astype(np.int64) * side.scale + side.lot[free, None]
    would = (key < threshold[side.hosts[at]]) & (column < side.width)
    pick = would.argmax(axis=1)
    row = np.arange(len(free))
    able = would[row, pick]
    following[free] += np.where(able, pick + 1, column.shape[1])
    return np.asarray(at[row, pick][able])


def _keep(side: _Side, entries: Ints, threshold: Ints) -> tuple[Ints, Ints]:
    """Whom each host keeps of all who ask, and who is refused; a full host's threshold is its worst guest."""
    keys, host = side.keys(entries), side.hosts[entries]
    order = np.lexsort((keys, host))
    entries, keys, host = entries[order], keys[order], host[order]
    counts = np.bincount(host, minlength=len(side.room))
    starts = np.cumsum(counts) - counts
    stays = np.arange(len(entries)) - starts[host] < side.room[host]
    full = np.flatnonzero((counts >= side.room) & (side.room > 0))
    threshold[full] = keys[(starts + side.room - 1)[full]]
    return entries[stays], entries[~stays]


def _one_by_one(side: _Side, held: Ints, state: tuple[Ints, Ints, Ints]) -> Ints:
    """The last who are free, each with the whole rest of the list at once; heaps have the worst guest on top."""
    following, left, threshold = state
    width, hosts = side.width, side.hosts
    guests: dict[int, list[tuple[int, int]]] = {}
    for entry, host, key in zip(held.tolist(), hosts[held].tolist(), side.keys(held).tolist(), strict=True):
        guests.setdefault(host, []).append((-key, entry))
    for heap in guests.values():
        heapq.heapify(heap)
    waiting = np.flatnonzero((left > 0) & (following < width)).tolist()[::-1]
    while waiting:
        who = waiting[-1]
        lot, first, last = int(side.lot[who]), who * width + int(following[who]), (who + 1) * width
        key = side.places[first:last].astype(np.int64) * side.scale + lot
        would = key < threshold[hosts[first:last]]
        step = int(would.argmax()) if last > first else 0
        if last == first or not would[step]:
            following[who] = width
            waiting.pop()
            continue
        following[who] += step + 1
        left[who] -= 1
        if not left[who]:
            waiting.pop()
        host = int(hosts[first + step])
        heap = guests.setdefault(host, [])
        heapq.heappush(heap, (-int(key[step]), first + step))
        if len(heap) > side.room[host]:
            refused = heapq.heappop(heap)[1] // width
            left[refused] += 1
            if left[refused] == 1:
                waiting.append(refused)
        if len(heap) == side.room[host]:
            threshold[host] = -heap[0][0]
    return np.array([entry for heap in guests.values() for _key, entry in heap], dtype=np.int64)
