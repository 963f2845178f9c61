"""What scholars do in training: plan, re-plan, write their week, hand in labs."""

from tremplin.training.services.common import plan_of
from tremplin.training.services.journal import hide_journal, save_entry, share_entry
from tremplin.training.services.labs import MAX_CODE, grade_again, grade_all_again, submit_lab
from tremplin.training.services.syllabus import save_syllabus

__all__ = [
    "MAX_CODE",
    "grade_again",
    "grade_all_again",
    "hide_journal",
    "plan_of",
    "save_entry",
    "save_syllabus",
    "share_entry",
    "submit_lab",
]
