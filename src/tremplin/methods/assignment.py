"""Who reads what: as many reads as can be had, then loads as even as can be, always the same for one seed.

A flow from applications to reviewers, each pair at most once. Phase 1 gives each missing read to the least
loaded reviewer who may read it. Phase 2 repairs what that left short: an augmenting path hands reads on from
reviewer to reviewer until one with room takes one (so the number of reads is the maximum: Ford and Fulkerson
1956). Phase 3 evens out: while a path leads from a reviewer to one who carries at least two less, a read moves
along it (no such path = least sum of squared loads). Reads that exist already are kept and counted.

Ties are broken by a generator with a fixed seed, so that pairs of reviewers mix and scores can be compared.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Reason = Literal["language", "conflicts", "capacity"]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Paper:
    """An application to be read. An empty `language` can be read by everybody."""

    code: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reviewer. `capacity` is the most reads they carry in all; empty `languages` means every language.

    `carried` are reads of papers that are not part of the question, and cannot be handed on.
    """

    code: str
    capacity: int
    languages: frozenset[str] = frozenset()
    carried: int = 0


@dataclass(frozen=True, slots=True)
class Short:
    """An application that cannot get all its reads, and the first reason that holds.

    `language`: fewer reviewers read its language than it needs. `conflicts`: enough would, but too many must
    not. `capacity`: enough could, but all of them are full and nobody can hand anything on.
    """

    paper: str
    missing: int
    reason: Reason
    language: str
    eligible: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`added` are the new (paper, reader) pairs, sorted; `loads` what each reader carries in the end."""

    added: tuple[tuple[str, str], ...]
    loads: Mapping[str, int]
    short: tuple[Short, ...]

    @property
    def spread(self) -> int:
        """Greatest load less the smallest."""
        return max(self.loads.values()) - min(self.loads.values()) if self.loads else 0


def assign(
    papers: Sequence[Paper],
    readers: Sequence[Reader],
    *,
    reads: int | Mapping[str, int],
    kept: Collection[tuple[str, str]] = (),
    conflicts: Collection[tuple[str, str]] = (),
    seed: int = 0,
) -> Plan:
    """Give each paper `reads` readers in all (one number, or one for each paper code).

    `kept` and `conflicts` are (paper, reader) pairs; pairs that name somebody unknown are ignored, and a kept
    pair stays even if it is in conflict or above a capacity. Raises ValueError when a code stands twice or a
    number is negative. Time about O(papers x readers); 10,000 x 500 with three reads takes seconds.
    """
    state = _State(papers, readers, kept, conflicts, seed)
    wanted = [reads if isinstance(reads, int) else reads.get(paper.code, 0) for paper in papers]
    if any(number < 0 for number in wanted):
        raise ValueError("the number of reads cannot be negative")
    state.fill(wanted)
    state.repair(wanted)
    state.even_out()
    return state.plan(wanted)


class _State:
    """The flow at hand. `may` (papers, readers) says who may read what, `held` who does."""

    def __init__(
        self,
        papers: Sequence[Paper],
        readers: Sequence[Reader],
        kept: Iterable[tuple[str, str]],
        conflicts: Iterable[tuple[str, str]],
        seed: int,
    ) -> None:
        self.papers, self.readers = papers, readers
        self.row = _index([paper.code for paper in papers], "paper")
        self.column = _index([reader.code for reader in readers], "reader")
        if any(reader.capacity < 0 or reader.carried < 0 for reader in readers):
            raise ValueError("a capacity or a load cannot be negative")
        self.capacity = np.array([reader.capacity for reader in readers], dtype=np.int64)
        self.speaks = _speaks(papers, readers)
        self.may = self.speaks.copy()
        for paper, reader in self._known(conflicts):
            self.may[paper, reader] = False
        self.held = np.zeros(self.may.shape, dtype=np.bool_)
        self.fixed = np.zeros(self.may.shape, dtype=np.bool_)
        for paper, reader in self._known(kept):
            self.held[paper, reader] = self.fixed[paper, reader] = True
        self.load = self.held.sum(axis=0) + np.array([reader.carried for reader in readers], dtype=np.int64)
        self.reach = np.zeros((0, 0), dtype=np.bool_)
        self.chance = np.random.default_rng(seed).random(self.may.shape)

    def _known(self, pairs: Iterable[tuple[str, str]]) -> Iterable[tuple[int, int]]:
        for paper, reader in pairs:
            if paper in self.row and reader in self.column:
                yield self.row[paper], self.column[reader]

    def fill(self, wanted: Sequence[int]) -> None:
        """Phase 1: papers with the least choice first, each to its least loaded readers, in rounds."""
        if not len(self.readers):
            return
        order = np.lexsort((self.chance[:, 0], self.may.sum(axis=1))).tolist()
        got = self.held.sum(axis=1).tolist()
        for turn in range(1, max(wanted, default=0) + 1):
            for paper in order:
                if wanted[paper] >= turn and got[paper] < turn:
                    got[paper] += self._give(paper)

    def _give(self, paper: int) -> bool:
        free = self.may[paper] & ~self.held[paper] & (self.load < self.capacity)
        if not free.any():
            return False
        reader = int(np.where(free, self.load + self.chance[paper], np.inf).argmin())
        self.held[paper, reader] = True
        self.load[reader] += 1
        return True

    def repair(self, wanted: Sequence[int]) -> None:
        """Phase 2: augmenting paths for papers that are short."""
        short = np.flatnonzero(self.held.sum(axis=1) < np.array(wanted, dtype=np.int64))
        if len(short):
            self._survey()
        for paper in short.tolist():
            while int(self.held[paper].sum()) < wanted[paper]:
                starts = self.may[paper] & ~self.held[paper]
                path = self._path(starts, self.load < self.capacity)
                if path is None:
                    break
                self.load[path[-1]] += 1
                touched = {paper, *self._pass_on(path)}
                self.held[paper, path[0]] = True
                self._survey_again(path, touched)

    def even_out(self) -> None:
        """Phase 3: move reads from the most to the least loaded as long as that evens loads out."""
        if not len(self.readers):
            return
        self._survey()
        settled = np.zeros(len(self.readers), dtype=np.bool_)
        while not settled.all():
            most = int(np.where(settled, -1, self.load).argmax())
            room = (self.load < self.capacity) & (self.load <= self.load[most] - 2)
            path = self._path(np.arange(len(settled)) == most, room) if room.any() else None
            if path is None:
                settled[most] = True
                continue
            self.load[path[0]] -= 1
            self.load[path[-1]] += 1
            self._survey_again(path, self._pass_on(path))
            settled[:] = False

    def _survey(self) -> None:
        """`reach[g, t]`: whether reader g holds a read that t could take over."""
        self.reach = np.zeros((len(self.readers), len(self.readers)), dtype=np.bool_)
        for reader in range(len(self.readers)):
            self._survey_one(reader)

    def _survey_one(self, reader: int) -> None:
        rows = self._movable(reader)
        self.reach[reader] = (self.may[rows] & ~self.held[rows]).any(axis=0)

    def _survey_again(self, path: Sequence[int], papers: Collection[int]) -> None:
        holders = np.flatnonzero(self.held[sorted(papers)].any(axis=0)).tolist()
        for reader in {*path, *holders}:
            self._survey_one(reader)

    def _movable(self, reader: int) -> NDArray[np.intp]:
        return np.flatnonzero(self.held[:, reader] & ~self.fixed[:, reader])

    def _path(self, starts: Bools, ends: Bools) -> list[int] | None:
        """The shortest way along which reads can be handed on from a start to an end, both readers."""
        before = np.full(len(starts), -1, dtype=np.int64)
        seen, frontier = starts.copy(), np.flatnonzero(starts)
        while len(frontier):
            reached = frontier[ends[frontier]]
            if len(reached):
                return _trace(before, int(reached[self.load[reached].argmin()]))
            steps = self.reach[frontier]
            new = np.flatnonzero(steps.any(axis=0) & ~seen)
            before[new] = frontier[steps[:, new].argmax(axis=0)]
            seen[new] = True
            frontier = new
        return None

    def _pass_on(self, path: Sequence[int]) -> set[int]:
        """Hand one read on along each step, from the end backwards so that every step still holds."""
        papers: set[int] = set()
        for giver, taker in reversed(list(pairwise(path))):
            rows = self._movable(giver)
            able = rows[self.may[rows, taker] & ~self.held[rows, taker]]
            paper = int(able[self.chance[able, taker].argmin()])
            self.held[paper, giver], self.held[paper, taker] = False, True
            papers.add(paper)
        return papers

    def plan(self, wanted: Sequence[int]) -> Plan:
        rows, columns = np.nonzero(self.held & ~self.fixed)
        added = sorted(
            (self.papers[row].code, self.readers[column].code)
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        )
        missing = np.maximum(np.array(wanted, dtype=np.int64) - self.held.sum(axis=1), 0)
        short = tuple(
            self._short(row, int(missing[row]), wanted[row]) for row in np.flatnonzero(missing).tolist()
        )
        loads = {reader.code: int(self.load[column]) for column, reader in enumerate(self.readers)}
        return Plan(tuple(added), loads, short)

    def _short(self, row: int, missing: int, wanted: int) -> Short:
        able, allowed = int(self.speaks[row].sum()), int((self.may[row] | self.held[row]).sum())
        reason: Reason = "language" if able < wanted else "conflicts" if allowed < wanted else "capacity"
        return Short(self.papers[row].code, missing, reason, self.papers[row].language, allowed)


def _index(codes: Sequence[str], what: str) -> dict[str, int]:
    index = {code: position for position, code in enumerate(codes)}
    if len(index) != len(codes):
        raise ValueError(f"a {what} stands twice")
    return index


def _speaks(papers: Sequence[Paper], readers: Sequence[Reader]) -> Bools:
    table = np.zeros((len(papers), len(readers)), dtype=np.bool_)
    languages = np.array([paper.language for paper in papers], dtype=np.str_)
    for language in {paper.language for paper in papers}:
        able = [not language or not reader.languages or language in reader.languages for reader in readers]
        table[languages == language] = np.array(able, dtype=np.bool_)
    return table


def _trace(before: NDArray[np.int64], end: int) -> list[int]:
    path = [end]
    while before[path[-1]] != -1:
        path.append(int(before[path[-1]]))
    return path[::-1]
