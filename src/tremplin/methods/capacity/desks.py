"""Who reads, step by step: what time is left, and what it goes to when all planned reads are in."""

import numpy as np
import numpy.typing as npt

from tremplin.methods.capacity.season import Reader, Season

Ints = npt.NDArray[np.int64]
Group = tuple[int, ...]
"""Who reads the same languages, by the numbers of these."""


class Extra:
    """Extra reads, step by step: by whoever has time left once all planned reads were in on the step before."""

    def __init__(self, season: Season, came: Ints, steps: int) -> None:
        runs = came.shape[-1]
        self.rounds = np.repeat(np.array([*season.extra, 0], dtype=np.int64)[:, None], runs, axis=1)
        self.to_come = np.cumsum(came[:steps].sum(axis=1)[::-1], axis=0)[::-1]
        self.missing = np.zeros((steps, runs), dtype=np.int64)
        self.any = any(season.extra)

    def step(self, step: int, desks: list["Desk"], missing: Ints | None) -> None:
        if not self.any:
            return
        if missing is not None:
            every = np.arange(self.rounds.shape[1])
            at = np.argmax(self.rounds > 0, axis=0)
            ready = (missing == 0) & (self.to_come[step] == 0)
            wanted = np.where(ready, self.rounds[at, every], 0)
            for desk in desks:
                taken = np.minimum(desk.left, wanted)
                desk.left -= taken
                wanted -= taken
                self.rounds[at, every] -= taken
        self.missing[step] = self.rounds.sum(axis=0)


class Desk:
    """Those who read the same languages, step by step. Whoever takes on only so many spends of that what they read."""

    def __init__(self, group: Group, free: Ints, members: list[tuple[Reader, Ints]]) -> None:
        self.group, self.free = group, free
        runs = free.shape[1]
        self.reads = np.stack([reads for _one, reads in members]) if members else None
        self.room = np.array([[reader.most or 0] * runs for reader, _reads in members], dtype=np.int64)
        self.here = free[0]

    def opens(self, step: int) -> Ints:
        """How many reads this step has (runs,); what is left of it when the step closes was not spent."""
        self.here = self.free[step]
        self.left: Ints = self.here.copy()
        if self.reads is not None:
            self.able = np.minimum(self.reads[:, step], self.room)
            self.left += self.able.sum(axis=0)
        self.all = self.left.copy()
        return self.left

    def closes(self) -> None:
        if self.reads is not None:
            spent = np.maximum(self.all - self.left - self.here, 0)
            before = np.cumsum(self.able, axis=0) - self.able
            self.room -= np.clip(spent - before, 0, self.able)
