"""What people can see of training."""

from tremplin.training.queries.journal import COHORT_READERS, public_entries, visible_entries
from tremplin.training.queries.labs import (
    LabLine,
    failed_gradings,
    lab_lines,
    offered_lab,
    offered_labs,
    visible_submissions,
)
from tremplin.training.queries.overview import Overview, overviews, too_much
from tremplin.training.queries.scholars import own_scholar, visible_scholars, week_now, weeks_of

__all__ = [
    "COHORT_READERS",
    "LabLine",
    "Overview",
    "failed_gradings",
    "lab_lines",
    "offered_lab",
    "offered_labs",
    "overviews",
    "own_scholar",
    "public_entries",
    "too_much",
    "visible_entries",
    "visible_scholars",
    "visible_submissions",
    "week_now",
    "weeks_of",
]
