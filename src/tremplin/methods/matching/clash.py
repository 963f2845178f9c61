"""Why there is no matching: the limits that cannot hold together.

Hall's theorem (*On representatives of subsets*, Journal of the London Mathematical Society 10, 1935), with places: a
set of scholars who must all be matched fails exactly when it wants more mentors than the mentors on its lists have
places; a set of mentors fails exactly when its minimums need more scholars than those on its lists. Both kinds of
limits hold together as soon as each holds by itself (Mendelsohn and Dulmage, *Some generalizations of the problem of
distinct representatives*, Canadian Journal of Mathematics 10, 1958), so one of the two sets is always the reason.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tremplin.methods.matching.market import Ints, Market

Kind = Literal["scholars", "minimums", "stability"]


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

    Found from every person in want and then thinned out; the one with the fewest people is returned, of equal ones
    the one with the lowest numbers.
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
    best: list[int] | None = None
    for who in short:
        reached = _reached(who, lists, given)
        thin = _thinned(sorted(reached), lambda left: _fails(left, lists, needs, rooms))
        if best is None or (len(thin), thin) < (len(best), best):
            best = thin
    if best is None:
        return None
    many: dict[int, int] = {}
    for who in best:
        for whom in lists[who]:
            many[whom] = many.get(whom, 0) + 1
    available = sum(min(rooms[whom], count) for whom, count in many.items())
    return tuple(best), tuple(sorted(many)), sum(needs[who] for who in best), available


def _fails(left: Sequence[int], lists: list[list[int]], needs: list[int], rooms: list[int]) -> bool:
    return any(
        len(found) < needs[who]
        for who, found in enumerate(_filled(left, lists, needs, rooms))
        if who in set(left)
    )


def _filled(
    left: Sequence[int], lists: list[list[int]], needs: list[int], rooms: list[int]
) -> list[set[int]]:
    """As many as can be for those on the left, by augmenting paths; whom each got."""
    given: list[set[int]] = [set() for _who in lists]
    guests: dict[int, set[int]] = {}
    for who in left:
        for _unit in range(needs[who]):
            if not _augment(who, lists, given, guests, rooms):
                break
    return given


def _augment(
    start: int, lists: list[list[int]], given: list[set[int]], guests: dict[int, set[int]], rooms: list[int]
) -> bool:
    came: dict[int, int] = {}  # whom: who asked first
    asked: dict[int, int] = {}  # who, who must give up whom
    queue, seen = [start], {start}
    for who in queue:
        for whom in lists[who]:
            if whom in came or whom in given[who]:
                continue
            came[whom] = who
            if len(guests.setdefault(whom, set())) < rooms[whom]:
                while True:
                    taker = came[whom]
                    given[taker].add(whom)
                    guests[whom].add(taker)
                    if taker == start:
                        return True
                    lost = asked[taker]
                    given[taker].remove(lost)
                    guests[lost].remove(taker)
                    whom = lost
            for other in sorted(guests[whom]):
                if other not in seen:
                    seen.add(other)
                    asked[other] = whom
                    queue.append(other)
    return False


def _reached(start: int, lists: list[list[int]], given: list[set[int]]) -> set[int]:
    """Everybody whose places `start` would need: all of them want more than there is."""
    guests: dict[int, list[int]] = {}
    for who, found in enumerate(given):
        for whom in found:
            guests.setdefault(whom, []).append(who)
    queue, seen = [start], {start}
    for who in queue:
        for whom in lists[who]:
            if whom in given[who]:
                continue
            for other in guests.get(whom, []):
                if other not in seen:
                    seen.add(other)
                    queue.append(other)
    return seen


def _thinned(members: list[int], clashes: Callable[[list[int]], bool]) -> list[int]:
    """Leave out whoever is not needed for the clash."""
    for who in list(members):
        less = [other for other in members if other != who]
        if clashes(less):
            members = less
    return members


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
