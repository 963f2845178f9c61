"""What people can do with reads."""

from tremplin.review.services.asking import answer, ask_to_look_again
from tremplin.review.services.assigning import (
    AssignmentPreview,
    Change,
    ReaderLoad,
    ShortRow,
    TiedRead,
    assign,
    plan_assignment,
    plan_missing,
)
from tremplin.review.services.closing import close_reading
from tremplin.review.services.leaving import (
    HandedRead,
    HandoverPreview,
    LoadChange,
    come_back,
    hand_over,
    plan_handover,
)
from tremplin.review.services.noting import note_content, pass_on, set_content_notes
from tremplin.review.services.planning import keep_plan, look_ahead
from tremplin.review.services.profiles import set_profile
from tremplin.review.services.reading import declare_conflict, reopen, save_review, submit_review
from tremplin.review.services.second_pass import SecondPassPreview, open_second_pass, plan_second_pass
from tremplin.review.services.setting_aside import restore_tie, set_tie_aside
from tremplin.review.services.taking import take_more
from tremplin.review.services.telling import note_news, tell_news
from tremplin.review.services.undoing import UndoPreview, plan_undo, undo

__all__ = [
    "AssignmentPreview",
    "Change",
    "HandedRead",
    "HandoverPreview",
    "LoadChange",
    "ReaderLoad",
    "SecondPassPreview",
    "ShortRow",
    "TiedRead",
    "UndoPreview",
    "answer",
    "ask_to_look_again",
    "assign",
    "close_reading",
    "come_back",
    "declare_conflict",
    "hand_over",
    "keep_plan",
    "look_ahead",
    "note_content",
    "note_news",
    "open_second_pass",
    "pass_on",
    "plan_assignment",
    "plan_handover",
    "plan_missing",
    "plan_second_pass",
    "plan_undo",
    "reopen",
    "restore_tie",
    "save_review",
    "set_content_notes",
    "set_profile",
    "set_tie_aside",
    "submit_review",
    "take_more",
    "tell_news",
    "undo",
]
