"""A market by codes: lists of names in, numbers inside."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from tremplin.methods.matching.market import NOBODY, BadMarket, Ints, Market, ordered

Wishes = Mapping[str, Sequence[str | Collection[str]]]
"""Lists by person, best first; a group (tuple, list or set) within a list is a tie."""
Limits = Mapping[str, int]


def lot(seed: str, side: str, codes: Sequence[str]) -> Ints:
    """Each person's number in the public lot, 0 drawn first: the order of SHA-256 of seed, side and code.

    Anyone can draw it again, and who else takes part does not change who of two people comes first.
    """
    head = f"{seed}\n{side}\n".encode()
    digest = [sha256(head + code.encode()).digest() for code in codes]
    drawn = sorted(range(len(codes)), key=lambda number: (digest[number], codes[number]))
    found = np.empty(len(codes), dtype=np.int64)
    found[drawn] = np.arange(len(codes))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Scholars and mentors by code, sorted, with the market of their numbers. Made by `table`."""

    scholars: tuple[str, ...]
    mentors: tuple[str, ...]
    market: Market
    wishes: Wishes
    ranks: Wishes
    seed: str

    def number(self, scholar: str) -> int:
        """Raises BadMarket for somebody who is not in it."""
        return _number(self.scholars, scholar, "scholar")

    def mentor_number(self, mentor: str) -> int:
        return _number(self.mentors, mentor, "mentor")

    def limits(self) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
        """`most` and `least` by mentor, `wants` by scholar."""
        market = self.market
        most = dict(zip(self.mentors, market.most.tolist(), strict=True))
        least = dict(zip(self.mentors, market.least.tolist(), strict=True))
        return most, least, dict(zip(self.scholars, market.wants.tolist(), strict=True))

    def without_mentor(self, mentor: str) -> "Table":
        """What if this mentor leaves: the same people, the mentor takes nobody."""
        return self.with_room(mentor, 0)

    def with_room(self, mentor: str, most: int) -> "Table":
        """What if this mentor takes `most` scholars."""
        number, market = self.mentor_number(mentor), self.market
        upper, lower = market.most.copy(), market.least.copy()
        upper[number], lower[number] = most, min(int(lower[number]), most)
        if most < 0:
            raise BadMarket(f"{mentor} cannot take {most}; write 0 for nobody")
        return replace(self, market=replace(market, most=upper, least=lower))

    def with_wishes(self, scholar: str, wishes: Sequence[str | Collection[str]]) -> "Table":
        """What if this scholar had another list."""
        self.number(scholar)
        most, least, wants = self.limits()
        changed = {**self.wishes, scholar: wishes}
        return table(changed, self.ranks, most=most, least=least, wants=wants, seed=self.seed)


def _number(codes: Sequence[str], code: str, what: str) -> int:
    try:
        return codes.index(code)
    except ValueError:
        raise BadMarket(f"no {what} is called {code!r}") from None


def table(
    wishes: Wishes,
    ranks: Wishes,
    *,
    most: Limits | None = None,
    least: Limits | None = None,
    wants: Limits | None = None,
    seed: str = "",
) -> Table:
    """A market from lists of codes.

    `wishes[scholar]` are acceptable mentors, `ranks[mentor]` acceptable scholars, best first, groups being ties; a
    pair can form only where each accepts the other. `most[mentor]` defaults to 1, `least` to 0, `wants[scholar]` to
    1. Ties go to the public lot of `seed`. Raises BadMarket for a name that stands twice or is unknown.
    """
    scholars, mentors = tuple(sorted(wishes)), tuple(sorted(ranks))
    order, place = _read(wishes, scholars, mentors)
    ranked, tied = _read(ranks, mentors, scholars)
    # One column more than there are scholars takes what only fills up.
    rank = np.full((len(mentors), len(scholars) + 1), NOBODY, dtype=np.int32)
    column = np.arange(ranked.shape[1], dtype=np.int32) if tied is None else tied
    np.put_along_axis(rank, ranked, np.broadcast_to(column, ranked.shape), axis=1)
    rank = rank[:, :-1]
    if np.count_nonzero(rank != NOBODY) != np.count_nonzero(ranked != NOBODY):
        raise BadMarket(_twice(ranks))
    limits = {
        "most": _numbers(most, mentors, 1, "most"),
        "least": _numbers(least, mentors, 0, "least"),
        "wants": _numbers(wants, scholars, 1, "wants"),
    }
    try:
        market = ordered(
            order,
            rank.T,
            wish=place,
            **limits,
            scholar_lot=lot(seed, "scholar", scholars),
            mentor_lot=lot(seed, "mentor", mentors),
        )
    except BadMarket as error:
        raise BadMarket(_named(str(error), wishes, mentors, most or {}, least or {})) from None
    return Table(scholars, mentors, market, wishes, ranks, seed)


