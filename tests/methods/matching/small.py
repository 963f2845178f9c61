"""Markets so small that all of their matchings can be written down."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st

from tremplin.methods.matching import Market, blocking, build
from tremplin.methods.matching.market import Ints


@st.composite
def markets(
    draw: st.DrawFn, *, ties: bool = False, minimums: bool = False, wants: int = 1, people: int = 5
) -> Market:
    """A market of at most `people` scholars and four mentors, with gaps in the lists."""
    n, m = draw(st.integers(0, people)), draw(st.integers(1, 4))
    chance = np.random.default_rng(draw(st.integers(0, 2**32)))
    wish, rank = chance.random((n, m)).argsort(axis=1), chance.random((n, m)).argsort(axis=0)
    if ties:
        wish, rank = wish // 2, rank // 2
    wish, rank = (np.where(chance.random((n, m)) < 0.15, -1, part) for part in (wish, rank))
    most = chance.integers(0, 4, m)
    return build(
        wish,
        rank,
        most=most,
        least=np.minimum(most, chance.integers(0, 2, m)) if minimums else None,
        wants=chance.integers(0, wants + 1, n) if wants > 1 else None,
        scholar_lot=chance.permutation(n),
        mentor_lot=chance.permutation(m),
    )


def matchings(market: Market) -> Iterator[Ints]:
    """All matchings within the greatest loads and, where there are some, the least."""
    choices = []
    for who in range(market.scholars):
        entries = [who * market.width + column for column in np.flatnonzero(market.mentor[who] >= 0).tolist()]
        choices.append(
            [pick for size in range(market.wants[who] + 1) for pick in combinations(entries, size)]
        )
    for picks in product(*choices):
        held = np.array(sorted(entry for pick in picks for entry in pick), dtype=np.int64)
        loads = np.bincount(market.mentor.ravel()[held], minlength=market.mentors)
        if (loads <= market.most).all() and (loads >= market.least).all():
            yield held


def strict(market: Market) -> Market:
    """The market once the lot has broken all ties."""
    there = market.mentor >= 0
    columns = np.broadcast_to(np.arange(market.width), market.mentor.shape)
    return replace(market, wish=np.where(there, columns, -1), rank=np.where(there, market.keys(), -1))


def stable(market: Market) -> list[Ints]:
    return [held for held in matchings(market) if not len(blocking(market, held))]


def blocks_by_the_book(market: Market, held: Ints) -> list[int]:
    """Blocking pairs, straight from the definition and entry by entry."""
    found = []
    for entry in market.entries().tolist():
        if entry in held:
            continue
        who, whom = entry // market.width, int(market.mentor.ravel()[entry])
        mine = [other for other in held.tolist() if other // market.width == who]
        theirs = [other for other in held.tolist() if market.mentor.ravel()[other] == whom]
        rather_me = len(theirs) < market.most[whom] or any(
            market.rank.ravel()[entry] < market.rank.ravel()[other] for other in theirs
        )
        rather_them = len(mine) < market.wants[who] or any(
            market.wish.ravel()[entry] < market.wish.ravel()[other] for other in mine
        )
        if rather_me and rather_them and market.most[whom] and market.wants[who]:
            found.append(entry)
    return found


def by_lot(market: Market, held: Ints) -> list[list[int]]:
    """What each scholar has, in the order of the lot: the smallest is what the lot picks."""
    return [
        [int(entry % market.width) for entry in held.tolist() if entry // market.width == who]
        + [market.width] * int(market.wants[who] - (held // max(1, market.width) == who).sum())
        for who in np.argsort(market.scholar_lot).tolist()
    ]
