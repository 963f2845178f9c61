"""Whom to have read once more, and when: no database, so that a benchmark can hold it against other ways."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal

from tremplin.methods.calibration import Calibration, NextRead, value_of_reading

ROUNDS = 3
"""Over so many rounds the reads are spread: each learns from the one before. More rounds gain next to nothing."""

Code = Literal[
    "none", "decided", "second", "settled", "spent", "closing", "unread", "waits", "planned", "late", "ready"
]


@dataclass(frozen=True, slots=True)
class Standing:
    """How extra reads stand. `left` of `budget` can still be sent, `out` of those sent wait for their readers."""

    budget: int
    used: int
    out: int
    rounds: int
    code: Code

    @property
    def left(self) -> int:
        return max(0, self.budget - self.used)

    @property
    def may_send(self) -> bool:
        """Whether an organiser may send the next round, without waiting for what the clock waits for."""
        return self.code in {"ready", "waits", "planned", "late"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides. `missing` planned reads; `unread`: people read by nobody; `over`: reading should have ended."""

    budget: int
    used: int
    out: int
    rounds: int
    settled: bool
    decided: bool
    closed: bool
    unread: int
    missing: int
    over: bool
    second: bool = False
    """The second pass is open: who is in it was worked out from the first, which is over."""


def standing(facts: Facts) -> Standing:
    """How extra reads stand: what stops them for good first, then what they wait for."""
    reasons: list[tuple[Code, bool]] = [
        ("none", not facts.budget),
        ("decided", facts.decided),
        ("second", facts.second),
        ("spent", facts.used >= facts.budget and not facts.out),
        ("settled", facts.settled),
        ("closing", not facts.closed),
        ("unread", facts.unread > 0),
        ("waits", facts.out > 0),
        ("planned", facts.missing > 0),
        ("late", facts.over),
    ]
    ready: Code = "ready"
    code = next((code for code, holds in reasons if holds), ready)
    return Standing(facts.budget, facts.used, facts.out, facts.rounds, code)


def in_rounds(left: int, rounds: int) -> tuple[int, ...]:
    """How many reads go in each round that is left, after so many `rounds`."""
    found = []
    for ahead in range(max(1, ROUNDS - rounds), 0, -1):
        found.append(ceil(left / ahead))
        left -= found[-1]
    return tuple(found)


def next_round(found: Calibration, *, places: int, left: int, rounds: int) -> tuple[NextRead, ...]:
    """Whom one more read is worth most for, best first: what is left, spread over the rounds that are left.

    Nobody where there is a place for everybody, or where no read can be expected to change anything.
    """
    if not 0 < places < len(found.estimates):
        return ()
    many = next(iter(in_rounds(left, rounds)), 0)
    return tuple(row for row in value_of_reading(found, places=places) if row.value > 0)[:many]


def name_of(bands: Mapping[str, str]) -> str:
    """Names exactly this: who stands in which band."""
    return hashlib.sha256(repr(sorted(bands.items())).encode()).hexdigest()
