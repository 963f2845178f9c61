"""Decisions about dates, deadlines and changes, without a database."""

from tremplin.programmes.rules.changes import (
    AUDIENCE,
    PARTS,
    frozen,
    frozen_changes,
    immovable,
    merged_dates,
    moves_along,
    neighbours,
    structure,
)
from tremplin.programmes.rules.dates import (
    ANYWHERE_ON_EARTH,
    DEADLINES,
    LABELS,
    call_is_open,
    check_order,
    ends_a_day_anywhere,
    planned_date,
    planned_dates,
    written_date,
)
from tremplin.programmes.rules.form_changes import Refusal, Used, refusals, rubric_read_by

__all__ = [
    "ANYWHERE_ON_EARTH",
    "AUDIENCE",
    "DEADLINES",
    "LABELS",
    "PARTS",
    "Refusal",
    "Used",
    "call_is_open",
    "check_order",
    "ends_a_day_anywhere",
    "frozen",
    "frozen_changes",
    "immovable",
    "merged_dates",
    "moves_along",
    "neighbours",
    "planned_date",
    "planned_dates",
    "refusals",
    "rubric_read_by",
    "structure",
    "written_date",
]
