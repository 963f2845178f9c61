"""Decisions about plans and weeks, without a database."""

from tremplin.training.rules.ambition import REHEARSED, Ambition, Pace, Relief, ambition, pace_of
from tremplin.training.rules.code import DiffLine, diff
from tremplin.training.rules.differences import Change, Piece, changes, pieces
from tremplin.training.rules.drift import Reason, Stuck, Try, drift, stuck_at
from tremplin.training.rules.looking_back import RESTS, look_back
from tremplin.training.rules.progress import Progress, post_due, progress, week_of
from tremplin.training.rules.starting import started_from
from tremplin.training.rules.weeks import DONE, FULL_WEEK, done_hours, hours_of, is_empty, tidy_weeks

__all__ = [
    "DONE",
    "FULL_WEEK",
    "REHEARSED",
    "RESTS",
    "Ambition",
    "Change",
    "DiffLine",
    "Pace",
    "Piece",
    "Progress",
    "Reason",
    "Relief",
    "Stuck",
    "Try",
    "ambition",
    "changes",
    "diff",
    "done_hours",
    "drift",
    "hours_of",
    "is_empty",
    "look_back",
    "pace_of",
    "pieces",
    "post_due",
    "progress",
    "started_from",
    "stuck_at",
    "tidy_weeks",
    "week_of",
]
