"""Who would both rather have each other: the price of a matching that is not stable."""

import numpy as np

from tremplin.methods.matching.market import NOBODY, Ints, Market


def blocking(market: Market, held: Ints) -> Ints:
    """Entries of all blocking pairs of the matching `held`, sorted; none: it is stable.

    A pair blocks when each has a place free or would truly rather have the other than the worst they have: between
    tied people nobody would rather change (weak stability; Irving, *Stable marriage and indifference*, Discrete
    Applied Mathematics 48, 1994). Many mentors a scholar: pairwise stability. O(entries).
    """
    if not market.width:
        return held
    scholar, mentor = held // market.width, market.mentor.ravel()[held]
    worst_wish = _worst(scholar, market.wish.ravel()[held], market.wants)
    worst_rank = _worst(mentor, market.rank.ravel()[held], market.most)
    would = market.wish < worst_wish[:, None]
    would &= market.rank < worst_rank[market.mentor]
    would &= market.mentor != NOBODY
    would.ravel()[held] = False
    return np.flatnonzero(would.ravel())


def _worst(who: Ints, place: Ints, room: Ints) -> Ints:
    """The worst place among what each has; beyond all places while there is room, before all where there is none."""
    found = np.full(len(room), -1)
    np.maximum.at(found, who, place)
    return np.where(np.bincount(who, minlength=len(room)) < room, np.iinfo(np.int64).max, found)
