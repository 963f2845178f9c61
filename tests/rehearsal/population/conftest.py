from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tremplin.rehearsal.population.people import Cast, Person
from tremplin.rehearsal.population.population import Population

OPENS = datetime(2026, 3, 2, 9, tzinfo=UTC)
CLOSES = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def crowd() -> Callable[..., list[Person]]:
    """So many invented applicants who write in one language."""

    def gather(language: str, count: int, seed: int = 5) -> list[Person]:
        cast = Cast(seed, languages=(language,), french_share=1.0)
        return [cast.invent("applicant", number) for number in range(count)]

    return gather


@pytest.fixture(scope="module")
def world() -> Population:
    """A call as large as that of OpenAI Scholars in 2019."""
    return Population.generate(11, 550, 17, 10, opens=OPENS, closes=CLOSES)
