"""The stage that a rehearsal plays on: simulated time, the things that happen, and what went wrong.

Acts put deeds on the agenda; the play takes them in the order of their times and calls the same services that
people use. Stopping the play at a moment leaves the programme exactly as it would stand on that day.
"""

import gc
import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction

from tremplin.core.errors import UserError
from tremplin.people.models import User
from tremplin.programmes.models import Cohort
from tremplin.rehearsal.population.essays import Said
from tremplin.rehearsal.population.people import Person
from tremplin.rehearsal.population.population import Population

Deed = Callable[[datetime], None]
BATCH = 200
COLLECT_AFTER = (100_000, 50, 100)  # objects; Python's own: 700, 10, 10


@dataclass(order=True, slots=True)
class _Item:
    at: datetime
    number: int
    deed: Deed = field(compare=False)


@dataclass(frozen=True, slots=True)
class Mishap:
    """Something that the plan did not hold against, at its simulated time. `what` is a code of `words.py`."""

    at: datetime
    where: str
    what: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Attempt:
    """How a deed went that a service may refuse: a mishap is told once, but each attempt knows how it ended."""

    refused: bool = False


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for cycles of dead objects rarely: rows and queries have few, and looking took an eighth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(*COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@dataclass
class Play:
    """One rehearsal under way.

    `said`: the sentences that were used on one matter (the reads of an application, the journal of a scholar), so
    that nobody who reads all of it meets one twice. `foretold`: what the planner said of the reading, the earliest
    first; `stood`: how it was on the day on which reading ended.
    """

    cohort: Cohort
    seed: int
    population: Population
    graders: int = 1
    users: dict[str, User] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    mishaps: list[Mishap] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    aside: list[Callable[[], None]] = field(default_factory=list)
    said: defaultdict[tuple[str, int], Said] = field(default_factory=lambda: defaultdict(set))
    foretold: list[dict[str, Any]] = field(default_factory=list)
    stood: dict[str, Any] = field(default_factory=dict)
    _agenda: list[_Item] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def plan(self, at: datetime, deed: Deed) -> None:
        """Put a deed on the agenda. Deeds of one moment happen in the order in which they were planned."""
        heapq.heappush(self._agenda, _Item(at, next(self._numbers), deed))

    @_rare_collections()
    def run(self, *, until: datetime, progress: Callable[[datetime], None] = lambda _at: None) -> None:
        """Let everything happen that is due up to `until`, some deeds to a transaction for speed.

        Each deed still has its own savepoint inside its service, so a refused deed changes nothing. What deeds
        put `aside` (work for the real worker) is done between transactions, before anything else happens.
        """
        while self._agenda and self._agenda[0].at <= until:
            with transaction.atomic():
                for _ in range(BATCH):
                    if not self._agenda or self._agenda[0].at > until or self.aside:
                        break
                    item = heapq.heappop(self._agenda)
                    item.deed(item.at)
                    progress(item.at)
            while self.aside:
                self.aside.pop(0)()

    def know(self, person: Person, user: User) -> None:
        """Remember whose account this is."""
        self.users[person.email] = user
        self.people[user.pk] = person

    def user(self, person: Person) -> User:
        """The account of an invented person."""
        return self.users[person.email]

    def person(self, user: User) -> Person:
        """The invented person behind an account."""
        return self.people[user.pk]

    @contextmanager
    def told(self, *matters: tuple[str, int]) -> Iterator[Said]:
        """What was said on several matters; what is said within is then known of each."""
        said = set().union(*(self.said[matter] for matter in matters))
        yield said
        for matter in matters:
            self.said[matter] |= said

    def mishap(self, at: datetime, where: str, what: str, **facts: object) -> None:
        """Record that the plan broke, and how; what goes on breaking in the same way is told once."""
        told = any((known.where, known.what, known.facts) == (where, what, facts) for known in self.mishaps)
        if not told:
            self.mishaps.append(Mishap(at, where, what, facts))

    @contextmanager
    def refusals(self, where: str, at: datetime) -> Iterator[Attempt]:
        """Record a service's refusal as a mishap: a plan that breaks is what a rehearsal looks for."""
        attempt = Attempt()
        try:
            yield attempt
        except UserError as refusal:
            attempt.refused = True
            self.mishap(at, where, "refused", reason=str(refusal))