def _read(
    lists: Wishes, owners: Sequence[str], names: Sequence[str]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32] | None]:
    """(owners, longest list): whom each list names, -1 at the end; and at what places, None where nobody is tied."""
    # Bytes instead of numbers: joining them is the fastest way from names to an array.
    index = {name: number.to_bytes(4, "little") for number, name in enumerate(names)}
    parts: list[bytes] = []
    places: dict[int, list[int]] = {}
    for number, owner in enumerate(owners):
        given = lists[owner]
        if isinstance(given, str):
            raise BadMarket(f"the list of {owner} is one text; write a list of codes")
        try:
            # A group within the list is no key of the index: such lists are laid flat below.
            one: Any = itemgetter(*given)(index) if given else b""
            parts.append(one if len(given) < 2 else b"".join(one))
        except (KeyError, TypeError):
            flat, places[number] = _flat(owner, given, index)
            parts.append(b"".join(index[name] for name in flat))
    longest = max(map(len, parts), default=0)
    filled = b"".join(part.ljust(longest, b"\xff") for part in parts)
    found = np.frombuffer(filled, dtype="<i4").reshape(len(parts), longest // 4)
    if not places:
        return found, None
    place = np.broadcast_to(np.arange(longest // 4, dtype=np.int32), found.shape).copy()
    for number, values in places.items():
        place[number, : len(values)] = values
    return found, place


def _flat(
    owner: str, given: Sequence[str | Collection[str]], index: Mapping[str, bytes]
) -> tuple[list[str], list[int]]:
    """A list with ties, laid flat, and each one's place."""
    names: list[str] = []
    places: list[int] = []
    for group in given:
        members = [group] if isinstance(group, str) else sorted(group)
        for name in members:
            if name not in index:
                raise BadMarket(
                    f"the list of {owner} names {name!r}, whom nobody knows; mend or leave it out"
                )
        places += [len(names)] * len(members)
        names += members
    return names, places


def _numbers(limits: Limits | None, codes: Sequence[str], default: int, name: str) -> list[int] | None:
    if not limits:
        return None
    unknown = sorted(set(limits).difference(codes))
    if unknown:
        raise BadMarket(f"{name} names {unknown[0]!r}, whom nobody knows; mend or leave it out")
    for code, value in limits.items():
        if value != int(value) or value < 0:
            raise BadMarket(f"{name} of {code} is {value}; write a whole number from 0")
    return [int(limits.get(code, default)) for code in codes]


def _twice(lists: Wishes) -> str:
    for owner, given in lists.items():
        seen: set[str] = set()
        names: Iterable[str] = (
            name for group in given for name in ([group] if isinstance(group, str) else group)
        )
        for name in names:
            if name in seen:
                return f"the list of {owner} names {name!r} twice; keep the first"
            seen.add(name)
    return ""


def _named(words: str, wishes: Wishes, mentors: Sequence[str], most: Limits, least: Limits) -> str:
    """The same fault with a name instead of a number."""
    clash = [code for code in mentors if least.get(code, 0) > most.get(code, 1)]
    if clash:
        return f"{clash[0]} is to take at least {least[clash[0]]} and at most {most.get(clash[0], 1)}"
    return _twice(wishes) or words
