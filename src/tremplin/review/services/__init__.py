"""What people can do with reads."""

from tremplin.review.services.assigning import (
    AssignmentPreview,
    Change,
    ReaderLoad,
    ShortRow,
    TiedRead,
    assign,
    plan_assignment,
    set_profile,
)
from tremplin.review.services.reading import declare_conflict, reopen, save_review, submit_review

__all__ = [
    "AssignmentPreview",
    "Change",
    "ReaderLoad",
    "ShortRow",
    "TiedRead",
    "assign",
    "declare_conflict",
    "plan_assignment",
    "reopen",
    "save_review",
    "set_profile",
    "submit_review",
]
