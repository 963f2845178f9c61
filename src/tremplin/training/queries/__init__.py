"""What people can see of training."""

from tremplin.training.queries.drift import drifting, in_training, plans_of
from tremplin.training.queries.journal import COHORT_READERS, posts_by_week, public_entries, visible_entries
from tremplin.training.queries.labs import (
    LabLine,
    best_result,
    checks_told,
    draft_of,
    failed_gradings,
    lab_lines,
    latest_code,
    offered_lab,
    offered_labs,
    own_submissions,
    places_in_queue,
    report_of,
    try_before,
    visible_submissions,
)
from tremplin.training.queries.overview import Overview, overviews, too_much
from tremplin.training.queries.pace import earlier_pace
from tremplin.training.queries.remarks import answers, questions, remarks_by_line
from tremplin.training.queries.scholars import own_scholar, visible_scholars, week_now, weeks_of

__all__ = [
    "COHORT_READERS",
    "LabLine",
    "Overview",
    "answers",
    "best_result",
    "checks_told",
    "draft_of",
    "drifting",
    "earlier_pace",
    "failed_gradings",
    "in_training",
    "lab_lines",
    "latest_code",
    "offered_lab",
    "offered_labs",
    "overviews",
    "own_scholar",
    "own_submissions",
    "places_in_queue",
    "plans_of",
    "posts_by_week",
    "public_entries",
    "questions",
    "remarks_by_line",
    "report_of",
    "too_much",
    "try_before",
    "visible_entries",
    "visible_scholars",
    "visible_submissions",
    "week_now",
    "weeks_of",
]
