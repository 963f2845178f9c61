"""A whole invented world for one rehearsal: who applies, who reads, who mentors, who runs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from .arrivals import Habits, Journey, journeys
from .draws import between
from .essays import answer
from .mentors import Mentor, gone_silent, mentor
from .people import Cast, Person, Role, quality_on
from .reviewers import Reviewer, reviewer
from .scene import Setting
from .scholars import Scholar, scholar


@dataclass(frozen=True)
class Population:
    """Everyone in one rehearsal. Texts are grown when they are asked for, and are the same each time."""

    seed: int
    journeys: Sequence[Journey]
    reviewers: Sequence[Reviewer]
    mentors: Sequence[Mentor]
    organisers: Sequence[Person]
    finance: Sequence[Person]
    observers: Sequence[Person]
    officers: Sequence[Person]
    weeks: int = 13
    _scholars: dict[str, Scholar] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def generate(
        cls,
        seed: int,
        applicants: int,
        reviewers: int,
        mentors: int,
        *,
        opens: datetime,
        closes: datetime,
        organisers: int = 2,
        finance: int = 2,
        observers: int = 1,
        officers: int = 1,
        languages: Sequence[str] = ("en", "fr"),
        french_share: float = 0.35,
        weeks: int = 13,
        habits: Habits | None = None,
        staff_seed: int | None = None,
    ) -> "Population":
        """Invent a population. ``applicants`` is how many submit; more than those begin.

        ``staff_seed`` (else ``seed``) decides who runs the programme: two cohorts can have the same staff.
        """
        cast = Cast(seed, languages=languages, french_share=french_share)
        staff = (
            cast if staff_seed is None else Cast(staff_seed, languages=languages, french_share=french_share)
        )

        def invited(role: Role, count: int) -> list[Person]:
            return [staff.invent(role, number) for number in range(count)]

        return cls(
            seed=seed,
            organisers=invited("organiser", organisers),
            finance=invited("finance", finance),
            observers=invited("observer", observers),
            officers=invited("officer", officers),
            reviewers=_readers(staff, reviewers, languages, french_share),
            mentors=_mentors(invited("mentor", mentors), seed, weeks),
            journeys=journeys(
                seed=seed,
                opens=opens,
                closes=closes,
                submitting=applicants,
                person=lambda number: cast.invent("applicant", number),
                habits=habits,
            ),
            weeks=weeks,
        )

    @cached_property
    def starters(self) -> tuple[Person, ...]:
        """Everyone who begins an application, in the order in which they come."""
        return tuple(journey.person for journey in self.journeys)

    @cached_property
    def applicants(self) -> tuple[Person, ...]:
        """Everyone who submits one."""
        return tuple(journey.person for journey in self.journeys if journey.submitted_at)

    @cached_property
    def by_email(self) -> Mapping[str, Person]:
        return {person.email: person for person in self.everyone}

    @cached_property
    def everyone(self) -> tuple[Person, ...]:
        readers = tuple(one.person for one in self.reviewers)
        guides = tuple(one.person for one in self.mentors)
        staff = (*self.organisers, *self.finance, *self.observers, *self.officers)
        return (*staff, *readers, *guides, *self.starters)

    def scholar(self, person: Person) -> Scholar:
        """The scholar that this applicant becomes when chosen."""
        if person.email not in self._scholars:
            self._scholars[person.email] = scholar(person, self.weeks)
        return self._scholars[person.email]

    def answer(
        self,
        person: Person,
        question_kind: str,
        limit_chars: int,
        *,
        version: str | int = 0,
        language: str = "",
        setting: Setting | None = None,
    ) -> str:
        """What this person writes; ``version`` tells two answers to the same kind of question apart."""
        rng = person.stream("answer", question_kind, version)
        return answer(person, question_kind, language or person.language, rng, limit_chars, setting=setting)

    def quality(self, person: Person, criteria: Sequence[str]) -> dict[str, float]:
        """What a perfect reader would see under each criterion."""
        return {criterion: quality_on(person, criterion) for criterion in criteria}


def _readers(staff: Cast, count: int, languages: Sequence[str], french_share: float) -> list[Reviewer]:
    """Reviewers as organisers would look for them: enough who read the French that will come."""
    wanted = max(4, round(count * (french_share + 0.15))) if "fr" in languages and len(languages) > 1 else 0
    found: list[Reviewer] = []
    for number in range(50 * count):
        candidate = reviewer(staff.invent("reviewer", number))
        french = sum(1 for one in found if "fr" in one.languages)
        if "fr" in candidate.languages or count - len(found) > wanted - french:
            found.append(candidate)
        if len(found) == count:
            break
    return found


def _mentors(people: Sequence[Person], seed: int, weeks: int) -> list[Mentor]:
    """Among several mentors there is always one who goes silent for weeks."""
    found = [mentor(person) for person in people]
    if len(found) > 1 and not any(one.silence for one in found):
        number = between(people[0].stream("silent one", seed), 0, len(found) - 1)
        found[number] = gone_silent(found[number], weeks)
    return found
