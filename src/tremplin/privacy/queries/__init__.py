"""What people see of what is kept: one function for each question."""

from tremplin.privacy.queries.erasures import (
    Outlook,
    all_parts,
    answered,
    answerers,
    cohort_of,
    outlook,
    parts,
    waiting,
)
from tremplin.privacy.queries.retention import Line, Round, holds_in_force, lines, past_rounds, soon

__all__ = [
    "Line",
    "Outlook",
    "Round",
    "all_parts",
    "answered",
    "answerers",
    "cohort_of",
    "holds_in_force",
    "lines",
    "outlook",
    "parts",
    "past_rounds",
    "soon",
    "waiting",
]
