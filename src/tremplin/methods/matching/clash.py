"""Why there is no matching: the limits that cannot hold together.

Hall's theorem (*On representatives of subsets*, Journal of the London Mathematical Society 10, 1935), with places: a
set of scholars who must all be matched fails exactly when it wants more mentors than the mentors on its lists have
places; a set of mentors fails exactly when its minimums need more scholars than those on its lists. Both kinds of
limits hold together as soon as each holds by itself (Mendelsohn and Dulmage, *Some generalizations of the problem of
distinct representatives*, Canadian Journal of Mathematics 10, 1958), so one of the two sets is always the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tremplin.methods.matching.market import Ints, Market

Kind = Literal["scholars", "minimums", "stability"]
_GROUPS = 8  # so many are thinned out, which is slow where people need several places each


@dataclass(frozen=True, slots=True)
class Clash:
    """`needed` against `available`. By kind:

    "scholars": these `scholars` want more than the `mentors` on their lists have places. "minimums": these `mentors`
    need more scholars than the `scholars` on their lists can be. "stability": a matching exists, but in no stable one
    do these `mentors` reach their minimums.
    """

    kind: Kind
    scholars: tuple[int, ...]
    mentors: tuple[int, ...]
    needed: int
    available: int


def smallest(market: Market, *, everyone: bool = False) -> Clash | None:
    """A clash of which no part clashes by itself, None where the limits can hold.

    Each person in want brings a group; the smallest of these are thinned out, and the one with the fewest people is
    returned, of equal ones the one with the lowest numbers. One matching, and a search in bits for each in want.
    """
    pairs = market.pairs(market.entries())
    if everyone:
        found = _side(pairs, market.wants, market.most)
        if found is not None:
            return Clash("scholars", *found)
    found = _side(pairs[:, ::-1], market.least, market.wants)
    return None if found is None else Clash("minimums", found[1], found[0], *found[2:])


def _side(pairs: Ints, need: Ints, room: Ints) -> tuple[tuple[int, ...], tuple[int, ...], int, int] | None:
    """The smallest clash among those on the left, who each need so many different people on the right."""
    lists: list[list[int]] = [[] for _who in need]
    for who, whom in pairs.tolist():
        lists[who].append(whom)
    needs, rooms = need.tolist(), room.tolist()
    given = _filled(range(len(needs)), lists, needs, rooms)
    short = [who for who, found in enumerate(given) if len(found) < needs[who]]
    groups = sorted(_reached(short, lists, given), key=lambda some: (len(some), some))[:_GROUPS]
    thin = [_thinned(group, lists, needs, rooms) for group in groups]
    best = min(thin, key=lambda some: (len(some), some), default=None)
    if best is None:
        return None
    many: dict[int, int] = {}
    for who in best:
        for whom in lists[who]:
            many[whom] = many.get(whom, 0) + 1
    available = sum(min(rooms[whom], count) for whom, count in many.items())
    return tuple(best), tuple(sorted(many)), sum(needs[who] for who in best), available


def _filled(
    left: Sequence[int], lists: list[list[int]], needs: list[int], rooms: list[int]
) -> list[set[int]]:
    """As many as can be for those on the left, by augmenting paths; whom each got."""
    given: list[set[int]] = [set() for _who in lists]
    guests: dict[int, set[int]] = {}
    lost: set[int] = set()
    for who in left:
        for _unit in range(needs[who]):
            if not _augment(who, lists, given, guests, rooms, lost):
                break
    return given


def _augment(
    start: int,
    lists: list[list[int]],
    given: list[set[int]],
    guests: dict[int, set[int]],
    rooms: list[int],
    lost: set[int],
) -> bool:
    """Find one place more for `start`. `lost`: those of whom a search has found that none can be freed any more."""
    came: dict[int, int] = {}  # whom: who asked first
    asked: dict[int, int] = {}  # who, who must give up whom
    queue, seen = [start], {start}
    for who in queue:
        for whom in lists[who]:
            if whom in came or whom in lost or whom in given[who]:
                continue
            came[whom] = who
            if len(guests.setdefault(whom, set())) < rooms[whom]:
                _hand_on(whom, start, came, asked, given, guests)
                return True
            for other in sorted(guests[whom]):
                if other not in seen:
                    seen.add(other)
                    asked[other] = whom
                    queue.append(other)
    lost.update(came)
    return False


def _hand_on(
    whom: int,
    start: int,
    came: dict[int, int],
    asked: dict[int, int],
    given: list[set[int]],
    guests: dict[int, set[int]],
) -> None:
    """Everybody on the path takes the place that the next one gives up."""
    while True:
        taker = came[whom]
        given[taker].add(whom)
        guests[whom].add(taker)
        if taker == start:
            return
        freed = asked[taker]
        given[taker].remove(freed)
        guests[freed].remove(taker)
        whom = freed


def _reached(short: Sequence[int], lists: list[list[int]], given: list[set[int]]) -> list[list[int]]:
    """For each in want all whose places they would need: all of them want more than there is. Nobody twice."""
    guests: dict[int, int] = {}
    for who, places in enumerate(given):
        for whom in places:
            guests[whom] = guests.get(whom, 0) | 1 << who
    rivals: dict[int, int] = {}

    def rivals_of(who: int) -> int:
        if who not in rivals:
            rivals[who] = 0
            for whom in lists[who]:
                if whom not in given[who]:
                    rivals[who] |= guests.get(whom, 0)
        return rivals[who]

    found: dict[int, None] = {}
    for start in short:
        seen = fresh = 1 << start
        while fresh:
            who = (fresh & -fresh).bit_length() - 1
            fresh ^= 1 << who
            more = rivals_of(who) & ~seen
            seen, fresh = seen | more, fresh | more
        found[seen] = None
    return [[who for who in range(len(lists)) if seen >> who & 1] for seen in found]


def _thinned(members: list[int], lists: list[list[int]], needs: list[int], rooms: list[int]) -> list[int]:
    """Leave out whoever is not needed for the clash, some at a time (Chinneck and Dravnieks 1991).

    Where everybody needs one place, nobody can be left out: on the way from the one in want to anybody else each takes
    the next one's place, so that all can be placed but that one, whoever it is.
    """
    if all(needs[who] <= 1 for who in members):
        return members
    size = max(len(members) // 2, 1)
    while size:
        first = 0
        while first < len(members):
            less = members[:first] + members[first + size :]
            if less and _fails(less, lists, needs, rooms):
                members = less
            else:
                first += size
        size //= 2
    return members


def _fails(left: Sequence[int], lists: list[list[int]], needs: list[int], rooms: list[int]) -> bool:
    given = _filled(left, lists, needs, rooms)
    return any(len(given[who]) < needs[who] for who in left)


def unstable(market: Market, held: Ints) -> Clash | None:
    """The first mentor whose minimum a stable matching misses.

    With strict lists every stable matching gives each mentor equally many (the rural hospitals theorem: Roth, *On the
    allocation of residents to rural hospitals*, Econometrica 54, 1986): what one misses, all miss.
    """
    loads = np.bincount(market.mentor.ravel()[held], minlength=market.mentors)
    short = np.flatnonzero(loads < market.least)
    if not len(short):
        return None
    mentor = int(short[0])
    return Clash("stability", (), (mentor,), int(market.least[mentor]), int(loads[mentor]))
