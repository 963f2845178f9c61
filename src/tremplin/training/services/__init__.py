"""What scholars do in training: plan, re-plan, write their week, hand in labs."""

from tremplin.training.services.common import plan_of
from tremplin.training.services.journal import hide_journal, save_entry, share_entry
from tremplin.training.services.labs import (
    LONGEST_KEY,
    MAX_CODE,
    MAX_QUEUED,
    grade_again,
    grade_all_again,
    keep_draft,
    submit_lab,
)
from tremplin.training.services.remarks import remark, take_back_remark
from tremplin.training.services.syllabus import begin_from, look_back, save_syllabus

__all__ = [
    "LONGEST_KEY",
    "MAX_CODE",
    "MAX_QUEUED",
    "begin_from",
    "grade_again",
    "grade_all_again",
    "hide_journal",
    "keep_draft",
    "look_back",
    "plan_of",
    "remark",
    "save_entry",
    "save_syllabus",
    "share_entry",
    "submit_lab",
    "take_back_remark",
]
