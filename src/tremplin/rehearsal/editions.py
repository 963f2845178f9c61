"""Which editions a demonstration shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SINCE_TRAINING = timedelta(days=450)
"""About so long ago the scholars of the finished edition were in training: outcomes are asked for a year."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One cohort of the demonstration."""

    slug: str
    moment: str
    share: float
    seed: int


def editions(now: datetime) -> tuple[Edition, ...]:
    """Oldest first: a finished edition, one in training, one being read, one whose call is open."""
    year = now.year
    return (
        Edition(f"{(now - SINCE_TRAINING).year}", "one-year-later", 1.0, 11),
        Edition(f"{year}", "week-3", 0.35, 12),
        Edition(f"{year}-autumn", "under-review", 0.3, 13),
        Edition(f"{year + 1}", "call-open", 0.25, 14),
    )
