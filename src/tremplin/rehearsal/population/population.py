"""Everybody of one rehearsal, invented from one seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .arrivals import ABANDONED, INELIGIBLE, Journey, journeys
from .people import Cast, Person
from .reviewers import Reviewer, reviewer

FRENCH_SHARE = 0.35


@dataclass(frozen=True, slots=True)
class Population:
    """The people of one programme: those who run it, and those who come."""

    organisers: tuple[Person, ...]
    reviewers: tuple[Reviewer, ...]
    mentors: tuple[Person, ...]
    finance: tuple[Person, ...]
    observers: tuple[Person, ...]
    journeys: tuple[Journey, ...]

    @classmethod
    def generate(
        cls,
        *,
        seed: int,
        applicants: int,
        reviewers: int,
        mentors: int,
        opens: datetime,
        closes: datetime,
        organisers: int = 2,
        finance: int = 2,
        observers: int = 1,
        languages: Sequence[str] = ("en", "fr"),
        french_share: float = FRENCH_SHARE,
        staff_seed: int | None = None,
    ) -> "Population":
        """`applicants` is how many send; those who give up or are turned away come on top.

        `staff_seed` (else `seed`) decides who runs the programme, so that two cohorts can have the same staff.
        """
        crowd_cast = Cast(seed, languages=languages, french_share=french_share)
        cast = Cast(
            seed if staff_seed is None else staff_seed, languages=languages, french_share=french_share
        )
        giving_up = round(applicants * ABANDONED / (1 - ABANDONED))
        turned_away = round(applicants * INELIGIBLE)
        crowd = [
            crowd_cast.invent("applicant", number) for number in range(applicants + giving_up + turned_away)
        ]
        return cls(
            organisers=tuple(cast.invent("organiser", number) for number in range(organisers)),
            reviewers=_readers(cast, reviewers, languages, french_share),
            mentors=tuple(cast.invent("mentor", number) for number in range(mentors)),
            finance=tuple(cast.invent("finance", number) for number in range(finance)),
            observers=tuple(cast.invent("observer", number) for number in range(observers)),
            journeys=tuple(
                journeys(
                    crowd[:applicants],
                    crowd[applicants : applicants + giving_up],
                    crowd[applicants + giving_up :],
                    opens=opens,
                    closes=closes,
                )
            ),
        )


def _readers(cast: Cast, count: int, languages: Sequence[str], french_share: float) -> tuple[Reviewer, ...]:
    """Reviewers as organisers would look for them: enough who read French for the French that will come."""
    wanted = 0 if "fr" not in languages else max(2, round(count * (french_share + 0.1)))
    found: list[Reviewer] = []
    number = 0
    while len(found) < count and number < 50 * count:
        candidate = reviewer(cast.invent("reviewer", number))
        number += 1
        french = sum(1 for reader in found if "fr" in reader.languages)
        if "fr" in candidate.languages or count - len(found) > wanted - french:
            found.append(candidate)
    return tuple(found)
